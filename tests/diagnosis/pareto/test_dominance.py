"""Whom nobody should choose: shown worse in something, and better in nothing that matters."""

import numpy as np
import pytest

from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.diagnosis.pareto.dominance import pareto_of
from regtrack.diagnosis.pareto.predictors import Predictor
from regtrack.names import DETERMINISTIC, MC_DROPOUT, PARETO_COLUMNS

EXAMPLES, SEEDS = 2_000, 5


def predictor(
    variant: str, error: float, nats: float, *, passes: int = 1, products: float = 100.0, seeds: int = SEEDS
) -> Predictor:
    """So many errors and a likelihood that hardly scatter over seeds; passes above 1 are Monte Carlo dropout."""
    wrong = np.zeros((seeds, EXAMPLES), bool)
    for seed in range(seeds):
        wrong[seed, : round(error * EXAMPLES) + seed % 3] = True
    losses = np.full((seeds, EXAMPLES), nats) + 0.001 * np.arange(seeds)[:, None] + 0.001 * np.sin(np.arange(EXAMPLES))
    method = DETERMINISTIC if passes == 1 else MC_DROPOUT
    return Predictor(
        variant,
        method,
        passes,
        products,
        VariantErrors(variant, wrong),
        VariantErrors(variant, wrong, losses=losses, largest=7.0),
    )


def beaten(*predictors: Predictor, **given) -> dict[str, tuple[str, str]]:
    """By variant and method, of those that are beaten: by whom and in what."""
    table = pareto_of(predictors, {}, **given)
    assert tuple(table.columns) == PARETO_COLUMNS
    return {
        (row.variant, row.method): (row.beaten_by, row.worse_in) for row in table.itertuples() if row.beaten_by
    }  # fmt: skip


def test_worse_at_the_same_cost_is_beaten_by_the_best():
    """Shown worse in both measures than two others: the more accurate of them is named."""
    found = beaten(predictor("good", 0.05, 0.2), predictor("middling", 0.10, 0.4), predictor("bad", 0.20, 0.8))
    assert found == {
        ("middling", DETERMINISTIC): ("good", "accuracy, negative_log_likelihood"),
        ("bad", DETERMINISTIC): ("good", "accuracy, negative_log_likelihood"),
    }


def test_each_better_in_one_measure_both_stand():
    """More accurate and worse by likelihood: a person may want either."""
    assert beaten(predictor("accurate", 0.05, 0.8), predictor("modest", 0.10, 0.4)) == {}


def test_a_better_network_that_is_dearer_beats_nobody():
    """Who wants a cheap one has no other."""
    assert beaten(predictor("large", 0.05, 0.2, products=1e6), predictor("small", 0.10, 0.4)) == {}


def test_dearer_and_no_better_is_beaten_by_its_cost():
    """A hundred passes of the same networks that change nothing: cost is known exactly."""
    found = beaten(predictor("dropout", 0.05, 0.2), predictor("dropout", 0.05, 0.2, passes=100))
    assert found == {("dropout", MC_DROPOUT): ("dropout", "cost")}


def test_passes_that_gain_likelihood_are_not_beaten():
    """Shown better in one, though dearer."""
    assert beaten(predictor("dropout", 0.05, 0.4), predictor("dropout", 0.05, 0.2, passes=100)) == {}


@pytest.mark.parametrize("products", [100.0, np.nan])
def test_of_an_earlier_sweep_methods_of_one_variant_are_weighed_and_costs_of_variants_are_not(products):
    """Passes tell which of two methods of one network is dearer; which of two networks is, only their products do."""
    ways = [predictor("a", 0.05, 0.2, products=products), predictor("a", 0.05, 0.2, passes=9, products=products),
            predictor("b", 0.20, 0.8, products=products)]  # fmt: skip
    found = beaten(*ways)
    assert found.pop(("a", MC_DROPOUT)) == ("a", "cost")
    assert set(found) == ({("b", DETERMINISTIC)} if products == 100 else set())


def test_seen_and_not_shown_is_not_said():
    """A single seed of each, and a fourth look, can show nothing."""
    ways = {"good": (0.05, 0.2), "bad": (0.20, 0.8)}
    assert beaten(*(predictor(name, *of, seeds=1) for name, of in ways.items())) == {}
    assert beaten(*(predictor(name, *of) for name, of in ways.items()), looks=4) == {}


def test_values_and_costs_of_each_point():
    """Accuracy and likelihood within their limits, multiplications times passes, the variant's technique."""
    [row] = pareto_of([predictor("dropout", 0.05, 0.2, passes=100)], {"dropout": "dropout"}).to_dict("records")
    assert (row["cost"], row["technique"], row["seeds"]) == (10_000, "dropout", 5)
    assert row["accuracy"] == pytest.approx(0.95, abs=0.001)
    assert row["negative_log_likelihood"] == pytest.approx(0.202, abs=0.001)
    for name in ("accuracy", "negative_log_likelihood"):
        assert row[f"{name}_low"] < row[name] < row[f"{name}_high"]
