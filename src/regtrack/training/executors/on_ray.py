"""OnRay: trials as tasks of a Ray cluster. What a lost worker or machine had begun is begun again."""

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

from regtrack.errors import RegtrackError, SettingError, TrainingError
from regtrack.training.events import EpochEnded, Event, TrialFailed, TrialFinished
from regtrack.training.executors.machine import look
from regtrack.training.executors.ray_cluster import AUTO, CLIENT, LOCAL, Head, check_cluster, joined
from regtrack.training.executors.ray_line import Line
from regtrack.training.executors.ray_machines import compared, left_words, remote
from regtrack.training.executors.ray_room import CORES, room_notes, trials_at_a_time
from regtrack.training.executors.ray_vacancy import Vacancy
from regtrack.training.executors.trial_log import log_name
from regtrack.training.gpus import may_be_here
from regtrack.training.job import Job
from regtrack.training.pool import available_cores
from regtrack.training.result import Curve
from regtrack.training.stalling import STALL_MINUTES, no_sign_of_life
from regtrack.training.trial_queue import Trial
from regtrack.training.worker_process import workers_at_hand
from regtrack.variants.variant import Variant
from regtrack.words.failures import cut, in_a_line

TRIED_AGAIN = 3
"""How often a trial is begun anew after a worker or a machine was lost with it; never after an exception of its own."""
THIS_MACHINE = {"Alive": True, "Resources": {CORES: 1}}
"""As Ray would tell of it, where no GPU is here."""
WAITING = 100
"""Trials that are handed to Ray beyond those it can run now, so that a cluster that grows by need sees the need."""


@dataclass
class OnRay:
    """address: "auto", the cluster of this machine; "local", one that is started for the sweep and ended with it; or the
    host:port of a head. workers: trials at a time; None is one a core of the cluster. gpus: of each trial, a share or more.
    stall_minutes: as of Local, and how long a cluster without a machine for a trial is waited with."""

    address: str = AUTO
    workers: int | None = None
    gpus: float = 0
    stall_minutes: float = STALL_MINUTES
    _joined: bool = field(default=False, init=False, repr=False)
    _shared: tuple = field(default=(), init=False, repr=False)

    def check(self) -> None:
        check_cluster(self.address)
        if self.address == LOCAL and not may_be_here():
            room_notes([THIS_MACHINE], self.gpus)  # in place of the seconds that Ray takes to start and find none

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        if self._joined:
            yield
            return
        # What is checked before a sweep is checked by a process of the template: this one needs no TensorFlow.
        with workers_at_hand(), joined(self.address, self.workers):
            self._joined = True
            try:
                self._room()
                yield
            finally:
                self._joined, self._shared = False, ()

    def slots(self) -> int:
        """Of the cluster as it is now; before it is joined, of this machine."""
        return self.workers or (cores_of_cluster() if self._joined else available_cores())

    def notes_on(self, variants: Sequence[Variant], job: Job) -> tuple[str, ...]:
        """Every machine is asked what it has: other versions, or another network by the same name, are refused."""
        with self.at_hand():
            return self._room() + compared(variants, job)

    def _room(self) -> tuple[str, ...]:
        """Of the cluster that is joined; see `room_notes`."""
        import ray

        return room_notes(ray.nodes(), self.gpus)

    def shared(self, job: Job) -> list:
        """A reference to the job, once in the cluster; in a list, so that each process fetches it itself, once. The same for all
        trials of a job: a process that has trained some has the job, and the graphs of its last variant, for the next."""
        import ray

        if not self._shared or self._shared[0] is not job:
            self._shared = job, [ray.put(job)]
        return self._shared[1]

    def run(self, trials: Sequence[Trial], job: Job) -> Iterator[Event]:
        if not trials:
            return
        with self.at_hand():
            told = relayed if self.address.startswith(CLIENT) else events_on_cluster
            yield from told(trials, job, self)


def cores_of_cluster() -> int:
    import ray

    return max(1, int(ray.cluster_resources().get("CPU", 1)))


def events_on_cluster(trials: Sequence[Trial], job: Job, asked: OnRay) -> Iterator[Event]:
    """See Executor.run; by a process that is part of the cluster."""
    import ray

    from regtrack.training.executors.ray_task import HasACore, events_of

    task = remote(events_of, num_gpus=asked.gpus, max_retries=TRIED_AGAIN, num_returns="streaming")
    shared = asked.shared(job)
    expected = ray.put(look(job, list(dict.fromkeys(variant for variant, _ in trials))))
    waiting, running = deque(trials), {}
    head, vacancy, looked = Head(), Vacancy(asked.gpus, asked.stall_minutes), time.monotonic()
    line = Line(asked.gpus, ray.cluster_resources, ray.available_resources)
    room = trials_at_a_time(ray.nodes(), asked.gpus)
    try:
        while waiting or running:
            while waiting and len(running) < (asked.workers or room + WAITING):
                trial = waiting.popleft()
                running[task.remote(shared, expected, *trial)] = _Running(trial, log_name(shared[0].hex(), *trial))
            if head.check():  # without it Ray would not answer
                room = trials_at_a_time(ray.nodes(), asked.gpus)
                all_wait = room > 0 and not any(one.has_a_core for one in running.values())
                yield from filter(None, [vacancy.look(room), line.look(all_wait=all_wait)])
            for stream in _with_news(list(running)):
                event = running[stream].next_of(stream)
                if event is None or isinstance(event, TrialFinished | TrialFailed):
                    del running[stream]
                told = line.look(all_wait=False) if isinstance(event, HasACore) else event
                if told is not None:
                    yield told
            before, looked = looked, time.monotonic()
            _excuse(running.values(), room, looked - before)
            for stream in [one for one in running if running[one].is_silent(60 * asked.stall_minutes)]:
                ray.cancel(stream, force=True)
                yield running.pop(stream).stalled(asked.stall_minutes)
    finally:
        for stream in running:
            ray.cancel(stream, force=True)


def _with_news(streams: list) -> list:
    """Those that have something to tell, once one has. Ray looks at every stream to answer, so that it is asked once for all of them:
    of a thousand trials that run it would take longer than what they tell."""
    import ray

    if not ray.wait(streams, num_returns=1, timeout=Head.EVERY)[0]:
        return []
    return ray.wait(streams, num_returns=len(streams), timeout=0)[0]


def _excuse(running: Iterable["_Running"], room: int, seconds: float) -> None:
    """These seconds are nobody's silence where more trials were begun than there is room for: some were lost with a machine or a worker
    and stand in line again, and Ray does not say which."""
    begun = [one for one in running if one.started is not None]
    if len(begun) > room:
        for one in begun:
            one.started, one.last_sign = one.started + seconds, one.last_sign + seconds


class Relay:
    """Hears a cluster's events in the cluster, where they can be heard as they come, for one who is outside."""

    def __init__(self, trials: list[Trial], shared: list, asked: OnRay):
        import ray

        self._events = events_on_cluster(trials, ray.get(shared[0]), asked)

    def next(self) -> Event | None:
        return next(self._events, None)


def relayed(trials: Sequence[Trial], job: Job, asked: OnRay) -> Iterator[Event]:
    """See Executor.run; by Ray's client, which cannot hear what a task tells before it has ended."""
    import ray
    from ray.exceptions import RayActorError, RayTaskError

    relay = ray.remote(Relay).options(num_cpus=0).remote(list(trials), asked.shared(job), replace(asked))
    try:
        while (event := ray.get(relay.next.remote())) is not None:
            yield event
    except RayTaskError as error:
        if isinstance(error.cause, RegtrackError):  # said in the cluster as it would be said here
            raise error.cause from None
        raise
    except RayActorError as error:
        raise TrainingError(
            f"the machine of the Ray cluster that told this one of its trials is gone ({in_a_line(error)}); go on with resume=latest"
        ) from None
    except ConnectionError as error:  # after half a minute in which Ray's client tried again by itself
        raise TrainingError(
            f"the Ray cluster at {asked.address} answers no more ({in_a_line(error)}); start it again and go on with resume=latest"
        ) from None
    finally:
        with suppress(ConnectionError):
            if ray.is_initialized():  # else Ray would look for another cluster, or start one, to kill nothing on it
                ray.kill(relay)  # and with it all that it had asked for


@dataclass
class _Running:
    trial: Trial
    log: str
    curve: Curve = field(default_factory=Curve)
    has_a_core: bool = False
    started: float | None = None
    last_sign: float = 0.0

    def is_silent(self, seconds: float) -> bool:
        """Whether it told nothing for so long (0: for ever) and as long again as it had taken until then: a trial that was begun
        anew is silent until it has come as far."""
        if not seconds or self.started is None:
            return False
        return time.monotonic() - self.last_sign > seconds + (self.last_sign - self.started)

    def stalled(self, minutes: float) -> TrialFailed:
        return TrialFailed(*self.trial, no_sign_of_life(minutes), self.curve, left_words(self.log))

    def next_of(self, stream):
        """What happened next, an Event or HasACore; None where the trial's last event was heard already. Raises SettingError where
        the machine that it ran on is not as this one is."""
        import ray
        from ray.exceptions import RayError, RayTaskError

        from regtrack.training.executors.ray_task import HasACore

        try:
            event = ray.get(next(stream))
        except StopIteration:
            return None
        except RayError as error:
            ours = isinstance(error, RayTaskError)  # raised by what runs there, and by no loss
            if ours and isinstance(error.cause, SettingError):
                raise SettingError(str(error.cause)) from None
            why = "Ray could not run it" if ours else f"its worker was lost, and {TRIED_AGAIN} more after it"
            return TrialFailed(*self.trial, cut(f"{why}: {in_a_line(error)}"), self.curve, left_words(self.log))
        self.has_a_core = True
        if isinstance(event, HasACore):
            return event
        self.last_sign = time.monotonic()
        self.started = self.started or self.last_sign
        if isinstance(event, EpochEnded):
            self.curve.append(event.metrics)
        return event
