"""A trial's tables: what was written reads back, and a trial without dropout has the same columns."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from regtrack import names
from regtrack.tracking.artifacts import read_table
from regtrack.tracking.trial_tables import curve_table, write_trial
from regtrack.training.result import Curve


@pytest.fixture
def written(tiny, tmp_path):
    """(folder, results) of the baseline and the dropout variant, seed 0."""
    for i, variant in enumerate(tiny.grid.variants):
        write_trial(tiny.results[variant, 0], tiny.dataset, tmp_path / str(i))
    return tmp_path, [tiny.results[variant, 0] for variant in tiny.grid.variants]


def rows(table: pa.Table, split: str, epoch_kind: str) -> pd.DataFrame:
    frame = table.to_pandas()
    return frame[(frame["split"] == split) & (frame["epoch_kind"] == epoch_kind)]


def test_predictions_read_back_as_they_were(written, tiny):
    """A row an example: val and test at the selected epoch, val at the last; every column of the contract."""
    folder, (_, result) = written
    table = read_table(folder / "1" / names.PREDICTIONS, names.PREDICTIONS)
    assert tuple(table.column_names) == names.PREDICTION_COLUMNS
    counts = table.to_pandas().groupby(["split", "epoch_kind"]).size().to_dict()
    assert counts == {("val", "selected"): 360, ("test", "selected"): 360, ("val", "last"): 360}
    for (split, kind), data in {
        ("val", "selected"): tiny.dataset.validation,
        ("test", "selected"): tiny.dataset.test,
        ("val", "last"): tiny.dataset.validation,
    }.items():
        of, found = result.of(split, kind), rows(table, split, kind)
        np.testing.assert_array_equal(found["example_id"], data.example_id)
        np.testing.assert_array_equal(found["given_label"], data.given_label)
        np.testing.assert_array_equal(found["true_label"], data.true_label)
        np.testing.assert_array_equal(np.stack(found["deterministic_probs"]), of.probs)
        if kind == "selected":
            np.testing.assert_array_equal(np.stack(found["mc_mean_probs"]), of.mc.mean_probs.astype(np.float32))
            np.testing.assert_array_equal(np.stack(found["mc_std_probs"]), of.mc.std_probs.astype(np.float32))
            for name in names.UNCERTAINTIES:
                np.testing.assert_array_equal(found[name], getattr(of.mc, name).astype(np.float32))


def test_columns_keep_one_type_with_and_without_dropout(written):
    """A trial without dropout has the same columns of the same types, its Monte Carlo ones null and never 0."""
    folder, _ = written
    without, with_dropout = (read_table(folder / i / names.PREDICTIONS, names.PREDICTIONS) for i in "01")
    assert without.schema.equals(with_dropout.schema)
    for name in ("mc_mean_probs", "mc_std_probs", *names.UNCERTAINTIES):
        assert without[name].null_count == without.num_rows
        assert rows(with_dropout, "test", "selected")[name].notna().all()
        assert rows(with_dropout, "val", "last")[name].isna().all()
    assert without["deterministic_probs"].null_count == 0


def test_learning_curves_read_back_as_they_were(written):
    """A row an epoch, from 1, with the metrics by their names and the seconds."""
    folder, (result, _) = written
    frame = read_table(folder / "0" / names.LEARNING_CURVES, names.LEARNING_CURVES).to_pandas()
    assert tuple(frame.columns) == names.CURVE_COLUMNS
    assert frame["epoch"].tolist() == [1, 2, 3]
    for name in names.EPOCH_METRICS:
        np.testing.assert_array_equal(frame[name], result.curve[name])


def test_a_curve_without_an_epoch_is_a_table_without_a_row():
    """A trial that failed before its first epoch has an empty curve of the same columns."""
    table = curve_table(Curve())
    assert table.num_rows == 0
    assert tuple(table.column_names) == names.CURVE_COLUMNS
