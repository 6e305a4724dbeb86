"""describe_variant: every difference between two models in a table whose numbers are known beforehand."""

import keras
import numpy as np
import pytest

from regtrack.errors import ModelError
from regtrack.models import build_model, regularize
from regtrack.models.describe import LayerRow, describe_variant, total_penalty
from regtrack.models.prepare import prepared
from regtrack.models.room import make_room
from regtrack.variants import Variant

L = keras.layers


def described(model, variant):
    new = regularize(make_room(model, variant), variant)
    return describe_variant(model, new, variant), new


def test_a_shipped_network_is_described_row_by_row():
    """8 x 8 inputs, widths 5 and 4, 3 classes: shapes and parameters by hand, L2 by numpy, dropout in front of each."""
    model = build_model("mlp", (8, 8), 3, hidden_widths="5-4", seed=0)
    rows, new = described(model, Variant(l2=0.01, dropout_rate=0.25, dropout_placement="hidden"))
    kernels = [layer.kernel.numpy().astype("float64") for layer in model.layers if isinstance(layer, L.Dense)]
    penalties = [0.01 * np.square(kernel).sum() for kernel in kernels]
    flatten, *dense = [layer.name for layer in model.layers[1:]]
    expected = [
        LayerRow(flatten, "Flatten", "(None, 64)", 0, "", None),
        LayerRow(dense[0], "Dense", "(None, 5)", 64 * 5 + 5, "L2 l2=0.01 on kernel", penalties[0]),
        LayerRow(f"{dense[1]}_dropout", "Dropout", "(None, 5)", 0, "inserted: Dropout rate=0.25", None),
        LayerRow(dense[1], "Dense", "(None, 4)", 5 * 4 + 4, "L2 l2=0.01 on kernel", penalties[1]),
        LayerRow(f"{dense[2]}_dropout", "Dropout", "(None, 4)", 0, "inserted: Dropout rate=0.25", None),
        LayerRow(dense[2], "Dense", "(None, 3)", 4 * 3 + 3, "L2 l2=0.01 on kernel", penalties[2]),
    ]
    for row, known in zip(rows, expected, strict=True):
        assert row.penalty_at_start == (known.penalty_at_start and pytest.approx(known.penalty_at_start, rel=1e-6))
    plain = [[getattr(row, name) for name in ("layer", "kind", "output_shape", "parameters", "added")] for row in rows]
    assert plain == [[r.layer, r.kind, r.output_shape, r.parameters, r.added] for r in expected]
    assert total_penalty(new) == pytest.approx(sum(penalties), rel=1e-6)


def test_a_baseline_without_anything_to_say_says_nothing():
    """No row is marked and no penalty is 0 where there is none."""
    rows, new = described(build_model("cnn", (8, 8), 3, hidden_widths="4", seed=0), Variant())
    assert {(row.added, row.penalty_at_start) for row in rows} == {("", None)}
    assert sum(row.parameters for row in rows) == new.count_params()
    assert total_penalty(new) is None


def test_every_own_model_s_removals_stand_in_the_baseline_s_table(own):
    """Each thing that the model has stands as removed at its layer; parameters of the rows are the baseline's; logits
    show their softmax."""
    build, known = own
    model = build((8, 8), 10)
    baseline = prepared(model, (8, 8), 10)
    rows = {row.layer: row for row in describe_variant(model, regularize(baseline, Variant()), Variant())}
    for has in known.has:
        layer, _, what = has.partition(": ")
        assert rows[layer].added.startswith("removed: ")
        assert what.removesuffix(" inside") in rows[layer].added
    assert sum(row.parameters for row in rows.values()) == known.parameters - known.gone
    assert ("probabilities" in rows) == known.is_logits
    marked = {row.layer for row in rows.values() if row.added} - {"probabilities"}
    assert marked == {has.partition(":")[0] for has in known.has}


def test_what_is_replaced_says_what_was_there():
    """A kept penalty and a kept dropout that the variant's take the place of; the constraint stays unmentioned."""
    hidden = L.Dense(4, kernel_regularizer=keras.regularizers.L1(0.5), bias_constraint="non_neg", name="hidden")
    model = keras.Sequential(
        [keras.Input((3,)), hidden, L.Dropout(0.5, name="drop"), L.Dense(2, activation="softmax", name="out")]
    )
    rows = {row.layer: row for row in described(model, Variant(l2=0.25, dropout_rate=0.1, max_norm=2.0))[0]}
    assert rows["hidden"].added == "L2 l2=0.25 on kernel, in place of L1 l1=0.5; MaxNorm max_value=2 axis=[0] on kernel"
    assert rows["hidden"].penalty_at_start == pytest.approx(0.25 * np.square(hidden.kernel.numpy()).sum(), rel=1e-6)
    assert rows["drop"] == LayerRow("drop", "Dropout", "", 0, "removed: Dropout rate=0.5", None)
    assert rows["out_dropout"].added == "inserted: Dropout rate=0.1"
    assert list(rows) == ["hidden_dropout", "hidden", "drop", "out_dropout", "out"]


def test_nested_layers_have_paths_and_shared_ones_one_row(zoo):
    """`outer/inner` names; a layer that is called twice is one row."""
    rows = described(zoo.models["nested"](), Variant(batch_norm=1))[0]
    assert [row.layer for row in rows if row.layer.startswith("middle/inner/")]
    layers = [row.layer for row in described(zoo.models["shared_layer"](), Variant(l1=0.1))[0]]
    assert len(layers) == len(set(layers))


def test_frozen_layers_have_no_penalty(zoo):
    """What Keras leaves out of the loss has none in the table: only the two trained layers."""
    model = zoo.models["frozen"]()
    rows = described(model, Variant(l1=0.5))[0]
    penalized = [row.penalty_at_start for row in rows if row.penalty_at_start is not None]
    expected = [0.5 * np.abs(layer.kernel.numpy()).sum() for layer in model.layers[1:]]
    assert penalized == pytest.approx(expected, rel=1e-5)


def test_two_models_without_a_common_layer_are_refused():
    """Comparing a model with another's variant is a mistake, and said."""
    with pytest.raises(ModelError, match="expected a model made from 'mlp', received one without its layers"):
        describe_variant(
            build_model("mlp", (4,), 2, seed=0), keras.Sequential([keras.Input((4,)), L.Dense(2, name="x")]), Variant()
        )
