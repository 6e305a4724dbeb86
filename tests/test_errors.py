"""Errors carry what they are about as values; the message is made from them."""

import pickle

import pytest

from regtrack.errors import VariantError
from regtrack.variants.variant import Variant


@pytest.mark.parametrize(
    ("about", "message"),
    [({"parameter": "l2"}, "l2: is odd"), ({"variant": "l2=1: 2"}, "l2=1: 2: is odd"), ({}, "is odd")],
)
def test_what_is_wrong_stands_in_front_of_the_problem(about, message):
    """The variant, else the parameter, else nothing."""
    assert str(VariantError("is odd", **about)) == message


def test_a_variants_error_names_its_parameter():
    """Unknown, out of range or without effect: the parameter is a value, and the problem does not repeat it."""
    for params in ({"l3": 1}, {"l2": -1}, {"dropout_placement": "width"}, {"dataset": "digits"}):
        with pytest.raises(VariantError) as caught:
            Variant(**params)
        [name] = params
        assert caught.value.parameter == name
        assert str(caught.value) == f"{name}: {caught.value.problem}"


def test_an_error_from_a_worker_keeps_what_it_is_about():
    """It goes through a pickle."""
    back = pickle.loads(pickle.dumps(VariantError("is odd", parameter="l2", variant="l2=1")))
    assert (back.problem, back.parameter, back.variant, str(back)) == ("is odd", "l2", "l2=1", "l2=1: is odd")
