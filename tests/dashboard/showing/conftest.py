"""A leaderboard to show."""

import pandas as pd
import pytest

from regtrack import names
from regtrack.diagnosis.leaderboard import ONLY_SOME
from regtrack.measures.declared import MEASURES
from regtrack.measures.primaries import DIFFERENCES


@pytest.fixture
def board() -> pd.DataFrame:
    """One variant that wins and overfits; each of its measures is 0.25 but for those that only some sweeps have."""
    values = dict.fromkeys(names.LEADERBOARD_COLUMNS, 0.25) | {"variant": "l2=0.1", "technique": "l2", "verdict": "better",
              "fitting_regime": names.OVERFIT, "leans_to": None, "fitting_regime_selected": names.OVERFIT}  # fmt: skip
    gained = dict.fromkeys(column for name in DIFFERENCES[1:] for column in MEASURES[name].columns)
    return pd.DataFrame([values | dict.fromkeys(ONLY_SOME) | gained])
