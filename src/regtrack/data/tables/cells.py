"""What one cell of text can be beside a number: missing, true or false, a mere mark."""

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


def is_mark(cell: str) -> bool:
    """Nothing but punctuation, as `.`, `-` or `--`: among numbers it can only mean that there is none."""
    return not cell[-1:].isalnum() and not any(character.isalnum() for character in cell)
