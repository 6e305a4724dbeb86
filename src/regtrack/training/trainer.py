"""Trainer: trains one variant, seed after seed, in one compiled graph.

Tracing the graph costs more than training on small data, so it is kept and everything that a seed determines is
put back to its start: initial weights, optimizer state, dropout's generators, the order of examples. A trial gives
the same bits whether it is the first of its trainer or the last (pinned by a test).
"""

import time
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from regtrack.data.split import Split
from regtrack.errors import DivergedError
from regtrack.models import regularize
from regtrack.models.room import make_room
from regtrack.models.seeding import seeded_initializers
from regtrack.training.averaging import Averaging, compile_statistics
from regtrack.training.engine import engine_of
from regtrack.training.epoch import compiled_epoch
from regtrack.training.inference import compile_predict, mean_cross_entropy
from regtrack.training.job import Job
from regtrack.training.objective import class_weights_of, make_loss, make_optimizer, patience_of
from regtrack.training.random_numbers import RandomNumbers
from regtrack.training.result import Curve
from regtrack.uncertainty.per_class import accuracy, balanced_accuracy
from regtrack.variants.variant import Variant


class Trainer:
    """`fit(seed)` trains one trial; the model then holds the last epoch's weights, `selected_weights` the best's: of a
    variant that averages weights, the averages."""

    def __init__(self, job: Job, variant: Variant):
        self.job, self.variant = job, variant
        self.dataset = dataset = job.dataset_of(variant)
        self.network = job.network_of(variant)
        self.settings = job.settings_of(variant).model_copy(update={"inputs": self.network.reads})
        self.patience = patience_of(variant, self.settings)
        self.model = self._fresh(0)
        self.engine = engine_of(job, variant, self.model)
        self.optimizer = make_optimizer(variant, self.settings, steps=job.updates_of(variant))
        self.optimizer.build(self.model.trainable_variables)
        self._optimizer_start = [variable.numpy() for variable in self.optimizer.variables]
        self._x = {name: tf.constant(self.inputs(split)) for name, split in self._splits.items()}
        self._train_labels = tf.constant(dataset.train.given_label.astype(np.int32))
        # A variable, and not what the epoch returns: TensorFlow optimizes a graph that returns something otherwise, and
        # the learning rate's last bit, hence every weight's, would be another.
        self._total = tf.Variable(0.0, dtype=tf.float64, trainable=False)
        self.predict = compile_predict(self.model, whole=self.engine.is_whole)
        # For any number of examples: else the first split's is traced, and then any number for the next one.
        self.predict.get_concrete_function(tf.TensorSpec([None, *self._x["train"].shape[1:]], tf.float32))
        # Operation by operation they cost a short epoch a fifth.
        self._penalize = tf.function(self._penalties, autograph=False)
        self.random_numbers = RandomNumbers(self.model)
        weights = class_weights_of(self.settings, dataset.train.given_label, dataset.n_classes)
        self._run_epoch = self._compile_epoch(make_loss(variant, dataset.n_classes, weights), self.settings.batch_size)

        statistics = compile_statistics(
            self.model, self._x["train"], self.random_numbers, batch=self.settings.batch_size
        )
        self.averaging = Averaging(variant, self.settings.epochs, self.model, self.optimizer, statistics)

    def inputs(self, split: Split) -> np.ndarray:
        """(n, ...) the split's examples as the network reads them."""
        return self.dataset.inputs(split, self.settings.inputs)

    @property
    def _splits(self):
        return {"train": self.dataset.train, "val": self.dataset.validation}

    def _fresh(self, seed: int) -> keras.Model:
        with seeded_initializers(seed):  # the layers that a variant puts in draw theirs here
            return regularize(make_room(self.network.fresh(seed), self.variant), self.variant)

    def _compile_epoch(self, loss_of, batch: int):
        """`run_epoch(x, labels, order)`: a step a batch of the examples in this order. Adds their cross-entropies up in `_total`."""
        return compiled_epoch(
            self.model,
            self.optimizer,
            self._total,
            self.random_numbers,
            variant=self.variant,
            loss_of=loss_of,
            n_classes=self.dataset.n_classes,
            batch=batch,
            whole=self.engine.is_whole,
        )

    def _restart(self, seed: int) -> None:
        self.model.set_weights(self._fresh(seed).get_weights())
        for variable, start in zip(self.optimizer.variables, self._optimizer_start, strict=True):
            variable.assign(start)
        self.random_numbers.restart(seed)
        self.averaging.restart(seed, len(self.dataset.train))
        # Those of layers that keep Keras' generator.
        generators = [v for v in self.model.variables if v.name == "seed_generator_state"]
        for i, state in enumerate(generators):  # a stream of its own each: equal seeds would give equal masks
            state.assign([np.random.SeedSequence([seed, i]).generate_state(1)[0], 0])

    def fit(self, seed: int, on_epoch: Callable[[int, dict[str, float]], None] = lambda epoch, metrics: None) -> Curve:
        """Train from scratch with `seed` for the budget of epochs.

        Calls `on_epoch(epoch, metrics)` after each, epochs from 1. Raises DivergedError, with the curve so far as
        `error.curve`, when a cross-entropy or the penalty is no longer finite.
        """
        self._restart(seed)
        order, curve = np.random.default_rng([seed, 0x0EDE5]), Curve()
        self.selected_weights, best, trained = self.model.get_weights(), np.inf, None
        for epoch in range(1, self.settings.epochs + 1):
            start = time.perf_counter()
            if trained is not None:
                self.model.set_weights(trained)
            self._total.assign(0.0)
            rows = tf.constant(order.permutation(len(self.dataset.train)).astype(np.int32))
            self._run_epoch(self._x["train"], self._train_labels, rows)
            trained = self.averaging.put(epoch)
            running = float(self._total) / len(self.dataset.train)
            metrics = {**self._measure(), Curve.RUNNING: running, "seconds": time.perf_counter() - start}
            curve.append(metrics)
            on_epoch(epoch, metrics)
            # Not RUNNING: it is of weights that are gone; where they diverged, what was measured after says so too.
            if not np.isfinite([metrics[name] for name in Curve.MEASURES]).all():
                error = DivergedError(
                    f"cross-entropy or penalty became non-finite in epoch {epoch}; lower learning_rate"
                )
                error.curve = curve
                raise error
            if metrics["val/cross_entropy"] < best:
                best, self.selected_weights = metrics["val/cross_entropy"], self.model.get_weights()
            if self.patience and epoch - curve.selected_epoch >= self.patience:
                break
        return curve

    def _measure(self) -> dict[str, float]:
        metrics = {}
        for name, split in self._splits.items():
            probs, labels = self.predict(self._x[name]).numpy(), split.given_label
            predicted = probs.argmax(axis=1)
            metrics |= {f"{name}/accuracy": accuracy(predicted == labels),
                        f"{name}/cross_entropy": mean_cross_entropy(probs, labels),
                        f"{name}/balanced_accuracy": balanced_accuracy(predicted, labels)}  # fmt: skip
        return metrics | {"train/penalty": sum(map(float, self._penalize()), start=0.0)}

    def _penalties(self) -> list[tf.Tensor]:
        # Not model.losses: those of activity regularizers belong to a batch and live inside the compiled epoch.
        return [weight.regularizer(weight) for weight in self.model.trainable_weights if weight.regularizer]
