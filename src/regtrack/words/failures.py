"""Why something failed, in one line: what an exception or a log says, without what the machinery puts around it.

TensorFlow and Keras wrap the one line that tells what is wrong in the calls that led there, in arguments and in notes of
their own; a worker's log may be megabytes of them.
"""

import re

from regtrack.masking import mask

MOST = 500
"""Characters of a reason."""
MOST_DETAILS = 20_000
"""Characters of a traceback, and of the end of a log, that are kept."""

_MACHINERY = re.compile(
    r"""
    in\ user\ code: | ([A-Z]\w+:\ )?Exception\ encountered\ when\ calling | Graph\ execution\ error: | \d+\ root\ error\(s\)\ found
    | Detected\ at\ node | Stack\ trace\ for\ op | <stack\ traces\ unavailable> | Original\ stack\ trace
    | Traceback\ \(most\ recent\ call | Current\ thread\ 0x | Thread\ 0x | Extension\ modules: | \*\*\*\ .*\ \*\*\*$
    | @\s+0x | \[\[\{\{node | \[Op: | [IW]\d{4}\ | \d{4}-\d\d-\d\d\ .*:\ [IW]\  | WARNING:\ All\ log\ messages
    | File\ ".*",\ line\ \d+ | [\^~]+$ | [•]
    """,
    re.VERBOSE,
)
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_ARGUMENTS = re.compile(r"(Call arguments|Arguments) received by ")


def in_a_line(error: BaseException) -> str:
    """An exception's type and what its message says first, at most 500 characters."""
    name, said = type(error).__name__, first_line(error)
    return said if said == name or said.startswith(f"{name}: ") else cut(f"{name}: {said}")


def first_line(error: BaseException) -> str:
    """What an exception's message says first, masked, at most 500 characters; its type where it says nothing."""
    said = meaningful_lines(str(error)[:MOST_DETAILS])  # it may be a hundred megabytes
    return cut(mask(said[0])) if said else type(error).__name__


def last_line(log: str) -> str:
    """What a log says last, at most 500 characters; empty where it says nothing."""
    said = meaningful_lines(log)
    return cut(said[-1]) if said else ""


def cut(text: str, most: int = MOST) -> str:
    """At most so many characters, `…` where there were more."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def meaningful_lines(text: str) -> list[str]:
    """The lines that say something of their own: no frames of a traceback, no arguments, no notes of the machinery."""
    found, lines = [], _COLOUR.sub("", text).splitlines()
    after_frame = None  # how far a `File ...` line is indented: the source line under it stands further in
    for line in lines:
        stripped = line.strip()
        if _ARGUMENTS.match(stripped):
            break
        indent = len(line) - len(line.lstrip())
        is_source, after_frame = after_frame is not None and indent > after_frame, None
        if stripped.startswith('File "'):
            after_frame = indent
        elif stripped and not is_source and not _MACHINERY.match(stripped):
            found.append(stripped)
    return found
