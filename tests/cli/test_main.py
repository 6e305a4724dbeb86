"""The `regtrack` command: the entry points' own options, a store and an experiment that it finds by itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from regtrack.cli.confirm import confirm_command
from regtrack.cli.describe import describe_command
from regtrack.cli.main import main
from regtrack.cli.report import report_command
from regtrack.cli.sweep import sweep_command
from regtrack.cli.train import train_command
from regtrack.cli.uncertainty import uncertainty_command
from regtrack.cli.where import choose_experiment, choose_store
from regtrack.errors import StoreError

SHARED = {
    "run": sweep_command,
    "train": train_command,
    "describe": describe_command,
    "report": report_command,
    "confirm": confirm_command,
    "uncertainty": uncertainty_command,
}
OWN = {"run": {"--store", "--experiment"}, "train": {"--store", "--experiment"}, "describe": set(),
       "report": {"--store"}, "confirm": {"--store"}, "uncertainty": {"--store", "--experiment"}}  # fmt: skip
SETTINGS = ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME", "MLFLOW_EXPERIMENT_ID", "MLFLOW_RUN_ID",
            "MLFLOW_DISABLE_TELEMETRY", "KERAS_BACKEND")  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """An empty folder of a person who has set nothing of MLflow's; what a command sets does not last."""
    for name in SETTINGS:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def options(command) -> set[str]:
    return {name for param in command.params for name in param.opts}


@pytest.mark.parametrize("name", SHARED)
def test_a_command_has_the_options_of_its_entry_point_and_its_place(name):
    """The very parameters of the entry point, not a copy of them; besides, where to work."""
    command = main.commands[name]
    assert options(command) == options(SHARED[name]) | OWN[name]
    assert {id(param) for param in SHARED[name].params} <= {id(param) for param in command.params}


def test_help_lists_every_command_with_a_sentence():
    """`regtrack --help` says what there is, and what each is for."""
    assert set(main.commands) == {
        "run",
        "train",
        "confirm",
        "describe",
        "report",
        "dashboard",
        "uncertainty",
        "delete",
        "deliver",
        "doctor",
    }
    assert all(command.help and command.help[0].isupper() for command in main.commands.values())


@pytest.mark.parametrize("arguments", [(), ("run",), ("confirm",), ("describe",), ("doctor",), ("dashboard",)])
def test_help_answers_before_anything_heavy_is_imported(arguments, folder):
    """Neither TensorFlow, Keras, MLflow nor pandas: help is there at once."""
    code = """
import json, sys
from regtrack.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert end.code == 0
print("LOADED", json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments, "--help"], capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout.rpartition("LOADED ")[2]))
    assert "Options:" in done.stdout
    assert loaded & {"tensorflow", "keras", "mlflow", "pandas", "sklearn", "streamlit"} == set()


BAD = [
    (("run", "--grid", "no.yaml"), "grid: no file at {folder}/no.yaml; expected a YAML file such as grids/core.yaml"),
    (("run", "--grid", "fast"),
     "grid: expected a YAML file, or one of the grids that come with regtrack (article, claims, core, quick, "
     "search, today, training_size); received 'fast'"),
    (("run", "--epochs", "banana"),
     "epochs: expected a valid integer, unable to parse string as an integer, received 'banana'"),
    (("run", "--keep_weights", "perhaps"),
     "keep_weights: expected a valid boolean, unable to interpret input, received 'perhaps'"),
    (("run", "--existing_regularization", "some"),
     "existing_regularization: expected 'remove' or 'keep', received 'some'"),
    (("run", "--class_weights", "equal"), "class_weights: expected 'none' or 'balanced', received 'equal'"),
    (("run", "--seeds", "0"), "seeds: expected a number such as 5, different seeds such as 0,1,2, or auto; received '0'"),
    (("run", "--workers", "0"), "workers: expected a whole number from 1, received '0'"),
    (("run", "--tolerance", "-1"), "tolerance: expected greater than or equal to 0, received '-1'"),
    (("run", "--store", "store"),
     "store: expected a .db file or a URI such as sqlite:////absolute/path/mlflow.db or http://host:5000, received "
     "'store'"),
    (("run", "--store", "nowhere/x.db"), "store: no folder at {folder}/nowhere for x.db; make it, or name another"),
    (("run", "--model", "resnet"),
     "model: expected one of mlp, cnn, rnn, python:package.module:function or keras:file.keras, received 'resnet'; set "
     "model to one of these"),
    (("train", "--train_size", "99999"), "Expected train_size to be 0 (all) or an integer from 10 "),
    (("train", "--register", "a/b"),
     "register: expected a name without / and : that starts with no dot, received 'a/b'"),
    (("run", "--hidden_widths", "16"),
     "hidden_widths: the grid varies it itself (hidden_widths=4); leave it out, or use another grid"),
    (("train", "--l2", "-1"), "l2: expected greater than or equal to 0, received '-1'"),
    (("describe", "--grid", "quick", "--l2", "0.1"),
     "grid: expected a grid or one variant's parameters, received both (l2); drop one"),
    (("describe", "--dropout_rate", "2"), "dropout_rate: expected less than 1, received '2'"),
    (("describe", "--grid", "fast"),
     "grid: expected a YAML file, or one of the grids that come with regtrack (article, claims, core, quick, "
     "search, today, training_size); received 'fast'"),
    (("report",), "no tracking store at {folder}/mlflow.db; run regtrack run, or set MLFLOW_TRACKING_URI to yours"),
    (("report", "--store", "old.db"),
     "no tracking store at {folder}/old.db; run regtrack run, or set MLFLOW_TRACKING_URI to yours"),
    (("dashboard",), "no tracking store at {folder}/mlflow.db; run regtrack run, or set MLFLOW_TRACKING_URI to yours"),
    (("dashboard", "--port", "http"), "port: expected a whole number from 1 to 65535, received 'http'"),
    (("uncertainty",), "model_uri: expected the URI of a logged Keras model such as models:/m-..., received nothing"),
    (("uncertainty", "--model_uri", "models:/m-1"),
     "no tracking store at {folder}/mlflow.db; run regtrack run, or set MLFLOW_TRACKING_URI to yours"),
    (("doctor", "--store", "none.db"),
     "no tracking store at {folder}/none.db; run regtrack run, or set MLFLOW_TRACKING_URI to yours"),
    (("doctor", "--store", "."),
     "store: expected a .db file or a URI such as sqlite:////absolute/path/mlflow.db or http://host:5000, received '.'"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "line"), BAD)
def test_a_bad_value_is_one_line_and_leaves_nothing_behind(folder, arguments, line):
    """Expected, received, remedy; exit code 2; no store, no folder, no run."""
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.output
    assert result.stderr.startswith(f"error: {line.format(folder=folder)}")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "uri"),
    [("", "sqlite:///{folder}/mlflow.db"), ("mine.db", "sqlite:///{folder}/mine.db"),
     ("../next.sqlite", "sqlite:///{folder}/../next.sqlite"), ("http://host:5000", "http://host:5000"),
     ("sqlite:////a/b.db", "sqlite:////a/b.db")],
)  # fmt: skip
def test_the_store_is_this_folders_unless_it_is_named(folder, text, uri):
    """A file of a person's own, or any address of MLflow's."""
    choose_store(text)
    assert os.environ["MLFLOW_TRACKING_URI"] == uri.format(folder=folder)


def test_mlflows_own_setting_is_the_default_and_what_is_given_wins(folder, monkeypatch):
    """MLFLOW_TRACKING_URI is where a person works already."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://host:5000")
    choose_store("")
    assert os.environ["MLFLOW_TRACKING_URI"] == "http://host:5000"
    choose_store("mine.db")
    assert os.environ["MLFLOW_TRACKING_URI"] == f"sqlite:///{folder}/mine.db"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [("", {}, {"MLFLOW_EXPERIMENT_NAME": "regtrack"}),
     ("mine", {}, {"MLFLOW_EXPERIMENT_NAME": "mine"}),
     ("", {"MLFLOW_EXPERIMENT_NAME": "set"}, {"MLFLOW_EXPERIMENT_NAME": "set"}),
     ("", {"MLFLOW_EXPERIMENT_ID": "7"}, {"MLFLOW_EXPERIMENT_ID": "7"}),
     ("mine", {"MLFLOW_EXPERIMENT_ID": "7"}, {"MLFLOW_EXPERIMENT_NAME": "mine"}),
     ("mine", {"MLFLOW_EXPERIMENT_NAME": "set"}, {"MLFLOW_EXPERIMENT_NAME": "mine"})],
)  # fmt: skip
def test_the_experiment_is_the_given_one_else_mlflows_else_regtrack(folder, monkeypatch, name, before, after):
    """What is given wins over MLflow's settings, those over the default."""
    for variable, value in before.items():
        monkeypatch.setenv(variable, value)
    choose_experiment(name)
    assert {n: os.environ[n] for n in SETTINGS if n.startswith("MLFLOW_EXPERIMENT") and n in os.environ} == after


def test_a_run_that_mlflow_gave_has_its_experiment(folder, monkeypatch):
    """The two cannot both be meant."""
    monkeypatch.setenv("MLFLOW_RUN_ID", "abc")
    choose_experiment("")
    with pytest.raises(StoreError) as error:
        choose_experiment("mine")
    assert str(error.value) == "experiment: MLFLOW_RUN_ID=abc has its own; unset it, or leave experiment out"


def test_a_module_in_the_folder_can_be_named_and_hides_none(folder):
    """python:module:function finds a person's file; one that is called as an installed package does not win."""
    CliRunner().invoke(main, ["run", "--grid", "no.yaml"])
    assert sys.path[-1] == str(folder)


def test_describe_shows_a_variant_and_trains_nothing(folder):
    """A row a layer with what is added; no store is made."""
    result = CliRunner().invoke(main, ["describe", "--l2", "0.001", "--dropout_rate", "0.2"])
    assert result.exit_code == 0, result.output
    assert "l2=0.001" in result.output
    assert "penalty at start" in result.output
    assert list(folder.iterdir()) == []


def test_describe_shows_every_variant_of_a_grid(folder):
    """One table a variant, in the grid's order; quick where nothing is given."""
    result = CliRunner().invoke(main, ["describe"])
    assert result.exit_code == 0, result.output
    labels = ["baseline", "hidden_widths=4", "l1=0.001", "l1=0.03", "dropout=0.2+max_norm=1"]
    places = [result.output.index(f"{label} ") for label in labels]
    assert places == sorted(places)
