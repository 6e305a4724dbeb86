"""`regtrack delete`: says what there is, asks, and does nothing unless it is told yes."""

import pytest
from click.testing import CliRunner

from regtrack import names
from regtrack.cli.main import main
from regtrack.tracking import reader
from regtrack.tracking.store import ensure_experiment


@pytest.fixture
def sweep_id(store) -> str:
    """A sweep of one run with one artifact."""
    run_id = store.create_run(ensure_experiment(store, "tests")).info.run_id
    for name, value in ((names.ROLE, names.ROLE_SWEEP), (names.SWEEP_ID, run_id)):
        store.set_tag(run_id, name, value)
    store.log_text(run_id, "x" * 200_000, "sweep/a.txt")
    store.set_terminated(run_id)
    return run_id


def delete(store, *arguments: str, answer: str = ""):
    return CliRunner().invoke(main, ["delete", "--store", store.tracking_uri, *arguments], input=answer)


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_it_asks_and_no_is_the_answer_of_a_bare_return(store, sweep_id, answer):
    """What is there is said first, by number and size."""
    result = delete(store, "--sweep", sweep_id, answer=answer)
    assert result.exit_code == 0
    assert f"sweep {sweep_id} in experiment 'tests': 1 run, 0 models, 0.2 MB of artifacts" in result.stdout
    assert "nothing was deleted" in result.stdout
    assert len(reader.sweeps(store)) == 1


@pytest.mark.parametrize(("arguments", "answer"), [((), "y\n"), (("--yes",), "")])
def test_yes_deletes(store, sweep_id, arguments, answer):
    """Asked, or told beforehand."""
    result = delete(store, "--sweep", sweep_id, *arguments, answer=answer)
    assert result.exit_code == 0, result.output
    assert "deleted; `mlflow gc`" in result.stdout
    assert reader.sweeps(store).empty


def test_an_unknown_sweep_is_one_line(store):
    """Exit code 2."""
    result = delete(store, "--sweep", "nope", "--yes")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: sweep: expected the id of a sweep in this store, received 'nope'")
