"""Processes die: a trial is lost and nothing else, and nobody is left behind.

The workers only count epochs (support/light_worker.py): processes, signals and what is told of them are real.
"""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from support.project import ROOT

from regtrack.data import load_dataset
from regtrack.training import worker_process
from regtrack.training.events import EpochEnded, TrialFailed, TrialFinished, TrialLost, TrialStarted
from regtrack.training.job import Job
from regtrack.training.pool import run_trials
from regtrack.variants import Settings, Variant

SETTINGS = Settings(hidden_widths="4", epochs=1, n_passes=2)
ENDLESS = Variant(epochs=1_000_000)
AS_ENDLESS = Variant(epochs=1_000_000, l2=0.2)
TEN = Variant(epochs=10)
SHORT = [(Variant(l2=0.1), 0), (Variant(), 0), (Variant(), 1)]


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits", split_seed=0, train_size=100)


@pytest.fixture
def started(monkeypatch):
    """Every worker started, in order."""
    monkeypatch.setattr(worker_process, "WORKER", "support.light_worker")
    workers, start = [], worker_process.WorkerProcess.start

    def record(*arguments):
        workers.append(start(*arguments))
        return workers[-1]

    monkeypatch.setattr(worker_process.WorkerProcess, "start", record)
    return workers


def ended(pid):
    """Gone, or dead and not yet collected by its new parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def outcome(events):
    """(finished trials, failures)"""
    events = list(events)
    finished = {(e.variant, e.seed) for e in events if isinstance(e, TrialFinished)}
    return finished, [e for e in events if isinstance(e, TrialFailed)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_worker_costs_its_trial_only(workers, digits, started):
    """SIGKILL in the middle of a trial, and again when it is tried once more: that trial fails with its curve and the signal's
    name, the rest finish."""
    events = []
    endless = [(ENDLESS, 0), (AS_ENDLESS, 0)][:workers]  # each keeps its worker until it is killed

    def kill(trial):
        victim = next(worker for worker in reversed(started) if worker.trial == trial)
        os.kill(victim.process.pid, signal.SIGKILL)

    for event in run_trials([*endless, *SHORT], Job(digits, SETTINGS), workers=workers):
        events.append(event)
        again = {one.variant for one in events if isinstance(one, TrialLost)}
        if isinstance(event, EpochEnded) and event.variant in {ENDLESS, *again} and event.epoch == 2:
            kill((event.variant, event.seed))
        if isinstance(event, TrialFinished) and outcome(events)[0] == set(SHORT):  # by the one in its place
            for trial in endless[1:]:
                kill(trial)
    finished, failed = outcome(events)
    assert finished == set(SHORT)
    assert [(one.variant, one.seed) for one in failed] == endless
    assert all("killed by SIGKILL (the system may have run out of memory)" in one.reason for one in failed)
    assert len(failed[0].curve) >= 2
    assert [(one.variant, one.seed) for one in events if isinstance(one, TrialLost)] == endless
    assert len(started) == workers + [2, 3][workers - 1]
    assert all(ended(worker.process.pid) for worker in started)


def test_a_trial_that_is_lost_once_is_finished_the_second_time(digits, started, tmp_path):
    """SIGKILL of its worker, by the system when memory is short: it is told, the trial starts anew in another process, and is told
    from its start to its end."""
    killed = tmp_path / "killed"

    def build(seed):
        while not killed.exists():
            time.sleep(0.01)

    told = []
    for event in run_trials([(TEN, 0)], Job(digits, SETTINGS, build), workers=1):
        told.append((type(event), getattr(event, "epoch", None)))
        if told == [(TrialStarted, None)]:
            os.kill(started[0].process.pid, signal.SIGKILL)
            killed.touch()
        if isinstance(event, TrialLost):
            assert event.reason.startswith("its worker process ended: killed by SIGKILL")
    once = [(TrialStarted, None), *((EpochEnded, n) for n in range(1, 11)), (TrialFinished, None)]
    assert told == [(TrialStarted, None), (TrialLost, None), *once]
    assert len(started) == 2


def test_a_trial_that_hangs_is_ended_and_the_others_go_on(digits, started, monkeypatch):
    """A network's builder that waits for ever: no sign of life for as long as was said, its process is killed, its trial fails and
    says what to do; it is not tried again."""

    def build(seed):
        if seed == 1:
            time.sleep(1000)

    # Of that one alone: a second is less than a process takes to start on a busy machine.
    kind, silent = worker_process.WorkerProcess, worker_process.WorkerProcess.is_silent
    monkeypatch.setattr(kind, "is_silent", lambda worker, seconds: worker.trial[1] == 1 and silent(worker, seconds))
    trials = [(Variant(), seed) for seed in (0, 1, 2)]
    finished, [failed] = outcome(run_trials(trials, Job(digits, SETTINGS, build), workers=1, stall_minutes=1 / 60))
    assert finished == {(Variant(), 0), (Variant(), 2)}
    assert failed.reason == (
        "no sign of life for 0.0166667 minutes, it was ended; where an epoch or a prediction takes longer give a larger "
        "stall_minutes, or 0"
    )
    assert len(started) == 2
    assert all(ended(worker.process.pid) for worker in started)


def test_a_signal_without_a_name_costs_one_trial(digits, started):
    """A real-time signal is named by its number, and ends nothing but the worker that it was sent to."""

    def build(seed):
        if seed == 1:
            os.kill(os.getpid(), signal.SIGRTMIN + 6)

    finished, [failed] = outcome(
        run_trials([(Variant(), seed) for seed in (0, 1, 2)], Job(digits, SETTINGS, build), workers=1)
    )
    assert finished == {(Variant(), 0), (Variant(), 2)}
    assert failed.reason == f"its worker process ended: killed by signal {signal.SIGRTMIN + 6}"


@pytest.mark.parametrize("how", ["it ends", "it raises"])
def test_a_last_line_of_120_megabytes_holds_nobody_up(digits, started, how):
    """The trial fails within seconds with the beginning of what was said, and the others finish."""

    def build(seed):
        if seed == 1 and how == "it raises":
            raise LookupError("x" * 120_000_000)
        if seed == 1:
            os.write(1, b"x" * 120_000_000)
            os._exit(3)

    began = time.monotonic()
    finished, [failed] = outcome(
        run_trials([(Variant(), seed) for seed in (0, 1, 2)], Job(digits, SETTINGS, build), workers=1)
    )
    assert time.monotonic() - began < 30
    assert finished == {(Variant(), 0), (Variant(), 2)}
    assert "xxxxxxxx" in failed.reason
    assert len(failed.reason) <= 600
    assert len(failed.details) <= 50_000


def test_a_worker_that_dies_between_two_trials_costs_the_next_only(digits, started, monkeypatch):
    """Dead when it is given its second trial, a worker takes that one with it; the pool does not break."""
    give = worker_process.WorkerProcess.give

    def give_the_second_to_a_dead_one(worker, trial):
        if trial == SHORT[1]:
            worker.process.kill()
            worker.process.wait()
        return give(worker, trial)

    monkeypatch.setattr(worker_process.WorkerProcess, "give", give_the_second_to_a_dead_one)
    finished, [failed] = outcome(run_trials(SHORT, Job(digits, SETTINGS), workers=1))
    assert finished == {SHORT[0], SHORT[2]}
    assert (failed.variant, failed.seed) == SHORT[1]
    assert "SIGKILL" in failed.reason
    assert len(failed.curve) == 0


class _Unloadable:
    """Pickles, and cannot be loaded again."""

    def __reduce__(self):
        return int, ("no number",)


def test_a_worker_that_cannot_begin_says_why(digits, started):
    """Each trial fails with the exit code and the worker's last line; no process is left, and none is tried forever."""
    finished, failures = outcome(run_trials(SHORT[:2], Job(digits, SETTINGS, _Unloadable()), workers=1))
    assert not finished
    assert [(e.variant, e.seed) for e in failures] == SHORT[:2]
    assert all("exit code 1: ValueError: invalid literal for int()" in e.reason for e in failures)
    assert all(ended(worker.process.pid) for worker in started)


def test_an_exception_in_a_trial_costs_that_trial_only(digits, started):
    """A network that cannot be built at one seed fails there with the exception's words, in a worker that lives on."""

    def build(seed):
        if seed == 1:
            raise LookupError("no such seed\nand more")

    trials = [(Variant(), seed) for seed in (0, 1, 2)]
    finished, [failed] = outcome(run_trials(trials, Job(digits, SETTINGS, build), workers=1))
    assert finished == {(Variant(), 0), (Variant(), 2)}
    assert failed.reason == "LookupError: no such seed"
    assert len(started) == 1


def test_leaving_early_leaves_no_process_behind(digits, started):
    """A loop that is left, by break or by an error, ends its workers before the next line runs."""
    events = run_trials([(ENDLESS, 0), (ENDLESS, 1)], Job(digits, SETTINGS), workers=2)
    next(event for event in events if isinstance(event, EpochEnded))
    events.close()
    assert len(started) == 2
    assert all(ended(worker.process.pid) for worker in started)  # a forked one is nobody's child here


PARENT = """
    import time
    from regtrack.data import load_dataset
    from regtrack.training import pool, worker_process
    from regtrack.training.events import EpochEnded
    from regtrack.training.job import Job
    from regtrack.variants import Settings, Variant

    start = worker_process.WorkerProcess.start

    def tell(*arguments):
        worker = start(*arguments)
        print("worker", worker.process.pid, flush=True)
        return worker

    worker_process.WorkerProcess.start, worker_process.WORKER = tell, "support.light_worker"
    digits = load_dataset("digits", split_seed=0, train_size=100)
    trials = [(Variant(epochs=1_000_000), seed) for seed in (0, 1)]
    build = (lambda seed: time.sleep(1000)) if DOING == "in a builder" else None
    for event in pool.run_trials(trials, Job(digits, Settings(hidden_widths="4"), build), workers=2):
        if isinstance(event, EpochEnded) and event.epoch == 1:
            print("epoch", event.seed, flush=True)
"""


@pytest.mark.parametrize("doing", ["training", "in a builder"])
def test_workers_end_when_their_parent_is_killed(doing):
    """SIGKILL leaves the parent no time to tidy up: its workers end with it, also inside a builder that never returns."""
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT).replace("DOING", repr(doing))],
        env=os.environ | {"PYTHONPATH": str(ROOT / "tests")},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        said = [
            parent.stdout.readline().split() for _ in range(4 if doing == "training" else 2)
        ]  # two workers, at work
        time.sleep(0.5 if doing == "in a builder" else 0)  # nothing is told there
    finally:
        parent.kill()
        parent.wait()
    pids = [int(words[1]) for words in said if words[0] == "worker"]
    assert len(pids) == 2
    assert {words[1] for words in said if words[0] == "epoch"} == ({"0", "1"} if doing == "training" else set())
    deadline = time.monotonic() + 120
    while not all(ended(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    alive = [pid for pid in pids if not ended(pid)]
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
    assert not alive
