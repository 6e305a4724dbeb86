"""What is said otherwise when a sweep is judged again, from the values of both answers."""

from dataclasses import replace

import numpy as np
import pytest

from regtrack.diagnosis.answer import answer_of
from regtrack.diagnosis.confirmed_choice import ConfirmedChoice
from regtrack.diagnosis.differences.comparison import VariantErrors, compare_variants
from regtrack.diagnosis.judged_again import what_changed
from regtrack.names import (
    BALANCED_ACCURACY,
    NOT_CONFIRMED,
    NOT_SHOWN,
    OVERFIT,
    UNDERFIT,
    WELL_FIT,
    WELL_FIT_HERE,
    WINS,
)

WRONG = {"baseline": 120, "l2=0.1": 60, "l1=0.1": 121, "l1=1": 300}
ERRORS = [VariantErrors(v, np.tile(np.arange(1000) < n, (5, 1))) for v, n in WRONG.items()]
AFTER = answer_of(ERRORS, ERRORS, compare_variants(ERRORS, split="test"), dict.fromkeys(WRONG, WELL_FIT_HERE))


def test_the_same_again_is_no_change():
    """Nor are other limits of the same verdicts."""
    assert what_changed(AFTER, AFTER) == []
    assert what_changed(replace(AFTER, low=0.05, high=0.07), AFTER) == []


@pytest.mark.parametrize(("before", "said"), [
    ({"verdict": NOT_SHOWN}, "l2=0.1: wins, before l2=0.1: not shown to differ"),
    ({"best": "l1=0.1"}, "l2=0.1: wins, before l1=0.1: wins"),
    ({"primary": BALANCED_ACCURACY}, "judged by accuracy, before by balanced accuracy"),
    ({"regimes": dict.fromkeys(WRONG, WELL_FIT)},
     "fitting regime of baseline, l2=0.1, l1=0.1 and l1=1: well fit as far as this sweep can tell, before well fit"),
    ({"regimes": dict.fromkeys(WRONG, WELL_FIT_HERE) | {"l1=1": UNDERFIT}},
     "fitting regime of l1=1: well fit as far as this sweep can tell, before underfit"),
    ({"worse": (), "not_shown": ("l1=1", "l1=0.1"), "equal": ()}, "against the baseline of l1=1: worse, before not shown to differ"),
])  # fmt: skip
def test_each_change_is_told_with_what_was_said_before(before, said):
    """Word for word, from values."""
    assert AFTER.verdict == WINS
    assert said in what_changed(replace(AFTER, **before), AFTER)


def test_a_confirmation_changes_the_head():
    """What fresh seeds say leads; a variant that was not there before is no change."""
    fresh = replace(AFTER, confirmation=ConfirmedChoice(NOT_CONFIRMED, "l2=0.1", "baseline", 8, 8, 0.0))
    assert what_changed(AFTER, fresh) == ["l2=0.1: not confirmed by fresh seeds, before l2=0.1: wins"]
    fewer = replace(AFTER, regimes={"baseline": WELL_FIT_HERE})
    assert what_changed(fewer, replace(AFTER, regimes=dict(AFTER.regimes) | {"l1=1": OVERFIT})) == []
