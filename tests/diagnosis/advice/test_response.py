"""Response curves: which variants stand on one curve, in which order, and the table of their measures."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from regtrack.diagnosis.advice.response import held_without, response_table, series, strength_params
from regtrack.names import OVERFIT, RESPONSE_COLUMNS, UNDERFIT
from regtrack.variants import Grid, Variant
from regtrack.variants.regularizers import PARAMS

GRIDS = sorted((Path(__file__).parents[3] / "grids").glob("*.yaml"))


def labels(found: dict[str, list[Variant]]) -> dict[str, list[str]]:
    return {held: [variant.label for variant in points] for held, points in found.items()}


BASELINE = Variant()
VARIANTS = [
    Variant(l2=0.01), Variant(max_norm=0.5), BASELINE, Variant(l2=0.001), Variant(max_norm=2), Variant(max_norm=1),
    Variant(max_norm=1, max_norm_bias=1), Variant(max_norm=4, max_norm_bias=1), Variant(l1=1e-4),
    Variant(l1=1e-3, l2=0.001), Variant(l1=1e-4, l2=0.001), Variant(dropout_rate=0.5), Variant(dropout_rate=0.2),
    Variant(dropout_rate=0.5, dropout_placement="last_hidden"), Variant(dropout_rate=0.2, max_norm=1),
    Variant(l2=0.01, train_size=500), Variant(batch_norm=1), Variant(dropout_rate=0.2, spatial_dropout=0.1),
    Variant(augment_flip=1), Variant(augment_shift=0.1), Variant(augment_flip=1, augment_shift=0.1),
]  # fmt: skip
# By hand: the variant without the parameter in front, then weakest first; a smaller norm is stronger.
SERIES = {
    "l1": {"baseline": ["baseline", "l1=0.0001"],
           "l2=0.001": ["l2=0.001", "l1=0.0001+l2=0.001", "l1=0.001+l2=0.001"]},
    "l2": {"baseline": ["baseline", "l2=0.001", "l2=0.01"], "l1=0.0001": ["l1=0.0001", "l1=0.0001+l2=0.001"]},
    "dropout_rate": {"baseline": ["baseline", "dropout=0.2", "dropout=0.5"],
                     "dropout_placement=last_hidden": ["baseline", "dropout=0.5(last_hidden)"],
                     "max_norm=1": ["max_norm=1", "dropout=0.2+max_norm=1"]},
    "max_norm": {"baseline": ["baseline", "max_norm=2", "max_norm=1", "max_norm=0.5"],
                 "max_norm_bias=1": ["baseline", "max_norm=4(bias)", "max_norm=1(bias)"],
                 "dropout=0.2": ["dropout=0.2", "dropout=0.2+max_norm=1"]},
    "label_smoothing": {}, "weight_decay": {}, "early_stopping": {}, "gaussian_noise": {}, "gaussian_dropout": {},
    "alpha_dropout": {},
    "spatial_dropout": {"dropout=0.2": ["dropout=0.2", "dropout=0.2+spatial_dropout=0.1"]},
    "augment_shift": {"baseline": ["baseline", "augment_shift=0.1"],
                      "augment_flip": ["augment_flip", "augment_flip+augment_shift=0.1"]},
    "augment_rotation": {}, "augment_zoom": {}, "mixup": {}, "cutmix": {}, "random_erasing": {}, "rand_augment": {}, "ema": {},
    "swa": {}, "sam": {}, "spectral_norm": {}, "confidence_penalty": {}, "gradient_clipping": {},
}  # fmt: skip


@pytest.mark.parametrize("param", SERIES)
def test_curves_are_the_known_ones(param):
    """All else held, companions apart, single points left out, whatever the order the variants come in."""
    assert labels(series(VARIANTS, param)) == SERIES[param]
    assert labels(series(iter(VARIANTS[::-1]), param)) == SERIES[param]


def test_strength_params_are_those_that_have_a_curve():
    """In registry order: the parameters with a strength."""
    assert strength_params() == list(SERIES)


def test_a_curve_needs_no_variant_without_the_parameter():
    """Two strengths are a curve on their own; one strength is none."""
    assert labels(series([Variant(l2=0.01), Variant(l2=0.1)], "l2")) == {"baseline": ["l2=0.01", "l2=0.1"]}
    assert series([Variant(l2=0.01), Variant(l1=0.01)], "l2") == {}
    assert series([], "l2") == {}


def test_what_is_held_and_where_the_parameter_acts_are_both_named():
    """A held regularizer and a companion stand side by side in the name of the curve."""
    held, placed = Variant(l2=0.1), Variant(l2=0.1, dropout_rate=0.5, dropout_placement="hidden")
    assert labels(series([held, placed], "dropout_rate")) == {
        "l2=0.1+dropout_placement=hidden": [held.label, placed.label]
    }
    smaller = [Variant(train_size=500), Variant(train_size=500, l2=0.1)]
    assert list(series(smaller, "l2")) == ["train_size=500"]


def test_held_without_takes_companions_along():
    """Off means off with the companions; how it acts is kept at one strength for all."""
    off, acting = held_without(Variant(l2=0.1, max_norm=4, max_norm_bias=1), "max_norm")
    assert off == Variant(l2=0.1)
    assert acting == held_without(Variant(l2=0.1, max_norm=0.5, max_norm_bias=1), "max_norm")[1]
    assert acting != held_without(Variant(l2=0.1, max_norm=0.5), "max_norm")[1]


@pytest.mark.parametrize("path", GRIDS, ids=lambda path: path.stem)
def test_points_of_a_curve_differ_in_one_parameter(path):
    """In every shipped grid: neighbours on a curve differ in its parameter and, from off to on, its companions only."""
    for param in strength_params():
        for points in series(Grid.from_yaml(path).variants, param).values():
            values = [getattr(variant, param) for variant in points]
            assert len(set(values)) == len(values) > 1
            for a, b in itertools.combinations(points, 2):
                differ = {n for n in a.to_params() | b.to_params() if a.to_params().get(n) != b.to_params().get(n)}
                companions = (
                    {"dropout_placement", "max_norm_bias"} if getattr(a, param) == PARAMS[param].neutral else set()
                )
                assert param in differ <= {param} | companions


def test_the_table_is_the_hand_computed_one():
    """A row a (param, held, strength, measure) with the measure's value and limits; strength 0 is off."""
    variants = [BASELINE, Variant(max_norm=1), Variant(max_norm=2), Variant(l2=0.1)]
    measures = pd.DataFrame(
        [("max_norm=2", "val_error", 0.1, 0.05, 0.15, 5), ("baseline", "val_error", 0.2, np.nan, np.nan, 1),
         ("max_norm=1", "val_error", 0.3, 0.2, 0.4, 4), ("max_norm=1", "aurc", 0.03, 0.02, 0.04, 4)],
        columns=["variant", "measure", "value", "low", "high", "seeds"],
    )  # fmt: skip
    table = response_table(variants, measures, {"baseline": OVERFIT, "max_norm=1": UNDERFIT, "max_norm=2": OVERFIT})
    expected = pd.DataFrame(
        [("max_norm", "baseline", 0.0, "baseline", OVERFIT, 1, "val_error", 0.2, np.nan, np.nan),
         ("max_norm", "baseline", 2.0, "max_norm=2", OVERFIT, 5, "val_error", 0.1, 0.05, 0.15),
         ("max_norm", "baseline", 1.0, "max_norm=1", UNDERFIT, 4, "val_error", 0.3, 0.2, 0.4),
         ("max_norm", "baseline", 1.0, "max_norm=1", UNDERFIT, 4, "aurc", 0.03, 0.02, 0.04)],
        columns=list(RESPONSE_COLUMNS),
    )  # fmt: skip
    measured = table[table["param"] == "max_norm"].reset_index(drop=True)
    pd.testing.assert_frame_equal(measured, expected, check_dtype=False)
    # l2=0.1 has no measure: its curve holds what was measured, the baseline
    assert table[table["param"] == "l2"]["variant"].tolist() == ["baseline"]


def test_without_a_curve_the_table_is_empty():
    """One variant, or none that shares a curve: the documented columns without a row."""
    measures = pd.DataFrame(columns=["variant", "measure", "value", "low", "high", "seeds"])
    for variants in ([], [BASELINE], [BASELINE, Variant(batch_norm=1)]):
        table = response_table(variants, measures, {})
        assert table.empty
        assert tuple(table.columns) == RESPONSE_COLUMNS
