"""The serving model: it answers as `predict_mc` does, in any shape of input, and carries all that it needs."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from zipfile import ZipFile

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.exceptions import MlflowException
from mlflow.models import Model
from support.model_folders import assert_same_folder
from support.models import load_bytes
from support.store_files import copy_database
from support.sweeps import write_trials

import regtrack
from regtrack import names
from regtrack.errors import ModelError, StoreError
from regtrack.tracking import written_model
from regtrack.tracking.models import load_model, logged_model_id
from regtrack.tracking.packed_trial import PackedTrial
from regtrack.tracking.serving import SERVING_REQUIREMENTS, write_serving_model
from regtrack.tracking.writer import SweepWriter
from regtrack.training.job import Job
from regtrack.training.one_trial import fit_trial
from regtrack.training.trainer import Trainer
from regtrack.uncertainty import predict_mc, to_mc_dropout
from regtrack.uncertainty.decomposition import entropy
from regtrack.variants import Settings, Variant

SPREAD = ["mutual_information", *(f"std_prob_{i}" for i in range(10))]


@pytest.fixture(scope="module")
def written(tiny, empty_database, tmp_path_factory) -> tuple[Path, dict]:
    """(database, variant -> run id) of the seed-1 trial of each variant, in the experiment `tests`."""
    path = tmp_path_factory.mktemp("written") / "mlflow.db"
    copy_database(empty_database, path)
    return path, write_trials(tiny, 1, path)


@pytest.fixture
def database(written) -> Path:
    """Each test has the runs to itself; their artifacts are everybody's, and only read."""
    return written[0]


@pytest.fixture
def trials(store, written) -> dict:
    """The seed-1 trial of each variant, in the store: variant -> run id."""
    return written[1]


@pytest.fixture(scope="module")
def folders(tiny, tmp_path_factory) -> list[Path]:
    """The models of the trials without and with dropout, seed 1, as they are written into the store."""
    found = []
    for variant in tiny.grid.variants:
        found.append(tmp_path_factory.mktemp("serving"))
        write_serving_model(tiny.results[variant, 1], tiny.dataset, found[-1])
    return found


@pytest.fixture(scope="module")
def deterministic(folders):
    """The model without dropout, loaded as a server does."""
    return mlflow.pyfunc.load_model(str(folders[0]))


@pytest.fixture(scope="module")
def stochastic(folders):
    """The model with dropout, loaded as a server does."""
    return mlflow.pyfunc.load_model(str(folders[1]))


def folder_of(store, run_id: str) -> Path:
    model = store.get_logged_model(logged_model_id(store, run_id, names.SERVING))
    return Path(model.artifact_location.removeprefix("file://"))


def check_equals_predict_mc(answer: pd.DataFrame, tiny, x, *, n_passes: int, seed: int) -> None:
    keras_model = load_bytes(tiny.results[tiny.grid.variants[1], 1].model_bytes)
    mc = predict_mc(to_mc_dropout(keras_model), x, n_passes=n_passes, seed=seed)
    np.testing.assert_array_equal(answer["predicted_class"], mc.predicted_class)
    assert answer["predicted_label"].tolist() == [tiny.dataset.class_names[i] for i in mc.predicted_class]
    for name in ("confidence", "predictive_entropy", "mutual_information"):
        np.testing.assert_allclose(answer[name], getattr(mc, name), atol=1e-6, err_msg=name)
    np.testing.assert_allclose(answer.filter(like="mean_prob_"), mc.mean_probs, atol=1e-6)
    np.testing.assert_allclose(answer.filter(like="std_prob_"), mc.std_probs, atol=1e-6)


@pytest.mark.parametrize("which", [0, 1], ids=["without dropout", "with dropout"])
def test_what_we_write_of_a_serving_model_is_what_mlflow_writes(folders, tiny, tmp_path, which):
    """Every file byte for byte, but for the model's own id and the time of day; when this fails, `write_serving_model` has to
    follow."""
    ours, theirs = folders[which], tmp_path / "theirs"
    described = Model.load(str(ours))
    bare = Model(model_uuid="m")
    bare.signature = described.signature
    mlflow.pyfunc.save_model(
        path=str(theirs), loader_module="regtrack_serving", data_path=str(ours / "data" / names.SERVED),
        code_paths=[str(file) for file in (ours / "code").iterdir()], mlflow_model=bare,
        input_example=tiny.dataset.inputs(tiny.dataset.test, names.SCALED, slice(2)),
        pip_requirements=SERVING_REQUIREMENTS, metadata=described.metadata,
    )  # fmt: skip
    assert_same_folder(ours, theirs)


# ---- answers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shaped",
    [
        lambda x: x,
        lambda x: x.astype(np.float64),
        lambda x: x.reshape(len(x), -1),
        lambda x: pd.DataFrame(x.reshape(len(x), -1)),
        lambda x: x.tolist(),
    ],
    ids=["array", "float64", "flat array", "DataFrame", "list"],
)
def test_every_form_of_input_is_answered_as_predict_mc_answers(stochastic, tiny, shaped):
    """Array, flat array, DataFrame with a column a feature: the numbers of `predict_mc` on the Keras model."""
    x = tiny.dataset.test.x[:30]
    answer = stochastic.predict(shaped(x), params={"n_passes": 7, "seed": 3})
    assert tuple(answer.columns[:5]) == names.SERVING_COLUMNS
    wanted = [prefix + name for prefix in ("mean_prob_", "std_prob_") for name in tiny.dataset.class_names]
    assert answer.columns[5:].tolist() == wanted
    check_equals_predict_mc(answer, tiny, x, n_passes=7, seed=3)


def test_without_params_the_trials_own_passes_are_repeated(stochastic, tiny):
    """The defaults are the trial's n_passes and seed: the test set gives what the trial stored."""
    mc = tiny.results[tiny.grid.variants[1], 1].of("test").mc
    answer = stochastic.predict(tiny.dataset.test.x)
    np.testing.assert_allclose(answer.filter(like="mean_prob_"), mc.mean_probs, atol=1e-6)
    np.testing.assert_allclose(answer["mutual_information"], mc.mutual_information, atol=1e-6)


def test_params_are_heeded_one_by_one(stochastic, tiny):
    """Another seed or another number of passes is another answer, and the same params the same answer."""
    x = tiny.dataset.test.x[:10]

    def means(**params):
        return stochastic.predict(x, params=params)["mean_prob_0"].tolist()

    assert means() == means(n_passes=20, seed=1)
    assert means() != means(seed=2)
    assert means() != means(n_passes=21)


def test_a_frames_index_is_kept(stochastic, tiny):
    """Answers can be joined to the rows that were asked."""
    frame = pd.DataFrame(tiny.dataset.test.x[:3].reshape(3, -1), index=["a", "b", "c"])
    assert stochastic.predict(frame).index.tolist() == ["a", "b", "c"]


def test_calls_from_many_threads_do_not_disturb_each_other(stochastic, tiny):
    """A server answers each request in a thread: seeds hold all the same."""
    x = tiny.dataset.test.x[:50]
    alone = {seed: stochastic.predict(x, params={"seed": seed})["mean_prob_3"].tolist() for seed in range(4)}
    together = {}

    def ask(seed):
        together[seed] = stochastic.predict(x, params={"seed": seed})["mean_prob_3"].tolist()

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_one_pass_has_no_spread(stochastic, tiny):
    """Of one pass std is missing, not zero."""
    answer = stochastic.predict(tiny.dataset.test.x[:2], params={"n_passes": 1})
    assert answer.filter(like="std_prob_").isna().all(axis=None)


def test_without_dropout_there_is_one_pass_and_no_model_uncertainty(deterministic, tiny):
    """The deterministic probabilities; mutual information and std missing and never 0; n_passes without effect."""
    test = tiny.results[tiny.grid.variants[0], 1].of("test")
    answer = deterministic.predict(tiny.dataset.test.x, params={"n_passes": 3})
    np.testing.assert_allclose(answer.filter(like="mean_prob_"), test.probs, atol=1e-6)
    np.testing.assert_allclose(answer["predictive_entropy"], entropy(test.probs), atol=1e-5)
    np.testing.assert_array_equal(answer["predicted_class"], test.probs.argmax(axis=1))
    assert answer[SPREAD].isna().all(axis=None)
    text = json.dumps(answer.to_dict(orient="records"), allow_nan=False)  # NaN is no JSON
    assert '"mutual_information": null' in text
    pd.testing.assert_frame_equal(answer, deterministic.predict(tiny.dataset.test.x, params={"seed": 9}))


# ---- refusals -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "params", "message"),
    [
        (np.zeros((2, 8, 8)), {"n_passes": 0}, "n_passes: expected at least 1, received 0"),
        (np.zeros((2, 8, 8)), {"seed": -1}, "seed: expected at least 0, received -1"),
        (np.zeros((2, 8, 7)), {}, "input: expected numbers of shape (n, 8, 8) or (n, 64), received shape (2, 8, 7)"),
        (np.zeros((2, 63)), {}, "input: expected numbers of shape (n, 8, 8) or (n, 64), received shape (2, 63)"),
        (np.zeros(64), {}, "input: expected numbers of shape (n, 8, 8) or (n, 64), received shape (64,)"),
        (pd.DataFrame(np.zeros((2, 3))), {},
         "input: expected numbers of shape (n, 8, 8) or (n, 64), received shape (2, 3)"),
        (np.zeros((0, 64)), {}, "input: expected at least one example, received none"),
        (np.full((1, 64), np.nan), {},
         "input: expected finite numbers, received NaN or infinity; fill in what is missing first"),
        (np.full((1, 64), 1e300), {},
         "input: expected finite numbers, received NaN or infinity; fill in what is missing first"),
        (pd.DataFrame({"a": ["x"]}), {},
         "input: expected numbers of shape (n, 8, 8) or (n, 64), received DataFrame of something else"),
        ([[1.0], [1.0, 2.0]], {},
         "input: expected numbers of shape (n, 8, 8) or (n, 64), received list of something else"),
        ({"a": np.zeros(2)}, {},
         "input: expected numbers of shape (n, 8, 8) or (n, 64), received dict of something else"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_in_one_line(stochastic, data, params, message):
    """What was expected and what was received, with the code that a server turns into 400."""
    with pytest.raises(MlflowException) as error:
        stochastic.predict(data, params=params)
    assert error.value.message == message
    assert error.value.error_code == "INVALID_PARAMETER_VALUE"
    assert error.value.get_http_status_code() == 400


@pytest.mark.parametrize("params", [{"n_passes": 2.5}, {"n_passes": "many"}, {"seed": "x"}])
def test_params_of_another_type_are_refused(stochastic, tiny, params):
    """The params schema is MLflow's to enforce, and it does."""
    with pytest.raises(MlflowException, match="Invalid parameters found"):
        stochastic.predict(tiny.dataset.test.x[:1], params=params)


# ---- what is logged -------------------------------------------------------------------------------------------


def test_the_logged_folder_holds_keras_file_description_and_code(store, tiny, trials):
    """No pickle, no bytecode, no tests: the Keras file, text, and regtrack's sources in one zip."""
    run_id = trials[tiny.grid.variants[1]]
    folder = folder_of(store, run_id)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {Path(name).suffix for name in files} <= {".keras", ".json", ".txt", ".yaml", ".py", ".zip", ""}
    assert {Path(name).name for name in files if not Path(name).suffix} == {"MLmodel"}
    assert {name for name in files if name.startswith(("code/", "data/"))} == {
        "code/regtrack.zip", "code/regtrack_serving.py", "data/serving/model.keras", "data/serving/serving.json"
    }  # fmt: skip
    assert (folder / "data/serving/model.keras").read_bytes() == tiny.results[tiny.grid.variants[1], 1].model_bytes
    package = Path(regtrack.__file__).parent
    with ZipFile(folder / "code/regtrack.zip") as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    assert inside == {f"regtrack/{f.relative_to(package).as_posix()}": f.read_bytes() for f in package.rglob("*.py")}


def test_the_logged_model_describes_itself(store, tiny, trials):
    """Output and params schemas, defaults, requirements, and in the metadata the shape and scale of the input."""
    run_id = trials[tiny.grid.variants[1]]
    model = store.get_logged_model(logged_model_id(store, run_id, names.SERVING))
    assert (model.name, model.source_run_id, str(model.status)) == ("serving", run_id, "READY")
    assert {"regtrack.variant": tiny.grid.variants[1].label, "seed": "1", "epochs": "3"}.items() <= model.params.items()
    described = mlflow.models.get_model_info(f"models:/{model.model_id}")
    assert set(described.flavors) == {"python_function"}
    assert described.run_id == run_id
    assert {spec.name: (spec.dtype.name, spec.default) for spec in described.signature.params} == {
        "n_passes": ("long", 20),
        "seed": ("long", 1),
    }
    optional = {spec.name for spec in described.signature.outputs if not spec.required}
    assert optional == set(SPREAD)
    assert described.signature.outputs.input_names()[:5] == list(names.SERVING_COLUMNS)
    assert described.metadata["input_shape"] == [8, 8]
    assert described.metadata["scale"] == tiny.dataset.scale == 16
    assert "divided by scale" in described.metadata["input"]
    requirements = (folder_of(store, run_id) / "requirements.txt").read_text().split()
    assert set(SERVING_REQUIREMENTS) <= set(requirements)
    assert any(line.startswith("mlflow==") for line in requirements)


def test_the_answer_has_the_columns_of_the_schema(tiny, stochastic):
    """Schema and answer name the same columns in the same order."""
    outputs = stochastic.metadata.signature.outputs
    assert stochastic.predict(tiny.dataset.test.x[:1]).columns.tolist() == outputs.input_names()


LOADED_ELSEWHERE = """
import os, sys
holds_regtrack = [p for p in sys.path if os.path.isfile(os.path.join(p, "regtrack", "__init__.py"))]
sys.path[:] = [p for p in sys.path if p not in holds_regtrack]
sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in f"{f} {getattr(f, '__module__', '')}"]
import importlib.util
assert importlib.util.find_spec("regtrack") is None, "regtrack is importable without the model"
import json, mlflow, numpy
def answer(folder):
    model = mlflow.pyfunc.load_model(folder)
    return model.predict(numpy.full((2, 64), 0.5), params={"n_passes": 5, "seed": 4})["mean_prob_0"].tolist()
answers = [answer(sys.argv[1])]
import regtrack.data  # what serving does not need is there as well
files = [m.__file__ for n, m in sys.modules.items() if n.split(".")[0] == "regtrack"]
answers += map(answer, sys.argv[2:])
print("ANSWER", json.dumps([files, *answers]))
"""


@pytest.fixture(scope="module")
def with_own_penalty(tiny, tmp_path_factory) -> Path:
    """The serving model of a network whose penalty is a function of a person's own module."""
    folder = tmp_path_factory.mktemp("of_mine")
    text = "import keras\n\n\ndef mine(kernel):\n    return 0.01 * keras.ops.sum(kernel**2)\n"
    (folder / "my_penalties.py").write_text(text)
    variant = Variant(dropout_rate=0.5, kernel_regularizer="python:my_penalties:mine")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        result = fit_trial(Trainer(Job(tiny.dataset, Settings(train_size=100, epochs=1, n_passes=2)), variant), 0)
    write_serving_model(result, tiny.dataset, folder / "model")
    return folder / "model"


@pytest.fixture(scope="module")
def elsewhere(folders, with_own_penalty, tmp_path_factory) -> list[list]:
    """[regtrack's files, mean_prob_0, mean_prob_0 of the network with a penalty of its own] of a fresh process that finds
    regtrack nowhere but in the model, and the penalty nowhere."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-B", "-c", LOADED_ELSEWHERE, str(folders[1]), str(with_own_penalty)],
        cwd=tmp_path_factory.mktemp("elsewhere"), env=environment, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.rpartition("ANSWER ")[2])


@pytest.mark.long
def test_it_loads_where_regtrack_is_not_installed(folders, stochastic, elsewhere):
    """In a fresh process all of regtrack comes from the model's own folder, and the answer is the same."""
    files, found, _ = elsewhere
    assert files
    assert [file for file in files if not Path(file).is_relative_to(folders[1] / "code/regtrack.zip")] == []
    here = stochastic.predict(np.full((2, 64), 0.5), params={"n_passes": 5, "seed": 4})
    np.testing.assert_allclose(found, here["mean_prob_0"], atol=1e-6)


def test_loading_leaves_the_regtrack_in_use_alone(stochastic):
    """Where regtrack is imported already, the model's copy does not get in front of it: workers start from sys.path."""
    assert any(Path(entry, "regtrack_serving.py").is_file() for entry in sys.path)  # MLflow's doing
    assert [entry for entry in sys.path if entry.endswith("regtrack.zip")] == []
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    where = [sys.executable, "-c", "import regtrack; print(regtrack.__file__)"]
    done = subprocess.run(where, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == regtrack.__file__


def test_serving_imports_what_the_requirements_name():
    """Loaded in a fresh process, the serving code draws in no third package that is not pinned with the model."""
    code = """
import sys, keras, mlflow.pyfunc, numpy, pandas, tensorflow
before = set(sys.modules)
import regtrack.tracking.serving_model
from regtrack.uncertainty import predict_mc, to_mc_dropout
print("NEW", *sorted({name.partition(".")[0] for name in set(sys.modules) - before}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600, check=True)
    assert set(done.stdout.rpartition("NEW ")[2].split()) - sys.stdlib_module_names == {"regtrack"}


@pytest.mark.long
def test_a_persons_own_penalty_need_not_be_there(with_own_penalty, elsewhere):
    """A penalty function of a module that the server lacks acts in training only: the model is served all the same."""
    *_, found = elsewhere
    here = mlflow.pyfunc.load_model(str(with_own_penalty))
    answer = here.predict(np.full((2, 64), 0.5), params={"n_passes": 5, "seed": 4})
    np.testing.assert_allclose(found, answer["mean_prob_0"], atol=1e-6)


# ---- two models on a run --------------------------------------------------------------------------------------


def test_what_is_logged_is_what_was_written(store, tiny, trials, stochastic):
    """The model in the store, by its URI, gives the answers of the folder."""
    model = mlflow.pyfunc.load_model(f"models:/{logged_model_id(store, trials[tiny.grid.variants[1]], names.SERVING)}")
    x = tiny.dataset.test.x[:5]
    pd.testing.assert_frame_equal(model.predict(x), stochastic.predict(x))


def test_a_trial_has_two_models_told_apart_by_name(store, tiny, trials):
    """The Keras one loads as a Keras model, the serving one is refused as such in one line."""
    run_id = trials[tiny.grid.variants[1]]
    outputs = {output.model_id for output in store.get_run(run_id).outputs.model_outputs}
    keras_id, serving_id = (logged_model_id(store, run_id, name) for name in (names.MODEL, names.SERVING))
    assert outputs == {keras_id, serving_id}
    load_model(f"models:/{keras_id}")
    with pytest.raises(ModelError, match="as a Keras model"):
        load_model(f"models:/{serving_id}")


def test_the_order_of_a_runs_models_does_not_matter(store, tiny, monkeypatch):
    """Logged the other way round, register still takes the Keras model."""
    in_order = PackedTrial.models
    monkeypatch.setattr(PackedTrial, "models", property(lambda packed: in_order.fget(packed)[::-1]))
    write = SweepWriter(store, store.get_experiment_by_name("tests").experiment_id, tiny.job)
    result = tiny.results[tiny.grid.variants[1], 1]
    run_id = write.trial_started(result.variant, 1)
    write.trial_finished(result)
    write.register(run_id, "best")
    assert isinstance(load_model("models:/best/1").name, str)
    assert store.get_model_version("best", "1").source.endswith(logged_model_id(store, run_id))


def test_a_run_without_such_a_model_is_named(store):
    """A StoreError that says which run and which model, for a run that logged none."""
    run_id = store.create_run(store.get_experiment_by_name("tests").experiment_id).info.run_id
    with pytest.raises(StoreError) as error:
        logged_model_id(store, run_id)
    assert str(error.value) == (
        f"run {run_id}: expected a logged model named 'model', found none; its trial did not finish"
    )


def test_a_serving_model_that_cannot_be_stored_fails_its_trial(store, tiny, monkeypatch):
    """FINISHED means everything is there; the half-written model is FAILED and hangs on no run."""
    whole = written_model.log_folder

    def full(client, address, folder):
        if folder.name == names.SERVING:
            raise OSError("No space left on device")
        whole(client, address, folder)

    monkeypatch.setattr(written_model, "log_folder", full)
    experiment_id = store.get_experiment_by_name("tests").experiment_id
    write = SweepWriter(store, experiment_id, tiny.job)
    result = tiny.results[tiny.grid.variants[0], 0]
    run_id = write.trial_started(result.variant, 0)
    with pytest.raises(OSError, match="No space left"):
        write.trial_finished(result)
    assert store.get_run(run_id).info.status == "FAILED"
    models = store.search_logged_models([experiment_id])
    [model] = [m for m in models if (m.name, m.source_run_id) == (names.SERVING, run_id)]
    assert str(model.status) == "FAILED"
    with pytest.raises(StoreError):
        logged_model_id(store, run_id, names.SERVING)
