"""How fast is a trial trained? Three tables, each in one run.

A step of the article's network, by TensorFlow's graph and compiled whole by XLA, one thread. Limit: the matrix products
that are needed (forward and gradient of the weights of each layer, gradient of the inputs of all but the first).

Whole trainings: the same network, batch size and budget, one intra-op thread, both with per-epoch train and validation
measures in inference mode. Peer: Model.fit with in-memory tf.data, steps_per_execution and `evaluate` after each epoch.

An epoch of the cnn with dropout 0.5 in its head, of which a core trains one, against Model.fit with its defaults on all cores.

    python benchmarks/training.py [--epochs 2] [--repeats 5]
"""

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

from regtrack.data import load_dataset
from regtrack.models import build_model, regularize
from regtrack.training import engine
from regtrack.training.job import Job
from regtrack.training.objective import make_optimizer
from regtrack.training.trainer import Trainer
from regtrack.variants import Settings, Variant

VARIANTS = (Variant(), Variant(dropout_rate=0.2), Variant(dropout_rate=0.2, l2=1e-4, max_norm=1), Variant(batch_norm=1))
STEPS_PER_EXECUTION = 20
TARGETS = {Variant(): 1.5, Variant(dropout_rate=0.2): 1.6, Variant(batch_norm=1): 1.6}
"""At most so many times the needed matrix products."""
STEPS = 200
HEAD = Variant(dropout_rate=0.5, dropout_placement="last_hidden", architecture="cnn")


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


def matrix_products(steps, settings):
    """Seconds of the products that so many steps need."""
    batch, widths = settings.batch_size, (784, 100, 100, 10)
    pairs = list(itertools.pairwise(widths))
    operands = [
        (tf.random.normal((batch, a)), tf.random.normal((a, b)), tf.random.normal((batch, b))) for a, b in pairs
    ]

    @tf.function
    def run(steps):
        total = 0.0
        for _ in tf.range(steps):
            for i, (x, w, d) in enumerate(operands):
                total += (x @ w)[0, 0] + tf.matmul(x, d, transpose_a=True)[0, 0]
                total += tf.matmul(d, w, transpose_b=True)[0, 0] if i else 0.0
        return total

    run(tf.constant(1))
    start = time.perf_counter()
    run(tf.constant(steps))
    return time.perf_counter() - start


def seconds(run) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def print_steps(dataset, settings, repeats):
    order = np.random.default_rng(0).permutation(len(dataset.train))[: STEPS * settings.batch_size]
    order = tf.constant(order.astype(np.int32))
    print(f"A step of 784-100-100-10, batch {settings.batch_size}, ms, median of {repeats} rounds of {STEPS} steps")
    print("| variant | graph | XLA | needed matrix products | XLA / needed | target |")
    print("|---|---|---|---|---|---|")
    before = engine.ENOUGH_STEPS
    for variant, target in TARGETS.items():
        runs = []
        for enough in (10**9, 0):
            engine.ENOUGH_STEPS = enough
            runs.append(Trainer(Job(dataset, settings), variant)._run_epoch)
            runs[-1](order)  # traced and compiled
        rounds = [
            (*(seconds(lambda run=run: run(order)) for run in runs), matrix_products(STEPS, settings))
            for _ in range(repeats)
        ]
        graph, whole, needed = (statistics.median(column) / STEPS * 1e3 for column in zip(*rounds, strict=True))
        ratio = statistics.median(w / n for _, w, n in rounds)
        print(f"| {variant.label} | {graph:.2f} | {whole:.2f} | {needed:.2f} | {ratio:.2f} | {target} |", flush=True)
    engine.ENOUGH_STEPS = before


def defaults_of_keras(dataset, settings) -> None:
    """Print the seconds of a second epoch of Model.fit as a person writes it, on all cores."""
    model = regularize(build_model("cnn", dataset.input_shape, dataset.n_classes, seed=0), HEAD)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    fit = {"batch_size": settings.batch_size, "epochs": 1, "verbose": 0}
    x, y = dataset.train.x, dataset.train.given_label
    model.fit(x, y, **fit)
    print(seconds(lambda: model.fit(x, y, **fit)))


def print_cnn(dataset, settings, repeats, given):
    cores = len(os.sched_getaffinity(0))
    trainer = Trainer(Job(dataset, settings), HEAD)
    order = tf.constant(np.random.default_rng(0).permutation(len(dataset.train)).astype(np.int32))
    trainer._run_epoch(order)
    pairs = []
    for _ in range(repeats):
        done = subprocess.run([sys.executable, __file__, "--peer", *given], capture_output=True, text=True, check=True)
        pairs.append((float(done.stdout.split()[-1]), seconds(lambda: trainer._run_epoch(order))))
    peer, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(p * cores / o for p, o in pairs)
    print(f"cnn, dropout 0.5 in the head, an epoch of {len(order):,}, seconds, median of {repeats} pairs")
    print(f"| Model.fit on {cores} cores | regtrack on one | ratio a core | target |")
    print("|---|---|---|---|")
    print(f"| {peer:.2f} | {ours:.2f} | {ratio:.2f}x | 1.3x |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--dataset", default="fashion_mnist")
    parser.add_argument("--peer", action="store_true", help="Model.fit of the cnn on all cores, alone")
    arguments = parser.parse_args()
    given = ["--epochs", str(arguments.epochs), "--dataset", arguments.dataset]
    dataset = load_dataset(arguments.dataset, split_seed=0)
    settings = Settings(epochs=arguments.epochs)
    keras.config.disable_interactive_logging()
    if arguments.peer:
        return defaults_of_keras(dataset, settings)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    print_steps(dataset, settings, arguments.repeats)
    print_cnn(dataset, settings, arguments.repeats, given)
    steps = -(-len(dataset.train) // settings.batch_size) * settings.epochs
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
                    matrix_products(steps, settings),
                )
            )
        peer, ours, limit = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(p / o for p, o, _ in pairs)
        print(f"| {variant.label} | {peer:.2f} | {first:.2f} | {ours:.2f} | {ratio:.1f}x | {limit:.2f} |", flush=True)


if __name__ == "__main__":
    main()
