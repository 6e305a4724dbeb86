"""Progress: plain lines where the output is no terminal, and a remaining time from a clock that a test sets."""

import io
from dataclasses import dataclass

import pytest
from rich.console import Console

from regtrack.sweeps.progress import Pace, SweepProgress, duration
from regtrack.training.events import (
    ClusterGoesOn,
    ClusterIsHeld,
    ClusterWaits,
    EpochEnded,
    TrialFailed,
    TrialLost,
    TrialStarted,
)
from regtrack.training.result import Curve
from regtrack.variants import Settings, Variant


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def progress_of(trials, settings, *, terminal=False) -> tuple[SweepProgress, io.StringIO, Clock]:
    text, clock = io.StringIO(), Clock()
    console = Console(file=text, width=120, force_terminal=terminal, color_system=None)
    return SweepProgress(trials, settings, console, clock), text, clock


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.4, "0:59"), (59.6, "1:00"), (3599, "59:59"), (3600, "1:00:00"),
                         (90061, "25:01:01")],
)  # fmt: skip
def test_a_duration_is_minutes_and_seconds_and_hours_where_there_are_any(seconds, text):
    """Rounded to the second."""
    assert duration(seconds) == text


def test_the_remaining_time_is_the_elapsed_time_per_epoch_times_the_epochs_left():
    """3 of 12 epochs in 30 seconds leave 90; before the first epoch nothing is said."""
    clock = Clock()
    pace = Pace(12, clock)
    clock.now += 5
    assert pace.remaining is None
    assert pace.text == "estimating"
    pace.done, clock.now = 3, 130.0
    assert pace.elapsed == 30
    assert pace.remaining == pytest.approx(90)
    assert pace.text == "1:30 left"
    pace.done = 12
    assert pace.text == "0:00 left"


def test_plain_lines_where_the_output_is_no_terminal(tiny):
    """A line a trial, with its place, its result and the time that is left; no bars, no control characters."""
    trials = list(tiny.grid.trials)
    progress, text, clock = progress_of(trials, tiny.grid.settings)
    with progress:
        for event in tiny.events(trials):
            clock.now += isinstance(event, EpochEnded)
            progress(event)
    lines = text.getvalue().splitlines()
    assert len(lines) == 4
    for i, ((variant, seed), line) in enumerate(zip(trials, lines, strict=True), start=1):
        curve = tiny.results[variant, seed].curve
        accuracy = curve["val/accuracy"][curve.selected_epoch - 1]
        assert line == (
            f"{i}/4  {variant.label} seed {seed}: val accuracy {accuracy:.3f} at epoch {curve.selected_epoch}  "
            f"(0:{12 - 3 * i:02} left)"
        )
    assert "\x1b" not in text.getvalue()


def test_places_are_aligned(tiny):
    """1/12 and 12/12 end in the same column."""
    trials = [(tiny.grid.variants[0], seed) for seed in range(12)]
    progress, text, _ = progress_of(trials, tiny.grid.settings)
    with progress:
        for trial in trials:
            progress(TrialStarted(*trial))
            progress(TrialFailed(*trial, "no", Curve()))
    assert {line.index("  baseline") for line in text.getvalue().splitlines()} == {5}


def test_a_failure_is_a_line_with_its_reason_also_at_a_terminal(tiny):
    """The reason is not lost with the bar, and square brackets in it are no markup."""
    trial = (tiny.grid.variants[0], 0)
    for terminal in (False, True):
        progress, text, _ = progress_of([trial], tiny.grid.settings, terminal=terminal)
        with progress:
            progress(TrialStarted(*trial))
            progress(TrialFailed(*trial, "ValueError: shape [bold]2[/bold]", Curve()))
        assert "1/1  baseline seed 0: FAILED: ValueError: shape [bold]2[/bold]  (0:00 left)" in text.getvalue()


def test_epochs_that_are_not_trained_count_as_done(tiny):
    """Early stopping and failure leave epochs out: the remaining time is of those that are left."""
    result = tiny.results[tiny.grid.variants[0], 0]
    settings = Settings(epochs=10)
    trials = [(result.variant, 0), (result.variant, 1)]
    progress, _, clock = progress_of(trials, settings)
    progress(TrialStarted(result.variant, 0))
    for epoch, metrics in enumerate(result.curve.epochs, start=1):
        clock.now += 10
        progress(EpochEnded(result.variant, 0, epoch, metrics))
    progress(TrialFailed(result.variant, 0, "no", result.curve))
    assert progress.pace.done == 10
    assert progress.pace.remaining == pytest.approx(30)


def test_a_variant_with_its_own_budget_is_counted_with_it():
    """The grid may vary the epochs: the remaining time is never negative."""
    trials = [(Variant(), 0), (Variant(epochs=30), 0)]
    progress, _, clock = progress_of(trials, Settings(epochs=2))
    assert progress.pace.total == 32
    progress(TrialStarted(*trials[1]))
    for epoch in range(1, 31):
        clock.now += 1
        progress(EpochEnded(*trials[1], epoch, {"val/accuracy": 0.5}))
        assert progress.pace.remaining >= 2


def test_the_terminal_shows_bars(tiny):
    """At a terminal a live line a trial and one of the sweep; nothing is left of the trial's at its end."""
    trials = list(tiny.grid.trials)
    progress, text, _ = progress_of(trials, tiny.grid.settings, terminal=True)
    with progress:
        for event in tiny.events(trials):
            progress(event)
    assert "sweep" in text.getvalue()
    assert "4/4" in text.getvalue()


def test_a_cluster_that_waits_is_said(tiny):
    """For a machine: what a trial needs, and since when. For others: what they leave. And when there is a place again."""
    held = ClusterIsHeld(80.4, {"CPU": (0.0, 8.0), "GPU": (0.5, 2.0)})
    said = []
    with SweepProgress(tiny.grid.trials, tiny.grid.settings, say=said.append) as progress:
        for event in (ClusterWaits(40.2, 0.5), held, ClusterGoesOn(61)):
            progress(event)
    assert said == [
        "no machine of the cluster can run a trial (needs 1 CPU, 0.5 GPU): waiting for one since 40 s",
        "no trial has its place in the cluster, others hold it (0 of 8 CPU, 0.5 of 2 GPU free): waiting in line since 80 s",
        "a machine of the cluster can run trials again, after 61 s",
    ]


def test_without_a_console_every_line_goes_to_say(tiny, capsys):
    """A notebook decides what becomes of it; nothing is printed beside it."""
    trials, said = list(tiny.grid.trials), []
    progress = SweepProgress(trials, tiny.grid.settings, say=said.append)
    with progress:
        for event in tiny.events(trials):
            progress(event)
    assert [line[:3] for line in said] == ["1/4", "2/4", "3/4", "4/4"]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("terminal", [True, False])
def test_a_trial_that_was_lost_is_said_to_be_tried_once_more(tiny, terminal):
    """Its bar goes, its epochs do not count towards the time that is left, and its next attempt is a trial as any other."""
    trial = tiny.grid.trials[0]
    progress, text, _ = progress_of([trial], tiny.grid.settings, terminal=terminal)
    events = list(tiny.events([trial]))
    with progress:
        for event in events[:2]:
            progress(event)
        progress(TrialLost(*trial, "its worker process ended: killed by SIGKILL", Curve([events[1].metrics])))
        assert progress.pace.done == 0
        for event in events:
            progress(event)
    assert "baseline seed 0: its worker process ended: killed by SIGKILL; it is tried once more" in text.getvalue()
    assert (progress.finished, progress.failed) == (1, 0)
