"""A table's one sigmoid trains as two classes: curve, measures, passes, and the stored model in its maker's shape."""

import keras
import numpy as np
import pytest

from regtrack import names
from regtrack.data import load_dataset
from regtrack.tracking.measures import trial_metrics
from regtrack.training.fit import check_trainable
from regtrack.training.job import Job
from regtrack.training.one_trial import trial
from regtrack.uncertainty import predict_mc, to_mc_dropout
from regtrack.variants import Settings, Variant

L = keras.layers


@pytest.fixture(scope="module")
def table():
    return load_dataset("sklearn:breast_cancer", split_seed=0)


def build(ending):
    def made(seed):
        last = L.Dense(1, activation="sigmoid" if ending == "sigmoid" else None)
        return keras.Sequential([keras.Input((30,)), L.Dense(8, activation="relu"), last])

    return made


@pytest.mark.parametrize("ending", ["sigmoid", "logit"])
def test_it_learns_measures_and_is_stored_as_it_was(ending, table, load):
    """Above 0.9 on both ways of predicting; AUROC of two classes; `predict_mc` on the stored model repeats the trial."""
    settings = Settings(epochs=15, learning_rate=0.01, n_passes=20)
    result = trial(Job(table, settings, build(ending)), Variant(dropout_rate=0.2, l2=1e-4), 0)
    test, labels = result.of("test"), table.test.given_label
    assert test.probs.shape == (len(table.test), 2)
    assert (test.probs.argmax(axis=1) == labels).mean() > 0.9
    assert (test.mc.mean_probs.argmax(axis=1) == labels).mean() > 0.9
    metrics = trial_metrics(result, table)
    assert metrics[f"{names.TEST}/auroc"] > 0.95
    stored = load(result.model_bytes)
    assert stored.output_shape == (None, 1)
    np.testing.assert_allclose(stored.predict(table.test.x, verbose=0)[:, 0], test.probs[:, 1], atol=1e-6)
    again = predict_mc(to_mc_dropout(stored), table.test.x, n_passes=20, seed=0)
    np.testing.assert_allclose(again.mean_probs, test.mc.mean_probs, atol=1e-5)
    assert again.n_passes == 20


def test_it_is_said_whose_probability_it_is(table, unrehearsed):
    """The second class's, by name."""
    [notes] = check_trainable([Variant()], Job(table, Settings(), build("logit"))).values()
    assert (
        "your model ends in one logit: it is trained as two classes, [1 - p, p], p of benign, and stored as it was, giving p"
    ) in notes
