"""What is stored of Monte Carlo dropout comes back in a fresh process; one process loads all that is looked at."""

import subprocess
import sys
import textwrap

import keras
import numpy as np
import pytest

from regtrack.uncertainty.mc_dropout import layers

CONVERTED = ("resnet", "conv1d", "nested", "augmented")
N = 4000
FAMILY = [kind.__name__ for kind in layers.FAMILY.values()]
CALLS = ("predict", "call", "inference", "training")
RELOAD = """
    import sys, keras, numpy as np
    from regtrack.uncertainty import predict_mc

    family = keras.saving.load_model("family.keras")
    x = [np.ones((1, *tensor.shape[1:]), np.float32) for tensor in family.inputs]
    outs = {
        "predict": family.predict(x, verbose=0),
        "call": family(x),
        "inference": family(x, training=False),
        "training": family(x, training=True),
    }
    np.savez("family.npz", **{f"{call} {i}": part for call, parts in outs.items() for i, part in enumerate(parts)})
    for name in sys.argv[1:]:
        model = keras.saving.load_model(f"{name}.keras")
        x = np.load(f"{name}.npy")
        before = [np.asarray(weight).tobytes() for weight in model.weights]
        result = predict_mc(model, x, n_passes=20, seed=3)
        ways = [model] if name != "resnet" else [model, lambda x: model.predict(x, verbose=0)]  # compiles its own
        spread = [np.std([way(x) for _ in range(3)], axis=0).max() for way in ways]
        model(x, training=True)
        assert before == [np.asarray(weight).tobytes() for weight in model.weights]
        np.savez(f"{name}.npz", mean=result.mean_probs, std=result.std_probs, spread=spread)
"""


def axes_of_maps(name) -> int:
    """2 for MCSpatialDropout2D, 0 for what is not spatial."""
    return int(name[-2]) if "Spatial" in name else 0


@pytest.fixture(scope="module")
def reloaded(mc_zoo, tmp_path_factory):
    """The folder of what a fresh process computed of each stored model: {name}.npz."""
    folder = tmp_path_factory.mktemp("stored")
    inputs = [keras.Input((*(2,) * axes_of_maps(name), N)) for name in FAMILY]
    twice = [
        getattr(layers, name)(0.5, seed=seed)(x) for name, x in zip(FAMILY, inputs, strict=True) for seed in (1, 2)
    ]
    keras.Model(inputs, twice).save(folder / "family.keras")
    for name in CONVERTED:
        mc_zoo.converted(name).save(folder / f"{name}.keras")
        np.save(folder / f"{name}.npy", mc_zoo.inputs_for(mc_zoo.converted(name)))
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(RELOAD), *CONVERTED],
        cwd=folder, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("name", CONVERTED)
def test_a_converted_model_survives_storing(name, mc_zoo, reloaded):
    """Loaded elsewhere the same seed gives the same passes, predict and call are still stochastic, batch norm still
    frozen."""
    loaded = np.load(reloaded / f"{name}.npz")
    x = mc_zoo.inputs_for(mc_zoo.converted(name))
    expected = mc_zoo.predictor(name).predict(x, n_passes=20, seed=3, keep_passes=True)
    np.testing.assert_allclose(loaded["mean"], expected.mean_probs, atol=1e-6)
    np.testing.assert_allclose(loaded["std"], expected.std_probs, atol=1e-6)
    assert loaded["spread"].min() > 1e-4


@pytest.mark.parametrize("name", FAMILY)
def test_the_family_survives_storing(name, reloaded):
    """Loaded elsewhere each is on under predict, plain call and every flag, and no two layers share masks."""
    parts, at = np.load(reloaded / "family.npz"), 2 * FAMILY.index(name)
    assert len(parts) == len(CALLS) * 2 * len(FAMILY)
    for call in CALLS:
        # One number for each draw: spatial layers share it over a map.
        first, second = (parts[f"{call} {i}"].reshape(-1, N)[0] for i in (at, at + 1))
        assert min(first.std(), second.std()) > 0.5, call
        assert abs(np.corrcoef(first, second)[0, 1]) < 5 / np.sqrt(N), call
