"""The error tree: what is drawn in its docstring is what is there; errors carry what they are about."""

import ast
import pickle
import re
from pathlib import Path

import pytest

from regtrack import errors
from regtrack.errors import SettingError, VariantError
from regtrack.variants.variant import Variant

ROOT = Path(__file__).parent.parent
DEPTH = 4  # characters a level is drawn further in


def drawn() -> dict[str, str]:
    """Error -> the one it stands below, of the drawing."""
    parents, path = {}, []
    for line in errors.__doc__.splitlines():
        found = re.match(r"    ([ │├└─]*)(\w+) {2,}\S", line)
        if found:
            level = len(found[1]) // DEPTH
            path[level:] = [found[2]]
            parents[found[2]] = path[level - 1] if level else "Exception"
    return parents


def defined() -> dict[str, str]:
    """Error -> its base class, of every class below RegtrackError in regtrack and its dashboard."""
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]
    classes = [
        node for file in files for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ClassDef)
    ]
    bases = {node.name: base.id for node in classes for base in node.bases if isinstance(base, ast.Name)}

    def in_tree(name: str | None) -> bool:
        return name == "RegtrackError" or (name in bases and in_tree(bases[name]))

    return {name: base for name, base in bases.items() if in_tree(name)}


def test_the_drawing_is_the_tree():
    """Every error with its place, none drawn that is not there, wherever it is defined."""
    assert len(drawn()) > 5
    assert drawn() == defined()


def test_every_error_says_what_it_is_for():
    """Each class of the module has a docstring of its own, and the line in the drawing is not empty."""
    kinds = [value for value in vars(errors).values() if isinstance(value, type)]
    assert all(kind.__doc__ and kind.__module__ == errors.__name__ for kind in kinds)


@pytest.mark.parametrize(
    ("about", "message"),
    [({"parameter": "l2"}, "l2: is odd"), ({"variant": "l2=1: 2"}, "l2=1: 2: is odd"), ({}, "is odd")],
)
def test_what_is_wrong_stands_in_front_of_the_problem(about, message):
    """The variant, else the parameter, else nothing."""
    assert str(VariantError("is odd", **about)) == message


def test_a_variants_error_names_its_parameter():
    """Unknown, out of range or without effect: the parameter is a value, and the problem does not repeat it."""
    for params in ({"l3": 1}, {"l2": -1}, {"dropout_placement": "width"}, {"dataset": "digits"}):
        with pytest.raises(VariantError) as caught:
            Variant(**params)
        [name] = params
        assert caught.value.parameter == name
        assert str(caught.value) == f"{name}: {caught.value.problem}"


def test_an_error_from_a_worker_keeps_what_it_is_about():
    """It goes through a pickle."""
    back = pickle.loads(pickle.dumps(VariantError("is odd", parameter="l2", variant="l2=1")))
    assert (back.problem, back.parameter, back.variant, str(back)) == ("is odd", "l2", "l2=1", "l2=1: is odd")


def test_a_message_is_bounded_whatever_was_received():
    """Of 100,000 characters the beginning and what to do; it stays the same on its way through a pickle, as a short one does."""
    error = SettingError(f"epochs: expected a number, received {'x' * 100_000}; give 3")
    assert str(error).startswith("epochs: expected a number, received xxx")
    assert str(error).endswith("xxx; give 3")
    assert "(98,044 characters left out)" in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert str(SettingError("y" * 2_200)) == "y" * 2_200
