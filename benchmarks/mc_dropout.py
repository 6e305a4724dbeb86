"""How fast are 100 Monte Carlo dropout passes? Peers, regtrack and the limit side by side in one run, as ratios.

Peers: the article's loop (`np.stack([model(x, training=True) for _ in range(100)])`), the same in a `tf.function`, and
looped `model.predict` of the converted model. Limit: the matrix products (and convolutions) of the passes alone, or
of the passes behind the first dropout where the rest need be computed once. All threads of the machine.

    python benchmarks/mc_dropout.py [--repeats 5] [--images 10000]
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

PASSES = 100
CASES = {
    "mlp": ("784-100-100-10, dropout 0.2 from the input on", "mlp", {"dropout_rate": 0.2}),
    "cnn": ("cnn, dropout 0.5 in the head only", "cnn", {"dropout_rate": 0.5, "dropout_placement": "last_hidden"}),
}
SHORT = 5
"""Passes of a slow peer that are timed; its time is linear in passes and is scaled up."""


def build(case):
    import keras

    from regtrack.data import load_dataset
    from regtrack.models import build_model, regularize
    from regtrack.uncertainty.mc_dropout.conversion import to_mc_dropout
    from regtrack.uncertainty.mc_dropout.inference import MCPredictor
    from regtrack.variants import Variant

    keras.config.disable_interactive_logging()
    _, architecture, params = CASES[case]
    x = load_dataset("fashion_mnist", split_seed=0).test.x
    model = regularize(build_model(architecture, x.shape[1:], 10, seed=0), Variant(**params))
    converted = to_mc_dropout(model)
    return x, model, converted, MCPredictor(converted)


def products(model, x):
    """Only the matrix products of `PASSES` passes behind the first dropout, on blocks of the size regtrack uses."""
    import keras
    import tensorflow as tf

    from regtrack.uncertainty.mc_dropout.split import split_at_first_dropout

    prefix, suffix = split_at_first_dropout(model)
    kernels = [layer.kernel for layer in suffix.layers if isinstance(layer, keras.layers.Dense)]
    parts = [prefix([tf.constant(x[i : i + 1000])])[0] for i in range(0, len(x), 1000)]
    start = tf.reshape(tf.concat(parts, 0), [len(x), kernels[0].shape[0]])

    @tf.function
    def run(passes):
        total = 0.0
        for rows in range(0, len(x), 5000):
            block = start[rows : rows + 5000]

            def one(i, total, block=block):
                h = block
                for kernel in kernels:
                    h = h @ kernel
                return i + 1, total + h[0, 0]

            total += tf.while_loop(lambda i, _: i < passes, one, (0, 0.0), parallel_iterations=1)[1]
        return total

    return lambda: run(tf.constant(PASSES))


def seconds(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def measure(case, images, repeats):
    import numpy as np
    import tensorflow as tf

    x, model, converted, predictor = build(case)
    x = x[:images]
    graph = tf.function(lambda x: model(x, training=True))
    runs = {
        "article's loop": (lambda: np.stack([model(x, training=True) for _ in range(SHORT)]), PASSES / SHORT),
        "tf.function": (lambda: np.stack([graph(x) for _ in range(SHORT)]), PASSES / SHORT),
        "looped predict": (
            lambda: np.stack([converted.predict(x, batch_size=1000) for _ in range(SHORT)]),
            PASSES / SHORT,
        ),
        "regtrack": (lambda: predictor.predict(x, n_passes=PASSES, seed=0), 1),
        "limit": (products(converted, x), 1),
    }
    first = seconds(runs["regtrack"][0])
    for run, _ in runs.values():
        run()
    rounds = [{name: seconds(run) * scale for name, (run, scale) in runs.items()} for _ in range(repeats)]
    median = {name: statistics.median(r[name] for r in rounds) for name in runs}
    print(f"\n{CASES[case][0]}; {images:,} images, {PASSES} passes, median of {repeats} rounds")
    print("| | seconds | against regtrack, median of the rounds' ratios |\n|---|---|---|")
    for name in runs:
        ratio = statistics.median(r[name] / r["regtrack"] for r in rounds)
        print(f"| {name} | {median[name]:.2f} | {ratio:.2f} |")
    print(f"regtrack's first call, tracing and compiling included: {first:.2f} s")
    ratios = []
    for _ in range(repeats if case == "mlp" else 0):
        ratios.append(
            seconds(lambda: predictor.predict(x, n_passes=10 * PASSES, seed=0)) / seconds(runs["regtrack"][0])
        )
    if ratios:
        print(f"1,000 passes instead of 100: {statistics.median(ratios):.2f} times the time")


def peak_megabytes(case, images, passes, how):
    """How far the resident memory of a fresh process rises above what model and data take."""
    out = subprocess.run(
        [sys.executable, __file__, "--child", case, str(images), str(passes), how],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(out.stdout.strip().splitlines()[-1])


def child(case, images, passes, how):
    import numpy as np

    x, model, _, predictor = build(case)
    x = x[:images]
    model(x[:100], training=True)
    predictor.predict(x[: min(len(x), 5000)], n_passes=2, seed=0)
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # forget the peak of loading
    before = memory("VmRSS")
    if how == "article":
        np.stack([model(x, training=True) for _ in range(passes)])
    else:
        predictor.predict(x, n_passes=passes, seed=0)
    print((memory("VmHWM") - before) / 1024)


def memory(field):
    """A field of /proc/self/status, kB."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(field))


def main():
    if "--child" in sys.argv:
        case, images, passes, how = sys.argv[2:]
        return child(case, int(images), int(passes), how)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--images", type=int, default=10_000)
    arguments = parser.parse_args()
    for case in CASES:
        measure(case, arguments.images, arguments.repeats)
    print("\nextra peak memory of the process, MB (article's network)\n| | 100 passes | 1,000 passes |\n|---|---|---|")
    for how in ("article", "regtrack"):
        few = peak_megabytes("mlp", arguments.images, PASSES, how)
        many = f"{peak_megabytes('mlp', arguments.images, 10 * PASSES, how):.0f}" if how == "regtrack" else "not run"
        print(f"| {how} | {few:.0f} | {many} |")


if __name__ == "__main__":
    main()
