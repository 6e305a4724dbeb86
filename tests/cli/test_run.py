"""Run: what is printed to open is true where it is read, in the project's folder and anywhere else."""

from types import SimpleNamespace

import pytest

from regtrack.cli.run import what_to_open
from regtrack.shipped import project_folder

SWEEP = SimpleNamespace(
    sweep_id="s1", experiment_id="2", reported=SimpleNamespace(chart_link="CHART", report_link="REPORT")
)


def test_in_the_project_make_serves_its_own_store(monkeypatch):
    """No address where `make` knows it."""
    monkeypatch.chdir(project_folder())
    lines = what_to_open(SWEEP, f"sqlite:///{project_folder()}/mlflow.db").splitlines()
    assert lines[4].split() == ["make", "dashboard", *["Compare", "the", "variants", "(http://127.0.0.1:8501)"]]
    assert lines[5].startswith("  make ui ")
    assert lines[6:] == ["  CHART", "  The report:", "  REPORT"]


def test_in_the_project_make_is_told_of_another_store(monkeypatch):
    """The prefix that `make` takes."""
    monkeypatch.chdir(project_folder())
    text = what_to_open(SWEEP, "sqlite:////else/a.db")
    assert "\n  MLFLOW_TRACKING_URI=sqlite:////else/a.db make dashboard " in text
    assert "\n  MLFLOW_TRACKING_URI=sqlite:////else/a.db make ui " in text


@pytest.mark.parametrize("uri", ["sqlite:////else/a.db", "sqlite:////a folder/it's.db"])
def test_elsewhere_there_is_no_make(monkeypatch, tmp_path, uri):
    """regtrack's and MLflow's own commands, to paste into a shell whatever the path."""
    import shlex

    monkeypatch.chdir(tmp_path)
    lines = what_to_open(SWEEP, uri).splitlines()
    assert "make" not in "\n".join(lines)
    assert shlex.split(lines[4])[:4] == ["regtrack", "dashboard", "--store", uri]
    assert shlex.split(lines[5].partition("The MLflow UI")[0]) == [
        "mlflow", "ui", "--backend-store-uri", uri, "--host", "127.0.0.1", "--port", "5000"
    ]  # fmt: skip


def test_a_server_needs_no_ui_of_its_own_and_shows_no_password(monkeypatch, tmp_path):
    """It has one, at its own address."""
    monkeypatch.chdir(tmp_path)
    assert "mlflow ui" not in what_to_open(SWEEP, "http://host:5000")
    text = what_to_open(SWEEP, "postgresql://me:secret@host/db")
    assert "secret" not in text
    assert "of postgresql://me:***@host/db\n" in text
    assert 'mlflow ui --backend-store-uri "$MLFLOW_TRACKING_URI" ' in text  # a command with *** in it would not work
