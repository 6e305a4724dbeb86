"""score_either_way: the untouched model's score in either units says which it was trained in."""

import keras
import numpy as np
import pytest

from regtrack import names
from regtrack.training.either_way import score_either_way
from regtrack.training.fit import check_trainable
from regtrack.training.job import Job
from regtrack.variants import Settings, Variant

L = keras.layers
pytestmark = pytest.mark.usefixtures("unrehearsed")  # the rehearsal has a file of its own


@pytest.fixture(scope="module")
def trained(digits):
    """Of scaled digits, 0 to 1, with no word of it in the model."""
    model = keras.Sequential(
        [keras.Input((8, 8)), L.Flatten(), L.Dense(32, activation="relu"), L.Dense(10, activation="softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
    model.fit(digits.train.x, digits.train.true_label, epochs=40, verbose=0)
    return model


def shifted(model):
    """The same net, whose answers to numbers far beyond its own mean nothing."""
    inputs = keras.Input((8, 8))
    return keras.Model(inputs, model(keras.ops.where(inputs > 1.5, 0.0, inputs)))


def test_the_units_a_model_was_trained_in_are_told(trained, digits):
    """Right on nearly all the one way and on few the other: said clearly where it will be given the other."""
    model = shifted(trained)
    scaled, source = (score_either_way(model, digits, way) for way in (names.SCALED, names.SOURCE))
    assert scaled.right == source.right
    assert scaled.right[names.SCALED] > 55 > 30 > scaled.right[names.SOURCE]
    assert (scaled.other_is_better, source.other_is_better) == (False, True)
    assert str(source).endswith(": it was most likely trained on these, give inputs=scaled")
    assert str(scaled).endswith(f"and on {scaled.right[names.SOURCE]} given the source's own numbers")


def test_where_there_is_nothing_to_choose_nothing_is_said(digits):
    """Whole numbers have one reading; data that nothing divides are the same both ways."""
    table = keras.Sequential([keras.Input((8, 8)), L.Flatten(), L.Embedding(17, 2), L.Flatten(), L.Dense(10)])
    assert score_either_way(table, digits, names.SOURCE) is None


@pytest.mark.parametrize("n", [1, 63, 50_000])
def test_few_examples_are_asked_however_many_there_are(n, digits):
    """From all over the split; one is no evidence."""

    class Some:
        units = digits.units

        class train:
            x, true_label = np.resize(digits.train.x, (n, 8, 8)), np.resize(digits.train.true_label, n)

            def __len__(self):
                return n

    Some.train = Some.train()
    model = keras.Sequential([keras.Input((8, 8)), L.Flatten(), L.Dense(10)])
    found = score_either_way(model, Some, names.SCALED)
    assert found.n == min(n, 64)
    assert n > 1 or not found.other_is_better


def test_kept_weights_are_tried_before_training(trained, digits, tmp_path, monkeypatch):
    """A file trained on scaled numbers, told to read the source's: the note gives the remedy, and with it the note is
    content."""
    monkeypatch.chdir(tmp_path)
    shifted(trained).save("net.keras")
    settings = Settings(architecture="keras:net.keras", keep_weights=True, inputs="source")
    [notes] = check_trainable([Variant()], Job(digits, settings)).values()
    assert [note for note in notes if note.endswith("give inputs=scaled")]
    [notes] = check_trainable([Variant()], Job(digits, settings.model_copy(update={"inputs": "scaled"}))).values()
    assert not [note for note in notes if "give inputs" in note]
