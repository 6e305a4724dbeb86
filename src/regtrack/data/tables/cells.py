"""What one cell of text can be beside a number: missing, true or false, a date."""

import re

MISSING = frozenset(
    (
        "",
        "?",
        "#N/A",
        "#N/A N/A",
        "#NA",
        "-NaN",
        "-nan",
        "<NA>",
        "N/A",
        "NA",
        "NULL",
        "NaN",
        "None",
        "n/a",
        "nan",
        "null",
    )
)  # pandas' own, and the UCI repository's question mark
BOOLEANS = {"true": 1.0, "false": 0.0}
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
DATE = re.compile(
    rf"(\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}|\d{{1,2}}\.? {_MONTH},? \d{{2,4}}"
    rf"|{_MONTH} \d{{1,2}},? \d{{4}})([ T].*)?|\d{{1,2}}:\d{{2}}(:\d{{2}})?(\.\d+)?",
    re.IGNORECASE,
)


def is_mark(cell: str) -> bool:
    """Nothing but punctuation, as `.`, `-` or `--`: among numbers it can only mean that there is none."""
    return not cell[-1:].isalnum() and not any(character.isalnum() for character in cell)
