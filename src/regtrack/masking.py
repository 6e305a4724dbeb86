"""Masking: a text as it may be printed or stored, whatever credentials stand in the addresses it speaks of.

Texts come from anywhere (an address that a person gave, a library's error), so that secrets are known by their form alone.
Where an address can be read in two ways, the one that hides more is taken, but for host/path@v1 and host:5000/path@v1, which are
what they look like: u:5000/secret@host reads the same, and is shown. In a password / is to be written %2F, without which no
library reads it either. Standard library only: errors mask themselves.
"""

import re

HIDDEN = "***"

_BEFORE_AT = re.compile(r'(?<=://)(?:(?!://)[^\s"<>`])+@')
"""All of an address up to its last @: a person's password may hold any of / ? # : @ unescaped."""
_PORT = re.compile(r"(80|443|\d{4,5})(?=[/?#])")
"""What may be a port in front of a path; another number in front of a slash begins a password: u:12/secret@host."""
_HOST_AND_PORT = re.compile(r"(\[[\da-f:]+\]|[\w.-]+):\d{1,5}(?![\w.-])", re.I)
"""Behind an @ the sign that a host stands there, and not the rest of a path: /path@v1."""
_WORDS = (
    r"[\w.-]*(?:password|passwd|passphrase|pwd|token|secret|credential|signature|(?:api|access|account|private)[_-]?key)"
    r"|(?:[\w.-]*[_.-])?(?:pass|pw|sig|auth|key)"
)
_PAIR = re.compile(
    rf"""(?<![\w.-])((?:{_WORDS})(?:_?id)?)(=|%3D|["']\s*:\s*["'])((?:(?!%3B|%26)[^\s&;#"<>`])+)""", re.I
)
"""name=value of a query, of a database's connection string or of a variable, percent-encoded or not; "name": "value"."""
_HEADER = re.compile(r"\b(Authorization\W{1,4}\w+|Bearer) +[\w.~+/=-]+", re.I)


def mask(text: str) -> str:
    """The text with *** for passwords, tokens and keys: user:***@host, ***@host, ?password=***, Bearer ***.

    A user's name stays where a password stands behind it; alone it may as well be a token.
    """
    text = _BEFORE_AT.sub(_userinfo, text)
    text = _PAIR.sub(rf"\1\2{HIDDEN}", text)
    return _HEADER.sub(rf"\1 {HIDDEN}", text)


def _userinfo(found: re.Match) -> str:
    user, colon, rest = found[0][:-1].partition(":")
    has_path = re.search(r"[/?#]", user)
    if (has_path or (colon and _PORT.match(rest))) and not _HOST_AND_PORT.match(found.string, found.end()):
        return found[0]  # host/a@b or host:5000/a@b: the @ is of a path
    return f"{user}:{HIDDEN}@" if colon and not has_path else f"{HIDDEN}@"
