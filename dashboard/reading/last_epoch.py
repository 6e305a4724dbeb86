"""Errors at the last epoch, where the fitting regime is read: from the trials' latest metrics, a row a variant."""

import pandas as pd

from regtrack import names
from regtrack.diagnosis.leaderboard import error_interval

KEPT, LAST = "kept", "last"
READ = ("variant", names.VAL_ACCURACY, names.TRAIN_ACCURACY, names.N_VAL)
EPOCHS = {LAST: "the last epoch", KEPT: "the selected epoch"}


def errors_at(epoch: str, trials: pd.DataFrame, board: pd.DataFrame) -> pd.DataFrame:
    """`board` with train_error, val_error and its limits at that epoch, shares.

    At the selected epoch they are the board's own; at the last one, means over seeds with the limits of
    `error_interval`, which are a little too wide.
    """
    if epoch == KEPT:
        return board
    # Of these columns alone: to cut all of them takes a second of 2,000 variants.
    finished = trials[trials["status"] == names.FINISHED].filter(items=READ)
    rows = {variant: _last(group) for variant, group in finished.groupby("variant")}
    found = pd.DataFrame.from_dict(
        rows, orient="index", columns=["train_error", "val_error", "val_error_low", "val_error_high"]
    )
    return board.assign(**{name: board["variant"].map(found[name]) for name in found})


def _last(group: pd.DataFrame) -> tuple[float, float, float, float]:
    errors = 1 - group[names.VAL_ACCURACY].to_numpy(float)
    limits = error_interval(errors, group[names.N_VAL].iloc[0])
    return 1 - float(group[names.TRAIN_ACCURACY].mean()), float(errors.mean()), *limits
