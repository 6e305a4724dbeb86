"""Conformance: every regularizer of the registry on every model of the zoo, and each placement by hand."""

import keras
import numpy as np
import pytest

from regtrack.errors import ModelError, VariantError
from regtrack.models import read_layout, regularize, verify
from regtrack.variants import Variant
from regtrack.variants.regularizers import REGULARIZERS

L = keras.layers

CASES = {
    "l1": {"l1": 0.01},
    "l2": {"l2": 0.02},
    "l1_l2": {"l1": 0.01, "l2": 0.02},
    "batch_norm": {"batch_norm": 1},
    "dropout": {"dropout_rate": 0.4},
    "max_norm": {"max_norm": 0.5},
    "label_smoothing": {"label_smoothing": 0.1},
    "weight_decay": {"weight_decay": 0.01},
    "early_stopping": {"early_stopping": 3},
    "kernel_regularizer": {"kernel_regularizer": "python:keras.ops:sum"},
    "kernel_constraint": {"kernel_constraint": "python:keras.ops:relu"},
}
REFUSED = {(name, "linear") for name in ("batch_norm", "max_norm", "kernel_constraint")}
PENALTIES = {
    "l1": lambda w: 0.01 * np.abs(w).sum(),
    "l2": lambda w: 0.02 * np.square(w).sum(),
    "l1_l2": lambda w: 0.01 * np.abs(w).sum() + 0.02 * np.square(w).sum(),
    "kernel_regularizer": lambda w: w.sum(),
}


def test_every_regularizer_has_a_case():
    """A regularizer added to the registry cannot stay out of this suite."""
    assert set(CASES) == set(REGULARIZERS)


def penalty_on_weights(model):
    """What Keras adds to the loss for weights: a fresh graph, since activity losses stay from the last call."""
    return float(sum(model._get_regularization_losses()))


@pytest.mark.parametrize("name", CASES)
def test_conformance(name, model, zoo_name, zoo, tmp_path):
    """Each technique on each model starts from the same function, acts in a real step and survives storing, or is
    refused in words."""
    variant = Variant(**CASES[name])
    for variable, _ in zoo.named_kernels(model, trained=False):
        variable.assign(variable * 5)  # norms above the limit: max-norm has work to do
    if (name, zoo_name) in REFUSED:
        with pytest.raises((VariantError, ModelError), match="no hidden layer|has none"):
            regularize(model, variant)
        return
    before = model.get_weights()
    new = regularize(model, variant)
    verify(new, variant, original=model)
    verify(new, variant)

    assert not new.compiled
    assert all(np.array_equal(old, weight) for old, weight in zip(before, model.get_weights(), strict=True))
    if name != "batch_norm":  # whose initial output is the input / sqrt(1 + epsilon)
        for expected, received in zip(zoo.outputs_of(model), zoo.outputs_of(new), strict=True):
            np.testing.assert_allclose(received, expected, rtol=1e-5, atol=1e-6)

    kernels = zoo.named_kernels(new)
    others = float(sum(model._get_regularization_losses()))
    closed_form = sum(PENALTIES.get(name, lambda w: 0.0)(keras.ops.convert_to_numpy(v)) for v, _ in kernels)
    assert penalty_on_weights(new) == pytest.approx(others + closed_form, rel=1e-4)

    statistics = [keras.ops.convert_to_numpy(bn.moving_mean).copy() for bn in zoo.layers_named(new, "BatchNormalization")]
    loss = zoo.train_a_step(new, keras.optimizers.SGD(0.01))
    assert np.isfinite(np.ravel(loss)).all()
    output_layers = [site.layer for site in read_layout(new).output]
    for variable, layer in kernels:
        is_output = any(variable is weight for output in output_layers for weight in output.weights)
        if name == "max_norm":
            largest = zoo.incoming_norms(variable, layer).max()
            assert largest > 0.5 if is_output else largest <= 0.5 * (1 + 1e-5), variable.path
        if name == "kernel_constraint":
            assert (keras.ops.convert_to_numpy(variable).min() >= 0) is not is_output, variable.path
    if name == "batch_norm":
        layers = zoo.layers_named(new, "BatchNormalization")
        assert all((a != keras.ops.convert_to_numpy(bn.moving_mean)).any() for a, bn in zip(statistics, layers, strict=True))

    path = tmp_path / "model.keras"
    new.save(path)
    loaded = keras.saving.load_model(path)
    for expected, received in zip(zoo.outputs_of(new), zoo.outputs_of(loaded), strict=True):
        np.testing.assert_allclose(received, expected, rtol=1e-5, atol=1e-6)
    if name == "max_norm" and zoo_name == "attention":
        return  # Keras stores one constraint for projections that need different axes: see regularize's docstring
    verify(loaded, variant)
