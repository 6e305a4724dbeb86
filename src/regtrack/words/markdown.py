"""Text as it may stand in markdown: what markdown, HTML or the program that shows it would read as its own stays text."""

STREAMLIT = "\\`*_[]<>|~$:#&"
MLFLOW = "\\`*_[]<>|~#"
"""Marks that a program reads. MLflow's UI knows no escaped $, : or &, and would show the backslash."""


def escaped(text: object, marks: str = STREAMLIT) -> str:
    """The same words, on one line, with every mark escaped."""
    return " ".join(str(text).split()).translate({ord(mark): f"\\{mark}" for mark in marks})
