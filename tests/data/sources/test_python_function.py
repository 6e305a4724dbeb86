"""python: what a function returns becomes a Dataset; what goes wrong in it is one line with the error's type."""

import sys

import numpy as np
import pytest

from regtrack.data import Dataset, load_dataset
from regtrack.errors import DataError

MODULE = """
import numpy as np
from regtrack.data import Dataset
from regtrack.errors import DataError
X = np.random.default_rng(0).normal(size=(100, 3)); Y = np.arange(100) % 2
value = 3
def pair(): return X, Y
def listed(): return [X, Y]
def triple(): return X, Y, ("a", "b")
def mapping(): return {"x_train": X, "y_train": Y, "x_test": X + 1, "y_test": Y}
def whole(): return Dataset.from_arrays(X, Y, split_seed=3, name="own", label_noise=0.1)
def nothing(): pass
def one(): return X,
def text(): return "digits"
def fails(): raise KeyError("colour\\n is gone")
def silent(): raise ValueError
def refuses(): raise DataError("Expected a, received b; do c.")
class Room:
    @staticmethod
    def pair(): return X, Y
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working directory with mine.py, a package of it, and modules that cannot be imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "mine_data.py").write_text(MODULE)
    (tmp_path / "mine_package").mkdir()
    (tmp_path / "mine_package/__init__.py").write_text("")
    (tmp_path / "mine_package/inner.py").write_text(MODULE)
    (tmp_path / "mine_broken.py").write_text("1 / 0")
    (tmp_path / "mine_syntax.py").write_text("def (:")
    (tmp_path / "mine_needs.py").write_text("import not_installed_anywhere")
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("mine_")]:
        del sys.modules[name]


def load(argument: str, **parts) -> Dataset:
    return load_dataset(f"python:{argument}", **{"split_seed": 0} | parts)


@pytest.mark.parametrize(
    "argument", ["mine_data:pair", "mine_data:listed", "mine_package.inner:pair", "mine_data:Room.pair"]
)
def test_arrays_are_split_and_scaled(here, argument):
    """A function of the current directory, in a module, a package or a class, gives what from_arrays would make."""
    x, y = np.random.default_rng(0).normal(size=(100, 3)), np.arange(100) % 2
    dataset = load(argument, train_size=20)
    assert dataset.digest == Dataset.from_arrays(x, y, split_seed=0, train_size=20).digest
    assert dataset.name == argument.rpartition(":")[2].rpartition(".")[2]


def test_class_names_and_own_splits_are_taken(here):
    """Three values name the classes; a dict is read as an .npz file is."""
    assert load("mine_data:triple").class_names == ("a", "b")
    assert load("mine_data:mapping").test.example_id.tolist() == list(range(100, 200))


def test_a_finished_data_set_stays_as_it_is(here):
    """A Dataset keeps its splits, noise and digest; another seed is noted, not obeyed."""
    own = load("mine_data:whole", split_seed=3)
    assert (own.name, own.split_seed, own.label_noise, own.notes) == ("own", 3, 0.1, ())
    other = load("mine_data:whole")
    assert other.digest == own.digest
    assert other.notes == ("the splits are the function's own, drawn with split seed 3: 0 has no effect",)
    assert load("mine_data:whole", label_noise=0.1).label_noise == 0.1


@pytest.mark.parametrize(("setting", "value"), [("train_size", 20), ("label_noise", 0.2)])
def test_a_setting_that_a_finished_data_set_cannot_follow_is_refused(here, setting, value):
    """Asking for a size or noise it does not have is refused with both ways out."""
    with pytest.raises(
        DataError, match=rf"Expected {setting} 0 or .* received {value}; leave {setting} out, or return"
    ):
        load("mine_data:whole", **{setting: value})


REFUSED = {
    "no colon": ("mine_data", "dataset: expected python:package.module:function, received 'python:mine_data'"),
    "a path": ("folder/mine.py:pair", "name a module and a function in it"),
    "no function": ("mine_data:", "name a module and a function in it"),
    "no such module": ("mine_dta:pair", "no module named mine_dta in"),
    "no such part": ("mine_package.outer:pair", "no module named mine_package.outer in"),
    "no such function": ("mine_data:pairs", "received no 'pairs' there; did you mean 'pair'?"),
    "far off": ("mine_data:zzz", "received no 'zzz' there; define it there"),
    "no function but a value": ("mine_data:value", "received int; wrap it in a function"),
    "a module that raises": ("mine_broken:pair", "received ZeroDivisionError: division by zero"),
    "a module with a slip": ("mine_syntax:pair", "received SyntaxError"),
    "a missing package": ("mine_needs:pair", "received ModuleNotFoundError: No module named 'not_installed_anywhere'"),
    "an error inside": ("mine_data:fails", "from mine_data:fails(), received KeyError: 'colour\\n is gone'"),
    "an error without words": ("mine_data:silent", "received ValueError; call it"),
    "a DataError inside": ("mine_data:refuses", "Expected a, received b; do c."),
    "None": ("mine_data:nothing", "received NoneType; return one of these"),
    "one value": ("mine_data:one", "received tuple of 1"),
    "text": ("mine_data:text", "received str"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_called_or_used_is_refused_in_one_line(here, case):
    """Names, imports, errors inside and odd returns are each told apart."""
    argument, message = REFUSED[case]
    with pytest.raises(DataError) as caught:
        load(argument)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_module_shows_where_it_was_looked_for(here):
    """The working directory is named, because `mlflow run` changes it."""
    with pytest.raises(DataError, match=f"no module named mine_dta in {here}"):
        load("mine_dta:pair")
