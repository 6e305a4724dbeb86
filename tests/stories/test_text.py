"""Reviews as token ids in an .npz, a tutorial's LSTM over an Embedding -> `regtrack run` -> the model served on raw ids."""

import mlflow
import numpy as np
import pandas as pd
import pytest

from regtrack import names
from regtrack.tracking.models import logged_model_id

pytestmark = pytest.mark.long
WORDS, LENGTH, N = 3_000, 12, 400
MODEL = f"""
import keras
from keras import layers as L


def build(input_shape, n_classes):
    return keras.Sequential([
        keras.Input(input_shape), L.Embedding({WORDS}, 8, mask_zero=True), L.LSTM(8), L.Dense(1, activation="sigmoid"),
    ])
"""
GRID = """
settings: {epochs: 6, n_passes: 10, learning_rate: 0.02, batch_size: 16}
seeds: 2
variants:
  - {}
  - {dropout_rate: 0.2}
"""


@pytest.fixture(scope="module")
def ids(place) -> np.ndarray:
    """(400, 12), 0 is padding. Two ids of 3,000 that differ by one tell good from bad: divided and cut, they would merge."""
    rng = np.random.default_rng(0)
    x, y = rng.integers(1, WORDS - 2, size=(N, LENGTH)), np.arange(N) % 2
    x[np.arange(LENGTH) >= rng.integers(5, LENGTH + 1, N)[:, None]] = 0
    x[np.arange(N), rng.integers(0, 5, N)] = WORDS - 2 + y
    np.savez(place.folder / "reviews.npz", x=x, y=y, class_names=["bad", "good"])
    return x


@pytest.fixture(scope="module")
def told(place, ids) -> str:
    (place.folder / "text_model.py").write_text(MODEL)
    (place.folder / "grid.yaml").write_text(GRID)
    return place.regtrack(
        "run",
        "--dataset",
        "npz:reviews.npz",
        "--model",
        "python:text_model:build",
        "--grid",
        "grid.yaml",
        "--workers",
        "2",
    )


@pytest.fixture(scope="module")
def sweep(place, told) -> pd.Series:
    [row] = place.sweeps().to_dict("records")
    return pd.Series(row)


def test_it_is_said_what_the_model_reads_and_gives(told):
    """Before training, with the reason."""
    flat = " ".join(told.split())
    assert "your model begins with Embedding 'embedding" in flat
    assert "it is given the data's own numbers (inputs=source)" in flat
    assert "your model ends in one sigmoid: it is trained as two classes, [1 - p, p], p of good" in flat


def test_the_sweep_is_stored_as_the_contract_says(place, sweep, sweep_holds_together):
    """As any other; each trial's param says what it read."""
    sweep_holds_together(sweep, variants={"baseline", "dropout=0.2"}, seeds=2)
    assert set(place.trials(sweep)[names.INPUTS]) == {"source"}


def test_the_tokens_are_learned(place, sweep):
    """Knowing the two ids apart is an error below a tenth; knowing nothing is a half."""
    assert place.table(sweep["run_id"], names.LEADERBOARD)["test_accuracy"].min() > 0.9


def test_the_stored_examples_are_the_files(place, sweep, ids):
    """Id by id."""
    examples = place.shown_examples(sweep)
    assert np.array_equal(examples.x, ids[examples.example_id])


def test_the_served_model_takes_raw_ids(place, sweep, ids):
    """As they stand in the file; the trial's own probabilities of the first test examples come back."""
    trial = place.trials(sweep).query("variant == 'dropout=0.2'").iloc[0]
    mlflow.set_tracking_uri(place.uri)
    served = mlflow.pyfunc.load_model(f"models:/{logged_model_id(place.client, trial['run_id'], names.SERVING)}")
    table = place.table(trial["run_id"], names.PREDICTIONS)
    own = table[(table["split"] == "test") & (table["epoch_kind"] == "selected")]
    answer = served.predict(ids[own["example_id"]])
    np.testing.assert_allclose(answer[["mean_prob_bad", "mean_prob_good"]], np.stack(own["mc_mean_probs"]), atol=1e-5)
