"""plan_variants: a person's own model meets the data before anything is trained, and trains in worker processes."""

import keras
import numpy as np
import pytest

from regtrack.errors import ModelError, VariantError
from regtrack.models.held_model import HeldModel
from regtrack.training import fit_variants
from regtrack.training.fit import check_trainable
from regtrack.training.job import Job
from regtrack.training.plan import plan_variants
from regtrack.training.trainer import Trainer
from regtrack.variants import Settings, Variant

L = keras.layers
pytestmark = pytest.mark.usefixtures("unrehearsed")  # the rehearsal has a file of its own
SCALED = "your model is given numbers as regtrack scales them (inputs=scaled): it begins with no preprocessing"

MODULE = """
import keras
from keras import layers as L

def build(input_shape, n_classes):
    inputs = keras.Input(input_shape)
    x = L.Dense(6, activation="relu", kernel_regularizer="l2")(L.Flatten()(inputs))
    return keras.Model(inputs, L.Dense(n_classes)(L.Dropout(0.5)(x)))
"""


def test_own_models_train_in_worker_processes(tmp_path, monkeypatch, digits):
    """Relative paths mean the same to a worker: a module of the current directory and a file beside it, as an axis of
    one sweep. Parameters by hand; probabilities; no penalty of the models' own; Monte Carlo dropout where asked."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path / "elsewhere"))
    (tmp_path / "of_a_person.py").write_text(MODULE)
    own = [L.Flatten(), L.BatchNormalization(), L.Dense(5, activation="relu"), L.Dense(10, activation="softmax")]
    (tmp_path / "models").mkdir()
    keras.Sequential([keras.Input((8, 8)), *own]).save("models/saved.keras")
    variants = [
        Variant(architecture="python:of_a_person:build"),
        Variant(architecture="keras:models/saved.keras", dropout_rate=0.2),
    ]
    results = fit_variants(variants, digits, seeds=[4], settings=Settings(epochs=1, n_passes=3), workers=1)
    assert [result.n_parameters for result in results] == [65 * 6 + 70, 65 * 5 + 60]
    assert [result.curve["train/penalty"].tolist() for result in results] == [[0.0], [0.0]]
    for result in results:
        np.testing.assert_allclose(result.predictions[0].probs.sum(axis=1), 1, rtol=1e-5)
    assert [result.predictions[0].mc is not None for result in results] == [False, True]


def reading(rows):
    def build(seed):
        inputs = keras.Input((8, 8))
        x = L.Flatten()(L.Embedding(rows, 2)(L.Flatten()(inputs)))
        return keras.Model(inputs, L.Dense(10)(x), name="tokens")

    return build


def test_an_embedding_learns_from_whole_numbers(digits):
    """The digits' own 0..16, which it is given unasked; the cross-entropy ends below that of knowing nothing, ln 10."""
    trainer = Trainer(Job(digits, Settings(epochs=8, learning_rate=0.01), reading(17)), Variant())
    assert trainer.fit(0)["train/cross_entropy"][-1] < np.log(10)


@pytest.mark.parametrize(("rows", "scaled", "message"), [
    (17, True, r"reads an Embedding of 17 rows, so expected whole numbers from 0 to 16, received 0\.\d+ in train data of digits; .*inputs=scaled"),
    (9, False, "reads an Embedding of 9 rows, so expected whole numbers from 0 to 8, received .* build the Embedding with input_dim above 16"),
])  # fmt: skip
def test_numbers_that_a_table_has_not_are_refused(rows, scaled, message, digits):
    """Scaled data would be cut to 0 without a word, ids beyond the table read whatever is there."""
    with pytest.raises(ModelError, match=f"model 'tokens': {message}"):
        check_trainable([Variant()], Job(digits, Settings(inputs="scaled" if scaled else "auto"), reading(rows)))


def lstm(seed):
    return keras.Sequential([keras.Input((8, 8)), L.LSTM(3, recurrent_dropout=0.2, name="lstm"), L.Dense(10)])


def test_kept_dropout_that_monte_carlo_cannot_switch_on_is_refused_before_training(digits):
    """Beside a dropout variant; with the label and the remedy, which works. Without a variant's dropout it trains."""
    keep = Settings(existing_regularization="keep")
    with pytest.raises(
        ModelError, match=r"dropout=0.1: layer 'lstm.* has dropout of its own.*existing_regularization=remove"
    ):
        check_trainable([Variant(), Variant(dropout_rate=0.1)], Job(digits, keep, lstm))
    assert list(check_trainable([Variant(dropout_rate=0.1)], Job(digits, Settings(), lstm)))
    assert list(check_trainable([Variant()], Job(digits, keep, lstm)))


def test_notes_on_a_model_are_said_once(digits):
    """With the first variant of the network, not with each; what is removed, and what batch norm leaves behind."""

    def build(seed):
        hidden = L.Dense(4, use_bias=False, name="hidden")
        return keras.Sequential(
            [keras.Input((8, 8)), L.Flatten(), hidden, L.BatchNormalization(name="bn"), L.Dense(10)]
        )

    notes = check_trainable([Variant(), Variant(l2=0.1)], Job(digits, Settings(), build))
    assert notes[Variant()] == (
        "your model's own regularization is removed (bn: BatchNormalization); existing_regularization=keep leaves it",
        "layer hidden has no bias: the batch normalization behind it, now removed, gave one",
        SCALED,
    )
    assert notes[Variant(l2=0.1)] == ()


def test_seeds_that_are_none_are_noted(tmp_path, monkeypatch, digits):
    """One start for every seed, by a seeded initializer or by keep_weights; frozen layers that start at random."""
    monkeypatch.chdir(tmp_path)
    frozen = L.Dense(4, name="frozen")
    model = keras.Sequential([keras.Input((8, 8)), L.Flatten(), frozen, L.Dense(10)])
    frozen.trainable = False
    model.save("saved.keras")
    file = Settings(architecture="keras:saved.keras")
    assert check_trainable([Variant()], Job(digits, file))[Variant()] == (
        "layer frozen is frozen at weights that are drawn anew at each seed; keep_weights=true starts it from those of a "
        "trained model",
        SCALED,
    )
    kept = check_trainable([Variant()], Job(digits, file.model_copy(update={"keep_weights": True})))[Variant()]
    assert kept == (
        "every seed starts from the model's own weights; seeds differ in the order of examples and in masks",
        SCALED,
        kept[2],
    )
    assert kept[2].startswith("as it is, before any training, the model is right on ")
    start = keras.initializers.GlorotUniform(seed=1)
    seeded = [L.Flatten(), L.Dense(10, kernel_initializer=start, name="out")]
    fixed = check_trainable(
        [Variant()], Job(digits, Settings(), lambda seed: keras.Sequential([keras.Input((8, 8)), *seeded]))
    )
    assert fixed[Variant()] == (
        "every seed starts from the same weights: build() should leave initializers without a seed",
        SCALED,
    )


def test_a_model_that_a_notebook_holds_keeps_its_trained_batch_norm(digits):
    """HeldModel with keep_weights: batch norm that was trained is not taken out, settings or none."""
    model = keras.Sequential([keras.Input((8, 8)), L.Flatten(), L.BatchNormalization(name="bn"), L.Dense(10)])
    held = HeldModel(model, (8, 8), 10, keep_weights=True)
    for keep_weights in (False, True):
        with pytest.raises(ModelError, match=r"bn is batch normalization, .* existing_regularization=keep"):
            check_trainable([Variant()], Job(digits, Settings(keep_weights=keep_weights), held))
        kept = Settings(keep_weights=keep_weights, existing_regularization="keep")
        notes = check_trainable([Variant()], Job(digits, kept, held))[Variant()]
        assert [note.partition(" ")[0] for note in notes] == ["your", "every", "your", "as"]


def test_settings_that_a_build_function_does_not_read_are_refused(digits):
    """A grid over widths of a model that build() makes would train one model under several names."""
    with pytest.raises(VariantError, match="hidden_widths=3: hidden_widths has no effect on a model that build"):
        check_trainable([Variant(hidden_widths="3")], Job(digits, Settings(), lstm))
    with pytest.raises(
        ModelError, match=r"keep_weights: needs a trained model, keras:file.keras, received a build function"
    ):
        check_trainable([Variant()], Job(digits, Settings(keep_weights=True), lstm))


def test_a_network_is_built_once_for_all_its_variants(digits):
    """Planning a long grid costs one network and its second seed, not one a variant; no variant changes the next's."""
    seeds = []

    def build(seed):
        seeds.append(seed)
        return lstm(seed)

    planned = list(plan_variants([Variant(l2=rate) for rate in (0.1, 0.2, 0.3)], Job(digits, Settings(), build)))
    assert seeds == [0, 1]
    found = [[w.regularizer.l2 for w in one.regularized.trainable_weights if w.regularizer] for one in planned]
    np.testing.assert_allclose(found, [[0.1] * 3, [0.2] * 3, [0.3] * 3], rtol=1e-6)
