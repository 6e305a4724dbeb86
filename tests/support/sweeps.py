"""Sweeps for tests: one really trained in this process, what stands in for its workers, and what it left in a store."""

import pickle
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from support.store_files import artifact_of, copy_database, relocate


@dataclass(frozen=True)
class TinySweep:
    """Two variants x two seeds that were really trained, in this process: what a sweep's workers would send."""

    grid: object
    job: object
    results: dict

    @property
    def dataset(self):
        return self.job.dataset

    def events(self, trials):
        """The events of these trials, as `run_trials` yields them."""
        from regtrack.training.events import EpochEnded, TrialFinished, TrialStarted

        for variant, seed in trials:
            yield TrialStarted(variant, seed)
            result = self.results[variant, seed]
            for epoch, metrics in enumerate(result.curve.epochs, start=1):
                yield EpochEnded(variant, seed, epoch, metrics)
            yield TrialFinished(result)


def write_trials(tiny: TinySweep, seed: int, database: Path, *, sweep: bool = False) -> dict:
    """variant -> run id of its trial at this seed, written into the store of `database`, in the experiment `tests`.

    Args:
        sweep: begin the sweep's run too.
    """
    import mlflow

    from regtrack.names import ACCURACY
    from regtrack.tracking.store import connect, ensure_experiment
    from regtrack.tracking.writer import SweepWriter

    client, found = connect(f"sqlite:///{database}"), {}
    write = SweepWriter(client, ensure_experiment(client, "tests"), tiny.job)
    if sweep:
        write.start(tiny.grid, primary=ACCURACY)
    for variant in tiny.grid.variants:
        found[variant] = write.trial_started(variant, seed)
        write.trial_finished(tiny.results[variant, seed])
    mlflow.set_tracking_uri(None)
    return found


class Replay:
    """Stands in for run_trials: the recorded events of what is asked for; `fail` and `stop_after` interfere."""

    def __init__(self, tiny):
        self.tiny, self.ran, self.fail, self.stop_after = tiny, [], set(), None

    def __call__(self, trials, *_, **__):
        from regtrack.training.events import EpochEnded, TrialFailed, TrialStarted
        from regtrack.training.result import Curve

        for trial in trials:
            if self.stop_after is not None and len(self.ran) >= self.stop_after:
                yield TrialStarted(*trial)
                raise KeyboardInterrupt
            self.ran.append(trial)
            if trial in self.fail:
                yield TrialStarted(*trial)
                curve = Curve(self.tiny.results[trial].curve.epochs[:1])
                yield EpochEnded(*trial, 1, curve.epochs[0])
                yield TrialFailed(*trial, "it diverged", curve)
            else:
                yield from self.tiny.events([trial])


def replayed_by(patch, replay: Replay) -> None:
    """While the patch lasts, run_sweep replays: nothing is rehearsed or trained, and networks, which nobody opens and which cost
    more than all the rest of a trial, are not kept. A sweep that is stopped delivers what it has, however busy the machine is."""
    from regtrack.sweeps import delivering
    from regtrack.tracking import packing
    from regtrack.training import plan

    in_this_process(patch, replay)
    patch.setattr(plan, "rehearse", lambda *_: None)
    patch.setattr(packing, "write_models", lambda *_: None)
    patch.setattr(delivering, "INTERRUPTED_SECONDS", 120.0)


def in_this_process(patch, run_trials) -> None:
    """While the patch lasts, trials of this machine run by `run_trials`, and no process imports TensorFlow for workers that nobody
    starts: variants are checked here, too."""
    from regtrack.training.executors import local

    patch.setattr(local, "run_trials", run_trials)
    patch.setattr(local, "workers_at_hand", nullcontext)


def trials_here(trials, job, *, workers=None, stall_minutes=0) -> Iterator:
    """As `run_trials`, one trial after the other in this process: a worker process spends its time importing TensorFlow.

    The code is the worker's, and job, trials and events are pickled as on the way to one and back.
    """
    import cloudpickle

    from regtrack.training import worker
    from regtrack.training.events import TrialStarted
    from regtrack.training.one_trial import LastTrainer

    job, last, sent = pickle.loads(cloudpickle.dumps(job)), LastTrainer(), []
    for trial in trials:
        yield TrialStarted(*trial)
        worker.run(sent.append, job, *pickle.loads(cloudpickle.dumps(trial)), last)
        yield from map(pickle.loads, map(cloudpickle.dumps, sent))
        sent.clear()


@dataclass(frozen=True)
class ToldSweep:
    """A sweep that ended with its report, to read and not to change."""

    client: object
    sweep: object
    tiny: TinySweep

    def path(self, run_id: str, artifact: str) -> Path:
        return artifact_of(self.client, run_id, artifact)

    def copied_to(self, folder: Path):
        """A client of a store of one's own in `folder` with this sweep, artifacts included, to change."""
        from mlflow import MlflowClient

        from regtrack.tracking.addresses import sqlite_path
        from regtrack.tracking.store import use_wal

        source = sqlite_path(self.client.tracking_uri).parent
        shutil.copytree(source / "mlartifacts", folder / "mlartifacts")
        copy_database(source / "mlflow.db", folder / "mlflow.db")
        relocate(folder / "mlflow.db", str(source), str(folder))
        uri = f"sqlite:///{folder}/mlflow.db"
        use_wal(uri)
        return MlflowClient(uri)

    @property
    def record(self):
        return self.sweep.reported.record

    @property
    def judgement(self):
        return self.sweep.reported.judgement
