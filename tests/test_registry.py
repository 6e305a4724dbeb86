"""A folder as a registry: what is found, in which order, and that a name is claimed once."""

import importlib
import pkgutil
import sys

import pytest

from regtrack.errors import RegistryError
from regtrack.registry import discover

FILE = """
import {base}

class One({base}.Thing):
    name, order = "{name}", {order}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A package of its own, and a function that adds a file with one thing to it."""
    (tmp_path / "things").mkdir()
    (tmp_path / "things" / "__init__.py").touch()
    (tmp_path / "kind_of_thing.py").write_text("class Thing: pass")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def add(file: str, name: str, order: int = 0) -> None:
        text = FILE.format(base="kind_of_thing", name=name, order=order)
        (tmp_path / "things" / f"{file}.py").write_text(text)

    yield add
    for name in [one for one in sys.modules if one.partition(".")[0] in ("things", "kind_of_thing")]:
        del sys.modules[name]


def found() -> dict:
    import kind_of_thing
    import things

    return discover(things.__name__, things.__path__, kind_of_thing.Thing)


def test_each_file_gives_what_it_defines_by_order_then_name(folder):
    """An instance of each class, the kind itself left out though every file knows it."""
    folder("a", "last", 2)
    folder("b", "second", 1)
    folder("c", "first", 1)
    assert list(found()) == ["first", "second", "last"]
    assert {type(one).__module__ for one in found().values()} == {"things.a", "things.b", "things.c"}


def test_one_name_in_two_files_is_refused_in_one_line(folder):
    """Neither hides the other: the line names both files."""
    folder("a", "mine")
    folder("b", "mine")
    with pytest.raises(RegistryError) as caught:
        found()
    assert str(caught.value) == (
        "Expected one Thing of each name, received 'mine' from both things.a and things.b; rename one of them."
    )


FOLDERS = {
    "sources": ("regtrack.data.sources", "regtrack.data.sources.base.Source"),
    "regularizers": ("regtrack.variants.regularizers", "regtrack.variants.regularizers.base.Regularizer"),
    "claims": ("regtrack.diagnosis.claims.article", "regtrack.diagnosis.claims.base.Claim"),
    "kinds": ("regtrack.diagnosis.triage.kinds", "regtrack.diagnosis.triage.kinds.base.Kind"),
}
"""Registry -> its folder, and the class that each entry is of."""


def registered(registry: str) -> dict:
    from regtrack.data.spec import known_sources
    from regtrack.diagnosis.claims.article import CLAIMS
    from regtrack.diagnosis.triage.kinds import KINDS
    from regtrack.variants.regularizers import REGULARIZERS

    return {"sources": known_sources(), "regularizers": REGULARIZERS, "claims": CLAIMS, "kinds": KINDS}[registry]


@pytest.mark.parametrize("registry", FOLDERS)
def test_every_registry_of_regtrack_is_such_a_folder(registry):
    """Every class of every file is registered once, by its own name; sources apart, no two have one order."""
    found = registered(registry)
    assert [one.name for one in found.values()] == list(found)
    folder, kind = FOLDERS[registry]
    package, base = importlib.import_module(folder), pkgutil.resolve_name(kind)
    modules = [importlib.import_module(f"{folder}.{one.name}") for one in pkgutil.iter_modules(package.__path__)]
    classes = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, base) and value is not base
    }
    assert len(classes) > 1
    assert classes == {type(one) for one in found.values()}
    if registry != "sources":
        assert len({one.order for one in found.values()}) == len(found)
