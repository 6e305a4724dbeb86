"""How fast is a trial trained? Keras' own Model.fit against regtrack's compiled loop, in one run, as a ratio.

The same network, batch size and budget, one intra-op thread, both with per-epoch train and validation measures in
inference mode. Peer: Model.fit with in-memory tf.data, steps_per_execution and `evaluate` after each epoch. Limit:
the matrix products alone (3 a step: forward, gradient of the weights, gradient of the inputs), float32, one thread.

    python benchmarks/training.py [--epochs 2] [--repeats 5]
"""

import argparse
import itertools
import os
import statistics
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow as tf

from regtrack.data import load_dataset
from regtrack.models import build_model, regularize
from regtrack.training.job import Job
from regtrack.training.objective import make_optimizer
from regtrack.training.trainer import Trainer
from regtrack.variants import Settings, Variant

VARIANTS = (Variant(), Variant(dropout_rate=0.2), Variant(dropout_rate=0.2, l2=1e-4, max_norm=1), Variant(batch_norm=1))
STEPS_PER_EXECUTION = 20


def model_fit(variant, dataset, settings):
    model = regularize(build_model("mlp", dataset.input_shape, dataset.n_classes, seed=0), variant)
    steps = -(-len(dataset.train) // settings.batch_size)
    model.compile(
        make_optimizer(variant, settings, steps=steps * settings.epochs),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=STEPS_PER_EXECUTION,
    )
    splits = {
        name: tf.data.Dataset.from_tensor_slices((split.x, split.given_label))
        for name, split in (("train", dataset.train), ("val", dataset.validation))
    }
    batches = splits["train"].cache().shuffle(len(dataset.train), seed=0).batch(settings.batch_size).prefetch(4)
    for _ in range(settings.epochs):
        model.fit(batches, epochs=1, verbose=0)
        for split in splits.values():
            model.evaluate(split.batch(1024), verbose=0)


def matrix_products(dataset, settings):
    batch, widths = settings.batch_size, (784, 100, 100, 10)
    pairs = list(itertools.pairwise(widths))
    operands = [
        (tf.random.normal((batch, a)), tf.random.normal((a, b)), tf.random.normal((batch, b))) for a, b in pairs
    ]

    @tf.function
    def run(steps):
        total = 0.0
        for _ in tf.range(steps):
            for x, w, d in operands:
                total += (
                    (x @ w)[0, 0] + tf.matmul(x, d, transpose_a=True)[0, 0] + tf.matmul(d, w, transpose_b=True)[0, 0]
                )
        return total

    run(tf.constant(1))
    start = time.perf_counter()
    run(tf.constant(-(-len(dataset.train) // batch) * settings.epochs))
    return time.perf_counter() - start


def seconds(run) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    keras.config.disable_interactive_logging()
    dataset = load_dataset("fashion_mnist", split_seed=0)
    settings = Settings(epochs=arguments.epochs)
    print(
        f"Fashion-MNIST, 784-100-100-10, batch 64, {arguments.epochs} epochs, median of {arguments.repeats} pairs, seconds"
    )
    print(
        "| variant | Model.fit + evaluate | regtrack, first seed | regtrack, next seeds | ratio (next) | matrix products |"
    )
    print("|---|---|---|---|---|---|")
    for variant in VARIANTS:
        trainer = Trainer(Job(dataset, settings), variant)
        first = seconds(lambda trainer=trainer: trainer.fit(0))
        pairs = []
        for seed in range(1, arguments.repeats + 1):
            pairs.append(
                (
                    seconds(lambda: model_fit(variant, dataset, settings)),  # noqa: B023
                    seconds(lambda: trainer.fit(seed)),  # noqa: B023
                    matrix_products(dataset, settings),
                )
            )
        peer, ours, limit = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(p / o for p, o, _ in pairs)
        print(f"| {variant.label} | {peer:.2f} | {first:.2f} | {ours:.2f} | {ratio:.1f}x | {limit:.2f} |", flush=True)


if __name__ == "__main__":
    main()
