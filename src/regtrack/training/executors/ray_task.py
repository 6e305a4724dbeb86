"""What runs on a machine of a Ray cluster: a trial as a task, and a look at what the machine has."""

import queue
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from platform import python_version

import ray

from regtrack.scratch import own_folder
from regtrack.training.events import TrialStarted
from regtrack.training.job import Job
from regtrack.variants.variant import Variant

PACKAGES = ("regtrack", "tensorflow", "keras", "numpy")
"""What has to be the same wherever trials of one sweep run."""


def events_of(shared: list, variant: Variant, seed: int) -> Iterator[object]:
    """Everything that happens to a trial. After a worker was lost Ray runs the task anew and leaves out as many events as were
    heard before: they are the same in number and order, since a trial is.

    Args:
        shared: a reference to the job, in a list, so that it is fetched once a process.
    """
    events = queue.SimpleQueue()
    yield TrialStarted(variant, seed)
    # TensorFlow and Keras hold state by thread: all trials of this process are trained on the same one.
    done = _thread().submit(_train, events.put, shared[0], variant, seed)
    done.add_done_callback(lambda _: events.put(None))
    while (event := events.get()) is not None:
        yield event
    done.result()


@dataclass(frozen=True)
class Here:
    """What a machine has. versions: by package. networks: of each variant what tells its network from others of its name, or
    why it cannot be had. processor: what it can do."""

    versions: dict[str, str]
    networks: list[str]
    processor: str


def what_is_here(shared: list, variants: Sequence[Variant]) -> Here:
    """Of the machine that runs this. `shared` as in `events_of`."""
    return look(_job(shared[0]), variants)


def look(job: Job, variants: Sequence[Variant]) -> Here:
    """At this machine."""
    versions = {"Python": ".".join(python_version().split(".")[:2])} | {name: version(name) for name in PACKAGES}
    return Here(versions, _networks(job, variants), _processor())


def _networks(job: Job, variants: Sequence[Variant]) -> list[str]:
    found = []
    for variant in variants:
        try:
            found.append(job.network_of(variant).digest)
        except Exception as error:  # a person's own code may raise anything
            found.append(str(error))
    return found


def _processor() -> str:
    """The instructions that libraries choose their code by, sorted; empty where the system does not say."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    flags = next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), ())
    return " ".join(sorted(flags))


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


def _job(reference) -> Job:
    """The job, fetched once a process; only the last one is held."""
    if reference not in _jobs:
        _jobs.clear()
        _jobs[reference] = ray.get(reference)
    return _jobs[reference]


def _train(tell, reference, variant: Variant, seed: int) -> None:
    from regtrack.training.worker import run

    run(tell, _job(reference), variant, seed, _last_trainer())
