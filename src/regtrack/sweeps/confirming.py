"""confirm_sweep: fresh seeds for the choice of a sweep that has ended."""

from dataclasses import replace

from mlflow import MlflowClient

from regtrack.sweeps.asked import Asked
from regtrack.sweeps.resuming import refuse_another_experiment, refuse_held_network
from regtrack.sweeps.sweep import FinishedSweep, run_sweep
from regtrack.tracking.reader import find_sweep
from regtrack.tracking.stored_grid import read_grid


def confirm_sweep(
    client: MlflowClient,
    which: str,
    asked: Asked,
    *,
    say=print,
    console=None,
) -> FinishedSweep:
    """The sweep resumed by its own grid and settings, with a confirmation: it is judged again and its report written anew.

    Whoever asks now has seen what test said, so this is a look more: it may spend less error (see looks). What an
    interrupted confirmation finished is kept.

    Args:
        which: "latest" or a sweep's id, in any experiment of the store.
        asked: its `confirm` says how many fresh seeds; what to resume, and where, follows from the sweep.
    Raises:
        RegtrackError: as run_sweep; StoreError: no such sweep, one whose network only a notebook holds, or one that lies
            in another experiment than the run of this entry point.
    """
    experiment_id, sweep_id, _ = find_sweep(client, which)
    grid = read_grid(client, sweep_id)
    refuse_held_network(grid, sweep_id, "confirm", "give confirm= to regtrack.sweep there")
    refuse_another_experiment(client, experiment_id, f"confirm: sweep {sweep_id}")
    asked = replace(asked, resume=sweep_id, experiment_id=experiment_id)
    return run_sweep(grid, client=client, asked=asked, say=say, console=console)
