"""Process: a run's process is told from every other, alive or gone; and a sweep that runs is not taken over."""

import os
import subprocess
import sys

import pytest

from regtrack import names
from regtrack.errors import StoreError
from regtrack.tracking import interrupted
from regtrack.tracking import process as module
from regtrack.tracking.process import is_alive, this_process

CODE = "import sys; from regtrack.tracking.process import this_process; print(this_process(), flush=True); sys.stdin.read()"


@pytest.fixture
def other():
    """(another process that waits, what it says of itself)."""
    child = subprocess.Popen([sys.executable, "-c", CODE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    yield child, child.stdout.readline().strip()
    child.kill()
    child.communicate(timeout=30)


def test_a_process_says_who_it_is():
    """host:pid:start, the same whenever it is asked."""
    host, pid, start = this_process().split(":")
    assert (host, pid) == (module._host(), str(os.getpid()))
    assert len(start.split(".")) == 3
    assert this_process() == this_process()
    assert is_alive(this_process()) is True


def test_another_process_is_alive_until_it_ends_even_if_nobody_waits_for_it(other):
    """A killed process whose parent has not asked for it still has its number: it is gone all the same."""
    child, told = other
    assert told != this_process()
    assert is_alive(told) is True
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and stays a zombie
    assert is_alive(told) is False
    child.wait(timeout=30)
    assert is_alive(told) is False


def test_a_number_that_was_given_to_another_process_is_not_the_old_one():
    """The pid alone would call this process the one that was started at another time."""
    host, pid, start = this_process().split(":")
    boot, namespace, ticks = start.split(".")
    assert is_alive(f"{host}:{pid}:{boot}.{namespace}.{int(ticks) + 1}") is False


@pytest.mark.parametrize("place", ["host", "boot", "namespace"])
def test_nothing_is_said_of_a_process_that_cannot_be_asked(place):
    """Another machine, an earlier boot, another container: each may have a process of any number."""
    host, pid, start = this_process().split(":")
    boot, namespace, ticks = start.split(".")
    told = {"host": f"{host}x:{pid}:{start}", "boot": f"{host}:{pid}:0000000.{namespace}.{ticks}",
            "namespace": f"{host}:{pid}:{boot}.1.{ticks}"}[place]  # fmt: skip
    assert is_alive(told) is None


@pytest.mark.parametrize("text", ["", "host", "::", f"{module._host()}:12:", f"{module._host()}:x:a.b.c"])
def test_nothing_is_said_of_what_is_no_process(text):
    """A run of an earlier version has no such tag; a person may write anything there."""
    assert is_alive(text) is None


def running(store, process: str) -> tuple[str, str]:
    """(id of a sweep that is RUNNING, of its RUNNING trial), both of this process."""
    experiment_id = store.get_experiment_by_name("tests").experiment_id
    tags = {names.SWEEP_ID: "s1", names.PROCESS: process}
    sweep = store.create_run(experiment_id, tags=tags | {names.ROLE: names.ROLE_SWEEP})
    trial = store.create_run(experiment_id, tags=tags | {names.ROLE: names.ROLE_TRIAL})
    return sweep.info.run_id, trial.info.run_id


def statuses(store, ids) -> list[str]:
    return [store.get_run(run_id).info.status for run_id in ids]


def test_a_sweep_that_another_process_runs_is_not_taken_over(store, other):
    """One line with its process, and nothing is closed; once that process is gone it is closed as KILLED."""
    child, told = other
    ids = running(store, told)
    with pytest.raises(StoreError) as error:
        interrupted.close_interrupted(store, "1", "s1", None)
    assert str(error.value) == (
        f"resume: sweep s1 is still running in process {child.pid}; wait until it ends, or stop it, then resume"
    )
    assert statuses(store, ids) == ["RUNNING", "RUNNING"]
    child.kill()
    child.wait(timeout=30)
    interrupted.close_interrupted(store, "1", "s1", None)
    assert statuses(store, ids) == ["KILLED", "KILLED"]


def test_what_this_process_left_running_can_be_resumed_here(store):
    """A notebook whose sweep was interrupted goes on without a new kernel."""
    ids = running(store, this_process())
    interrupted.close_interrupted(store, "1", "s1", None)
    assert statuses(store, ids) == ["KILLED", "KILLED"]
