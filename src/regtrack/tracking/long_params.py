"""Params too long for a store: MLflow would cut them without a mark, and what is left would be read back as the truth."""

from regtrack import names

LONGEST = 5000
"""Characters: MLflow cuts a param at 6,000, and a database holds 5,000 of a model's."""
CUT_BY_MLFLOW = 6000
END = f" characters, whole in {names.GRID} of its sweep)"


def shortened(text: str) -> str:
    """The text as a param: its beginning and how long it is, where it is too long."""
    if len(text) <= LONGEST:
        return text
    mark = f"... ({len(text):,}{END}"
    return text[: LONGEST - len(mark)] + mark


def is_shortened(text: str) -> bool:
    """Whether a param is a part of what it was, cut here or, by an earlier version, by MLflow."""
    return text.endswith(END) or len(text) >= CUT_BY_MLFLOW
