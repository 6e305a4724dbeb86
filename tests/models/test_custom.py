"""A person's own penalty or constraint, as an import path or as a callable of a notebook, goes the way of l1."""

import functools
import sys
import types

import cloudpickle
import keras
import numpy as np
import pytest

from regtrack.errors import VariantError
from regtrack.models import regularize, verify
from regtrack.models.custom import CustomPenalty, SpectralNorm, drop_training_only, function_of, portable, spectral_norm
from regtrack.variants import Variant

L = keras.layers


@pytest.fixture
def own(monkeypatch):
    """An importable module with a penalty and a constraint."""
    module = types.ModuleType("own_penalties")
    source = """
from keras import ops
def half_square(w):
    return 0.5 * ops.sum(ops.square(w))
def at_most_one(w):
    return ops.clip(w, -1.0, 1.0)
NUMBER = 3
"""
    exec(source, module.__dict__)
    monkeypatch.setitem(sys.modules, "own_penalties", module)
    return module


def mlp():
    return keras.Sequential([keras.Input((6,)), L.Dense(4, activation="relu", name="h"), L.Dense(3, name="out")])


def half_squares(model):
    return 0.5 * sum(np.square(layer.kernel.value.numpy()).sum() for layer in model.layers if layer.weights)


@pytest.mark.parametrize("as_path", [True, False])
def test_own_penalty_by_path_or_callable(own, as_path, tmp_path):
    """Both ways give the closed form on every kernel and are stored, an importable callable as its path."""
    function = "python:own_penalties:half_square" if as_path else own.half_square
    variant = Variant(kernel_regularizer=function)
    new = regularize(mlp(), variant)
    assert float(sum(new.losses)) == pytest.approx(half_squares(new), rel=1e-5)
    new.save(tmp_path / "m.keras")
    loaded = keras.saving.load_model(tmp_path / "m.keras")
    verify(loaded, variant)
    assert float(sum(loaded.losses)) == pytest.approx(half_squares(new), rel=1e-5)


@pytest.mark.parametrize("as_path", [True, False])
def test_own_constraint_acts_on_hidden_kernels_only(own, as_path):
    """After a step the hidden kernel lies within the person's bound, the output's does not."""
    function = "python:own_penalties:at_most_one" if as_path else own.at_most_one
    model = mlp()
    for layer in model.layers:
        layer.kernel.assign(layer.kernel * 0 + 5)
    new = regularize(model, Variant(kernel_constraint=function))
    new.compile(keras.optimizers.SGD(1e-6), loss="mse", run_eagerly=True)
    new.fit(np.ones((2, 6)), np.ones((2, 3)), verbose=0)
    assert np.abs(new.get_layer("h").kernel.value.numpy()).max() <= 1
    assert np.abs(new.get_layer("out").kernel.value.numpy()).min() > 4


def test_a_callable_of_a_notebook_is_dropped_before_storing(tmp_path):
    """A lambda acts in training; the stored model loads elsewhere without it, with the same outputs."""
    new = regularize(mlp(), Variant(kernel_regularizer=lambda w: keras.ops.sum(keras.ops.abs(w))))
    assert float(sum(new.losses)) > 0
    drop_training_only(new)
    new.save(tmp_path / "m.keras")
    loaded = keras.saving.load_model(tmp_path / "m.keras")
    assert loaded.losses == []
    np.testing.assert_array_equal(loaded(np.ones((1, 6))), new(np.ones((1, 6))))


@pytest.mark.parametrize("name", ["attention", "bidirectional", "odd_convs"])
def test_callables_are_dropped_from_every_kind_of_layer(name, zoo, tmp_path):
    """Wherever a kernel hangs (cells, attention, two kernels in a layer), nothing of the notebook is stored."""
    new = regularize(zoo.models[name](), Variant(kernel_regularizer=lambda w: keras.ops.sum(w)))
    drop_training_only(new)
    new.save(tmp_path / "m.keras")
    assert keras.saving.load_model(tmp_path / "m.keras").losses == []


def test_an_importable_function_stays(own, tmp_path):
    """drop_training_only leaves what another process can import."""
    new = regularize(mlp(), Variant(kernel_regularizer=own.half_square))
    drop_training_only(new)
    new.save(tmp_path / "m.keras")
    assert len(keras.saving.load_model(tmp_path / "m.keras").losses) == 2


def test_a_keras_regularizer_object_is_a_callable_too():
    """Keras' own objects go in as they are."""
    new = regularize(mlp(), Variant(kernel_regularizer=keras.regularizers.L2(0.5)))
    assert float(sum(new.losses)) == pytest.approx(half_squares(new), rel=1e-5)


def test_a_variant_with_a_callable_survives_the_way_to_a_worker():
    """By value, not by object: the pickled copy is the same variant, hashes alike and still acts."""
    variant = Variant(kernel_regularizer=lambda w: keras.ops.sum(w) * 0.5)
    copy = cloudpickle.loads(cloudpickle.dumps(variant))
    assert copy == variant
    assert {variant: 1}[copy] == 1
    assert copy.to_params() == variant.to_params()
    assert len(regularize(mlp(), copy).losses) == 2


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("python:no_such_package.module:f", "received no module named no_such_package in "),
        ("python:own_penalties:no_such", "received no 'no_such' there; define it there"),
        ("python:own_penalties:NUMBER", "expected a function NUMBER in own_penalties, received int"),
    ],
)
def test_what_cannot_be_imported_is_refused(own, spec, message):
    """A wrong path is one clear VariantError, before any training."""
    with pytest.raises(VariantError, match=message):
        function_of(spec)
    with pytest.raises(VariantError, match=message):
        regularize(mlp(), Variant(kernel_regularizer=spec))


def test_functions_that_return_the_wrong_shape_are_refused():
    """A penalty is a scalar, a constraint keeps the shape: said before training, not by TensorFlow in it."""
    with pytest.raises(VariantError, match=r"a penalty is one number a kernel, received an array of \(6, 4\)"):
        regularize(mlp(), Variant(kernel_regularizer=keras.ops.abs))
    with pytest.raises(VariantError, match=r"keeps a kernel's shape \(6, 4\), received \(\)"):
        regularize(mlp(), Variant(kernel_constraint=keras.ops.sum))


def test_portable_is_only_what_an_import_gives_back(own):
    """Lambdas, partials, inner functions and replaced names have no path; a module's function has."""

    def inner(w):
        return w

    assert portable(own.half_square) == "python:own_penalties:half_square"
    assert portable("python:a:b") == "python:a:b"
    for local in (inner, lambda w: w, functools.partial(own.half_square), keras.regularizers.L2(0.1)):
        assert portable(local) is None
    old = own.half_square
    own.half_square = own.at_most_one
    assert portable(old) is None


def test_config_round_trip(own):
    """A custom object is made again from its config."""
    penalty = CustomPenalty(own.half_square)
    again = CustomPenalty.from_config(penalty.get_config())
    assert float(again(keras.ops.ones((2, 2)))) == 2.0


@pytest.mark.parametrize("shape", [(784, 100), (8, 40), (3, 3, 16, 32), (1, 5)])
def test_the_spectral_norm_is_the_largest_singular_value(shape):
    """Of random kernels, whose singular values lie close together, to 3 in a thousand and never above; of a known one to
    rounding."""
    rng = np.random.default_rng(0)
    kernel = rng.normal(size=shape).astype(np.float32)
    axes = list(range(len(shape) - 1))
    largest = np.linalg.norm(kernel.reshape(-1, shape[-1]), 2)
    received = float(spectral_norm(keras.ops.convert_to_tensor(kernel), axes))
    assert 0.997 * largest <= received <= largest * (1 + 1e-5)
    u, v = (value / np.linalg.norm(value) for value in (rng.normal(size=(6, 1)), rng.normal(size=(1, 4))))
    known = keras.ops.convert_to_tensor((3e-4 * u @ v).astype(np.float32))
    assert float(spectral_norm(known, 0)) == pytest.approx(3e-4, rel=1e-4)


def test_a_bound_on_the_spectral_norm_scales_down_and_never_up():
    """A kernel above the bound is scaled as a whole; one below, and one of zeros, stays."""
    kernel = keras.ops.convert_to_tensor(np.diag([4.0, 1.0]).astype(np.float32))
    np.testing.assert_allclose(SpectralNorm(2.0)(kernel), np.diag([2.0, 0.5]), rtol=1e-5)
    np.testing.assert_allclose(SpectralNorm(8.0)(kernel), kernel)
    np.testing.assert_array_equal(SpectralNorm(1.0)(kernel * 0), np.zeros((2, 2)))


def test_a_stored_model_needs_no_regtrack_for_a_bound_that_acts_in_training_only():
    """Its config holds no object of regtrack's."""
    model = regularize(
        keras.Sequential([keras.Input((4,)), keras.layers.Dense(5), keras.layers.Dense(2)]), Variant(spectral_norm=1)
    )
    drop_training_only(model)
    assert "regtrack" not in model.to_json()
    assert model.layers[1].kernel.constraint is not None, "training goes on with it"
