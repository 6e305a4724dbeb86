"""Simulated networks: probabilities that are some, the same networks on every split, and who is better by how it was made."""

import numpy as np
import pytest

from regtrack.diagnosis.simulated_networks import Items, Margins

LAWS = (
    Items(2, 4, 400),
    Items(3, 3, 300, classes=20, margin=3.5),
    Items(2, 4, 300, law="one stuck"),
    Margins(2, 4, 400),
)


def errors(probs, labels) -> np.ndarray:
    """Error rate of each network of a variant."""
    return (probs.argmax(axis=-1) != labels).mean(axis=-1)


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_each_split_holds_probabilities_of_every_network_and_every_class(law):
    """Float32 that add up to 1, finite; other examples on the second split."""
    (probs, labels), (others, _) = law.splits(np.random.default_rng(0), 2)
    assert [own.shape for own in probs] == [(law.seeds, law.n, law.classes)] * law.variants
    assert all(own.dtype == np.float32 and np.allclose(own.sum(axis=-1), 1, atol=1e-5) for own in probs)
    assert set(labels) == set(range(law.classes))
    assert not np.array_equal(probs[0], others[0])


def test_networks_of_unequal_numbers_are_the_baselines_and_everybody_elses():
    """Ten of the baseline, five of the others."""
    [(probs, _)] = Items(3, (10, 5), 100).splits(np.random.default_rng(0), 1)
    assert [len(own) for own in probs] == [10, 5, 5]


@pytest.mark.parametrize("law", [Items(2, 8, 2_000, spread=1.0), Margins(2, 8, 2_000, spread=2.0)], ids=str)
def test_the_same_networks_stand_on_both_splits(law):
    """Whoever is good on the one is good on the other, where networks differ much."""
    validation, test = law.splits(np.random.default_rng(1), 2)
    pair = [np.concatenate([errors(own, labels) for own in probs]) for probs, labels in (validation, test)]
    assert np.corrcoef(*pair)[0, 1] > 0.8


@pytest.mark.parametrize("law", [Items(2, 6, 2_000, gain=1.0), Margins(2, 6, 2_000, gain=2.0)], ids=str)
def test_a_gain_is_the_second_variants(law):
    """Fewer errors than the baseline's by more than the scatter of seeds."""
    [(probs, labels)] = law.splits(np.random.default_rng(2), 1)
    assert errors(probs[1], labels).max() < errors(probs[0], labels).mean()
