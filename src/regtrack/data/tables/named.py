"""The columns that a person names, found among a table's: space around a name aside, with the closest suggested."""

import difflib
from collections.abc import Sequence

from regtrack.errors import DataError

MOST_LISTED = 12


def find_columns(names: Sequence[str], given: Sequence[str], key: str, where: str) -> list[str]:
    """The columns that the values of an option name, in their order.

    Args:
        names: the table's columns.
        given: the values of `key`, cut at commas. Where a piece names no column, pieces that make a column's name when
            the commas are put back between them are that column.
        key, where: the option and the table, for messages.

    Raises:
        DataError: one is no column.
    """
    if all(piece in names or piece.strip() in names for piece in given):
        return [_find(names, piece, key, where) for piece in given]
    found: list[str] = []
    rest = list(given)
    while rest:
        fit = next((end for end in range(len(rest), 0, -1) if ",".join(rest[:end]).strip() in names), 1)
        found.append(_find(names, ",".join(rest[:fit]), key, where))
        rest = rest[fit:]
    return found


def listed(names: Sequence[str]) -> str:
    """The names, the first of many and how many more."""
    more = f", ... {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return ", ".join(names[:MOST_LISTED]) + more


def _find(names: Sequence[str], name: str, key: str, where: str) -> str:
    if name in names or name.strip() in names:
        return name if name in names else name.strip()
    close = difflib.get_close_matches(name, names, n=1) or [one for one in names if one.lower() == name.strip().lower()]
    hint = f"did you mean {close[0]!r}?" if close else f"choose among {listed(names)}."
    raise DataError(f"Expected {key} to name a column of {where}, received {name!r}; {hint}")
