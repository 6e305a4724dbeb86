"""A stored table that regtrack did not write is refused in words, whatever it says of itself; its own are taken."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from regtrack import names
from regtrack.errors import StoreError
from regtrack.tracking.artifacts import read_table, write_table
from regtrack.tracking.own_table import COLUMNS, refuse_foreign

WHOSE = "x at here: this table is not one that regtrack wrote: "


def predictions(n: int = 2, **columns) -> pa.Table:
    """Of n examples of three classes, without dropout; with these columns in place of its own, None for none."""
    own = {"split": ["test"] * n, "epoch_kind": ["selected"] * n, "example_id": [*range(n)], "given_label": [2] * n,
           "true_label": [0] * n, names.PROBS[0]: [[0.5, 0.25, 0.25]] * n}  # fmt: skip
    rest = {name: pa.nulls(n, pa.float32()) for name in names.PREDICTION_COLUMNS if name not in own}
    return pa.table({name: values for name, values in (rest | own | columns).items() if values is not None})


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"given_label": None, "split": None}, "it lacks split, given_label"),
        ({"split": [1, 2]}, "split holds int64 where texts stand"),
        ({"split": ["test", None]}, "a row does not say its split"),
        ({"split": pa.nulls(2, pa.string())}, "a row does not say its split"),
        ({"example_id": [0.0, float("nan")]}, "a row does not say its example_id"),
        ({"example_id": [0.0, 0.5]}, "example_id holds other than whole numbers from 0"),
        ({"example_id": [0.0, float("inf")]}, "example_id holds infinity"),
        ({"example_id": [7, 7]}, "two rows are of the same split, epoch_kind, example_id"),
        ({"given_label": [0, None]}, "a row does not say its given_label"),
        ({"variation_ratio": [0.5, float("-inf")]}, "variation_ratio holds infinity"),
        ({names.PROBS[1]: [[0.5, 0.5, float("inf")]] * 2}, f"{names.PROBS[1]} holds infinity"),
        ({"true_label": [-1, 0]}, "true_label holds other than whole numbers from 0"),
        ({names.PROBS[0]: [[0.5, 0.5], [1.0]]}, f"{names.PROBS[0]} holds lists of several lengths"),
        ({names.PROBS[0]: pa.nulls(2, pa.list_(pa.float32()))}, f"a row does not say its {names.PROBS[0]}"),
        ({names.PROBS[0]: [[0.5, 0.25, 0.25], None]}, f"a row does not say its {names.PROBS[0]}"),
        ({"given_label": [0, 3]}, f"given_label is of other classes than {names.PROBS[0]}"),
        ({"primary": ["accuracy", "mine"]}, "primary holds 'mine', which is no measure that is compared"),
        ({names.PROBS[1]: [[1.0], [1.0]]}, f"{names.PROBS[1]} is of other classes than {names.PROBS[0]}"),
    ],
)
def test_what_regtrack_cannot_have_written_is_named(columns, reason):
    """Columns that lack or are of another kind, rows that say not what they are of, classes that are none; and what to do."""
    with pytest.raises(StoreError) as error:
        refuse_foreign(predictions(**columns), names.PREDICTIONS, "here")
    assert str(error.value) == WHOSE.replace("x", names.PREDICTIONS, 1) + f"{reason}; run the trial again"


def test_a_column_that_stands_twice_is_named():
    """Which of them is meant nobody knows."""
    table = predictions()
    with pytest.raises(StoreError, match="it has split more than once; run the trial again"):
        refuse_foreign(table.append_column("split", table["split"]), names.PREDICTIONS, "here")


@pytest.mark.parametrize(
    "table",
    [
        predictions(),
        predictions(0),
        predictions(50_000),
        predictions(true_label=[0, None]),
        predictions(example_id=[2.0, 2.0**60]),
        predictions(example_id=[7, 7], epoch_kind=["selected", "last"]),
        predictions(later=[{"a": 1}, {}]),
        predictions(mutual_information=pa.nulls(2)),
    ],
    ids=["two", "none", "many", "a label missing", "large", "two epochs", "a later column", "without a type"],
)
def test_what_it_can_have_written_is_taken(table):
    """Of no example and of many; with something missing that may be, and with columns of a later release."""
    refuse_foreign(table, names.PREDICTIONS, "here")


@pytest.mark.parametrize("artifact", sorted(COLUMNS))
def test_each_table_is_looked_at_where_it_is_read(artifact, tmp_path):
    """Also where it has no rows, which is right; a judged one is written again by a report."""
    write_table(pd.DataFrame(columns=list(COLUMNS[artifact])), tmp_path, artifact)
    assert read_table(tmp_path / artifact, artifact).num_rows == 0
    write_table(pd.DataFrame({"own": np.arange(3)}), tmp_path, artifact)
    with pytest.raises(StoreError, match="this table is not one that regtrack wrote: it lacks ") as error:
        read_table(tmp_path / artifact, artifact)
    judged = artifact.startswith(("sweep/", "diagnosis/")) or artifact in (names.METHODS, names.METHOD_VERDICTS)
    assert str(error.value).endswith("`regtrack report` writes it again" if judged else "run the trial again")
