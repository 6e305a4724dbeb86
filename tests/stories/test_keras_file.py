"""A .keras file with dropout and batch norm of its own -> what a variant changes -> trained without it, and with it."""

import re

import keras
import numpy as np
import pandas as pd
import pytest

from regtrack import names
from regtrack.models.existing import find_existing
from regtrack.tracking.models import load_model, logged_model_id

pytestmark = pytest.mark.long
GRID = """
settings: {dataset: 'sklearn:wine', epochs: 4, n_passes: 5, learning_rate: 0.01, batch_size: 16}
seeds: 2
variants:
  - {}
  - {l2: 0.01}
"""
VARIANTS = {"baseline", "l2=0.01"}
MODEL = ("--model", "keras:own.keras", "--grid", "grid.yaml")


@pytest.fixture(scope="module")
def own(place) -> keras.Model:
    """What a person saved: batch normalization, dropout, an L1 penalty, logits at the end."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((13,)),
            layers.Dense(24, use_bias=False, name="first"),
            layers.BatchNormalization(name="norm"),
            layers.Activation("relu", name="relu"),
            layers.Dropout(0.4, name="drop"),
            layers.Dense(12, activation="relu", kernel_regularizer=keras.regularizers.L1(0.003), name="second"),
            layers.Dense(3, name="logits"),
        ],
        name="own",
    )
    model.save(place.folder / "own.keras")
    (place.folder / "grid.yaml").write_text(GRID)
    return model


@pytest.fixture(scope="module")
def described(place, own) -> tuple[str, set[str]]:
    """What `regtrack describe` prints, its boxes' lines as spaces, and the files that are there afterwards."""
    text = re.sub("[│┃]", " ", place.regtrack("describe", *MODEL))
    return text, {path.name for path in place.folder.iterdir()}


@pytest.fixture(scope="module")
def sweeps(place, own, described) -> dict[str, pd.Series]:
    """One sweep without what the file has of regularization, one with it."""
    found = {}
    for what in ("remove", "keep"):
        before = set(place.sweeps()["sweep_id"]) if found else set()
        more = () if what == "remove" else ("--existing_regularization", "keep", "--seeds", "1", "--workers", "1")
        place.regtrack("run", *MODEL, *more)
        [row] = [row for row in place.sweeps().to_dict("records") if row["sweep_id"] not in before]
        found[what] = pd.Series(row)
    return found


def networks(place, sweep: pd.Series) -> dict[tuple[str, int], keras.Model]:
    """Each trial's stored network, by variant and seed."""
    import mlflow

    mlflow.set_tracking_uri(place.uri)
    try:
        return {
            (trial.variant, trial.seed): load_model(f"models:/{logged_model_id(place.client, trial.run_id)}")
            for trial in place.trials(sweep).itertuples()
        }
    finally:
        mlflow.set_tracking_uri(None)


def test_describe_shows_what_is_taken_out_and_what_is_put_in(described):
    """A row a layer: the file's own dropout, batch norm and penalty removed, the variant's penalty on both kernels."""
    lines = [" ".join(line.split()) for line in described[0].splitlines()]
    assert lines.count("norm BatchNormalization 0 removed: BatchNormalization") == 2
    assert lines.count("drop Dropout 0 removed: Dropout rate=0.4") == 2
    [penalized] = [line for line in lines if line.startswith("first Dense (None, 24) 312 L2 l2=0.01 on kernel")]
    assert float(penalized.split()[-1]) > 0
    assert any(line.startswith("second Dense (None, 12) 300 removed: L1 l1=0.003 on kernel") for line in lines)
    assert any(
        line.startswith("second Dense (None, 12) 300 L2 l2=0.01 on kernel, in place of L1 l1=0.003") for line in lines
    )


def test_describe_makes_no_store(described):
    """Looking leaves nothing behind: the folder holds the two files that it read."""
    assert described[1] == {"own.keras", "grid.yaml"}


@pytest.mark.parametrize("what", ["remove", "keep"])
def test_the_sweep_is_stored_as_the_contract_says(sweeps, sweep_holds_together, what):
    """Leaderboard, predictions, regimes, digest and report of four trials and of two."""
    sweep_holds_together(sweeps[what], variants=VARIANTS, seeds={"remove": 2, "keep": 1}[what])


def test_removed_is_removed_from_what_was_trained(place, sweeps):
    """The baseline's stored networks have no regularization left and end in probabilities, which the file did not."""
    for (variant, _), model in networks(place, sweeps["remove"]).items():
        left = [str(one) for one in find_existing(model)]
        assert left == (
            [] if variant == "baseline" else [f"{name}: L2 l2=0.01 on kernel" for name in ("first", "second", "logits")]
        )
        probs = model.predict(np.random.default_rng(0).normal(size=(5, 13)), verbose=0)
        np.testing.assert_allclose(probs.sum(axis=1), 1, atol=1e-5)


def test_kept_is_kept_and_the_variant_comes_on_top(place, sweeps):
    """Batch norm and dropout as in the file; the L2 variant has its penalty where the file had L1."""
    for (variant, _), model in networks(place, sweeps["keep"]).items():
        found = [str(one) for one in find_existing(model)]
        assert {"norm: BatchNormalization", "drop: Dropout rate=0.4"} <= set(found)
        penalty = "second: L1 l1=0.003 on kernel" if variant == "baseline" else "second: L2 l2=0.01 on kernel"
        assert penalty in found


def test_the_files_dropout_gives_monte_carlo_predictions_only_where_it_was_kept(place, sweeps):
    """A baseline with dropout of its own has passes; without, none are made up."""
    for what, sweep in sweeps.items():
        for trial in place.trials(sweep).itertuples():
            metrics = place.client.get_run(trial.run_id).data.metrics
            assert (f"{names.TEST_MC}/accuracy" in metrics) == (what == "keep")


def test_the_weights_were_drawn_anew_for_each_seed(place, sweeps, own):
    """Two seeds end at different weights, and neither is the file's."""
    found = networks(place, sweeps["remove"])
    a, b = (found["baseline", seed].get_layer("first").get_weights()[0] for seed in (0, 1))
    assert not np.allclose(a, b, atol=0.05)
    assert not np.allclose(a, own.get_layer("first").get_weights()[0], atol=0.05)


@pytest.mark.parametrize("view", ["overview", "uncertainty"])
def test_what_the_pages_say_of_dropout_holds_where_the_baseline_has_it(sweeps, look, words, view):
    """The two that tell a variant with dropout from one without open without an exception."""
    assert "no sweep yet" not in words(look(view, sweep=sweeps["keep"]["sweep_id"]))
