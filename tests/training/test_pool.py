"""The pool: what is told, and the same results however many work."""

import os
import signal
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from support.sweeps import trials_here

from regtrack.data import load_dataset
from regtrack.data.loading import load_datasets
from regtrack.errors import SettingError
from regtrack.training import worker_process
from regtrack.training.events import EpochEnded, TrialFailed, TrialFinished, TrialLost, TrialStarted
from regtrack.training.job import Job
from regtrack.training.one_trial import fit_trial
from regtrack.training.pool import _Crew, available_cores, run_trials, workers_kept
from regtrack.training.trainer import Trainer
from regtrack.variants import Variant

A, B, C = Variant(), Variant(l2=0.1), Variant(l2=0.2)
NOISY = Variant(dropout_rate=0.2, batch_norm=1)
DIVERGES = Variant(optimizer="sgd", learning_rate=1e30)
FEW = Variant(train_size=90, dropout_rate=0.2)


def test_no_fewer_than_one_worker(digits, brief):
    """None can never mean nothing done: 0 and below are refused."""
    assert available_cores() >= 1
    for workers in (0, -1):
        with pytest.raises(SettingError, match=f"workers: expected at least 1, received {workers}"):
            next(run_trials([(A, 0)], Job(digits, brief), workers=workers))
    assert list(run_trials([], Job(digits, brief))) == []


@pytest.fixture(scope="module")
def told(digits, brief):
    """Everything that happens in this process, by the worker's code, and with two workers, on the same trials; one of
    them diverges, one learns on other data. The key is the number of workers."""
    trials = [(NOISY, 0), (NOISY, 1), (A, 0), (FEW, 1), (DIVERGES, 0)]
    job = Job(digits, brief, others=(load_datasets("digits", split_seed=0, train_sizes=[200, 90])[90],))
    return trials, {0: list(trials_here(trials, job)), 2: list(run_trials(trials, job, workers=2))}


def by_trial(events):
    found = {}
    for event in events:
        found.setdefault((event.variant, event.seed), []).append(event)
    return found


@pytest.mark.parametrize("workers", [0, 2])
def test_every_trial_is_told_from_start_to_end(workers, told):
    """A trial starts, reports each epoch from 1 on, and finishes with the very curve it reported."""
    trials, runs = told
    events = by_trial(runs[workers])
    assert set(events) == set(trials)
    for trial, (started, *epochs, end) in events.items():
        assert isinstance(started, TrialStarted)
        assert all(isinstance(event, EpochEnded) for event in epochs)
        assert [event.epoch for event in epochs] == list(range(1, len(epochs) + 1))
        assert isinstance(end, TrialFailed if trial[0] == DIVERGES else TrialFinished)
        curve = end.curve if trial[0] == DIVERGES else end.result.curve
        np.testing.assert_equal([event.metrics for event in epochs], curve.epochs)


@pytest.mark.parametrize("workers", [0, 2])
def test_a_diverged_trial_fails_with_its_curve_and_the_others_finish(workers, told):
    """Divergence costs one trial: its reason is one line, its epochs are kept."""
    trials, runs = told
    [failed] = [event for event in runs[workers] if isinstance(event, TrialFailed)]
    assert (failed.variant, failed.seed) == (DIVERGES, 0)
    assert "became non-finite in epoch 1; lower learning_rate" in failed.reason
    assert len(failed.curve) == 1
    assert sum(isinstance(event, TrialFinished) for event in runs[workers]) == len(trials) - 1


def test_results_are_the_same_bits_whatever_the_number_of_workers(told, bits):
    """None, this process, or two: curve, predictions, passes and weights are equal, nothing is lost on the way."""
    runs = {
        workers: {(e.variant, e.seed): bits(e.result) for e in events if isinstance(e, TrialFinished)}
        for workers, events in told[1].items()
    }
    assert runs[0] == runs[2]
    assert len(runs[0]) == 4


def test_a_variant_with_a_train_size_learns_on_the_data_of_that_size(told, brief, bits):
    """Bit for bit the trial of a run whose data has that size, whatever the others of the worker learn on."""
    [found] = [e.result for e in told[1][2] if isinstance(e, TrialFinished) and e.variant == FEW]
    alone = load_dataset("digits", split_seed=0, train_size=90)
    plain = brief.model_copy(update={"train_size": 90})
    expected = fit_trial(Trainer(Job(alone, plain), Variant(dropout_rate=0.2)), 1)
    assert bits(found)[1:] == bits(expected)[1:]
    assert found.settings == plain.model_copy(update={"inputs": "scaled"})  # what "auto" is for a shipped network


def test_one_worker_takes_the_seeds_of_a_variant_in_turn(digits, brief, monkeypatch):
    """With one worker trials follow one another in the order given."""
    monkeypatch.setattr(worker_process, "WORKER", "support.light_worker")
    trials = [(NOISY, 0), (NOISY, 1), (A, 0)]
    events = run_trials(trials, Job(digits, brief), workers=1)
    assert [(e.variant, e.seed) for e in events if isinstance(e, TrialStarted)] == trials


def test_who_waits_and_knows_a_variant_is_asked_first():
    """Then who waits, then who is to be started; never more than are needed."""
    crew = _Crew(keeps=True)
    assert crew.numbers(2, {A: ()}) == [0, 1]
    crew.idle = {number: SimpleNamespace(trial=(variant, 0)) for number, variant in enumerate((A, B, A, C))}
    assert crew.numbers(1, {B: ()}) == [1]
    assert crew.numbers(3, {C: (), A: ()}) == [0, 2, 3]
    assert crew.numbers(5, {C: ()}) == [3, 0, 1, 2, 4]


def test_workers_that_are_kept_train_the_next_round(digits, brief, monkeypatch, tmp_path):
    """The same processes for the same job, others for another one; with the block they end."""
    monkeypatch.setattr(worker_process, "WORKER", "support.light_worker")
    job, other = (Job(digits, brief, lambda _: (tmp_path / str(os.getpid())).touch()) for _ in range(2))

    def processes(job, seeds) -> set[str]:
        told = run_trials([(A, seed) for seed in seeds], job, workers=1)
        assert sum(isinstance(event, TrialFinished) for event in told) == len(seeds)
        found = {path.name for path in tmp_path.iterdir()}
        for path in tmp_path.iterdir():
            path.unlink()
        return found

    with workers_kept():
        [one] = processes(job, (0, 1))
        assert processes(job, (2,)) == {one}
        [another] = processes(other, (3,))
        assert another != one
        assert not Path(f"/proc/{one}").exists()
        with pytest.raises(StopIteration):
            next(iter(run_trials([], other)))
        assert Path(f"/proc/{another}").exists()
    assert not Path(f"/proc/{another}").exists()


def test_a_worker_that_dies_while_it_waits_costs_no_trial(digits, brief, monkeypatch, tmp_path):
    """Its next trial is started once more, by another."""
    monkeypatch.setattr(worker_process, "WORKER", "support.light_worker")
    job = Job(digits, brief, lambda _: (tmp_path / "process").write_text(str(os.getpid())))
    with workers_kept():
        list(run_trials([(A, 0)], job, workers=1))
        os.kill(int((tmp_path / "process").read_text()), signal.SIGKILL)
        events = [type(e) for e in run_trials([(A, 1)], job, workers=1) if not isinstance(e, EpochEnded)]
    assert events == [TrialStarted, TrialLost, TrialStarted, TrialFinished]


def sent_by(monkeypatch, code):
    """What the pool says of a trial whose worker process runs `code` in place of regtrack's."""
    run = worker_process.subprocess.Popen
    monkeypatch.setattr(
        worker_process.subprocess, "Popen", lambda args, **options: run([args[0], "-c", code], **options)
    )
    *_, failed = run_trials([(A, 0)], None, workers=1)  # lost to a signal it is started once more
    return failed


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGRTMIN + 3)", "killed by signal 37"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGABRT)", "killed by SIGABRT"),
        ("import sys; print('out of luck'); print('I0000 00:00:1.2 3 port.cc:1] oneDNN'); sys.exit(7)",
         "exit code 7: out of luck"),
        ("import sys; sys.exit(3)", "exit code 3: it said nothing"),
    ],
    ids=["real-time signal", "signal", "greeting last", "silent"],
)  # fmt: skip
def test_a_lost_worker_is_named_by_what_it_said_last(code, reason, monkeypatch):
    """Signals without a name by their number; TensorFlow's greetings are passed over."""
    assert sent_by(monkeypatch, code).reason == f"its worker process ended: {reason}"


def test_megabytes_of_output_leave_a_short_reason_and_the_end_of_the_log(monkeypatch):
    """20 MB in one line: 500 characters of reason, the last 20,000 of the log as details."""
    failed = sent_by(
        monkeypatch, "import sys; sys.stdout.write('x' * 20_000_000 + 'end'); sys.stdout.flush(); sys.exit(1)"
    )
    assert len(failed.reason) < 550
    assert failed.details == "x" * 19_997 + "end"
