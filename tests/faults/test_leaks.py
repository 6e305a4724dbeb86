"""Sweep after sweep in one process, as in a notebook: it holds no more threads, files and processes than after the first ones.

A few, or as many as `make soak` asks for. Trials are replayed, or counted by workers that only count: their processes are real.
"""

import gc
import os
import threading
import time
from pathlib import Path

import pytest

from regtrack.sweeps.asked import Asked
from regtrack.sweeps.sweep import run_sweep
from regtrack.training import worker_process
from regtrack.training.events import TrialFinished
from regtrack.training.pool import run_trials
from regtrack.variants import Variant

SWEEPS = int(os.environ.get("REGTRACK_SOAK_SWEEPS", "4"))
WARM = 2
"""Libraries open what they keep with the first ones."""
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="counts in /proc"),
]


def held() -> dict[str, int]:
    gc.collect()
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()
    return {"threads": threading.active_count(), "files": len(os.listdir("/proc/self/fd")), "processes": len(children)}


def assert_no_more(before: dict[str, int]) -> None:
    """Fewer it may be: what earlier tests of this process opened is closed when Python comes to it. A thread that was told to end is
    given the time to."""
    deadline = time.monotonic() + 30
    while more(now := held(), before) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert more(now, before) == [], (before, now)


def more(now: dict[str, int], before: dict[str, int]) -> list[str]:
    return [name for name in before if now[name] > before[name]]


def test_a_process_holds_no_more_after_many_sweeps(store, tiny, replay, without_pages):
    """Trained, delivered, judged, reported and closed, each as a sweep of its own; the store's own connections are among the
    files."""
    for number in range(WARM + SWEEPS):
        if number == WARM:
            before = held()
        run_sweep(tiny.grid, client=store, say=lambda _: None, asked=Asked())
    assert_no_more(before)


def test_a_process_holds_no_more_after_many_pools_of_workers(tiny, monkeypatch):
    """Workers, their template, pipes and logs end with the trials they were started for."""
    monkeypatch.setattr(worker_process, "WORKER", "support.light_worker")
    trials = [(Variant(), seed) for seed in range(3)]
    for number in range(WARM + SWEEPS):
        if number == WARM:
            before = held()
        events = list(run_trials(trials, tiny.job, workers=2))
        assert sum(isinstance(event, TrialFinished) for event in events) == 3
    assert_no_more(before)
    assert before["processes"] == 0
