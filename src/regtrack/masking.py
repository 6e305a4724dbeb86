"""Masking: a text as it may be printed or stored, whatever credentials stand in the addresses it speaks of.

Texts come from anywhere (an address that a person gave, a library's error), so that secrets are known by their form alone.
Where an address can be read in two ways, the one that hides more is taken. Standard library only: errors mask themselves.
"""

import re

HIDDEN = "***"

_BEFORE_AT = re.compile(r'(?<=://)(?:(?!://)[^\s"<>`])+@')
"""All of an address up to its last @: a person's password may hold any of / ? # : @ unescaped."""
_PORT = re.compile(r"\d*(?=[/?#])")
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
    if re.search(r"[/?#]", user) or (colon and _PORT.match(rest)):  # host/a@b or host:5000/a@b: the @ is of a path
        return found[0]
    return f"{user}:{HIDDEN}@" if colon else f"{HIDDEN}@"
