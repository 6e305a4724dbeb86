"""The trials' table has every column that pages read, numbers as numbers."""

import numpy as np
import pandas as pd
from reading.sound_trials import NUMBERS, sound

from regtrack import names


def test_what_is_not_there_or_no_number_is_missing():
    """A text where a number was, a column that no run has, a regularizer's strength."""
    table = sound(
        pd.DataFrame({"run_id": ["a", "b"], names.SEED: ["1", "many"], "l2": ["none", 0.1], "dataset": ["digits", 3]})
    )
    assert set(NUMBERS) <= set(table.columns)
    np.testing.assert_array_equal(table[names.SEED], [1, np.nan])
    np.testing.assert_array_equal(table["l2"], [np.nan, 0.1])
    assert table[names.N_VAL].isna().all()
    assert table["dataset"].tolist() == ["digits", 3]
    assert "l1" not in table


def test_an_empty_table_and_a_whole_one_stay_as_they_are():
    """Nothing is added to nothing; numbers keep their values and their types."""
    empty = pd.DataFrame(columns=["run_id", names.SEED])
    assert sound(empty) is empty
    whole = pd.DataFrame({name: [1, 2] for name in NUMBERS} | {"dropout_rate": [0.5, 0.2]})
    pd.testing.assert_frame_equal(sound(whole), whole)
