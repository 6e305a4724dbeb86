"""The template: workers forked from a process that has imported TensorFlow once are as good as started ones."""

import os
import signal
import subprocess
import sys

import pytest

from regtrack.training import pool, worker_process
from regtrack.training.events import TrialFinished
from regtrack.training.job import Job
from regtrack.training.pool import run_trials
from regtrack.training.template import Template, TemplateGone, at_hand, can_fork
from regtrack.training.worker_process import environment, workers_at_hand
from regtrack.variants import Settings, Variant

pytestmark = pytest.mark.skipif(not can_fork(), reason="processes are forked on Linux alone")
LIGHT = "support.light_worker"
TRIALS = [(Variant(), seed) for seed in range(3)]


@pytest.fixture
def light(monkeypatch):
    """Processes that only count epochs."""
    monkeypatch.setattr(worker_process, "WORKER", LIGHT)


@pytest.fixture
def processes(monkeypatch):
    """Of each worker, in order: what stands for its process."""
    found, start = [], worker_process.WorkerProcess.start

    def record(*arguments):
        worker = start(*arguments)
        found.append(worker.process)
        return worker

    monkeypatch.setattr(worker_process.WorkerProcess, "start", record)
    return found


def outcome(digits, workers):
    job = Job(digits, Settings(hidden_widths="4", epochs=1))
    return {(e.variant, e.seed) for e in run_trials(TRIALS, job, workers=workers) if isinstance(e, TrialFinished)}


def is_forked(process) -> bool:
    return not isinstance(process, subprocess.Popen)


def test_workers_are_forked_from_one_template(digits, light, processes):
    """Two workers share one import, and nobody is left when all is done: the template neither."""
    assert outcome(digits, 2) == set(TRIALS)
    assert [is_forked(process) for process in processes] == [True, True]
    [template] = {process.template for process in processes}
    assert template._process.poll() is not None


def test_one_worker_alone_needs_no_template_but_takes_one_that_is_there(digits, light, processes):
    """Importing for one worker is importing once; what was begun ahead is used, and stays for the next."""
    outcome(digits, 1)
    with workers_at_hand() as template:
        outcome(digits, 1)
        outcome(digits, 1)
        assert template._process.poll() is None
    assert [is_forked(process) for process in processes] == [False, True, True]
    assert template._process.poll() is not None


@pytest.mark.parametrize("why", ["it was killed", "it cannot import"])
def test_without_its_template_a_worker_is_started_on_its_own(why, digits, light, processes, monkeypatch):
    """A template that is gone, or that could not even begin, costs its time and nothing else."""
    if why == "it cannot import":
        monkeypatch.setattr(
            pool, "workers_at_hand", lambda begin: at_hand("no.such.module", environment(), begin=begin)
        )
        assert outcome(digits, 2) == set(TRIALS)
    else:
        with workers_at_hand() as template:
            template._process.kill()
            assert outcome(digits, 2) == set(TRIALS)
    assert [is_forked(process) for process in processes] == [False, False]


def test_where_nothing_can_be_forked_every_worker_is_started(digits, light, processes, monkeypatch):
    """As on macOS and Windows."""
    monkeypatch.setattr(sys, "platform", "darwin")
    assert outcome(digits, 2) == set(TRIALS)
    assert [is_forked(process) for process in processes] == [False, False]


def test_how_a_forked_worker_ended_is_known():
    """By its exit code, negative for a signal, however often it is asked; unknown once the template has ended, too."""
    template = Template(LIGHT, environment())
    try:
        with open(os.devnull, "wb") as log:
            ours, theirs = os.pipe()
            idle = template.fork(ours, log.fileno())  # reads from a pipe that nobody writes to
            assert idle.poll() is None
            os.kill(idle.pid, signal.SIGTERM)
            assert [idle.wait(), idle.wait(), idle.poll()] == [-signal.SIGTERM] * 3
            broken = template.fork(log.fileno(), log.fileno())  # not a connection
            assert broken.wait() == 1
    finally:
        template.close()
    assert broken.wait() is None
    with pytest.raises(TemplateGone):
        template.fork(0, 1)
    os.close(ours), os.close(theirs)


THREADS = """
import gc, os
from regtrack.training import worker
worker.prepare()
from tensorflow.python.eager import context
print("READY", context.context()._context_handle is None, gc.isenabled(), len(os.listdir("/proc/self/task")))
"""


def test_the_template_has_computed_nothing_when_it_forks():
    """TensorFlow's context, with its pools of threads, is made by the first operation; what runs until then is the main
    thread and at most three of libraries, which wait. Garbage is collected again, which it was not during the imports."""
    done = subprocess.run(
        [sys.executable, "-c", THREADS], env=environment(), capture_output=True, text=True, timeout=600, check=True
    )
    untouched, collects, threads = done.stdout.rpartition("READY ")[2].split()
    assert (untouched, collects) == ("True", "True")
    assert int(threads) <= 4
