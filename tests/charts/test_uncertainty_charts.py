"""Reliability and convergence charts."""

import numpy as np
import pandas as pd
import pytest

from regtrack import names
from regtrack.charts import reliability
from regtrack.charts.convergence import convergence_chart
from regtrack.charts.reliability import reliability_chart

BINS = pd.DataFrame(
    [("deterministic", 0.8, 0.9, 10, 0.85, 0.7, 0.4, 0.9), ("mc_dropout", 0.9, 1.0, 0, np.nan, np.nan, np.nan, np.nan)],
    columns=list(reliability.COLUMNS),
)
STEPS = pd.DataFrame(
    [(n, b, m, 0.5, s, n * 0.1) for m in ("accuracy", "aurc") for n, b, s in ((1, 10, 0.1), (10, 1, np.nan))],
    columns=list(names.CONVERGENCE_COLUMNS),
)


def test_an_empty_bin_is_not_drawn():
    """A bin without examples has no accuracy: no point on the diagonal, none at all."""
    spec = reliability_chart(BINS, title="sure and right?").to_dict()
    [drawn] = [rows for rows in spec["datasets"].values() if "method" in rows[0]]
    assert [row["method"] for row in drawn] == ["deterministic"]


def test_axes_carry_units():
    """Every axis of both charts has a title."""
    assert reliability_chart(BINS, title="q").to_dict()["layer"][2]["encoding"]["x"]["title"] == "confidence (share)"
    panels = convergence_chart(STEPS, title="q").to_dict()["hconcat"]
    assert [panel["layer"][1]["encoding"]["y"]["title"] for panel in panels] == [
        "accuracy (share)", "NLL (nats)", "ECE (share)", "AURC",
    ]  # fmt: skip


@pytest.mark.parametrize(("chart", "table"), [(reliability_chart, BINS), (convergence_chart, STEPS)])
def test_no_rows_give_an_empty_chart(chart, table):
    """Nothing measured yet: a chart without marks, not an exception."""
    assert chart(table.iloc[:0], title="nothing").to_dict()
