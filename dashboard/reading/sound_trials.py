"""sound: the trials' table with every column that a page reads, numbers as numbers, whatever the runs in the store lack.

A run has no params yet in the moment after it is made; people edit and delete in MLflow's own pages. What is not there, or a
text where a number was, is missing here, and pages show what is missing as missing.
"""

import pandas as pd

from regtrack import names
from regtrack.variants.regularizers import PARAMS

_LATEST = (names.TRAIN_ACCURACY, names.VAL_ACCURACY, names.BEST_EPOCH, f"{names.SELECTED}val_accuracy",
           f"{names.TEST}/{names.ACCURACY}")  # fmt: skip
NUMBERS = (names.SEED, names.N_TRAIN, names.N_VAL, names.N_TEST, *_LATEST)
"""What every trial records, and pages count on."""


def sound(trials: pd.DataFrame) -> pd.DataFrame:
    """`reader.trials` with NUMBERS, and the numeric params of regularizers where there are any, as numbers or missing."""
    if trials.empty:
        return trials
    numeric = [*NUMBERS, *(param.name for param in PARAMS.values() if param.is_number and param.name in trials)]
    known = {name: pd.to_numeric(trials[name], errors="coerce") if name in trials else float("nan") for name in numeric}
    return trials.assign(**known)
