"""What an interrupted sweep left is closed; one that may run elsewhere is left to whoever runs it."""

import time

import pytest

from regtrack import names
from regtrack.errors import StoreError
from regtrack.shipped import project_folder
from regtrack.tracking.doctor import examine, repair
from regtrack.tracking.interrupted import FRESH_MINUTES, close_interrupted
from regtrack.tracking.never_begun import BEGINS_WITHIN_MINUTES

ELSEWHERE = "another-host:4711:abcdefgh.4026531836.5"


def made(store, role: str, minutes_ago: float, tags: dict | None = None) -> str:
    """A RUNNING run that began so long ago."""
    experiment_id = store.get_experiment_by_name("tests").experiment_id
    tags = {names.ROLE: role, names.SWEEP_ID: "s1", names.PROCESS: ELSEWHERE} if tags is None else tags
    started = int((time.time() - 60 * minutes_ago) * 1000)
    return store.create_run(experiment_id, start_time=started, tags=tags).info.run_id


def test_a_sweep_that_may_run_elsewhere_is_not_taken_over(store):
    """Begun an hour ago, on a host that cannot be asked, and told of an epoch a minute ago: refused in one line that says what to
    do; nothing is closed. With force it is, and so it is when its last sign is old."""
    sweep, trial = made(store, "sweep", 60), made(store, "trial", 50)
    store.log_metric(trial, names.VAL_CROSS_ENTROPY, 0.5, timestamp=int((time.time() - 90) * 1000), step=1)
    experiment_id = store.get_experiment_by_name("tests").experiment_id
    with pytest.raises(StoreError) as error:
        close_interrupted(store, experiment_id, "s1", None)
    assert str(error.value) == (
        "resume: sweep s1 may still be running, in process 4711 on another-host, which cannot be asked from here: its last sign "
        "came 2 minutes ago; stop it there or wait until that is 30, or if it is dead give force=true (--force)"
    )
    assert [store.get_run(one).info.status for one in (sweep, trial)] == ["RUNNING", "RUNNING"]
    close_interrupted(store, experiment_id, "s1", None, force=True)
    assert [store.get_run(one).info.status for one in (sweep, trial)] == ["KILLED", "KILLED"]


def test_one_whose_last_sign_is_old_is_closed(store):
    """By itself it would have ended what is silent for so long."""
    run_id = made(store, "sweep", FRESH_MINUTES + 1)
    close_interrupted(store, store.get_experiment_by_name("tests").experiment_id, "s1", None)
    assert store.get_run(run_id).info.status == "KILLED"


@pytest.mark.parametrize("who", ["resume", "doctor"])
def test_a_run_that_was_killed_before_it_could_say_what_it_is_is_closed(store, who):
    """`mlflow run` made it for this project an hour ago and nobody wrote to it; one that is still starting, and one of another
    project, stay as they are."""
    own = {"mlflow.project.entryPoint": "main", "mlflow.source.name": str(project_folder())}
    dead = made(store, "", BEGINS_WITHIN_MINUTES + 1, own)
    starting = made(store, "", 5, own)
    foreign = made(store, "", 1000, own | {"mlflow.source.name": "/somebody/elses"})
    if who == "resume":
        close_interrupted(store, store.get_experiment_by_name("tests").experiment_id, "s1", None)
    else:
        [finding] = found = examine(store)
        assert (
            finding.what
            == "run that was killed as it started is RUNNING, but its entry point never came to write to it"
        )
        repair(store, found)
    assert {one: store.get_run(one).info.status for one in (dead, starting, foreign)} == {
        dead: "KILLED", starting: "RUNNING", foreign: "RUNNING"
    }  # fmt: skip
