"""The words of the store stand in names.py, and nowhere else."""

import ast
from pathlib import Path

import pytest

from regtrack import names

ROOT = Path(__file__).parent.parent
WORDS = {
    names.FINISHED, names.FAILED, names.KILLED, names.RUNNING,
    names.DETERMINISTIC, names.MC_DROPOUT, names.ENSEMBLE,
    names.BETTER, names.WORSE, names.EQUAL, names.NOT_SHOWN, *names.CLAIM_VERDICTS,
    names.WELL_FIT, names.UNDETERMINED,
}  # fmt: skip
"""Left out are words that are also something else's: `temperature` is a column, `underfit` a clause, `overfit` a verb."""
FILES = sorted({*ROOT.glob("src/regtrack/**/*.py"), *ROOT.glob("dashboard/**/*.py")} - {ROOT / "src/regtrack/names.py"})


def literals(code: str) -> set[str]:
    return {node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant) and isinstance(node.value, str)}  # fmt: skip


def column_slices(code: str) -> list[str]:
    """Slices and places of what is named COLUMNS, _COLUMNS or .columns."""
    found = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Subscript)]
    return [
        ast.unparse(node) for node in found
        if ast.unparse(node.value).endswith(("COLUMNS", ".columns"))
        and (isinstance(node.slice, ast.Slice) or isinstance(getattr(node.slice, "value", None), int))
    ]  # fmt: skip


def test_the_rules_find_what_they_look_for():
    """A word and two slices in a line of code each; a name of a column is none."""
    assert literals('x = "FINISHED"') & WORDS == {"FINISHED"}
    code = "names.PREDICTION_COLUMNS[8:]; table.columns[0]; COLUMNS['a']; columns[first]"
    assert column_slices(code) == ["names.PREDICTION_COLUMNS[8:]", "table.columns[0]"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_file_spells_a_word_of_the_store_again(path):
    """Statuses, methods, verdicts and regimes are imported; columns are taken by their names."""
    code = path.read_text(encoding="utf-8")
    assert literals(code) & WORDS == set()
    assert column_slices(code) == []
