"""How fast is a trial trained? Three tables, each in one run.

A step of the article's network, by TensorFlow's graph and compiled whole by XLA, one thread. Limit: the matrix products
that are needed (forward and gradient of the weights of each layer, gradient of the inputs of all but the first).

Whole trainings: the same network, batch size and budget, one intra-op thread, both with per-epoch train and validation
measures in inference mode. Peer: Model.fit with in-memory tf.data, steps_per_execution and `evaluate` after each epoch.

An epoch of the cnn with dropout 0.5 in its head: Model.fit with its defaults on all cores, against as many workers of one thread
as there are cores, an epoch each, at once. Both sides keep all cores busy, so that other work on them costs both alike; the seconds
of processors, which other work hardly changes, stand beside.

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


def one_thread() -> None:
    """As a worker has it."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


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


def epoch_of_keras(dataset, settings):
    """An epoch of Model.fit as a person writes it, on all cores; traced."""
    model = regularize(build_model("cnn", dataset.input_shape, dataset.n_classes, seed=0), HEAD)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    fit = {"batch_size": settings.batch_size, "epochs": 1, "verbose": 0}
    model.fit(dataset.train.x[:STEPS], dataset.train.given_label[:STEPS], **fit)
    return lambda: model.fit(dataset.train.x, dataset.train.given_label, **fit)


def epoch_of_ours(dataset, settings):
    """An epoch as a worker trains it, on one thread; traced."""
    one_thread()
    trainer = Trainer(Job(dataset, settings), HEAD)
    order = tf.constant(np.random.default_rng(0).permutation(len(dataset.train)).astype(np.int32))
    trainer._run_epoch(order[:STEPS])
    return lambda: trainer._run_epoch(order)


SIDES = {"keras": epoch_of_keras, "ours": epoch_of_ours}


def answer_with_epochs(epoch) -> None:
    """Train one for each line of the input; print its seconds, and those of processors."""
    print("ready", flush=True)
    for _ in sys.stdin:
        before = time.process_time()
        print(seconds(epoch), time.process_time() - before, flush=True)


def print_cnn(repeats, given):
    cores = len(os.sched_getaffinity(0))
    command = [sys.executable, __file__, *given, "--side"]
    piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    sides = {
        side: [subprocess.Popen([*command, side], **piped) for _ in range(count)]
        for side, count in (("keras", 1), ("ours", cores))
    }
    for process in itertools.chain(*sides.values()):
        process.stdout.readline()  # ready

    def epochs_of(side):
        """(seconds until all have ended, of processors per epoch)"""
        for process in sides[side]:
            print(file=process.stdin, flush=True)
        answers = [[float(word) for word in process.stdout.readline().split()] for process in sides[side]]
        return max(wall for wall, _ in answers), statistics.mean(used for _, used in answers)

    rounds = []
    for i in range(repeats):
        order = ("keras", "ours") if i % 2 else ("ours", "keras")
        found = {side: epochs_of(side) for side in order}
        rounds.append((*found["keras"], *found["ours"]))
    for process in itertools.chain(*sides.values()):
        process.stdin.close()
        process.wait()
    peer, peer_used, ours, ours_used = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(keras_wall * cores / wall for keras_wall, _, wall, _ in rounds)
    ratio_used = statistics.median(keras_used / used for _, keras_used, _, used in rounds)
    print(f"cnn, dropout 0.5 in the head, an epoch, seconds (of processors), median of {repeats} pairs in turn")
    print(
        f"| one epoch by Model.fit on {cores} cores | {cores} epochs by regtrack, one a core | epochs a core, ratio | target |"
    )
    print("|---|---|---|---|")
    print(f"| {peer:.2f} ({peer_used:.2f}) | {ours:.2f} ({ours_used:.2f} each) | {ratio:.2f}x ({ratio_used:.2f}x) | 1.3x |",
          flush=True)  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--dataset", default="fashion_mnist")
    parser.add_argument("--side", choices=SIDES, help="train epochs of the cnn, one for each line of the input")
    parser.add_argument("--only", choices=["steps", "cnn", "trainings"], help="one of the tables")
    arguments = parser.parse_args()
    given = ["--epochs", str(arguments.epochs), "--dataset", arguments.dataset]
    dataset = load_dataset(arguments.dataset, split_seed=0)
    settings = Settings(epochs=arguments.epochs)
    keras.config.disable_interactive_logging()
    if arguments.side:
        return answer_with_epochs(SIDES[arguments.side](dataset, settings))
    one_thread()
    tables = {
        "steps": lambda: print_steps(dataset, settings, arguments.repeats),
        "cnn": lambda: print_cnn(arguments.repeats, given),
        "trainings": lambda: print_trainings(dataset, settings, arguments),
    }
    for table, show in tables.items():
        if arguments.only in (None, table):
            show()


def print_trainings(dataset, settings, arguments):
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
