"""The network to use of a sweep: of the variant with the lowest validation error the seed that fits best, and how to serve it."""

from dataclasses import dataclass

import pandas as pd
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from regtrack import names
from regtrack.errors import StoreError
from regtrack.tracking.models import logged_model_id
from regtrack.tracking.outages import outage


@dataclass(frozen=True)
class Winner:
    """A trained network.

    Args:
        variant, seed: which.
        run_id: its trial's run.
        serving_id: of its logged model that answers with its uncertainty; "" where its run has none.
    """

    variant: str
    seed: int
    run_id: str
    serving_id: str

    def how_to_serve(self) -> str:
        """The command that serves it; "" where there is nothing to serve."""
        return (
            f"mlflow models serve -m models:/{self.serving_id} --env-manager local -p 5001" if self.serving_id else ""
        )


def best_trial(trials: pd.DataFrame, variant: str) -> pd.Series:
    """The finished trial of `variant` with the lowest validation cross-entropy at its selected epoch."""
    own = trials[(trials["variant"] == variant) & (trials["status"] == names.FINISHED)]
    return own.sort_values(f"{names.SELECTED}val_cross_entropy").iloc[0]


def winner_of(client: MlflowClient, trials: pd.DataFrame, variant: str) -> Winner:
    """The best trial of the variant, among the sweep's."""
    trial = best_trial(trials, variant)
    try:
        serving_id = logged_model_id(client, trial["run_id"], names.SERVING)
    except (StoreError, MlflowException) as error:
        if outage(error):
            raise
        serving_id = ""  # none was logged, or it was deleted: the sweep is reported all the same
    return Winner(variant, int(trial[names.SEED]), trial["run_id"], serving_id)
