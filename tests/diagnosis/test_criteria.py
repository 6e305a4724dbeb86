"""Criteria: frozen, checked once, and the defaults of those who use them. That each takes effect: test_judgement.py."""

import pytest
from pydantic import ValidationError

from regtrack.diagnosis import primary
from regtrack.diagnosis.criteria import Criteria
from regtrack.diagnosis.regimes import diagnose
from regtrack.names import (
    ACCURACY,
    AURC,
    BALANCED_ACCURACY,
    BRIER_SCORE,
    DEBIASED_CALIBRATION_ERROR,
    NEGATIVE_LOG_LIKELIHOOD,
)


def test_defaults_are_those_of_the_diagnosis_and_the_comparison():
    """Judging without criteria and with their defaults is the same."""
    assert Criteria().model_dump() == {
        "tolerance": diagnose.TOLERANCE, "margin": diagnose.MARGIN, "equal_margin": None, "target_error": None,
        "primary": primary.AUTO,
    }  # fmt: skip


def test_what_is_practically_none_is_the_measures_own_unless_it_is_given():
    """A point, what a point of accuracy goes with, and two points of confidence, squared."""
    expected = {
        ACCURACY: 0.01,
        BALANCED_ACCURACY: 0.01,
        NEGATIVE_LOG_LIKELIHOOD: 0.03,
        BRIER_SCORE: 0.014,
        AURC: 0.004,
        DEBIASED_CALIBRATION_ERROR: 0.0004,
    }
    assert {name: Criteria().margin_of(name) for name in expected} == pytest.approx(expected)
    assert {Criteria(equal_margin=0.05).margin_of(name) for name in expected} == {0.05}


@pytest.mark.parametrize("name", ["tolerance", "margin", "equal_margin", "target_error"])
def test_shares_are_shares(name):
    """Below 1, never negative, no text, no flag, not NaN; equal_margin is above 0, the others may be 0."""
    for refused in (-0.01, 1.0, 5, "much", True, float("nan"), float("inf")):
        with pytest.raises(ValidationError, match=name):
            Criteria(**{name: refused})
    assert getattr(Criteria(**{name: 0.99}), name) == 0.99
    if name == "equal_margin":
        with pytest.raises(ValidationError, match=name):
            Criteria(equal_margin=0)
    else:
        assert getattr(Criteria(**{name: 0}), name) == 0


def test_numbers_come_as_text_too():
    """As a command line gives them."""
    assert Criteria(tolerance="0.05").tolerance == 0.05


def test_frozen_and_without_unknown_names():
    """A criterion that is misspelt would go nowhere: it is refused."""
    with pytest.raises(ValidationError, match="frozen"):
        Criteria().margin = 0.5
    with pytest.raises(ValidationError, match="tolerence"):
        Criteria(tolerence=0.1)
    assert Criteria(margin=0.1) == Criteria(margin=0.1) != Criteria()
