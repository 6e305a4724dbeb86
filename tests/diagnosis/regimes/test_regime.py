"""The verdict over every combination of answers, against a table written from the definition."""

import itertools
import json

import pytest

from regtrack.diagnosis.regimes.regime import Clause, Regime, decide
from regtrack.names import OVERFIT, UNDERFIT, UNDETERMINED, WELL_FIT

CLAUSES = ("underfit", "gap", "rising", "better_with_smaller_gap", "far_from_reference")
COMBINATIONS = list(itertools.product((True, False, None), repeat=5))
UNSETTLED_OVERFIT = dict(zip(CLAUSES, (False, None, False, True, False), strict=True))


def if_all_were_known(underfit, gap, rising, better, far):
    """The architecture's definition, every answer True or False."""
    if underfit:
        return UNDERFIT
    if gap and (rising or better):
        return OVERFIT
    return WELL_FIT if not gap or (not far and not rising) else UNDETERMINED


def from_the_definition(underfit, gap, rising, better, far):
    """What all ways to fill in the unknown answers agree on; else undetermined. No other variant: none is better."""
    ways = itertools.product(
        *[(True, False) if a is None else (a,) for a in (underfit, gap, rising, bool(better), far)]
    )
    verdicts = {if_all_were_known(*way) for way in ways}
    return verdicts.pop() if len(verdicts) == 1 else UNDETERMINED


def named(answers):
    return "-".join(f"{name}={value}" for name, value in answers.items())


@pytest.mark.parametrize("verdict", [UNDERFIT, OVERFIT, WELL_FIT, UNDETERMINED])
def test_every_combination_of_answers(verdict):
    """Of 3^5 answers each gives what the definition gives, whatever the unknown ones turn out to be."""
    cases = [dict(zip(CLAUSES, answers, strict=True)) for answers in COMBINATIONS]
    cases = [a for a in cases if a != UNSETTLED_OVERFIT and from_the_definition(*a.values()) == verdict]
    assert len(cases) > 5
    assert [named(a) for a in cases if decide(a) != verdict] == []


def test_a_gap_that_cannot_be_told_beside_a_better_variant_is_undetermined():
    """Another variant is better with a smaller gap: with the gap above the tolerance it is overfit, below it well fit."""
    assert decide(UNSETTLED_OVERFIT) == UNDETERMINED


def test_a_regime_is_plain_values():
    """to_dict survives JSON; clauses are found by name."""
    clauses = (Clause("underfit", "q", "share", 0.02, 0.1, 0.05, 0.15, True), Clause("rising", "q", "nats", 0.01))
    regime = Regime("v", "last", UNDERFIT, UNDERFIT, 5, 100, 0.2, 0.2, 0.1, clauses, (), {"article": OVERFIT}, None, ())
    assert regime.clause("rising") is clauses[1]
    back = json.loads(json.dumps(regime.to_dict()))
    assert back["clauses"][0] == {"name": "underfit", "question": "q", "unit": "share", "threshold": 0.02,
                                  "estimate": 0.1, "low": 0.05, "high": 0.15, "answer": True, "seed_part": 0.0,
                                  "example_part": 0.0, "freedom": 0.0, "remark": None}  # fmt: skip
    assert back["clauses"][1]["estimate"] is None
    assert (back["verdict"], back["folk_rules"], back["shapes"]) == (UNDERFIT, {"article": OVERFIT}, [])
