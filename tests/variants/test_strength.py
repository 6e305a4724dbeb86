"""Strength: steps known by hand, and what every regularizer's declared strength must promise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regtrack.variants import Variant
from regtrack.variants.regularizers import PARAMS
from regtrack.variants.strength import Strength

FACTOR = Strength("higher", "log", 10.0, first=(1e-4, 1e-3))
NORM = Strength("lower", "log", 2.0, first=(2.0, 1.0))
RATE = Strength("higher", "linear", 0.1, first=(0.2, 0.5), most=0.8)
PATIENCE = Strength("lower", "log", 2.0, first=(5,), whole=True)
FLOOR = Strength("lower", "log", 2.0, first=(2.0,), most=0.5)
FALLING = Strength("lower", "linear", 1.0, first=(3.0,), most=1.0)

# strength, value, steps, stronger, weaker
STEPS = {
    "log, higher": (FACTOR, 1e-3, 1, 1e-2, 1e-4),
    "log, half a step": (FACTOR, 1e-3, 0.5, 3.2e-3, 3.2e-4),  # sqrt(10) = 3.16
    "log, two steps": (FACTOR, 1e-3, 2, 0.1, 1e-5),
    "log, lower": (NORM, 1.0, 1, 0.5, 2.0),
    "log, lower, half a step": (NORM, 1.0, 0.5, 0.71, 1.4),  # sqrt(2) = 1.414
    "linear": (RATE, 0.2, 1, 0.3, 0.1),
    "linear, half a step": (RATE, 0.2, 0.5, 0.25, 0.15),
    "linear, never below 0": (RATE, 0.05, 1, 0.15, 0.0),
    "linear, lower": (FALLING, 3.0, 1, 2.0, 4.0),
    "up to the most": (RATE, 0.75, 1, 0.8, 0.65),
    "at the most": (RATE, 0.8, 1, 0.8, 0.7),
    "beyond the most": (RATE, 0.9, 1, 0.9, 0.8),
    "beyond the most, three digits": (RATE, 0.853, 1, 0.853, 0.75),
    "down to the most": (FLOOR, 0.6, 1, 0.5, 1.2),
    "below the most": (FLOOR, 0.3, 1, 0.3, 0.6),
    "linear, down to the most": (FALLING, 1.5, 1, 1.0, 2.5),
    "two digits": (FACTOR, 0.012345, 1, 0.12, 0.0012),
    "whole": (PATIENCE, 6, 1, 3, 12),
    "whole, half a step": (PATIENCE, 5, 0.5, 4, 7),  # 3.54 and 7.07
    "whole, not below 1": (PATIENCE, 1, 1, 1, 2),
}  # fmt: skip


@pytest.mark.parametrize(("strength", "value", "steps", "stronger", "weaker"), STEPS.values(), ids=list(STEPS))
def test_steps(strength, value, steps, stronger, weaker):
    """A step multiplies or adds, in the declared direction, to two digits; never beyond the most, never below 0."""
    assert strength.stronger_than(value, steps) == stronger
    assert strength.weaker_than(value, steps) == weaker


def test_one_step_is_the_default():
    """Without a number of steps it is one."""
    assert (FACTOR.stronger_than(0.1), FACTOR.weaker_than(0.1)) == (1.0, 0.01)


def test_halfway_is_on_the_parameters_own_scale():
    """The geometric mean of a factor, the arithmetic one of a rate, a whole number of epochs; either order."""
    assert FACTOR.between(1e-4, 1e-2) == FACTOR.between(1e-2, 1e-4) == 1e-3
    assert FACTOR.between(1e-4, 1e-3) == 3.2e-4
    assert NORM.between(2.0, 0.5) == 1.0
    assert RATE.between(0.2, 0.5) == 0.35
    assert PATIENCE.between(5, 20) == 10
    assert isinstance(PATIENCE.between(5, 11), int)


def test_weakest_first_follows_the_direction():
    """Ascending where higher regularizes more, descending where lower does."""
    assert FACTOR.weakest_first([0.1, 0.001, 0.01]) == [0.001, 0.01, 0.1]
    assert NORM.weakest_first([1.0, 0.5, 2.0]) == [2.0, 1.0, 0.5]


@given(st.sampled_from([FACTOR, NORM, RATE, FLOOR]), st.floats(1e-6, 0.99), st.sampled_from([0.5, 1, 2]))
def test_a_step_never_goes_the_wrong_way(strength, value, steps):
    """Whatever the value: stronger is never weaker, weaker never stronger, and a moved value has two digits."""
    stronger, weaker = strength.stronger_than(value, steps), strength.weaker_than(value, steps)
    assert strength.weakest_first([value, stronger])[-1] == stronger
    assert strength.weakest_first([weaker, value])[0] == weaker
    for moved in {stronger, weaker} - {value}:
        assert moved == float(f"{moved:.1e}")


# ---- the registry ---------------------------------------------------------------------------------------------
STRONGER = {
    "l1": "higher", "l2": "higher", "dropout_rate": "higher", "max_norm": "lower", "label_smoothing": "higher",
    "weight_decay": "higher", "early_stopping": "lower", "gaussian_noise": "higher", "gaussian_dropout": "higher",
    "alpha_dropout": "higher", "spatial_dropout": "higher", "augment_shift": "higher", "augment_rotation": "higher",
    "augment_zoom": "higher", "mixup": "higher", "cutmix": "higher", "random_erasing": "higher", "rand_augment": "higher",
    "ema": "higher", "swa": "higher", "sam": "higher", "spectral_norm": "lower", "confidence_penalty": "higher",
    "gradient_clipping": "lower",
}  # fmt: skip
"""A larger penalty, rate, decay, noise, distortion or average regularizes more; so does a smaller norm and less patience."""

each = pytest.mark.parametrize("name", STRONGER)


def test_every_number_that_regularizes_has_a_strength():
    """Numbers and whole numbers have one, flags, choices and functions none; each in its known direction."""
    found = {name: param.strength.stronger for name, param in PARAMS.items() if param.strength}
    assert found == STRONGER
    assert set(found) == {name for name, param in PARAMS.items() if param.kind in ("number", "integer")}


@each
def test_first_values_are_legal_and_the_weakest_stands_first(name):
    """Values to begin with switch the regularizer on, are within its range, differ, and ascend in strength."""
    strength = PARAMS[name].strength
    variants = [Variant(**{name: value}) for value in strength.first]
    assert all(variant.active() for variant in variants)
    assert len(set(variants)) == len(variants) > 0
    assert strength.weakest_first(list(strength.first)) == list(strength.first)


@each
def test_steps_from_the_first_values_are_legal_and_regularize_more(name):
    """From the first value one step stronger lies in the declared direction, twelve steps and the most are legal."""
    strength = PARAMS[name].strength
    start = strength.first[0]
    moved = strength.stronger_than(start)
    assert moved > start if STRONGER[name] == "higher" else moved < start
    back = strength.weaker_than(start)
    assert back < start if STRONGER[name] == "higher" else back > start
    for value in (moved, strength.weaker_than(start, 0.5), strength.stronger_than(start, 12)):
        assert Variant(**{name: value}).active(), value


@each
def test_whole_numbers_stay_whole(name):
    """A parameter that is a whole number is moved to whole numbers, any other may be."""
    param = PARAMS[name]
    assert param.strength.whole == (param.kind == "integer")
    moved = param.strength.stronger_than(param.strength.first[0], 0.5)
    assert isinstance(moved, int if param.kind == "integer" else float)
