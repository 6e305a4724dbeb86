"""Which layers does XLA train faster than TensorFlow's graph? Only such are on the list of training/engine.py.

An update of each network by both, one thread, in seconds of processors, which other work hardly changes; what XLA's first call costs
more than the graph's; the updates after which that is paid; and how far the weights are apart after the first epoch.

    python benchmarks/engine_layers.py [NAME ...]
"""

import os
import statistics
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

from regtrack.training.epoch import compiled_epoch
from regtrack.training.objective import make_loss
from regtrack.training.random_numbers import RandomNumbers
from regtrack.variants import Variant

L = keras.layers
BATCH, STEPS, ROUNDS = 64, 40, 7
EXAMPLES = BATCH * STEPS + 20
NOISY = {"dropout": 0.2, "recurrent_dropout": 0.2}


def rows(body, shape=(28, 28)):
    """A network of rows of numbers, some of which are nought from a place on."""
    inputs = keras.Input(shape)
    return keras.Model(inputs, L.Dense(10, activation="softmax")(body(inputs)))


def words(body, n, vocabulary):
    """A network of `n` words of so many, 0 behind the last."""
    inputs = keras.Input((n,), dtype="int32")
    return keras.Model(inputs, L.Dense(10, activation="softmax")(body(inputs)))


def attention(x, width=64, **options):
    x = L.Dense(width)(x)
    return L.Flatten()(L.LayerNormalization()(L.Add()([x, L.MultiHeadAttention(**options)(x, x)])))


NETWORKS = {
    "lstm": lambda: rows(L.LSTM(64)),
    "lstm, both dropouts": lambda: rows(L.LSTM(64, **NOISY)),
    "gru, both dropouts": lambda: rows(L.GRU(64, **NOISY)),
    "small gru, both dropouts": lambda: rows(L.GRU(16, **NOISY), (8, 8)),
    "simple rnn": lambda: rows(L.SimpleRNN(64, dropout=0.2)),
    "bidirectional lstm": lambda: rows(L.Bidirectional(L.LSTM(64))),
    "bidirectional lstm, both dropouts": lambda: rows(L.Bidirectional(L.LSTM(64, **NOISY))),
    "bidirectional gru": lambda: rows(L.Bidirectional(L.GRU(64))),
    "masking, lstm": lambda: rows(lambda x: L.LSTM(64, dropout=0.2)(L.Masking()(x))),
    "embedding": lambda: words(lambda x: L.Flatten()(L.Embedding(2000, 16)(x)), 60, 2000),
    "embedding of 20,000": lambda: words(lambda x: L.Flatten()(L.Embedding(20000, 32)(x)), 60, 20000),
    "masked embedding, mean": lambda: words(
        lambda x: L.GlobalAveragePooling1D()(L.Embedding(2000, 32, mask_zero=True)(x)), 60, 2000
    ),
    "masked embedding, lstm, both dropouts": lambda: words(
        lambda x: L.LSTM(32, **NOISY)(L.Embedding(2000, 32, mask_zero=True)(x)), 60, 2000
    ),
    "attention": lambda: rows(lambda x: attention(x, num_heads=4, key_dim=16)),
    "attention, dropout": lambda: rows(lambda x: attention(x, num_heads=4, key_dim=16, dropout=0.1)),
    "small attention": lambda: rows(lambda x: attention(x, 16, num_heads=2, key_dim=8, dropout=0.1), (8, 8)),
}


def examples_of(model) -> np.ndarray:
    generator = np.random.default_rng(0)
    shape = (EXAMPLES, *model.input_shape[1:])
    if model.inputs[0].dtype == "int32":
        [table] = [layer for layer in model.layers if isinstance(layer, L.Embedding)]
        x = generator.integers(1, table.input_dim, shape).astype(np.int32)
    else:
        x = generator.normal(size=shape).astype(np.float32)
    x[np.arange(shape[1]) >= generator.integers(1, shape[1] + 1, EXAMPLES)[:, None]] = 0
    return x


def used(run) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def measure(model) -> tuple[list[float], list[float], float]:
    """Each of the graph and of XLA: seconds of an update, of the first call; the largest difference of a weight."""
    x, initial = tf.constant(examples_of(model)), model.get_weights()
    generator = np.random.default_rng(1)
    labels = tf.constant(generator.integers(0, 10, EXAMPLES).astype(np.int32))
    order = tf.constant(generator.permutation(EXAMPLES).astype(np.int32))
    epochs, first, weights = [], [], []
    for whole in (False, True):
        model.set_weights(initial)
        optimizer, numbers = keras.optimizers.Adam(), RandomNumbers(model)
        optimizer.build(model.trainable_variables)
        numbers.restart(3)
        total = tf.Variable(0.0, dtype=tf.float64, trainable=False)
        run = compiled_epoch(model, optimizer, total, numbers, variant=Variant(), loss_of=make_loss(Variant(), 10), n_classes=10,
                             batch=BATCH, whole=whole)  # fmt: skip
        epochs.append(lambda run=run: run(x, labels, order))
        first.append(used(epochs[-1]))
        weights.append(model.get_weights())
    rounds = [[used(epoch) for epoch in epochs] for _ in range(ROUNDS)]
    update = [statistics.median(column) / (STEPS + 1) for column in zip(*rounds, strict=True)]
    return update, first, max(np.abs(graph - whole).max() for graph, whole in zip(*weights, strict=True))


def main():
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    print(f"ms of a processor an update, batch {BATCH}, median of {ROUNDS} rounds of {STEPS + 1} updates")
    print("| network | graph | XLA | first call costs more, s | paid after, updates | weights differ |")
    print("|---|---|---|---|---|---|")
    for name in sys.argv[1:] or NETWORKS:
        (graph, whole), first, difference = measure(NETWORKS[name]())
        more = first[1] - first[0]
        paid = f"{more / (graph - whole):,.0f}" if graph > whole else "never"
        print(
            f"| {name} | {graph * 1e3:.2f} | {whole * 1e3:.2f} | {more:.1f} | {paid} | {difference:.0e} |", flush=True
        )


if __name__ == "__main__":
    main()
