"""`regtrack doctor`: exit code 0 when all is well or was repaired, 1 when findings remain, 2 for a person's mistake."""

import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner

from regtrack import names
from regtrack.cli import environment
from regtrack.cli.main import main
from regtrack.tracking.addresses import sqlite_path
from regtrack.tracking.process import this_process

GONE = this_process().rpartition(".")[0] + ".1"


def doctor(*arguments: str):
    return CliRunner().invoke(main, ["doctor", *arguments])


@pytest.fixture(autouse=True)
def enough_memory(monkeypatch):
    """Other work beside the tests is no finding."""
    monkeypatch.setattr(environment, "free_gigabytes", lambda: 100.0)


def start(store, **tags) -> str:
    tags = {names.ROLE: "trial", names.PROCESS: GONE} | tags
    return store.create_run(store.get_experiment_by_name("tests").experiment_id, tags=tags).info.run_id


def test_all_is_well(store):
    """What there is in a line each, then that sentence, and exit code 0."""
    result = doctor()
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("Python 3.")
    assert f"store {sqlite_path(store.tracking_uri)}, " in lines[3]
    assert lines[-1] == "all is well"


def test_without_a_store_the_environment_is_examined_and_none_is_made(tmp_path, monkeypatch):
    """A first look, before anything was trained."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    result = doctor()
    assert result.exit_code == 0
    assert f"no tracking store at {tmp_path}/mlflow.db yet: regtrack run makes it" in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_finding_is_told_with_what_fix_would_do_and_changes_nothing(store):
    """Exit code 1; the run is as it was."""
    run_id = start(store)
    result = doctor()
    assert result.exit_code == 1
    assert f"stale trial: {run_id}: trial is RUNNING, but its process " in result.stdout
    assert "    --fix would close it as KILLED\n" in result.stdout
    assert result.stdout.endswith("1 finding, 1 of them repaired by --fix\n")
    assert store.get_run(run_id).info.status == "RUNNING"


def test_fix_repairs_and_says_so(store):
    """Exit code 0: nothing remains; and again nothing to do."""
    run_id = start(store)
    result = doctor("--fix")
    assert result.exit_code == 0, result.output
    assert f"repaired: {run_id}: closed as KILLED, since its process " in result.stdout
    assert result.stdout.endswith("all is well\n")
    assert store.get_run(run_id).info.status == "KILLED"
    assert "repaired" not in doctor("--fix").stdout


def test_what_cannot_be_repaired_remains_with_its_remedy(store):
    """A finished trial without artifacts: exit code 1 after --fix too, and what to do."""
    run_id = start(store)
    store.set_terminated(run_id, "FINISHED")
    result = doctor("--fix")
    assert result.exit_code == 1
    assert f"artifacts deleted: {run_id}: expected its artifacts at " in result.stdout
    assert f"    do: mlflow runs delete --run-id {run_id}, then regtrack run --resume " in result.stdout


def test_of_many_findings_of_a_kind_the_first_are_shown_and_the_rest_counted(store):
    """A thousand lines help nobody."""
    for _ in range(12):
        start(store)
    result = doctor()
    assert result.stdout.count("stale trial: ") == 10
    assert "    and 2 more of this kind\n" in result.stdout
    assert "12 findings, 12 of them repaired by --fix" in result.stdout


@pytest.mark.parametrize(
    ("content", "start", "end"),
    [("SELECT 1", "the database at ", " is no MLflow store; run make demo, or set MLFLOW_TRACKING_URI to yours"),
     (b"no database at all, but long enough to be one" * 100, "the tracking store at ",
      "set MLFLOW_TRACKING_URI to a store such as sqlite:////absolute/path/mlflow.db")],
)  # fmt: skip
def test_what_is_no_store_is_refused_and_left_as_it_is(tmp_path, monkeypatch, content, start, end):
    """One line, exit code 2, and MLflow makes no tables in somebody's database."""
    path = tmp_path / "a.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE mine (a)")
            connection.commit()
    before = path.read_bytes()
    result = doctor("--store", str(path), "--fix")
    assert result.exit_code == 2
    [line] = result.stderr.splitlines()
    assert line.startswith(f"error: {start}{path} is no")
    assert line.endswith(end)
    assert path.read_bytes() == before


def test_a_server_that_does_not_answer_is_named(monkeypatch):
    """Exit code 2 at once, not after minutes of trying."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    result = doctor("--store", "http://127.0.0.1:9")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: tracking store http://127.0.0.1:9 does not answer (")
