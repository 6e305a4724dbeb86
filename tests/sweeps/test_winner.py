"""The winner's network: the seed that fits best of the best variant, and how to serve it."""

import pandas as pd

from regtrack import names
from regtrack.cli.run import what_to_use
from regtrack.sweeps.winner import Winner, best_trial
from regtrack.tracking.models import logged_model_id


def test_the_winner_of_a_sweep_is_a_logged_model_that_serves(told):
    """Its serving id is its own run's, and the sweep's page in MLflow shows command and id."""
    winner = told.sweep.reported.winner
    assert winner.variant == told.sweep.reported.answer.best
    assert winner.serving_id == logged_model_id(told.client, winner.run_id, names.SERVING)
    trials = told.sweep.reported.record.trials
    own = trials[trials["variant"] == winner.variant]
    assert own.set_index("run_id")[f"{names.SELECTED}val_cross_entropy"].idxmin() == winner.run_id
    note = told.client.get_run(told.sweep.run_id).data.tags[names.NOTE]
    assert f"`mlflow models serve -m models:/{winner.serving_id} --env-manager local -p 5001`" in note


def test_the_best_seed_is_of_finished_trials():
    """A trial that did not finish has no model, however low its error."""
    column = f"{names.SELECTED}val_cross_entropy"
    trials = pd.DataFrame(
        [
            ("a", "FINISHED", 0.5, "r1"),
            ("a", "FINISHED", 0.3, "r2"),
            ("a", "FAILED", 0.1, "r3"),
            ("b", "FINISHED", 0.2, "r4"),
        ],
        columns=["variant", "status", column, "run_id"],
    )
    assert best_trial(trials, "a")["run_id"] == "r2"


def test_the_terminal_prints_the_command_with_its_store():
    """To paste into a shell, without a password; nothing where the run has no such model."""
    winner = Winner("l2=0.001", 3, "r", "m-1")
    assert what_to_use(winner, "sqlite:////a folder/mlflow.db") == (
        "\nUse l2=0.001 (seed 3):\n"
        "  MLFLOW_TRACKING_URI='sqlite:////a folder/mlflow.db' mlflow models serve -m models:/m-1 --env-manager local -p 5001"
    )
    assert "secret" not in what_to_use(winner, "postgresql://me:secret@host/db")
    assert what_to_use(Winner("l2=0.001", 3, "r", ""), "sqlite:///mlflow.db") == ""
