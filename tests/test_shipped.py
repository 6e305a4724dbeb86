"""Shipped: the dashboard and the grids of this clone (of a wheel: test_wheel.py)."""

from pathlib import Path

import pytest

from regtrack import shipped
from regtrack.errors import GridError
from regtrack.shipped import command, dashboard_app, grid_names, grid_path, how_to_start, project_folder
from regtrack.variants import Grid
from regtrack.variants.named_grid import read_grid

ROOT = Path(__file__).parent.parent


def test_in_a_clone_they_are_the_projects_own():
    """Edited in place, without installing again."""
    assert project_folder() == ROOT.resolve()
    assert dashboard_app() == ROOT.resolve() / "dashboard" / "app.py"
    assert grid_path("quick") == ROOT.resolve() / "grids" / "quick.yaml"
    assert grid_names() == tuple(sorted(path.stem for path in (ROOT / "grids").iterdir()))
    assert how_to_start() == "make demo"


def test_what_a_clone_advises_elsewhere_works_there(tmp_path, monkeypatch):
    """In a folder without Makefile and MLproject the installed command is told, whatever it runs from."""
    monkeypatch.chdir(tmp_path)
    assert (how_to_start(), command(resume="ab")) == ("regtrack run", "regtrack run --resume ab")
    monkeypatch.chdir(ROOT)
    assert (how_to_start(), command()) == ("make demo", "mlflow run . --env-manager local")


def test_in_a_wheel_they_are_the_packages_whatever_lies_two_folders_up(tmp_path, monkeypatch):
    """An MLproject of somebody else's makes no clone of ours."""
    package = tmp_path / "lib" / "regtrack"
    (package / "dashboard").mkdir(parents=True)
    (tmp_path / "MLproject").touch()
    monkeypatch.setattr(shipped, "PACKAGE", package)
    assert project_folder() is None
    assert dashboard_app() == package / "dashboard" / "app.py"
    assert how_to_start() == "regtrack run"


def test_another_name_is_refused_with_those_there_are():
    """A path is no name, and nothing outside the folder can be named."""
    for name in ("fast", "", "../grids/quick", "quick.yaml"):
        with pytest.raises(GridError, match=r"one of the grids that come with regtrack \(article, claims, core, "):
            grid_path(name)


def test_a_grid_is_read_by_name_or_path_and_a_persons_own_file_wins(tmp_path, monkeypatch):
    """quick where nothing is given; a file in this folder of that very name is the person's."""
    monkeypatch.chdir(tmp_path)
    quick, core = (Grid.from_yaml(ROOT / "grids" / f"{name}.yaml") for name in ("quick", "core"))
    assert read_grid("quick") == read_grid(" ") == read_grid(str(ROOT / "grids" / "quick.yaml")) == quick
    assert read_grid("core") == core
    Path("core").write_text("variants: [{}, {l2: 0.5}]\n")
    assert len(read_grid("core").variants) == 2
    Path("grids").mkdir()
    Path("grids/own.yaml").write_text("variants: [{l1: 0.5}]\n")
    assert read_grid("grids/own.yaml").variants[0].label == "l1=0.5"


def test_what_to_type_is_mlflows_in_the_clone_and_regtracks_own_elsewhere(tmp_path, monkeypatch):
    """The same entry point and parameters either way."""
    assert command() == "mlflow run . --env-manager local"
    assert command("report", sweep="ab") == "mlflow run . --env-manager local -e report -P sweep=ab"
    assert (
        command(experiment="a b", resume="ab")
        == "mlflow run . --env-manager local --experiment-name 'a b' -P resume=ab"
    )
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path / "lib" / "regtrack")
    assert command(resume="ab") == command(experiment="a b", resume="ab") == "regtrack run --resume ab"
    assert command("report", sweep="ab") == "regtrack report --sweep ab"
