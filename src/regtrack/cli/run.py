"""Runs what an entry point parsed and says what there is to open."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from mlflow import MlflowClient
from rich.console import Console

from regtrack import names
from regtrack.cli.console import make_console
from regtrack.cli.outage_line import outages_in_a_line
from regtrack.diagnosis.criteria import Criteria
from regtrack.masking import mask
from regtrack.shipped import in_clone
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.evaluation import Evaluation
from regtrack.sweeps.last_screen import compose_last_screen
from regtrack.sweeps.reporting import Reported, report_sweep
from regtrack.sweeps.summary import uncertainty_table
from regtrack.sweeps.sweep import FinishedSweep, run_sweep
from regtrack.sweeps.winner import Winner
from regtrack.tracking.addresses import quoted, sqlite_path
from regtrack.tracking.listening import done_aside
from regtrack.tracking.store import connect_to_write
from regtrack.tracking.writer import log
from regtrack.training.job import Job
from regtrack.variants.grid import Grid
from regtrack.words.note import as_note

AGAIN = "run this again when it answers"
"""After an outage of the store."""
COLUMNS_OF_A_LOG = 120
"""Of the last screen where the output is no terminal: a log is read in one, or in a browser."""


def sweep_and_report(grid: Grid, asked: Asked, notes: tuple[str, ...] = (), job: Job | None = None) -> None:
    """Run a sweep and show it. `job` is what its trials share, where that was read already."""
    console, client = make_console(), connect_to_write()
    say = _say_on(console)
    for note in notes:
        say(note)
    with outages_in_a_line("the sweep was prepared", AGAIN):  # from its first trial on it waits by itself
        sweep = run_sweep(grid, job, client=client, asked=asked, say=say, console=console)
    _show_sweep(sweep, client.tracking_uri, console)


def _say_on(console: Console) -> Callable[[str], None]:

    def say(text: str) -> None:
        console.print(mask(text), markup=False, soft_wrap=True)  # a link that is broken over lines opens nothing

    return say


def _show_sweep(sweep: FinishedSweep, tracking_uri: str, console: Console) -> None:
    say = _say_on(console)
    _show_last_screen(sweep.reported, console)
    for _, trial in sweep.reported.record.failed.iterrows():
        say(f"Failed: {trial['variant']} seed {trial['seed']}: {trial['failure']}")
    if sweep.registered:
        say(f"Registered: {sweep.registered}")
    say(what_to_open(sweep, tracking_uri))
    if use := what_to_use(sweep.reported.winner, tracking_uri):
        say(use)


def what_to_open(sweep: FinishedSweep, tracking_uri: str) -> str:
    """The commands and links to look at a sweep: the project's own in its folder, regtrack's and MLflow's elsewhere."""
    shown = mask(tracking_uri)
    lines = ["", f"Sweep {sweep.sweep_id} in experiment {sweep.experiment_id} of {shown}", "", "Open:"]
    dashboard, ui = (_with_make if in_clone() else _without_make)(tracking_uri)
    width = max(len(dashboard), len(ui)) + 4
    lines.append(f"  {dashboard.ljust(width)}Compare the variants (http://127.0.0.1:8501)")
    if not tracking_uri.startswith("http"):
        lines.append(f"  {ui.ljust(width)}The MLflow UI, then the variants' bars and curves:")
    lines += [f"  {sweep.reported.chart_link}", "  The report:", f"  {sweep.reported.report_link}"]
    if shown != tracking_uri:
        lines.append("  The commands read the store's address, with what is not shown of it, from MLFLOW_TRACKING_URI.")
    return "\n".join(lines)


def what_to_use(winner: Winner, tracking_uri: str) -> str:
    """The command that serves the winner's model, to paste into a shell; "" where it has none."""
    if not winner.serving_id:
        return ""
    command = f"MLFLOW_TRACKING_URI={quoted(tracking_uri)} {winner.how_to_serve()}"
    return f"\nUse {winner.variant} (seed {winner.seed}):\n  {command}"


def _with_make(tracking_uri: str) -> tuple[str, str]:
    """`make` serves the project's own store unless told of another."""
    path, own = sqlite_path(tracking_uri), Path.cwd() / "mlflow.db"
    prefix = "" if path and path.resolve() == own else f"MLFLOW_TRACKING_URI={quoted(tracking_uri)} "
    return f"{prefix}make dashboard", f"{prefix}make ui"


def _without_make(tracking_uri: str) -> tuple[str, str]:
    uri = quoted(tracking_uri)
    return f"regtrack dashboard --store {uri}", f"mlflow ui --backend-store-uri {uri} --host 127.0.0.1 --port 5000"


def _show_last_screen(reported: Reported, console: Console) -> None:
    width = console.width if console.is_terminal else COLUMNS_OF_A_LOG
    console.print()
    for part in compose_last_screen(reported, width):
        console.print(part, width=width)


def report_again(client: MlflowClient, found: tuple[str, str, str], criteria: Criteria) -> None:
    """Judge a sweep of the store, as `find_sweep` found it, and write its report to its run; the run of this entry point only
    says so."""
    console, (experiment_id, sweep_id, run_id) = make_console(), found
    own = os.environ.get("MLFLOW_RUN_ID")
    if own:
        log(client, own, tags={names.SWEEP_ID: sweep_id})
    judge = partial(report_sweep, client, experiment_id, sweep_id, criteria, run_id=run_id)
    with outages_in_a_line("the sweep was judged", AGAIN):
        reported = done_aside(judge)
    _show_last_screen(reported, console)
    if reported.changed is not None:
        console.print(
            "\nSince it was judged before:" + ("" if reported.changed else " the same is said."), markup=False
        )
    for change in reported.changed or ():
        console.print(f"· {change}.", markup=False, soft_wrap=True)
    console.print(f"\nReport of sweep {sweep_id}:\n  {reported.report_link}", markup=False, soft_wrap=True)


def uncertainty_and_report(client: MlflowClient, evaluation: Evaluation, seed: int) -> None:
    from regtrack.sweeps.uncertainty import evaluate  # TensorFlow

    console = make_console()
    with outages_in_a_line("the model was evaluated", AGAIN):
        found = evaluate(evaluation, seed=seed, client=client)
    console.print(found.dataset.summary(), markup=False)
    how = "as the data's source has them" if found.inputs == names.SOURCE else "as regtrack scales them"
    console.print(f"The model reads the numbers {how} (inputs={found.inputs})", markup=False)
    if found.either_way:
        console.print(as_note(found.either_way), markup=False)
    console.print(uncertainty_table(found.metrics, found.settings.n_passes))
    console.print(f"Predictions of validation and test in run {found.trial_id}, {names.PREDICTIONS}", markup=False)
    console.print(f"In the dashboard: ?sweep={found.run_id}", markup=False)
