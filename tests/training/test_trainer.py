"""The compiled epoch is Keras' own training, measured in inference mode, and the same bits every time."""

import dataclasses
import gc
import weakref
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from regtrack.errors import DivergedError
from regtrack.models import build_model, regularize
from regtrack.training.job import Job
from regtrack.training.trainer import Trainer
from regtrack.variants import Settings, Variant

L = keras.layers
SAME_AS_KERAS = {
    "baseline": {},
    "l1_l2+max_norm": {
        "l1": 0.001, "l2": 0.01, "max_norm": 0.8, "max_norm_bias": 1, "learning_rate_schedule": "constant",
    },
    "batch_norm": {"batch_norm": 1, "optimizer": "sgd", "learning_rate": 0.1},  # Adam blows rounding up where gradients vanish
    "together": {"l2": 0.01, "max_norm": 0.8, "weight_decay": 0.05, "label_smoothing": 0.2},
}  # fmt: skip


def keras_optimizer(variant, settings, steps):
    """As a person who knows Keras only would write it."""
    rate = settings.learning_rate
    if settings.learning_rate_schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(rate, decay_steps=steps)
    if variant.weight_decay:
        optimizer = keras.optimizers.AdamW(rate, weight_decay=variant.weight_decay)
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        return optimizer
    return keras.optimizers.SGD(rate) if settings.optimizer == "sgd" else keras.optimizers.Adam(rate)


def recorded_orders(trainer, monkeypatch):
    """The order of examples of each epoch from now on."""
    orders, run = [], trainer._run_epoch
    monkeypatch.setattr(trainer, "_run_epoch", lambda x, y, order: orders.append(order.numpy()) or run(x, y, order))
    return orders


@pytest.fixture(scope="module")
def baseline(digits, brief):
    """A trainer without any technique, traced once: what it did before a fit does not count."""
    return Trainer(Job(digits, brief), Variant())


def test_what_is_measured_is_traced_once_for_all_splits(baseline):
    """Train and validation are of other sizes, and tracing costs a first trial more than measuring."""
    baseline.fit(0)
    sizes = {len(baseline.inputs(split)) for split in baseline._splits.values()}
    assert len(sizes) == 2
    assert baseline.predict.experimental_get_tracing_count() == 1


@pytest.mark.parametrize("name", SAME_AS_KERAS)
def test_an_epoch_is_keras_own_fit(name, digits, brief, monkeypatch):
    """Fed the same batches, an uneven last one included, Model.fit ends at the same weights, and its progress bar shows
    the running cross-entropy: plain whatever is smoothed or penalized."""
    variant = Variant(**SAME_AS_KERAS[name])
    trainer = Trainer(Job(digits, brief), variant)
    settings, orders = trainer.settings, recorded_orders(trainer, monkeypatch)
    running = trainer.fit(3)["train/running_cross_entropy"]

    reference = build_model("mlp", digits.input_shape, 10, hidden_widths=settings.hidden_widths, seed=3)
    reference = regularize(reference, variant)
    start = reference.get_weights()
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=variant.label_smoothing)
    plain = keras.metrics.CategoricalCrossentropy(name="cross_entropy")
    reference.compile(keras_optimizer(variant, settings, 4 * settings.epochs), loss, metrics=[plain], run_eagerly=True)
    x, y = digits.train.x, keras.utils.to_categorical(digits.train.given_label, 10)
    shown = []
    for order in orders:
        told = reference.fit(x[order], y[order], batch_size=settings.batch_size, shuffle=False, verbose=0)
        shown += told.history["cross_entropy"]
    np.testing.assert_allclose(running, shown, rtol=1e-4)
    assert len(orders) == 3
    for ours, expected in zip(trainer.model.get_weights(), reference.get_weights(), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-5)
    moved = [np.abs(a - b).max() for a, b in zip(start, reference.get_weights(), strict=True)]
    assert min(moved) > 1e-3  # the comparison is of weights that training changed


def test_every_epoch_sees_every_example_once_in_an_order_of_its_own(baseline, monkeypatch):
    """The order is a permutation, another one each epoch and each seed, and the same for the same seed."""
    orders = recorded_orders(baseline, monkeypatch)
    for seed in (0, 1, 0):
        baseline.fit(seed)
    assert all(np.array_equal(np.sort(order), np.arange(200)) for order in orders)
    assert np.array_equal(orders[:3], orders[6:])
    assert len({order.tobytes() for order in orders}) == 6


def test_metrics_are_of_inference_mode_and_without_penalty(digits, brief):
    """After an epoch with dropout, batch norm, penalty and smoothing the metrics are what `evaluate` of the bare
    model gives, and the penalty stands apart."""
    variant = Variant(l2=0.01, dropout_rate=0.3, batch_norm=1, label_smoothing=0.2)
    trainer = Trainer(Job(digits, brief), variant)
    metrics = trainer.fit(0).epochs[-1]
    bare = keras.models.clone_model(trainer.model)
    kernels = [layer.kernel for layer in bare.layers if isinstance(layer, L.Dense)]
    bare.set_weights(trainer.model.get_weights())
    for kernel in kernels:
        kernel.regularizer = None
    bare.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"], run_eagerly=True)
    for name, split in (("train", digits.train), ("val", digits.validation)):
        cross_entropy, accuracy = bare.evaluate(split.x, split.given_label, verbose=0)
        assert metrics[f"{name}/cross_entropy"] == pytest.approx(cross_entropy, rel=1e-5)
        assert metrics[f"{name}/accuracy"] == pytest.approx(accuracy, rel=1e-6)
    expected = 0.01 * sum(np.square(kernel.numpy()).sum() for kernel in kernels)
    assert metrics["train/penalty"] == pytest.approx(expected, rel=1e-5)


def test_the_running_cross_entropy_is_of_the_pass_that_is_trained_on(digits, brief):
    """With weights that do not move it is what passes with dropout on give (their mean, within four standard errors),
    far from the value in inference mode."""
    still = brief.model_copy(update={"optimizer": "sgd", "learning_rate": 1e-30, "epochs": 30})
    trainer = Trainer(Job(digits, still), Variant(dropout_rate=0.5, l2=1.0))
    curve = trainer.fit(0)
    labels, passes = digits.train.given_label, []
    for _ in range(30):
        probs = np.asarray(trainer.model(digits.train.x, training=True), np.float64)
        passes.append(-np.log(probs[np.arange(len(labels)), labels]).mean())
    running = curve["train/running_cross_entropy"]
    error = np.hypot(np.std(passes, ddof=1), np.std(running, ddof=1)) / np.sqrt(30)
    assert abs(running.mean() - np.mean(passes)) < 4 * error
    assert running.mean() > curve["train/cross_entropy"][0] + 10 * error


@pytest.mark.parametrize("smoothing", [0, 0.1])
def test_class_weights_are_keras_own_and_what_is_reported_stays_plain(smoothing, digits, brief, monkeypatch):
    """Fed the same batches, `fit(class_weight=...)` ends at the same weights; the running cross-entropy is the plain one
    of the same passes, and the cross-entropy after an epoch that of the model."""
    rare = np.concatenate(
        [np.flatnonzero(digits.train.given_label < 2)[:30], np.flatnonzero(digits.train.given_label > 1)]
    )
    train = dataclasses.replace(digits.train, **{
        name: getattr(digits.train, name)[rare] for name in ("x", "given_label", "true_label", "example_id")
    })  # fmt: skip
    dataset = dataclasses.replace(digits, train=train, digest="")
    variant = Variant(class_weights="balanced", label_smoothing=smoothing)
    trainer = Trainer(Job(dataset, brief), variant)
    orders = recorded_orders(trainer, monkeypatch)
    curve = trainer.fit(3)

    reference = build_model("mlp", dataset.input_shape, 10, hidden_widths=brief.hidden_widths, seed=3)
    plain = keras.metrics.CategoricalCrossentropy(name="cross_entropy")
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=smoothing)
    steps = -(-len(train) // brief.batch_size)
    reference.compile(keras_optimizer(variant, brief, steps * brief.epochs), loss, metrics=[plain], run_eagerly=True)
    labels, counts = train.given_label, np.bincount(train.given_label)
    weights = {c: len(labels) / (10 * n) for c, n in enumerate(counts)}
    assert max(weights.values()) > 1.2 * min(weights.values())
    x, y, shown = train.x, keras.utils.to_categorical(labels, 10), []
    for order in orders:
        told = reference.fit(
            x[order], y[order], batch_size=brief.batch_size, shuffle=False, class_weight=weights, verbose=0
        )
        shown += told.history["cross_entropy"]
    np.testing.assert_allclose(curve["train/running_cross_entropy"], shown, rtol=1e-4)
    for ours, expected in zip(trainer.model.get_weights(), reference.get_weights(), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-5)
    probs = reference.predict(x, verbose=0)
    after = -np.log(probs[np.arange(len(labels)), labels]).mean()
    assert curve["train/cross_entropy"][-1] == pytest.approx(after, rel=1e-3)


class _WithoutRunning(Trainer):
    """The same loop, with nothing measured in it."""

    def _compile_epoch(self, loss_of, batch):
        @tf.function
        def run_epoch(x, labels, order):
            n = tf.shape(order)[0]
            for i in tf.range((n + batch - 1) // batch):
                rows = order[i * batch : (i + 1) * batch]
                with tf.GradientTape() as tape, self.random_numbers.of_step(self.optimizer.iterations):
                    probs = self.model(tf.gather(x, rows), training=True)
                    loss = tf.add_n([loss_of(tf.gather(labels, rows), probs), *self.model.losses])
                gradients = tape.gradient(loss, self.model.trainable_variables)
                self.optimizer.apply(gradients, self.model.trainable_variables)

        return run_epoch


def test_measuring_on_the_way_does_not_change_a_bit(digits, brief):
    """The running cross-entropy costs no bit of the weights, by a schedule whose rate is rounded (12 updates), with
    penalty, masks and smoothing."""
    variant = Variant(l2=0.01, dropout_rate=0.2, label_smoothing=0.1)
    measured, bare = (kind(Job(digits, brief), variant) for kind in (Trainer, _WithoutRunning))
    curve = measured.fit(1)
    assert (bare.fit(1)["train/running_cross_entropy"] == 0).all()
    assert (curve["train/running_cross_entropy"] > 0).all()
    for ours, expected in zip(measured.model.get_weights(), bare.model.get_weights(), strict=True):
        assert ours.tobytes() == expected.tobytes()


def test_no_penalty_is_a_penalty_of_zero(baseline):
    """The measure is neutral, not absent, so that every trial has the same axes."""
    assert (baseline.fit(0)["train/penalty"] == 0).all()


@pytest.mark.parametrize(
    "params",
    [
        {"dropout_rate": 0.3, "batch_norm": 1, "optimizer": "sgd", "l2": 0.01,
         "augment_flip": 1, "augment_shift": 0.1, "augment_rotation": 0.1, "augment_zoom": 0.1},
        {"gaussian_dropout": 0.2, "gaussian_noise": 0.1, "class_weights": "balanced", "weight_decay": 0.01},
    ],
    ids=["augmentation+dropout+batch_norm+sgd", "noise+weight_decay"],
)  # fmt: skip
def test_a_trial_does_not_depend_on_those_before_it(params, digits, brief, curve_bits):
    """Alone, first, third, or after everything a trainer holds was spoiled: the same curve and the same weights."""

    def trial(trainer, seed):
        curve = curve_bits(trainer.fit(seed))
        return curve, [weight.tobytes() for weight in [*trainer.model.get_weights(), *trainer.selected_weights]]

    trainer = Trainer(Job(digits, brief), Variant(**params))
    alone = trial(Trainer(Job(digits, brief), Variant(**params)), 7)
    first, other, third = trial(trainer, 7), trial(trainer, 8), trial(trainer, 7)
    for variable in [*trainer.model.weights, *(v for v in trainer.optimizer.variables if v.dtype == "float32")]:
        variable.assign(keras.ops.full_like(variable, np.nan))
    assert alone == first == third == trial(trainer, 7)
    assert other[0] != first[0]


@pytest.fixture(scope="module")
def bare(digits, brief):
    """bare(params) -> the weights of such a network after an epoch at seed 4, each network trained once."""
    found = {}

    def bare(params):
        key = tuple(params.items())
        if key not in found:
            trainer = Trainer(Job(digits, brief.model_copy(update={"epochs": 1})), Variant(**params))
            trainer.fit(4)
            found[key] = trainer.model.get_weights()
        return found[key]

    return bare


@pytest.mark.parametrize(
    "params",
    [{"gaussian_noise": 0.2}, {"gaussian_dropout": 0.2}, {"augment_flip": 1}, {"augment_shift": 0.1},
     {"augment_rotation": 0.1}, {"augment_zoom": 0.2}, {"spatial_dropout": 0.2, "architecture": "cnn", "hidden_widths": "8"}],
    ids=lambda params: next(iter(params)),
)  # fmt: skip
def test_what_is_random_acts_in_the_compiled_epoch(params, digits, brief, bare):
    """From the same initial weights on the same batches it ends at other weights than without, which it would not were
    it traced as inference; and what it is measured by is the same twice."""
    own = {name: value for name, value in params.items() if name in ("architecture", "hidden_widths")}
    trainer = Trainer(Job(digits, brief.model_copy(update={"epochs": 1})), Variant(**params))
    trainer.fit(4)
    ours = [w for w in trainer.model.get_weights() if w.dtype == np.float32]
    assert all(np.abs(a - b).max() > 1e-5 for a, b in zip(ours, bare(own), strict=True))
    assert trainer._measure() == trainer._measure()


def test_initial_weights_are_the_same_across_variants(digits, brief):
    """Variants are compared from one starting point a seed: what they add has weights of its own, the rest is equal."""

    def initial(seed, **params):
        variant = Variant(**params)
        untraced = SimpleNamespace(variant=variant, network=Job(digits, brief).network_of(variant))
        return {weight.path: weight.numpy() for weight in Trainer._fresh(untraced, seed).weights}

    def values(weights):
        return [w.tobytes() for path, w in weights.items() if "batch" not in path]

    baseline = values(initial(5))
    for params in (
        {"l2": 0.1}, {"dropout_rate": 0.3}, {"max_norm": 9.0}, {"batch_norm": 1}, {"weight_decay": 0.1},
        {"gaussian_noise": 0.1}, {"augment_shift": 0.1},
    ):  # fmt: skip
        assert values(initial(5, **params)) == baseline
    assert values(initial(6)) != baseline


def test_a_persons_own_network_follows_the_seed_without_care(digits, brief, curve_bits):
    """Initializers without a seed, augmentation, noise, nested dropout and an activity regularizer: still the seed
    alone decides, and the penalty is that on weights."""

    def build(seed):
        inner_input = keras.Input((16,))
        inner = keras.Model(inner_input, L.Dropout(0.2)(L.Dense(8, activation="relu")(inner_input)))
        inputs = keras.Input((8, 8))
        x = L.Flatten()(L.RandomTranslation(0.1, 0.1)(L.Reshape((8, 8, 1))(inputs)))
        x = L.GaussianNoise(0.1)(L.Dense(16, activity_regularizer="l2")(x))
        return keras.Model(inputs, L.Dense(10, activation="softmax")(inner(x)))

    first, second = (Trainer(Job(digits, brief, build), Variant(l2=0.01)) for _ in range(2))
    curve = first.fit(1)
    assert curve_bits(curve) == curve_bits(second.fit(1))
    assert curve_bits(curve) != curve_bits(second.fit(2))
    assert curve_bits(curve) == curve_bits(second.fit(1))
    kernels = [weight.numpy() for weight in first.model.weights if weight.name == "kernel"]
    penalty = 0.01 * sum(np.square(kernel).sum() for kernel in kernels)
    assert curve["train/penalty"][-1] == pytest.approx(penalty, rel=1e-5)


def test_the_schedule_spans_the_budget(baseline, digits, brief):
    """By cosine, the default, the last update has been made when the rate reaches 0; a constant rate is still there."""
    assert brief.learning_rate_schedule == "cosine"
    constant = Trainer(Job(digits, brief), Variant(learning_rate_schedule="constant"))
    for trainer, rate in ((baseline, 0.0), (constant, 0.01)):
        trainer.fit(0)
        assert int(trainer.optimizer.iterations) == 3 * 4
        assert float(trainer.optimizer.learning_rate) == pytest.approx(rate, abs=1e-9)


def scripted(trainer, monkeypatch, *cross_entropies):
    """Let validation cross-entropy be what the test says."""
    values = iter(cross_entropies)
    others = {"train/accuracy": 0.5, "train/cross_entropy": 1.0, "train/penalty": 0.0, "val/accuracy": 0.5,
              "train/balanced_accuracy": 0.5, "val/balanced_accuracy": 0.5}  # fmt: skip
    monkeypatch.setattr(trainer, "_measure", lambda: others | {"val/cross_entropy": next(values)})


@pytest.mark.parametrize(
    ("patience", "cross_entropies", "n_epochs", "selected"),
    [
        (1, [3.0, 2.0, 2.5, 1.0, 0.9], 3, 2),
        (2, [3.0, 2.0, 2.5, 1.0, 1.1, 1.0], 6, 4),
        (2, [2.0, 2.0, 2.0, 1.0], 3, 1),
        (3, [6.0, 5.0, 4.0, 3.0, 2.0, 1.0], 6, 6),
    ],
)
def test_early_stopping_ends_after_its_patience(
    patience, cross_entropies, n_epochs, selected, digits, brief, monkeypatch
):
    """Training ends after that many epochs without a new best; an equal value is none."""
    settings = brief.model_copy(update={"epochs": 6})
    trainer = Trainer(Job(digits, settings), Variant(early_stopping=patience))
    scripted(trainer, monkeypatch, *cross_entropies)
    monkeypatch.setattr(trainer, "_run_epoch", lambda *given: None)  # what an epoch does is no part of it
    curve = trainer.fit(0)
    assert (len(curve), curve.selected_epoch) == (n_epochs, selected)


def test_selected_weights_are_those_of_the_selected_epoch(baseline, monkeypatch):
    """The best epoch's weights are kept, the model itself ends with the last epoch's."""
    trainer, seen = baseline, []
    scripted(trainer, monkeypatch, 2.0, 1.0, 3.0)
    trainer.fit(0, on_epoch=lambda epoch, metrics: seen.append(trainer.model.get_weights()))

    def same(a, b):
        return all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))

    assert same(trainer.selected_weights, seen[1])
    assert same(trainer.model.get_weights(), seen[2])
    assert not same(seen[1], seen[2])


def test_divergence_keeps_the_curve(digits):
    """A learning rate far too high ends in DivergedError with every epoch until then, each told to on_epoch."""
    settings = Settings(hidden_widths="8", epochs=50, optimizer="sgd", learning_rate=1e30)
    told = []
    with pytest.raises(DivergedError, match="non-finite in epoch 1; lower learning_rate") as caught:
        Trainer(Job(digits, settings), Variant()).fit(0, lambda epoch, metrics: told.append((epoch, metrics)))
    curve = caught.value.curve
    assert [metrics for _, metrics in told] == curve.epochs
    assert len(curve) == 1
    assert not np.isfinite(curve["train/cross_entropy"][-1])


def test_a_penalty_that_overflows_is_a_divergence(baseline, monkeypatch):
    """Not only the cross-entropy is watched, and earlier epochs stay in the curve."""
    measure, penalties = baseline._measure, iter([1.0, np.inf])
    monkeypatch.setattr(baseline, "_measure", lambda: measure() | {"train/penalty": next(penalties)})
    with pytest.raises(DivergedError) as caught:
        baseline.fit(0)
    assert len(caught.value.curve) == 2


def test_a_trainer_that_is_gone_leaves_no_examples_in_memory(digits, brief):
    """Forty variants of a large set would need its size forty times: none of what was trained on stays."""
    trainer = Trainer(Job(digits, brief.model_copy(update={"epochs": 1})), Variant(l2=1e-3, dropout_rate=0.1))
    trainer.fit(0)
    held = [weakref.ref(tensor) for tensor in (*trainer._x.values(), trainer._train_labels)]
    del trainer
    gc.collect()
    assert [tensor() for tensor in held] == [None] * 3
