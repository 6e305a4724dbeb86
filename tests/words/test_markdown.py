"""Text in markdown stays text."""

from regtrack.words.markdown import MLFLOW, STREAMLIT, escaped


def test_every_mark_is_escaped_and_all_else_stays():
    """A backslash before each mark of the program that shows it, and before nothing else."""
    for marks in (STREAMLIT, MLFLOW):
        assert escaped(marks, marks) == "".join(f"\\{mark}" for mark in marks)
    assert escaped("l2=0.001 (5 %)") == "l2=0.001 (5 %)"


def test_mlflow_is_given_no_backslash_that_it_would_show():
    """Its UI shows a backslash before $, : and &."""
    assert escaped("a: $1 & b", MLFLOW) == "a: $1 & b"


def test_lines_become_one():
    """A line break would end a table's cell or a heading."""
    assert escaped("a\n# b\tc") == "a \\# b c"
