"""What is remembered of a store is what a reader would find there, with far less asked."""

import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, RunTag

from regtrack import names
from regtrack.tracking import reader
from regtrack.tracking.remembered import TRUSTED_SECONDS, TRUSTED_TIMES, RememberedRuns

SWEEP = "s" * 32


class Counting:
    """A client that counts the runs that it was given."""

    def __init__(self, client: MlflowClient):
        self._client, self.runs = client, 0
        self.meanwhile = lambda: None

    def search_runs(self, *given, **more):
        self.meanwhile()
        found = self._client.search_runs(*given, **more)
        self.runs += len(found)
        return found


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def experiment(store) -> str:
    return store.create_experiment("remembered")


@pytest.fixture
def asked(store) -> Counting:
    return Counting(store)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def remembered(asked, clock) -> RememberedRuns:
    return RememberedRuns(asked, clock=clock)


def trial(store, experiment, number: int, status: str | None = "FINISHED", end: int | None = None) -> str:
    tags = {names.ROLE: names.ROLE_TRIAL, names.SWEEP_ID: SWEEP, names.VARIANT: "v", names.TRIAL_KEY: f"{number:032x}"}
    run_id = store.create_run(experiment, start_time=number, tags=tags).info.run_id
    store.log_batch(run_id, metrics=[Metric(names.VAL_ACCURACY, number / 100, number, 1)])
    if status:
        store.set_terminated(run_id, status, end or 1000 + number)
    return run_id


def same(store, experiment, remembered) -> bool:
    return remembered.trials(experiment, SWEEP).equals(reader.trials(store, experiment, SWEEP))


def test_what_had_ended_is_asked_for_once(store, experiment, remembered, asked):
    """Forty trials: the second look is given the newest one alone, and shows all."""
    for number in range(40):
        trial(store, experiment, number)
    assert same(store, experiment, remembered)
    asked.runs = 0
    assert same(store, experiment, remembered)
    assert asked.runs == 1


def test_what_is_new_is_seen_at_once(store, experiment, remembered):
    """A trial that began, what it logs, how it ended, and one that began and ended between two looks."""
    trial(store, experiment, 1)
    assert same(store, experiment, remembered)
    running = trial(store, experiment, 2, status=None)
    assert same(store, experiment, remembered)
    store.log_metric(running, names.VAL_ACCURACY, 0.9, step=2)
    assert same(store, experiment, remembered)
    store.set_terminated(running, "FAILED", 2000)
    trial(store, experiment, 3, end=2000)
    assert same(store, experiment, remembered)


@pytest.mark.parametrize("status", [None, "FINISHED"])
def test_a_deleted_trial_goes_at_once_and_a_restored_one_comes_back(store, experiment, remembered, clock, status):
    """Whether it had ended or not; what is restored is seen when all is read again."""
    trial(store, experiment, 1)
    other = trial(store, experiment, 2, status=status)
    assert same(store, experiment, remembered)
    store.delete_run(other)
    assert same(store, experiment, remembered)
    store.restore_run(other)
    clock.now += TRUSTED_SECONDS + 1
    assert same(store, experiment, remembered)


def test_a_clock_that_goes_behind_hides_no_trial_that_was_seen_running(store, experiment, remembered):
    """It ended, by its own clock, before others had."""
    trial(store, experiment, 1, end=10**9)
    behind = trial(store, experiment, 2, status=None)
    assert same(store, experiment, remembered)
    store.set_terminated(behind, "FINISHED", 5)
    assert same(store, experiment, remembered)


def test_a_sweep_that_is_judged_again_is_read_again(store, experiment, remembered):
    """Judging changes trials that had ended; the sweep's own run says that it was judged."""
    run = store.create_run(
        experiment, tags={names.ROLE: names.ROLE_SWEEP, names.SWEEP_ID: SWEEP, names.LOOKS: "1+0"}
    ).info.run_id
    finished = trial(store, experiment, 1)
    assert same(store, experiment, remembered)
    store.log_batch(finished, metrics=[Metric(names.GENERALIZATION_GAP, 0.5, 1, 1)])
    store.log_batch(run, tags=[RunTag(names.LOOKS, "1+0, 1+0")])
    assert same(store, experiment, remembered)


def test_what_a_person_changes_by_hand_is_seen_within_a_minute(store, experiment, remembered, clock):
    """A tag of a trial that had ended is in no answer to what is newer: after a minute all is read again."""
    changed = trial(store, experiment, 1)
    trial(store, experiment, 2)
    assert same(store, experiment, remembered)
    store.set_tag(changed, names.VARIANT, "another")
    clock.now += TRUSTED_SECONDS + 1
    assert same(store, experiment, remembered)


def test_what_takes_long_to_read_is_trusted_for_longer(store, experiment, remembered, asked, clock):
    """A server that takes 10 s for an answer is asked for all of it again after 200 s, and not each minute."""

    def ten_seconds():
        clock.now += 10

    for number in range(30):
        trial(store, experiment, number)
    asked.meanwhile = ten_seconds
    remembered.trials(experiment, SWEEP)
    asked.meanwhile, begun = lambda: None, clock.now
    for later, runs in ((150, 1), (TRUSTED_TIMES * 10 + 1, 30)):
        clock.now, asked.runs = begun + later, 0
        assert same(store, experiment, remembered)
        assert asked.runs == runs
