"""A worker process that only counts epochs, for what is promised of processes: TensorFlow's import costs seconds each.

Its loop, messages and end are those of `regtrack.training.worker`. Its name is for `worker_process.WORKER`.
"""

import sys
from types import ModuleType, SimpleNamespace

from regtrack.training import worker


class LastTrainer:
    """There is no trainer to keep."""


def trial(job, variant, seed, on_epoch, *, last):
    """Tells each epoch of the variant; builds nothing, but that a network which the job holds is asked for."""
    if job.build:
        job.build(seed)
    for epoch in range(1, job.settings_of(variant).epochs + 1):
        on_epoch(epoch, {"val/accuracy": 0.5})
    return SimpleNamespace(variant=variant, seed=seed)


def prepare():
    sys.modules["regtrack.training.one_trial"] = stand_in = ModuleType("regtrack.training.one_trial")
    stand_in.LastTrainer, stand_in.trial = LastTrainer, trial
    worker._one_thread = lambda: None
    worker.take_gpu = lambda number: None


serve = worker.serve

if __name__ == "__main__":
    prepare()
    worker.main(*map(int, sys.argv[1:]))
