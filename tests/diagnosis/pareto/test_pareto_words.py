"""Whom nobody should choose, in words."""

import numpy as np
import pandas as pd

from regtrack.diagnosis.pareto.pareto_words import NOT_RECORDED, pareto_in_words
from regtrack.names import DETERMINISTIC, MC_DROPOUT, PARETO_COLUMNS

FREE = {
    "variant": "a",
    "method": DETERMINISTIC,
    "passes": 1,
    "cost": 10.0,
    "beaten_by": "",
    "beaten_by_method": "",
    "worse_in": "",
}
MANY = FREE | {
    "method": MC_DROPOUT,
    "passes": 100,
    "cost": 1000.0,
    "beaten_by": "a",
    "beaten_by_method": DETERMINISTIC,
    "worse_in": "cost",
}
BAD = FREE | {
    "variant": "b",
    "beaten_by": "a",
    "beaten_by_method": DETERMINISTIC,
    "worse_in": "accuracy, negative_log_likelihood, cost",
}


def table(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(PARETO_COLUMNS))


def test_each_is_named_with_what_it_is_worse_in_and_than_whom():
    """A method of the same network, and another network."""
    assert pareto_in_words(table(FREE, MANY, BAD)) == (
        "nobody should choose a with 100 passes (dearer than one pass) and b (worse in accuracy and negative log-likelihood and dearer "
        "than a): of 3 ways to answer these are worse in something and better in nothing that matters",
    )


def test_where_none_is_beaten_that_is_said_and_of_one_way_nothing():
    """Not shown is not the same as good."""
    assert pareto_in_words(table(FREE, FREE)) == (
        "none of 2 ways to answer is shown to be one that nobody should choose",
    )
    assert pareto_in_words(table(FREE)) == ()


def test_an_unknown_cost_is_said():
    """Of a sweep that was trained before products were counted."""
    assert pareto_in_words(table(FREE, FREE | {"cost": np.nan}))[-1] == NOT_RECORDED
