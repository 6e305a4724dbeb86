"""Names in a row, and numbers of things."""

from collections.abc import Sequence


def listed(names: Sequence[str], most: int = 4) -> str:
    """`a, b and c`; of more than `most` the first, and how many others: `a, b, c and 2 others`. At least one name."""
    shown = list(names) if len(names) <= most else [*names[: most - 1], f"{len(names) - most + 1} others"]
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]


def first_few(names: Sequence, most: int = 5) -> str:
    """`a, b`; of more than `most` the first of them: `a, b, c, d, e, ...`."""
    return ", ".join(map(str, names[:most])) + (", ..." if len(names) > most else "")


def counted(n: int, what: str, plural: str | None = None) -> str:
    """`1 seed`, `5 seeds`, `1,000 passes` where the plural is given."""
    return f"{n:,} {what if n == 1 else plural or what + 's'}"
