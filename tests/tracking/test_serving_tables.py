"""A trained table is used as it came: raw rows by column name, in a notebook, over HTTP, from both logged models."""

import json
from pathlib import Path

import keras
import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.exceptions import MlflowException
from mlflow.pyfunc import scoring_server

from regtrack import names
from regtrack.data import Dataset, load_dataset
from regtrack.data.tables.fitted import TableEncoding
from regtrack.data.tables.frame_reading import encode_frame
from regtrack.tracking.models import logged_model_id
from regtrack.tracking.serving import load_serving_model, write_serving_model
from regtrack.tracking.writer import SweepWriter
from regtrack.training.job import Job
from regtrack.training.one_trial import trial
from regtrack.variants import Settings, Variant

N = 90


def plants() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = np.arange(N)
    frame = pd.DataFrame(
        {
            "length": rng.normal(5, 1, N).round(2) + rows % 3,
            "site": rng.choice(["north", "south"], N),
            "petals": rows % 5 + 3,
        }
    )
    frame.loc[rows % 9 == 4, "length"] = np.nan
    return frame


@pytest.fixture(scope="module")
def trained():
    """(job, result) of two epochs on the plants, with dropout."""
    kinds = np.array(["fern", "moss", "rose"])[np.arange(N) % 3]
    dataset = Dataset.from_arrays(plants(), kinds, name="plants", split_seed=0)
    job = Job(dataset, Settings(epochs=2, n_passes=5))
    return job, trial(job, Variant(dropout_rate=0.2), 1)


@pytest.fixture(scope="module")
def folder(trained, tmp_path_factory) -> Path:
    job, result = trained
    path = tmp_path_factory.mktemp("serving")
    write_serving_model(result, job.dataset, path)
    return path


@pytest.fixture(scope="module")
def served(folder):
    """The model as a server loads it."""
    return mlflow.pyfunc.load_model(str(folder))


@pytest.fixture(scope="module")
def test_rows(trained) -> pd.DataFrame:
    job, _ = trained
    return plants().iloc[job.dataset.test.example_id]


def test_raw_rows_get_the_answers_of_their_encoded_inputs(trained, served, test_rows):
    """The test rows by column name give what the trial stored of them; so does what is encoded already."""
    job, result = trained
    answer = served.predict(test_rows)
    np.testing.assert_allclose(answer.filter(like="mean_prob_"), result.of("test").mc.mean_probs, atol=1e-6)
    assert answer.index.tolist() == test_rows.index.tolist()
    assert answer["predicted_label"].isin(["fern", "moss", "rose"]).all()
    encoded = served.predict(job.dataset.test.x)
    np.testing.assert_array_equal(encoded["confidence"], answer["confidence"])
    by_place = served.predict(pd.DataFrame(job.dataset.test.x))
    np.testing.assert_array_equal(by_place["confidence"], answer["confidence"])
    as_columns = served.predict({name: test_rows[name].tolist() for name in test_rows})
    np.testing.assert_array_equal(as_columns["confidence"], answer["confidence"])
    one = served.predict(test_rows.iloc[0].to_dict())
    assert one["predicted_label"].tolist() == answer["predicted_label"].tolist()[:1]


@pytest.mark.parametrize("form", ["csv", "records", "split", "inputs"])
def test_a_server_takes_raw_rows_in_every_form_of_mlflows(form, served, test_rows):
    """CSV text with its header line, and JSON by records, split or columns, through MLflow's own parsing."""
    known = test_rows[test_rows["length"].notna()]
    bodies = {
        "csv": (known.to_csv(index=False), "text/csv"),
        "records": (json.dumps({"dataframe_records": known.to_dict("records")}), "application/json"),
        "split": (json.dumps({"dataframe_split": known.to_dict("split")}), "application/json"),
        "inputs": (json.dumps({"inputs": known.to_dict("list")}), "application/json"),
    }
    body, kind = bodies[form]
    response = scoring_server.invocations(body, kind, served, None)
    assert response.status == 200, response.response
    found = [row["confidence"] for row in json.loads(response.response)["predictions"]]
    np.testing.assert_allclose(found, served.predict(known)["confidence"], atol=1e-6)


@pytest.mark.parametrize("inputs", ["source", "scaled"])
@pytest.mark.parametrize("scale", ["none", "columns"])
def test_a_model_is_given_raw_rows_in_the_units_that_it_reads(inputs, scale, tmp_path):
    """Of the table's own numbers or of standardized ones: what is served is what the trial stored of test."""
    kinds = np.array(["fern", "moss", "rose"])[np.arange(N) % 3]
    plants().assign(kind=kinds).to_csv(tmp_path / "plants.csv", index=False)
    dataset = load_dataset(f"table:{tmp_path / 'plants.csv'}?target=kind&scale={scale}", split_seed=0)
    result = trial(Job(dataset, Settings(epochs=1, inputs=inputs)), Variant(), 0)
    write_serving_model(result, dataset, tmp_path / "model")
    answer = mlflow.pyfunc.load_model(str(tmp_path / "model")).predict(plants().iloc[dataset.test.example_id])
    np.testing.assert_allclose(answer.filter(like="mean_prob_"), result.of("test").probs, atol=1e-5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="site"), "input: expected the table's columns by name, received none called 'site'; "
         "give all of length, petals, site"),
        (lambda f: f.assign(length="long"), "input: expected a finite number in column length, received 'long' in row 0; "
         "leave the cell empty where it is missing"),
        (lambda f: {"length": [1, 2], "site": ["north"]}, "input: expected columns of one length"),
        (lambda f: f.iloc[:0], "input: expected at least one example, received none"),
    ],
)  # fmt: skip
def test_rows_that_do_not_fit_are_refused_in_one_line(served, test_rows, change, message):
    """With the code that a server turns into 400."""
    with pytest.raises(MlflowException) as error:
        served.predict(change(test_rows))
    assert error.value.message.startswith(message)
    assert "\n" not in error.value.message
    assert error.value.get_http_status_code() == 400


def test_the_model_says_which_columns_it_reads(trained, folder, served):
    """In the metadata, and by its input example, which is raw rows and is answered."""
    assert served.metadata.metadata["columns"] == {"length": "number", "petals": "number", "site": "category"}
    assert served.metadata.metadata["input"].startswith(
        "the table's raw rows, a DataFrame with the columns length, petals, site"
    )
    example = json.loads((folder / "input_example.json").read_text())
    assert example["columns"] == ["length", "site", "petals"]
    assert len(served.predict(pd.DataFrame(example["data"], columns=example["columns"]))) == 2


def test_no_schema_of_mlflows_takes_what_a_table_holds(served):
    """Why there is none: whole numbers are refused for `double`. This fails on the day when MLflow takes them."""
    from mlflow.models.utils import _enforce_schema
    from mlflow.types import ColSpec, Schema

    assert served.metadata.get_input_schema() is None
    with pytest.raises(MlflowException, match="Incompatible input types"):
        _enforce_schema(pd.DataFrame({"petals": [3, 4]}), Schema([ColSpec("double", "petals")]))


def test_both_logged_models_hold_the_encoding(store, trained, test_rows):
    """The Keras model and its encoding give the trial's deterministic answers to raw rows; no pickle is there."""
    job, result = trained
    write = SweepWriter(store, store.get_experiment_by_name("tests").experiment_id, job)
    run_id = write.trial_started(result.variant, result.seed)
    write.trial_finished(result)
    places = {}
    for name in (names.MODEL, names.SERVING):
        model = store.get_logged_model(logged_model_id(store, run_id, name))
        places[name] = Path(model.artifact_location.removeprefix("file://"))
    stored = [next(place.rglob(names.ENCODING)).read_text("utf-8") for place in places.values()]
    assert stored == [job.dataset.encoding.to_json()] * 2
    assert not [path for place in places.values() for path in place.rglob("*.pkl")]
    network = keras.saving.load_model(next(places[names.MODEL].rglob("*.keras")), compile=False)
    probs = network.predict(encode_frame(test_rows, TableEncoding.from_json(stored[0])), verbose=0)
    np.testing.assert_allclose(probs, result.of("test").probs, atol=1e-6)
    loaded = load_serving_model(f"models:/{logged_model_id(store, run_id, names.SERVING)}")
    np.testing.assert_allclose(
        loaded.predict(test_rows).filter(like="mean_prob_"), result.of("test").mc.mean_probs, atol=1e-6
    )


def test_a_serving_model_of_before_loads(folder, tmp_path, trained):
    """One without an encoding, as every store has them, takes encoded inputs as it did."""
    import shutil

    job, _ = trained
    shutil.copytree(folder, tmp_path / "old")
    next((tmp_path / "old").rglob(names.ENCODING)).unlink()
    old, now = (mlflow.pyfunc.load_model(str(place)) for place in (tmp_path / "old", folder))
    np.testing.assert_array_equal(
        old.predict(job.dataset.test.x)["confidence"], now.predict(job.dataset.test.x)["confidence"]
    )
