"""A leaderboard to show."""

import pandas as pd
import pytest

from regtrack import names


@pytest.fixture
def board() -> pd.DataFrame:
    """One variant that wins and overfits; each of its measures is 0.25."""
    values = dict.fromkeys(names.LEADERBOARD_COLUMNS, 0.25) | {"variant": "l2=0.1", "technique": "l2", "verdict": "better",
              "fitting_regime": names.OVERFIT, "leans_to": None, "fitting_regime_selected": names.OVERFIT}  # fmt: skip
    return pd.DataFrame([values])
