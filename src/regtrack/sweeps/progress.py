"""Progress of a sweep at the terminal: live bars with ETA, or plain lines where the output is no terminal."""

import time
from collections.abc import Callable, Sequence
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from regtrack.training.events import (
    ClusterGoesOn,
    ClusterIsHeld,
    ClusterWaits,
    EpochEnded,
    Event,
    TrialFailed,
    TrialFinished,
    TrialLost,
    TrialStarted,
)
from regtrack.training.executors.ray_room import needs
from regtrack.variants.settings import Settings
from regtrack.variants.variant import Variant


def duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


class Pace:
    """Remaining time from the share of epochs done; the first trials' start-up is in it."""

    def __init__(self, total_epochs: int, clock: Callable[[], float] = time.monotonic):
        self.clock, self.start, self.total, self.done = clock, clock(), total_epochs, 0.0

    @property
    def elapsed(self) -> float:
        return self.clock() - self.start

    @property
    def remaining(self) -> float | None:
        """Seconds, None before the first epoch."""
        return self.elapsed / self.done * (self.total - self.done) if self.done else None

    @property
    def text(self) -> str:
        return f"{duration(self.remaining)} left" if self.remaining is not None else "estimating"


class SweepProgress:
    """Context manager; call it with each event. Without a console each line goes to `say`, and there are no bars.

    Args:
        ended: trials of the sweep that ended before these, in an earlier round or before it was resumed; they are counted with them.
    """

    def __init__(
        self, trials: Sequence[tuple[Variant, int]], settings: Settings, console: Console | None = None,
        clock: Callable[[], float] = time.monotonic, say: Callable[[str], None] = print, ended: int = 0,
    ):  # fmt: skip
        self.say = say if console is None else partial(console.print, markup=False, highlight=False)
        self.console, self.settings = console or Console(quiet=True), settings
        self.before, self.n_trials = ended, ended + len(trials)
        self.finished = self.failed = 0
        self.pace = Pace(sum(self._epochs(variant) for variant, _ in trials), clock)
        self.live = console is not None and console.is_terminal
        self._bars: dict[tuple, int] = {}
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(),
            console=self.console,
            disable=not self.live,
        )
        self._sweep = self._progress.add_task("sweep", total=self.n_trials, completed=ended, note="")

    def _epochs(self, variant: Variant) -> int:
        return variant.settings(self.settings).epochs

    def __enter__(self):
        self._progress.start()
        return self

    def __exit__(self, *_):
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        if isinstance(event, ClusterWaits):
            self.say(
                f"no machine of the cluster can run a trial ({needs(event.gpus)}): waiting for one since {event.seconds:.0f} s"
            )
        elif isinstance(event, ClusterIsHeld):
            free = ", ".join(f"{free:g} of {has:g} {kind}" for kind, (free, has) in event.free_of.items())
            self.say(
                f"no trial has its place in the cluster, others hold it ({free} free): waiting in line since {event.seconds:.0f} s"
            )
        elif isinstance(event, ClusterGoesOn):
            self.say(f"a machine of the cluster can run trials again, after {event.seconds:.0f} s")
        else:
            self._of_trial(event)

    def _of_trial(self, event: Event) -> None:
        trial = (event.variant, event.seed)
        name = f"{event.variant.label} seed {event.seed}"
        if isinstance(event, TrialStarted):
            self._bars[trial] = self._progress.add_task(name, total=self._epochs(event.variant), note="")
        elif isinstance(event, EpochEnded):
            self.pace.done += 1
            note = f"val accuracy {event.metrics['val/accuracy']:.3f}"
            self._progress.update(self._bars[trial], completed=event.epoch, note=note)
            self._progress.update(self._sweep, note=self.pace.text)
        elif isinstance(event, TrialLost):
            self._progress.remove_task(self._bars.pop(trial))
            self.pace.done -= len(event.curve)  # they are told again
            self.say(f"{name}: {event.reason}; it is tried once more")
        else:
            self._end(event, trial, name)

    def _end(self, event: TrialFinished | TrialFailed, trial: tuple, name: str) -> None:
        self._progress.remove_task(self._bars.pop(trial))
        if isinstance(event, TrialFinished):
            self.finished += 1
            curve = event.result.curve
            self.pace.done += self._epochs(event.variant) - len(curve)  # early stopping leaves epochs out
            accuracy = curve["val/accuracy"][curve.selected_epoch - 1]
            what = f"val accuracy {accuracy:.3f} at epoch {curve.selected_epoch}"
        else:
            self.failed += 1
            self.pace.done += self._epochs(event.variant) - len(event.curve)
            what = f"FAILED: {event.reason}"
        done = self.before + self.finished + self.failed
        self._progress.update(self._sweep, completed=done, note=self.pace.text)
        if not self.live or isinstance(event, TrialFailed):
            place = f"{done}/{self.n_trials}".rjust(2 * len(str(self.n_trials)) + 1)
            self.say(f"{place}  {name}: {what}  ({self.pace.text})")
