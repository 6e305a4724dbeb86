"""What runs on a machine of a Ray cluster: a trial as a task, a look at what the machine has, and at what a trial left."""

import queue
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache

import ray

from regtrack.scratch import own_folder
from regtrack.training.events import TrialFailed, TrialStarted
from regtrack.training.executors.machine import Machine, look, refuse_other
from regtrack.training.executors.trial_log import end_of_log, log_name, log_path, written_to
from regtrack.training.job import Job
from regtrack.variants.variant import Variant


@dataclass(frozen=True)
class HasACore:
    """Told before all else, to who runs the trials and nobody beyond: this one stands in line no more."""


def events_of(shared: list, expected: Machine, variant: Variant, seed: int) -> Iterator[object]:
    """HasACore, then everything that happens to a trial. After a worker was lost Ray runs the task anew and leaves out as many events as were
    heard before: they are the same in number and order, since a trial is.

    Args:
        shared: a reference to the job, in a list, so that it is fetched once a process.
        expected: what the sweep's own machine has; one that joined later was not asked before.
    Raises SettingError: this machine has something else.
    """
    events, log = queue.SimpleQueue(), log_path(log_name(shared[0].hex(), variant, seed))
    yield HasACore()
    # TensorFlow and Keras hold state by thread: all trials of this process are trained on the same one.
    _thread().submit(_check, shared[0], expected, variant).result()
    with written_to(log):
        yield TrialStarted(variant, seed)
        done = _thread().submit(_train, events.put, shared[0], variant, seed)
        done.add_done_callback(lambda _: events.put(None))
        while (event := events.get()) is not None:
            if isinstance(event, TrialFailed):
                event = replace(event, details="\n".join(filter(None, [event.details, end_of_log(log)])))
            yield event
        done.result()
    log.unlink(missing_ok=True)


def what_is_here(shared: list, variants: Sequence[Variant]) -> Machine:
    """Of the machine that runs this. `shared` as in `events_of`."""
    return look(_job(shared[0]), variants)


def what_it_wrote(log: str) -> str:
    """See `trial_log.end_of_log`; of the machine that runs this."""
    return end_of_log(log_path(log))


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, initializer=_prepare)


def _prepare() -> None:
    from regtrack.training.worker import prepare

    tempfile.tempdir = str(
        own_folder()
    )  # Ray ends this process by a signal: what TensorFlow leaves goes with the folder
    prepare()


@cache
def _last_trainer():
    from regtrack.training.one_trial import LastTrainer

    return LastTrainer()


_jobs: dict = {}
_checked: set = set()


def _job(reference) -> Job:
    """The job, fetched once a process; only the last one is held."""
    if reference not in _jobs:
        _jobs.clear()
        _checked.clear()
        _jobs[reference] = ray.get(reference)
    return _jobs[reference]


def _check(reference, expected: Machine, variant: Variant) -> None:
    """Once a process and variant."""
    job = _job(reference)
    if variant not in _checked:
        refuse_other(look(job, [variant]), expected, ray.util.get_node_ip_address(), job)
        _checked.add(variant)


def _train(tell, reference, variant: Variant, seed: int) -> None:
    from regtrack.training.worker import run

    run(tell, _job(reference), variant, seed, _last_trainer())
