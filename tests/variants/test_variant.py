"""Variant: a frozen value that round-trips to flat params, with a label of its own, refused when it does nothing."""

import copy
import dataclasses
import functools
import math
import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regtrack.errors import VariantError
from regtrack.variants import Settings, Variant
from regtrack.variants.effects import ONE_A_PLACE
from regtrack.variants.params import NEUTRAL_TEXT
from regtrack.variants.regularizers import PARAMS
from regtrack.variants.variant import function_identity

WIDTHS = st.lists(st.integers(1, 999), min_size=1, max_size=3).map(lambda widths: "-".join(map(str, widths)))
OVERRIDES = {
    "architecture": st.sampled_from(["mlp", "cnn", "rnn"]),
    "hidden_widths": WIDTHS,
    "optimizer": st.sampled_from(["adam", "sgd", "rmsprop", "nadam"]),
    "learning_rate": st.floats(1e-9, 1e3),
    "learning_rate_schedule": st.sampled_from(["cosine", "constant"]),
    "batch_size": st.integers(1, 10**6),
    "epochs": st.integers(1, 10**6),
}


def value_of(param):
    """Any allowed value of a declared parameter but its neutral one."""
    if param.kind == "number":
        high = 1e6 if param.high is None else param.high
        return st.floats(param.low or 0.0, high, exclude_min=True, exclude_max=param.high_open)
    return {
        "integer": st.integers(1, 10**6),
        "flag": st.just(1),
        "choice": st.sampled_from([choice for choice in param.choices if choice != param.neutral] or [param.neutral]),
        "function": st.sampled_from(["python:a.b:f", "python:a.c:f", "python:a.b:g"]),
    }[param.kind]


@st.composite
def variants(draw):
    """Any valid variant: each parameter on or off, what depends on another only with it."""
    strategies = {name: value_of(param) for name, param in PARAMS.items()} | OVERRIDES
    chosen = draw(st.sets(st.sampled_from(sorted(strategies))))
    params = {name: draw(strategies[name]) for name in sorted(chosen)}
    try:
        return Variant(**params)
    except VariantError as error:
        expected = ("has no effect without", *ONE_A_PLACE.values())
        assert any(words in str(error) for words in expected)  # noqa: PT017
        return Variant(**draw(st.fixed_dictionaries({}, optional=OVERRIDES)))


@given(variants())
def test_params_round_trip(variant):
    """from_params(to_params()) is the same variant, and so is its text form, as a tracking store returns it."""
    params = variant.to_params()
    assert Variant.from_params(params) == variant
    as_text = Variant.from_params({name: str(value) for name, value in params.items()})
    assert as_text == variant
    assert as_text.to_params() == params
    assert as_text.label == variant.label
    assert set(PARAMS) <= set(params)
    assert all(isinstance(value, (float, int, str)) for value in params.values())


@given(variants(), variants())
def test_labels_tell_variants_apart(one, other):
    """Two variants have the same label exactly when they are equal; equal ones hash alike."""
    assert (one == other) == (one.label == other.label) == (one.to_params() == other.to_params())
    if one == other:
        assert hash(one) == hash(other)


@given(variants())
def test_copies_and_pickles_are_equal(variant):
    """A variant may travel to a worker: what arrives is the same value."""
    for made in (copy.copy(variant), copy.deepcopy(variant), pickle.loads(pickle.dumps(variant))):
        assert made == variant
        assert hash(made) == hash(variant)


@given(variants())
def test_repr_can_be_typed_in_again(variant):
    """repr is the call that makes the variant."""
    assert eval(repr(variant), {"Variant": Variant}) == variant


@pytest.mark.parametrize(
    ("params", "label"),
    [
        ({}, "baseline"),
        ({"l2": 1e-3, "dropout_rate": 0.2}, "l2=0.001+dropout=0.2"),
        ({"dropout_rate": 0.2, "l2": 1e-3}, "l2=0.001+dropout=0.2"),
        ({"l1": 1e-5, "l2": 1e-4}, "l1=1e-05+l2=0.0001"),
        ({"dropout_rate": 0.5, "dropout_placement": "last_hidden"}, "dropout=0.5(last_hidden)"),
        ({"dropout_rate": 0.5, "dropout_placement": "all"}, "dropout=0.5"),
        ({"max_norm": 1, "max_norm_bias": 1}, "max_norm=1(bias)"),
        ({"max_norm": 1, "epochs": 5, "hidden_widths": "8-4"}, "max_norm=1+hidden_widths=8-4+epochs=5"),
        ({"batch_norm": True}, "batch_norm"),
        ({"label_smoothing": 0.1, "weight_decay": 0.01}, "label_smoothing=0.1+weight_decay=0.01"),
        ({"early_stopping": 3}, "early_stopping=3"),
        ({"kernel_regularizer": "python:a.b:f"}, "kernel_regularizer=a.b:f"),
        ({"l2": 0.1234567890123}, "l2=0.1234567890123"),
        ({"gaussian_noise": 0.1}, "gaussian_noise=0.1"),
        ({"gaussian_noise": 0.1, "gaussian_noise_placement": "input"}, "gaussian_noise=0.1(input)"),
        ({"gaussian_dropout": 0.2, "gaussian_dropout_placement": "width"}, "gaussian_dropout=0.2(width)"),
        ({"spatial_dropout": 0.1, "dropout_rate": 0.2}, "dropout=0.2+spatial_dropout=0.1"),
        ({"augment_zoom": 0.2, "augment_flip": 1, "l2": 1}, "l2=1+augment_flip+augment_zoom=0.2"),
    ],
)
def test_labels_by_hand(params, label):
    """Labels are short, in registry order and lose no digit."""
    assert Variant(**params).label == label


def test_neutral_values_are_the_baseline():
    """0 means off, for max_norm too: writing it out changes nothing."""
    neutral = {name: param.neutral for name, param in PARAMS.items()}
    assert Variant(**neutral) == Variant() == Variant(max_norm=0, l1=-0.0)
    assert Variant().to_params() == neutral
    assert Variant().effects() == ()


def test_number_types_do_not_matter():
    """NumPy numbers, whole floats and text give the value they stand for."""
    variant = Variant(l2=np.float64(0.5), early_stopping=np.int64(3), max_norm=1, batch_norm=np.int64(1))
    assert variant == Variant(l2="0.5", early_stopping="3", max_norm=1.0, batch_norm="true")
    assert variant.to_params()["max_norm"] == 1.0
    assert isinstance(variant.to_params()["early_stopping"], int)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"l3": 1}, "l3: unknown key; known are l1, l2, batch_norm"),
        ({"dropout_rat": 0.1}, "dropout_rat: unknown key; did you mean 'dropout_rate'?"),
        ({"l1": -0.1}, "l1: expected greater than or equal to 0, received -0.1"),
        ({"dropout_rate": 1}, "dropout_rate: expected less than 1, received 1"),
        ({"label_smoothing": 1.0}, "label_smoothing: expected less than 1, received 1.0"),
        ({"max_norm": -1}, "max_norm: expected greater than or equal to 0, received -1"),
        ({"weight_decay": -1}, "weight_decay: expected greater than or equal to 0, received -1"),
        ({"early_stopping": -1}, "early_stopping: expected greater than or equal to 0, received -1"),
        ({"early_stopping": 1.5}, "early_stopping: expected a valid integer"),
        ({"l2": math.inf}, "l2: expected a finite number, received inf"),
        ({"l2": math.nan}, "l2: expected a finite number, received nan"),
        ({"l2": True}, "l2: expected a number, received True"),
        ({"l2": None}, "l2: expected a valid number, received None"),
        ({"l2": "much"}, "l2: expected a valid number, unable to parse string as a number, received 'much'"),
        ({"batch_norm": 2}, "batch_norm: expected 0 or 1, received 2"),
        ({"batch_norm": [1]}, "batch_norm: expected 0 or 1, received [1]"),
        ({"dropout_placement": "last"}, "expected 'all', 'hidden', 'last_hidden' or 'width', received 'last'"),
        ({"dropout_placement": "hidden"}, "dropout_placement: has no effect without dropout_rate; set dropout_rate or"),
        ({"max_norm_bias": 1}, "max_norm_bias: has no effect without max_norm"),
        ({"kernel_regularizer": "a.b:f"}, "expected python:package.module:function or a callable, received 'a.b:f'"),
        ({"kernel_regularizer": "python:a.b"}, "expected python:package.module:function"),
        ({"kernel_regularizer": "python:a.b:"}, "expected python:package.module:function"),
        ({"kernel_constraint": None}, "expected python:package.module:function or a callable, received None"),
        ({"l1": 0.1, "kernel_regularizer": "python:a:f"}, "a kernel holds one penalty, two are asked for; keep one"),
        ({"max_norm": 1, "kernel_constraint": "python:a:f"}, "a kernel holds one constraint, two are asked for"),
        ({"gaussian_noise": 1.5}, "gaussian_noise: expected less than or equal to 1, received 1.5"),
        ({"gaussian_noise_placement": "input"}, "gaussian_noise_placement: has no effect without gaussian_noise; set"),
        (
            {"gaussian_noise": 0.1, "gaussian_noise_placement": "width"},
            "expected 'all', 'input', 'hidden' or 'last_hidden'",
        ),
        ({"gaussian_dropout": 1}, "gaussian_dropout: expected less than 1, received 1"),
        (
            {"gaussian_dropout_placement": "hidden"},
            "gaussian_dropout_placement: has no effect without gaussian_dropout",
        ),
        ({"alpha_dropout": -0.1}, "alpha_dropout: expected greater than or equal to 0, received -0.1"),
        ({"spatial_dropout": 1.0}, "spatial_dropout: expected less than 1, received 1.0"),
        ({"spatial_dropout_rate": 0.1}, "spatial_dropout_rate: unknown key; did you mean 'spatial_dropout'?"),
        ({"augment_flip": 2}, "augment_flip: expected 0 or 1, received 2"),
        ({"augment_flip": "horizontal"}, "augment_flip: expected 0 or 1, received 'horizontal'"),
        ({"augment_shift": 1}, "augment_shift: expected less than 1, received 1"),
        ({"augment_rotation": 15}, "augment_rotation: expected less than or equal to 0.5, received 15"),
        ({"augment_zoom": 1.2}, "augment_zoom: expected less than 1, received 1.2"),
        (
            {"dropout_rate": 0.2, "gaussian_dropout": 0.1},
            "dropout=0.2+gaussian_dropout=0.1: activations go through one kind of dropout, two are asked for; keep one",
        ),
        ({"dropout_rate": 0.2, "gaussian_dropout": 0.1, "alpha_dropout": 0.1}, "one kind of dropout, 3 are asked for"),
        ({"class_weights": "yes"}, "class_weights: expected 'none' or 'balanced', received 'yes'"),
        ({"hidden_widths": "10-"}, "hidden_widths: expected widths such as 100-100 or 16, received '10-'"),
        ({"epochs": 0}, "epochs: expected greater than or equal to 1, received 0"),
        ({"optimizer": "adamw"}, "optimizer: expected 'adam', 'sgd', 'rmsprop' or 'nadam', received 'adamw'"),
        (
            {"dataset": "digits"},
            "dataset: is the whole sweep's and cannot differ between variants; set it in the settings",
        ),
    ],
)
def test_what_is_wrong_is_one_clear_line(params, message):
    """Each mistake is a VariantError of one line: the parameter, what was expected, what was received."""
    with pytest.raises(VariantError) as caught:
        Variant(**params)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_frozen():
    """Nothing of a variant can be set, and an unknown parameter is no attribute."""
    variant = Variant(l2=0.1)
    assert variant.l2 == 0.1
    for name in ("l2", "other", "_values"):
        with pytest.raises(AttributeError, match="frozen"):
            setattr(variant, name, 1)
    with pytest.raises(AttributeError, match="no parameter 'l3'"):
        _ = variant.l3


def test_settings_of_a_variant():
    """A variant's own settings take the sweep's place; the others stay."""
    base = Settings(epochs=7, batch_size=16)
    settings = Variant(epochs=3, hidden_widths=8).settings(base)
    assert (settings.epochs, settings.batch_size, settings.hidden_widths) == (3, 16, "8")
    assert Variant(epochs=20) != Variant()


@pytest.mark.parametrize(
    ("rate", "kinds", "noted"),
    [
        (0.2, {"dense"}, []),
        (0.1, {"dense"}, []),
        (0.5, {"dense"}, []),
        (0.05, {"dense"}, ["dense"]),
        (0.6, {"dense"}, ["dense"]),
        (0.2, {"conv", "dense"}, ["conv"]),
        (0.4, {"conv", "dense"}, []),
        (0.4, {"recurrent"}, ["recurrent"]),
        (0.3, {"recurrent"}, []),
        (0.9, {"dense", "conv", "recurrent"}, ["dense", "recurrent", "conv"]),
    ],
)
def test_unusual_rates_get_a_note(rate, kinds, noted):
    """Rates outside the article's ranges are remarked on per layer kind, and allowed."""
    notes = Variant(dropout_rate=rate).notes(frozenset(kinds))
    assert len(notes) == len(noted)
    assert all(any(f"for {kind} layers" in note for note in notes) for kind in noted)
    assert Variant().notes(frozenset(kinds)) == ()


# --- callables


def make_penalty(factor):
    def penalty(w):
        return factor * w

    return penalty


STRENGTH = 1


def reads_global(w):
    return STRENGTH * w


def calls_helper(w):
    return helper(w)


def helper(w):
    return w


@dataclasses.dataclass
class Scaled:
    factor: float

    def __call__(self, w):
        return self.factor * w


DIFFERENT = [
    (lambda w: w, lambda w: w + 1),  # on one line: they share their source text
    (make_penalty(0.1), make_penalty(0.2)),
    (functools.partial(helper, 1), functools.partial(helper, 2)),
    (Scaled(1.0), Scaled(2.0)),
    (lambda w, f=1: f * w, lambda w, f=2: f * w),
    (helper, calls_helper),
]
SAME = [
    (lambda w: 2 * w, lambda w: 2 * w),
    (make_penalty(0.1), make_penalty(0.1)),
    (Scaled(1.0), Scaled(1.0)),
    (functools.partial(helper, 1), functools.partial(helper, 1)),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_functions_have_different_identities(one, other):
    """Lambdas of one line, closures of one factory, objects of one class: told apart by what they contain."""
    assert Variant(kernel_regularizer=one) != Variant(kernel_regularizer=other)
    assert Variant(kernel_regularizer=one).label != Variant(kernel_regularizer=other).label


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_function_written_again_is_the_same_variant(one, other):
    """A cell that is run again gives the same variant, label and params: a sweep can be resumed."""
    assert Variant(kernel_regularizer=one) == Variant(kernel_regularizer=other)
    assert Variant(kernel_regularizer=one).to_params() == Variant(kernel_regularizer=other).to_params()
    assert hash(Variant(kernel_regularizer=one)) == hash(Variant(kernel_regularizer=other))


def test_identity_follows_the_globals_a_function_reads(monkeypatch):
    """A changed constant or helper of the notebook is another penalty."""
    before = function_identity(reads_global), function_identity(calls_helper)
    monkeypatch.setitem(globals(), "STRENGTH", 2)
    monkeypatch.setitem(globals(), "helper", lambda w: 3 * w)
    assert function_identity(reads_global) != before[0]
    assert function_identity(calls_helper) != before[1]


def test_identity_of_functions_that_call_each_other():
    """Recursion ends."""

    def even(n):
        return n == 0 or odd(n - 1)

    def odd(n):
        return n != 0 and even(n - 1)

    assert function_identity(even) != function_identity(odd)


def test_identity_is_the_same_in_another_process():
    """No memory address and no hash seed takes part."""
    code = (
        "from regtrack.variants import Variant\n"
        "def make(f):\n    def penalty(w): return f * w if w in {'a', 'b', 'c', 'd'} else [f, {1: 2}]\n"
        "    return penalty\n"
        "print(Variant(kernel_regularizer=make(0.5)).label)"
    )
    labels = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(3)
    }
    assert len(labels) == 1
    assert labels.pop().startswith("kernel_regularizer=make.<locals>.penalty@")


def test_a_callable_is_kept_as_it_is():
    """An object with fields is not taken apart."""
    scaled = Scaled(2.0)
    variant = Variant(kernel_constraint=scaled)
    assert variant.kernel_constraint is scaled
    assert variant.effects()[0].constraint.config["function"] is scaled
    assert variant.to_params()["kernel_regularizer"] == NEUTRAL_TEXT


def test_import_leaves_the_heavy_packages_out():
    """The dashboard describes a variant without TensorFlow, Keras or MLflow."""
    code = "import sys, regtrack.variants; print([m for m in ('keras', 'tensorflow', 'mlflow') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_notebooks_function_read_back_from_a_store_is_the_same_variant_again():
    """What to_params writes of it, from_params reads: the sweep can be judged where the function is not."""
    variant = Variant(kernel_regularizer=lambda kernel: 0.0)
    again = Variant.from_params(variant.to_params())
    assert again.label == variant.label
    assert again == variant
