"""The table of bad inputs (bad_inputs/*.yaml): each gives its one line, and nothing is trained or left half-written.

A row says what is wrong, the command (`regtrack COMMAND`, run in a person's folder), its exact line with {folder} for
that folder, and the text files that only this row needs. All other files are written below.
"""

import os
import shlex
import shutil
import sqlite3
import sys
import warnings
from contextlib import closing, nullcontext
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner
from PIL import Image
from support.store_files import copy_database

from regtrack.cli.main import main

INPUTS = Path(__file__).parent / "bad_inputs"
AREAS = ("sources", "arrays", "tables", "images", "grids", "variants", "models", "options")
TABLE = [row for area in AREAS for row in yaml.safe_load((INPUTS / f"{area}.yaml").read_text(encoding="utf-8"))]
ROWS_A_CLASS = 20
SHOWN = (UserWarning, RuntimeWarning, FutureWarning)
"""Warnings that Python prints unless it is told not to."""


def write_arrays(folder: Path) -> None:
    """flowers.npz (60 rows, 4 columns, 3 classes) and images.npz are good; the others are not, each in one way."""
    x = np.random.default_rng(0).normal(size=(3 * ROWS_A_CLASS, 4))
    y = np.arange(len(x)) % 3

    def with_one(value: float) -> np.ndarray:
        array = x.copy()
        array[7, 2] = value
        return array

    archives = {
        "flowers": {"x": x, "y": y},
        "images": {"x": np.ones((30, 8, 8), np.uint8), "y": y[:30]},
        "splits": {"x_train": x, "y_train": y, "x_test": x[:9], "y_test": y[:9]},
        "objects": {"x": x, "y": np.array(["a", None] * 30, dtype=object)},
        "only_x": {"x": x},
        "names": {"data": x, "labels": y},
        "both": {"x": x, "y": y, "x_train": x, "y_train": y},
        "lengths": {"x": x, "y": y[:-1]},
        "empty": {"x": x[:0], "y": y[:0]},
        "text_x": {"x": x.astype(str), "y": y},
        "nan": {"x": with_one(np.nan), "y": y},
        "inf": {"x": with_one(np.inf), "y": y},
        "zeros": {"x": np.zeros_like(x), "y": y},
        "fractions": {"x": x, "y": y + 0.5},
        "nan_label": {"x": x, "y": np.where(np.arange(len(y)) == 7, np.nan, y)},
        "multi_label": {"x": x, "y": np.array([[1, 0, 0], [1, 1, 0], [0, 1, 1]])[y]},
        "soft": {"x": x, "y": np.array([[0.8, 0.1, 0.1], [0.2, 0.5, 0.3], [0.1, 0.1, 0.8]])[y]},
        "one_class": {"x": x, "y": 0 * y},
        "class_names": {"x": x, "y": y, "class_names": np.array(["iris", "rose"])},
        "shapes": {"x_train": x, "y_train": y, "x_test": x[:9, :3], "y_test": y[:9]},
        "rare": {"x": x, "y": np.where(np.arange(len(y)) == 7, 3, y)},
    }
    for name, arrays in archives.items():
        np.savez(folder / f"{name}.npz", **arrays)
    whole = (folder / "flowers.npz").read_bytes()
    (folder / "short.npz").write_bytes(whole[: len(whole) // 2])
    with (folder / "single.npz").open("wb") as file:
        np.save(file, x)


def write_tables(folder: Path) -> None:
    """flowers.csv is good; the others have one column that is not."""
    n = 10 * ROWS_A_CLASS
    rows = np.arange(n)
    good = pd.DataFrame(
        {
            "length": rows % 7,
            "width": rows % 11,
            "colour": np.array(["red", "blue"])[rows % 2],
            "number": 1000 + 3 * rows,
        }
    ).assign(**{"class": np.array(["iris", "rose", "tulip"])[rows % 3]})
    columns = {
        "flowers": {},
        "dates": {"seen": pd.date_range("2024-01-01", periods=n).strftime("%Y-%m-%d")},
        "texts": {"remark": [f"seen by number {row}" for row in rows]},
        "slips": {"height": np.where(rows == 7, "12 cm", (rows + 0.5).astype(str))},
        "infinite": {"height": np.where(rows == 7, np.inf, rows)},
        "huge": {"height": np.where(rows == 7, 1e300, rows)},
        "prices": {"price": rows + 0.25},
    }
    for name, more in columns.items():
        good.assign(**more).to_csv(folder / f"{name}.csv", index=False)
    (folder / "latin.csv").write_bytes("width,class\n1,a\n2,b\n3,grün\n".encode("latin-1"))
    (folder / "bytes.yaml").write_bytes("variants: [{}]  # für später\n".encode("latin-1"))


def write_pictures(folder: Path) -> None:
    """photos is good: two classes of five images, 8 x 8; the other folders are not, each in one way."""

    def picture(path: Path, side: int = 8) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (side, side), color=len(path.name)).save(path)

    for name in ("photos", "no_dogs", "nested", "corrupt", "no_bytes", "sizes", "strange/train", "strange/test"):
        for animal in ("cat", "dog"):
            for i in range(5):
                picture(folder / name / animal / f"{i}.png")
    picture(folder / "only_cats/cat/0.png")
    for path in (folder / "no_dogs/dog").iterdir():
        path.unlink()
    picture(folder / "nested/dog/small/0.png")
    picture(folder / "strange/test/bird/0.png")
    whole = (folder / "corrupt/cat/3.png").read_bytes()
    (folder / "corrupt/cat/3.png").write_bytes(whole[: len(whole) // 2])
    (folder / "no_bytes/dog/2.png").write_bytes(b"")
    picture(folder / "sizes/dog/4.png", side=9)
    (folder / "nothing").mkdir()


def write_models(folder: Path) -> None:
    """own.keras is good, and so are the MLflow models plain and dropout, for digits."""
    import mine
    from mlflow.keras import save_model

    for name, build in {
        "own": mine.build,
        "normed": mine.normed,
        "lambda": mine.anonymous,
        "own_layer": mine.own_layer,
    }.items():
        build((8, 8), 10).save(folder / f"{name}.keras")
    whole = (folder / "own.keras").read_bytes()
    (folder / "short.keras").write_bytes(whole[: len(whole) // 2])
    save_model(mine.build((8, 8), 10), str(folder / "plain"), pip_requirements=[])
    save_model(
        mine.chain(keras.layers.Dropout(0.1), keras.layers.Dense(10)), str(folder / "dropout"), pip_requirements=[]
    )


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file and folder under `folder` by its path: when it was changed, in ns, and its size in bytes."""
    found = {str(path.relative_to(folder)): path.stat() for path in folder.rglob("*")}
    return {path: (status.st_mtime_ns, status.st_size) for path, status in found.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A person's folder with every input of the table; their modules are forgotten afterwards."""
    folder, before = tmp_path_factory.mktemp("person"), set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "dont_write_bytecode", True)
        patch.setattr(sys, "path", [*sys.path, str(folder)])
        shutil.copy(INPUTS / "mine.py", folder)
        write_arrays(folder), write_tables(folder), write_pictures(folder), write_models(folder)
        for row in TABLE:
            for name, text in row.get("files", {}).items():
                assert not (folder / name).exists(), f"two rows write {name}"
                (folder / name).write_text(text, encoding="utf-8")
        with closing(sqlite3.connect(folder / "other.db")) as database:
            database.execute("CREATE TABLE flowers (width REAL)")
        yield folder
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "/").is_relative_to(folder):
            del sys.modules[name]


@pytest.fixture(scope="module")
def client(empty_database, tmp_path_factory):
    """A store of its own for all rows: whatever is in it, a refused command left there."""
    from regtrack.tracking.store import connect

    path = tmp_path_factory.mktemp("store") / "mlflow.db"
    copy_database(empty_database, path)
    return connect(f"sqlite:///{path}")


@pytest.fixture
def refused(client, folder, monkeypatch, capfd):
    """Run `regtrack ARGUMENTS` in the person's folder; its one line, after proof that nothing else came of it."""
    import mlflow

    from regtrack.training import worker_process
    from regtrack.training.executors import local

    def reached(*arguments, **options):
        raise AssertionError("a refused command started a process")

    monkeypatch.setattr(worker_process.WorkerProcess, "start", reached)
    # Variants are checked here, and not in a process of the workers' template: tests/training/test_beforehand.py.
    monkeypatch.setattr(local, "workers_at_hand", nullcontext)
    monkeypatch.setattr(os, "execv", reached)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", client.tracking_uri)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "tests")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")  # doctor would leave it behind
    monkeypatch.chdir(folder)
    keras.utils.clear_session(free_memory=False)  # layers are named as in a fresh process

    def runs() -> dict[str, str]:
        experiments = [experiment.experiment_id for experiment in client.search_experiments()]
        return {run.info.run_id: run.info.status for run in client.search_runs(experiments)}

    def run(arguments: list[str]) -> str:
        files, stored = state(folder), runs()
        capfd.readouterr()
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("default")
            result = CliRunner().invoke(main, arguments)
        assert isinstance(result.exception, SystemExit), result.exc_info
        assert result.exit_code == 2, result.output
        [line] = result.stderr.splitlines()
        assert result.stdout == "" or arguments[0] == "doctor"  # which says first what it runs on
        assert capfd.readouterr() == ("", "")  # of libraries that write past Python's streams
        assert [str(one.message) for one in warned if issubclass(one.category, SHOWN)] == []
        assert state(folder) == files
        assert runs() == stored
        assert line.startswith("error: ")
        return line.removeprefix("error: ")

    yield run
    mlflow.set_tracking_uri(None)


def test_the_table_is_large_and_says_each_thing_once():
    """At least 60 different commands, each with a description of its own."""
    assert len({row["run"] for row in TABLE}) == len(TABLE) >= 60
    assert len({row["wrong"] for row in TABLE}) == len(TABLE)


@pytest.mark.parametrize("row", TABLE, ids=[row["wrong"].replace(" ", "-") for row in TABLE])
def test_a_bad_input_is_refused_in_exactly_this_line(refused, folder, row):
    """Exit code 2, one line, word for word; no process, no trial, no run left running, no file written."""
    assert refused(shlex.split(row["run"])) == row["error"].replace("{folder}", str(folder))
