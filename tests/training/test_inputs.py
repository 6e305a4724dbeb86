"""A model that begins with preprocessing learns from the source's own numbers, and everything behind it knows."""

import keras
import numpy as np
import pytest

from regtrack.data import Dataset
from regtrack.errors import ModelError
from regtrack.training.fit import check_trainable
from regtrack.training.job import Job
from regtrack.training.one_trial import trial
from regtrack.variants import Settings, Variant

L = keras.layers
BUDGET = Settings(epochs=40, learning_rate=0.01, n_passes=4)


def images(seed):
    """As a tutorial begins; of pixels that were divided already it sees a sixteenth of what it should."""
    layers = [L.Rescaling(1 / 16), L.Flatten(), L.Dense(24, activation="relu"), L.Dense(10, activation="softmax")]
    return keras.Sequential([keras.Input((8, 8)), *layers])


def tokens(seed):
    """Whole numbers, padded with 0 and masked, through a recurrent layer."""
    layers = [L.Embedding(5_000, 8, mask_zero=True), L.LSTM(8), L.Dropout(0.2), L.Dense(2)]
    return keras.Sequential([keras.Input((6,), dtype="int32"), *layers])


def reviews(n=300) -> Dataset:
    """The class is whether token 4999 or 4998 stands somewhere: neighbours that a division and a cut would merge."""
    rng = np.random.default_rng(0)
    ids, y = rng.integers(1, 4_990, size=(n, 6)), np.arange(n) % 2
    ids[np.arange(n), rng.integers(0, 3, n)] = 4_998 + y
    ids[rng.random(n) < 0.5, 4:] = 0
    return Dataset.from_arrays(ids, y, class_names=["bad", "good"], name="reviews", split_seed=0)


@pytest.mark.long
def test_a_model_that_rescales_is_given_pixels(digits):
    """Accuracy above 0.85 where scaled ones give it less, the result says what it read, a variant's dropout passes too."""
    job = Job(digits, BUDGET, images)
    found = [trial(job, variant, 0) for variant in (Variant(), Variant(dropout_rate=0.1))]
    labels = digits.test.given_label
    for result in found:
        assert result.settings.inputs == "source"
        assert (result.of("test").probs.argmax(axis=1) == labels).mean() > 0.85
    mc = found[1].of("test").mc
    assert (mc.mean_probs.argmax(axis=1) == labels).mean() > 0.85


@pytest.mark.long
def test_token_ids_arrive_as_they_are():
    """Two ids of 5,000 that differ by one tell the classes apart: learned and, with masks on, recognized."""
    data, settings = reviews(), BUDGET.model_copy(update={"existing_regularization": "keep", "batch_size": 16})
    result = trial(Job(data, settings, tokens), Variant(), 0)
    assert (result.of("test").probs.argmax(axis=1) == data.test.given_label).mean() > 0.9
    assert (result.of("test").mc.mean_probs.argmax(axis=1) == data.test.given_label).mean() > 0.9


def test_it_is_said_which_of_the_two_and_can_be_set(digits, unrehearsed):
    """With its reason, once a network."""
    notes = {
        inputs: check_trainable([Variant(), Variant(l2=0.1)], Job(digits, Settings(inputs=inputs), images))
        for inputs in ("auto", "scaled")
    }
    assert notes["auto"][Variant()][-1].startswith("your model begins with Rescaling 'rescaling")
    assert notes["auto"][Variant()][-1].endswith("so it is given the data's own numbers (inputs=source)")
    assert notes["scaled"][Variant()][-1] == "your model is given numbers as regtrack scales them (inputs=scaled)"
    assert notes["auto"][Variant(l2=0.1)] == ()


def test_ids_that_are_divided_by_order_are_refused():
    """inputs=scaled on a model of whole numbers has no meaning, and the remedy is named."""
    with pytest.raises(
        ModelError, match=r"reads an Embedding of 5000 rows, .*inputs=scaled divides them: leave it out"
    ):
        check_trainable([Variant()], Job(reviews(), Settings(inputs="scaled"), tokens))
