"""A network that somebody else trained and logged -> `uncertainty` -> it stands in the dashboard with its errors."""

import numpy as np
import pandas as pd
import pytest
from support.measures import OF_MANY_CLASSES
from support.project import run_project

from regtrack import names
from regtrack.tracking import reader

pytestmark = pytest.mark.long
SOMEBODY = """
import keras, mlflow
import numpy as np
from sklearn.datasets import load_digits

mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.set_experiment("somebody else's")
digits = load_digits()
keras.utils.set_random_seed(7)
model = keras.Sequential([
    keras.Input((8, 8)), keras.layers.Flatten(), keras.layers.Dense(64, activation="relu"),
    keras.layers.Dropout(0.3), keras.layers.Dense(10),
])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile("adam", loss, metrics=["accuracy"])
with mlflow.start_run(run_name="my best one"):
    mlflow.log_params({"units": 64, "dropout": 0.3})
    history = model.fit(digits.images / 15, digits.target, epochs=12, verbose=0)
    mlflow.log_metric("accuracy", history.history["accuracy"][-1])
    info = mlflow.keras.log_model(model, name="digits-net", pip_requirements=["keras", "tensorflow"])
print("URI", f"models:/{info.model_id}")
"""
ASKED = {"dataset": "digits", "label_noise": "0.1", "n_passes": "10", "seed": "0"}


@pytest.fixture(scope="module")
def model_uri(place) -> str:
    """What somebody else's script logged, in a run that knows nothing of regtrack: a network that gives logits."""
    (place.folder / "somebody.py").write_text(SOMEBODY)
    [line] = [line for line in place.python("somebody.py").splitlines() if line.startswith("URI ")]
    return line.removeprefix("URI ")


@pytest.fixture(scope="module")
def told(place, model_uri) -> str:
    """What `regtrack uncertainty` prints."""
    options = [text for name, value in ASKED.items() for text in (f"--{name}", value)]
    return place.regtrack("uncertainty", "--model_uri", model_uri, *options)


@pytest.fixture(scope="module")
def evaluated(place, told, model_uri) -> pd.Series:
    [row] = [row for row in place.sweeps().to_dict("records") if row["model_uri"] == model_uri]
    return pd.Series(row)


@pytest.fixture(scope="module")
def trial(place, evaluated) -> pd.Series:
    [row] = place.trials(evaluated).to_dict("records")
    return pd.Series(row)


def test_the_reader_lists_it_with_its_model(place, evaluated, trial, model_uri):
    """A sweep of one trial that was not trained here, with the name that somebody gave the model."""
    assert (evaluated["status"], evaluated["trials_planned"]) == ("FINISHED", 1)
    assert (trial["variant"], trial["status"], trial["dataset"]) == ("digits-net", "FINISHED", "digits")
    assert place.client.get_run(trial["run_id"]).data.tags[names.MODEL_URI] == model_uri


def test_the_logits_became_probabilities_once(place, trial):
    """Rows add up to 1; softmaxed twice, ten classes could be no surer than e / (e + 9) = 0.232."""
    predictions = place.table(trial["run_id"], names.PREDICTIONS)
    for column in ("deterministic_probs", "mc_mean_probs"):
        probs = np.stack(predictions[column])
        np.testing.assert_allclose(probs.sum(axis=1), 1, atol=1e-5)
        assert np.median(probs.max(axis=1)) > 0.5
    assert predictions["mutual_information"].max() > 0


def test_its_figures_are_what_its_predictions_give(place, trial, told):
    """Accuracy and confident errors counted again from the stored predictions; the printed table has the accuracy."""
    predictions = place.table(trial["run_id"], names.PREDICTIONS)
    test = predictions[predictions["split"] == names.TEST]
    probs, given = np.stack(test["deterministic_probs"]), test["given_label"].to_numpy()
    wrong = probs.argmax(axis=1) != given
    metrics = place.client.get_run(trial["run_id"]).data.metrics
    assert metrics[f"{names.TEST}/accuracy"] == pytest.approx(1 - wrong.mean())
    assert metrics[f"{names.TEST}/high_confidence_errors"] == (wrong & (probs.max(axis=1) >= 0.9)).sum() > 0
    assert f"{1 - wrong.mean():.4f}" in told


def test_nothing_is_claimed_of_its_training(place, trial, evaluated):
    """No curve, no gap, no regime: that is not known here, and the run that logged it is untouched."""
    metrics = place.client.get_run(trial["run_id"]).data.metrics
    assert not {names.GENERALIZATION_GAP, names.BEST_EPOCH, names.TRAIN_ACCURACY} & set(metrics)
    assert names.FITTING_REGIME not in place.client.get_run(trial["run_id"]).data.tags
    [theirs] = place.client.search_runs([place.client.get_experiment_by_name("somebody else's").experiment_id])
    assert set(theirs.data.metrics) == {"accuracy"}


def test_the_overview_shows_its_test_accuracy(evaluated, trial, look):
    """Its sweep in the address: one row, with the number of the store."""
    table = look(sweep=evaluated["sweep_id"]).dataframe[0].value
    assert table["variant"].tolist() == ["digits-net"]
    [shown] = table["test_accuracy"]  # the value and its ±, rounded to what that supports
    value = shown.split()[0]
    assert float(value) == pytest.approx(
        trial[f"{names.TEST}/accuracy"], abs=0.5 * 10 ** -len(value.partition(".")[2]) + 1e-9
    )


def test_every_page_of_the_dashboard_opens(evaluated, look, words, view):
    """On this sweep, without an exception, and none says that it has nothing to show."""
    assert "no sweep yet" not in words(look(view, sweep=evaluated["sweep_id"]))


def test_its_confident_errors_are_on_screen(place, evaluated, trial, look):
    """As many as its stored predictions have; each opens."""
    predictions = place.table(trial["run_id"], names.PREDICTIONS)
    test = predictions[predictions["split"] == names.TEST]
    probs = np.stack(test["deterministic_probs"])
    sure = (probs.argmax(axis=1) != test["given_label"]) & (probs.max(axis=1) >= 0.9)
    app = look("confident_but_wrong", sweep=evaluated["sweep_id"])
    [said] = [header.value for header in app.subheader if "surest first" in header.value]
    assert int(said.split()[0]) == sure.sum() > 0
    example = str(test["example_id"][sure].iloc[0])
    opened = look("confident_but_wrong", sweep=evaluated["sweep_id"], example=example)
    assert opened.header[0].value.startswith(f"Example {example}: given as")


def test_mlflow_run_does_the_same(place, told, trial, model_uri):
    """`mlflow run . -e uncertainty` of the same model, data and seed: the same measures."""
    params = [text for name, value in ({"model_uri": model_uri} | ASKED).items() for text in ("-P", f"{name}={value}")]
    done = run_project("-e", "uncertainty", *params, "--experiment-name", "regtrack", uri=place.uri)
    assert done.returncode == 0, done.stdout
    newest = place.sweeps().iloc[0]
    assert newest["model_uri"] == model_uri
    [again] = reader.trials(place.client, newest["experiment_id"], newest["sweep_id"]).to_dict("records")
    for name in OF_MANY_CLASSES:
        for prefix in (names.TEST, names.TEST_MC):
            assert again[f"{prefix}/{name}"] == pytest.approx(trial[f"{prefix}/{name}"], abs=1e-6), name
