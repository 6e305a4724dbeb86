"""Choosing: by what is compared, on validation, the first of equals."""

import numpy as np

from regtrack.diagnosis.choosing import choose_on_validation
from regtrack.diagnosis.held_out import TrialPredictions
from regtrack.diagnosis.network_errors import errors_of_networks
from regtrack.diagnosis.primary import Primary

LABELS = np.array([0] * 8 + [1] * 2)


def networks(**probabilities):
    """A network or more a variant, from the probability (10,) that each gives the second class."""
    return [
        TrialPredictions(variant, seed, np.stack([1 - np.array(p), np.array(p)], axis=1))
        for variant, own in probabilities.items()
        for seed, p in enumerate(own)
    ]


COMMON = [0.1] * 10
"""Wrong on both of the rare class: accuracy 0.8, balanced 0.5, and 0.545 nats."""
RARE = [0.6] * 3 + [0.1] * 5 + [0.9] * 2
"""Wrong on three of the common class: accuracy 0.7, balanced 0.8125, and 0.349 nats."""
SURE = [0.9999] * 1 + [0.01] * 7 + [0.99, 0.01]
"""Wrong on one of each: accuracy 0.8, balanced 0.6875, and more than a nat."""


def test_each_measure_chooses_its_own():
    """Accuracy takes the first of two equals, balanced accuracy who finds the rare class, likelihood who is not sure and
    wrong."""
    sweep = networks(sure=[SURE], common=[COMMON], rare=[RARE])
    chosen = {
        name: choose_on_validation(errors_of_networks(sweep, LABELS, primary=Primary(name))).variant
        for name in ("accuracy", "balanced_accuracy", "negative_log_likelihood")
    }
    assert chosen == {"accuracy": "sure", "balanced_accuracy": "rare", "negative_log_likelihood": "rare"}


def test_equals_are_equal_however_their_mean_is_summed():
    """One error of ten, told by one network and by three: the first stays first, both ways round."""
    one_wrong = [0.9] + [0.1] * 7 + [0.9] * 2
    few, many = {"few": [one_wrong]}, {"many": [one_wrong] * 3}
    for first, second in ((few, many), (many, few)):
        found = choose_on_validation(errors_of_networks(networks(**first, **second), LABELS))
        assert found.variant == next(iter(first))


def test_networks_keep_their_seeds():
    """A seed that stands out is named by its number."""
    found = errors_of_networks(networks(common=[COMMON, COMMON], rare=[RARE]), LABELS)
    assert [(one.variant, one.seeds, one.wrong.shape) for one in found] == [("common", (0, 1), (2, 10)), ("rare", (0,), (1, 10))]  # fmt: skip


def test_a_variant_without_passes_has_no_errors_of_their_mean():
    """What is not there is left out."""
    assert errors_of_networks(networks(common=[COMMON]), LABELS, mc=True) == []
