"""Fresh seeds for the choice of a sweep that has ended: the sweep is resumed by its own grid. Asks the store, needs no TensorFlow."""

from dataclasses import replace

from mlflow import MlflowClient

from regtrack.diagnosis.fresh_seeds import check_confirm
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.resuming import refuse_another_experiment, refuse_held_network
from regtrack.tracking.reader import find_sweep
from regtrack.tracking.stored_grid import read_grid
from regtrack.variants.grid import Grid


def sweep_to_confirm(client: MlflowClient, which: str, asked: Asked) -> tuple[Grid, Asked]:
    """What run_sweep is to be given: the sweep's own grid and settings, and what is asked, resuming the sweep where it is.

    It is judged again then and its report written anew. Whoever asks now has seen what test said, so this is a look more: it
    may spend less error (see looks). What an interrupted confirmation finished is kept.

    Args:
        which: "latest" or a sweep's id, in any experiment of the store.
        asked: its `confirm` says how many fresh seeds; what to resume, and where, follows from the sweep.
    Raises:
        StoreError: no such sweep, one whose network only a notebook holds, or one that lies in another experiment than the run
            of this entry point. SettingError: too few seeds, or nothing to confirm against.
    """
    experiment_id, sweep_id, _ = find_sweep(client, which)
    grid = read_grid(client, sweep_id)
    refuse_held_network(grid, sweep_id, "confirm", "give confirm= to regtrack.sweep there")
    refuse_another_experiment(client, experiment_id, f"confirm: sweep {sweep_id}")
    check_confirm(asked.confirm or 0, grid)
    return grid, replace(asked, resume=sweep_id, experiment_id=experiment_id)
