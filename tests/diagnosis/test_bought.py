"""What Monte Carlo dropout bought, word for word from its value, and through JSON."""

import json
from dataclasses import asdict, replace

from regtrack.diagnosis.bought import Bought, Change, bought_in_words

BOUGHT = Bought(
    variant="dropout=0.2", passes=100, accuracy=Change(0.0012, -0.002, 0.0044),
    negative_log_likelihood=Change(-0.031, -0.036, -0.026), temperature=Change(-0.02, -0.024, -0.016),
    ensemble=Change(-0.05, -0.06, -0.04), trainings=5, lowest="ensemble", lowest_on="validation", lowest_with_temperature=True,
    lowest_passes=5, lowest_trainings=5,
)  # fmt: skip


def test_the_sentence():
    """Each change with its interval; where it holds 0 no change is shown; the lowest NLL with its cost. The ensemble's has
    none, whatever limits an older store holds."""
    assert bought_in_words(BOUGHT) == (
        "dropout=0.2: 100 passes changed accuracy by +0.1 ± 0.3 points (no change shown) and NLL by −0.031 ± 0.005 nats; "
        "temperature scaling (1 pass) changed NLL by −0.020 ± 0.004; the ensemble of 5 seeds by −0.0500 (a mean of "
        "probabilities never raises it; by how much has no interval that holds); lowest validation NLL: ensemble with temperature, 5 passes, 5 trainings."
    )


def test_one_seed_has_no_interval_and_no_ensemble():
    """And seeds that agree to the last example have none to show."""
    alone = Change(0.0125, None, None)
    one = replace(BOUGHT, accuracy=alone, negative_log_likelihood=Change(0.0, 0.0, 0.0), temperature=alone, ensemble=None,
                  trainings=1, lowest="mc_dropout", lowest_with_temperature=False, lowest_passes=1, lowest_trainings=1)  # fmt: skip
    assert bought_in_words(one) == (
        "dropout=0.2: 100 passes changed accuracy by +1.25 points (one seed, so no interval) and NLL by 0.0000 nats (too few "
        "seeds and examples for an interval); temperature scaling (1 pass) changed NLL by +0.0125 (one seed, so no "
        "interval); lowest validation NLL: mc dropout, 1 pass, 1 training (Monte Carlo dropout)."
    )


def test_an_older_stores_lowest_was_read_on_test():
    """It kept rows of test alone, and the sentence says so."""
    assert bought_in_words(replace(BOUGHT, lowest_on="test")).endswith(
        "lowest test NLL: ensemble with temperature, 5 passes, 5 trainings."
    )


def test_it_goes_through_json_and_back():
    """The same value, with an ensemble and without."""
    for value in (BOUGHT, replace(BOUGHT, ensemble=None)):
        assert Bought.from_dict(json.loads(json.dumps(asdict(value), allow_nan=False))) == value
