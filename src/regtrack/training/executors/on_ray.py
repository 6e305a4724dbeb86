"""OnRay: trials as tasks of a Ray cluster. What a lost worker or machine had begun is begun again."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

from regtrack.errors import SettingError
from regtrack.training.events import EpochEnded, Event, TrialFailed, TrialFinished
from regtrack.training.executors.ray_cluster import AUTO, check_cluster, joined
from regtrack.training.job import Job
from regtrack.training.pool import Trial, available_cores
from regtrack.training.result import Curve
from regtrack.variants.variant import Variant
from regtrack.words.failures import cut, in_a_line

TRIED_AGAIN = 3
"""How often a trial is begun anew after a worker or a machine was lost with it; never after an exception of its own."""
WAITING = 100
"""Trials that are handed to Ray beyond those it can run now, so that a cluster that grows by need sees the need."""
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


@dataclass
class OnRay:
    """address: "auto", the cluster of this machine; "local", one that is started for the sweep and ended with it; or the
    host:port of a head. workers: trials at a time; None is one a core of the cluster. gpus: of each trial, a share or more."""

    address: str = AUTO
    workers: int | None = None
    gpus: float = 0
    _joined: bool = field(default=False, init=False, repr=False)

    def check(self) -> None:
        check_cluster(self.address)

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        if self._joined:
            yield
            return
        with joined(self.address, self.workers):
            self._joined = True
            try:
                yield
            finally:
                self._joined = False

    def slots(self) -> int:
        """Of the cluster as it is now; before it is joined, of this machine."""
        if self.workers or not self._joined:
            return self.workers or available_cores()
        import ray

        return max(1, int(ray.cluster_resources().get("CPU", 1)))

    def notes_on(self, variants: Sequence[Variant], job: Job) -> tuple[str, ...]:
        """Every machine is asked what it has: other versions, or another network by the same name, are refused."""
        with self.at_hand():
            return _compared(variants, job)

    def run(self, trials: Sequence[Trial], job: Job) -> Iterator[Event]:
        with self.at_hand() if trials else nullcontext():
            yield from self._events(deque(trials), job)

    def _events(self, waiting: deque[Trial], job: Job) -> Iterator[Event]:
        import ray

        from regtrack.training.executors.ray_task import events_of

        task = _remote(events_of, num_gpus=self.gpus, max_retries=TRIED_AGAIN, num_returns="streaming")
        shared = [ray.put(job)]  # once in the cluster; in a list, so that each process fetches it itself, once
        running: dict = {}
        try:
            while waiting or running:
                while waiting and len(running) < (self.workers or self.slots() + WAITING):
                    trial = waiting.popleft()
                    running[task.remote(shared, *trial)] = _Running(trial)
                for stream in ray.wait(list(running), num_returns=1)[0]:
                    event = running[stream].next_of(stream)
                    if event is None or isinstance(event, TrialFinished | TrialFailed):
                        del running[stream]
                    if event is not None:
                        yield event
        finally:
            for stream in running:
                ray.cancel(stream, force=True)


@dataclass
class _Running:
    trial: Trial
    curve: Curve = field(default_factory=Curve)
    attempts: list[str] = field(default_factory=list)

    def next_of(self, stream) -> Event | None:
        """What happened next; None where the trial's last event was heard already."""
        import ray
        from ray.exceptions import RayError

        try:
            attempt, event = ray.get(next(stream))
        except StopIteration:
            return None
        except RayError as error:
            lost = f"its worker was lost, and {TRIED_AGAIN} more after it" if _lost(error) else "Ray could not run it"
            return TrialFailed(*self.trial, cut(f"{lost}: {in_a_line(error)}"), self.curve)
        if attempt not in self.attempts:
            self.attempts.append(attempt)
        if isinstance(event, EpochEnded):
            self.curve.append(event.metrics)
        return event


def _lost(error: Exception) -> bool:
    from ray.exceptions import RayTaskError

    return not isinstance(error, RayTaskError)


def _remote(function, *, num_cpus: int = 1, **options):
    import ray

    return ray.remote(function).options(num_cpus=num_cpus, runtime_env={"env_vars": ONE_THREAD}, **options)


def _compared(variants: Sequence[Variant], job: Job) -> tuple[str, ...]:
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    from regtrack.training.executors.ray_task import networks_here, processor, versions_here, what_is_here

    machines = [node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]
    shared, variants, asked = [ray.put(job)], list(variants), []
    for node in machines:
        there = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
        answer = _remote(what_is_here, num_cpus=0, scheduling_strategy=there).remote(shared, variants)
        asked.append((node["NodeManagerAddress"], answer))
    here, networks, others = versions_here(), networks_here(job, variants), {}
    for name, answer in asked:
        try:
            theirs = ray.get(answer)
        except Exception as error:
            raise SettingError(
                f"executor: expected regtrack on every machine of the cluster, received of {name}: {cut(in_a_line(error))}; "
                "install it there"
            ) from error
        for package, version in here.items():
            if theirs.versions[package] != version:
                raise SettingError(
                    f"executor: expected {package} {version} on every machine, received {theirs.versions[package]} on {name}; "
                    "install the same there"
                )
        for variant, own, found in zip(variants, networks, theirs.networks, strict=True):
            if own != found:
                raise SettingError(
                    f"executor: expected the network {job.settings_of(variant).architecture} of this machine on every other, "
                    f"received on {name}: {found}; start the sweep by `ray job submit --working-dir .`, or put the file there"
                )
        if theirs.processor != processor():
            others[name] = None
    if not others:
        return ()
    return (f"{', '.join(others)}: another processor than here; a trial may differ there in the last bits",)
