"""Every bad value that a person can give fails before anything is trained: one line, exit code 2."""

import mlflow
import pytest
from click.testing import CliRunner
from support.project import ROOT, load_script
from support.store_files import copy_database
from support.sweeps import in_this_process

from regtrack.tracking.model_origin import Origin
from regtrack.tracking.store import connect, ensure_experiment


@pytest.fixture(scope="module")
def client(empty_database, tmp_path_factory):
    """An empty store with the experiment `tests`, the same for all values: a refused one leaves nothing in it."""
    path = tmp_path_factory.mktemp("store") / "mlflow.db"
    copy_database(empty_database, path)
    client = connect(f"sqlite:///{path}")
    ensure_experiment(client, "tests")
    return client


@pytest.fixture
def refused(client, monkeypatch):
    """Run an entry point that must refuse: its one line, after proof that nothing was trained or left behind."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", client.tracking_uri)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "tests")
    in_this_process(monkeypatch, lambda *_, **__: pytest.fail("something is trained"))

    def run(name: str, *arguments: str) -> str:
        result = CliRunner().invoke(load_script(f"pipelines/{name}.py").main, arguments)
        assert result.exit_code == 2, (result.output, result.exception)
        assert isinstance(result.exception, SystemExit)
        [line] = result.stderr.splitlines()
        assert result.stdout == ""
        assert client.search_runs([client.get_experiment_by_name("tests").experiment_id]) == []
        assert line.startswith("error: ")
        return line.removeprefix("error: ")

    yield run
    mlflow.set_tracking_uri(None)


SETTINGS = [
    ("epochs", "0", "expected greater than or equal to 1, received '0'"),
    ("epochs", "banana", "expected a valid integer, unable to parse string as an integer, received 'banana'"),
    ("epochs", "1.5", "expected a valid integer, unable to parse string as an integer, received '1.5'"),
    ("epochs", "-3", "expected greater than or equal to 1, received '-3'"),
    ("batch_size", "0", "expected greater than or equal to 1, received '0'"),
    ("learning_rate", "banana", "expected a valid number, unable to parse string as a number, received 'banana'"),
    ("learning_rate", "0", "expected greater than 0, received '0'"),
    ("learning_rate", "nan", "expected greater than 0, received 'nan'"),
    ("learning_rate", "inf", "expected a finite number, received 'inf'"),
    ("learning_rate_schedule", "step", "expected 'cosine' or 'constant', received 'step'"),
    ("optimizer", "adamw", "expected 'adam', 'sgd', 'rmsprop' or 'nadam', received 'adamw'"),
    ("hidden_widths", "100,100", "expected widths such as 100-100 or 16, received '100,100'"),
    ("hidden_widths", "0", "expected widths such as 100-100 or 16, received '0'"),
    ("split_seed", "-1", "expected greater than or equal to 0, received '-1'"),
    ("train_size", "-1", "expected greater than or equal to 0, received '-1'"),
    ("label_noise", "1", "expected less than 1, received '1'"),
    ("label_noise", "-0.1", "expected greater than or equal to 0, received '-0.1'"),
    ("n_passes", "0", "expected greater than or equal to 1, received '0'"),
    ("n_bins", "0", "expected greater than or equal to 1, received '0'"),
    ("high_confidence", "0", "expected greater than 0, received '0'"),
    ("high_confidence", "1.1", "expected less than or equal to 1, received '1.1'"),
]
SWEEP = [
    ("seeds", "banana", "expected a number such as 5, different seeds such as 0,1,2, or auto; received 'banana'"),
    ("seeds", "0", "expected a number such as 5, different seeds such as 0,1,2, or auto; received '0'"),
    ("seeds", "1,1", "expected a number such as 5, different seeds such as 0,1,2, or auto; received '1,1'"),
    ("seeds", "2024", "expected at most 1000, received '2024'; for the one seed 2024 give 2024, with its comma"),
    ("workers", "0", "expected a whole number from 1, received '0'"),
    ("workers", "many", "expected a whole number from 1, received 'many'"),
    ("register", "a/b", "expected a name without / and : that starts with no dot, received 'a/b'"),
]


CRITERIA = [
    ("tolerance", "banana", "expected a valid number, unable to parse string as a number, received 'banana'"),
    ("tolerance", "-0.1", "expected greater than or equal to 0, received '-0.1'"),
    ("margin", "1", "expected less than 1, received '1'"),
    ("equal_margin", "0", "expected greater than 0, received '0'"),
    ("target_error", "inf", "expected a finite number, received 'inf'"),
    ("target_error", "1.5", "expected less than 1, received '1.5'"),
]


@pytest.mark.parametrize(("option", "value", "problem"), CRITERIA)
@pytest.mark.parametrize("entry", ["sweep", "train", "report", "confirm"])
def test_a_bad_criterion_is_named_with_what_was_expected(refused, entry, option, value, problem):
    """The same words wherever a sweep is judged, before anything is trained, read or written."""
    assert refused(entry, f"--{option}", value) == f"{option}: {problem}"


@pytest.mark.parametrize("which", ["latest", "yesterday", "0" * 32])
def test_a_report_of_a_sweep_that_is_not_there_is_refused(refused, which):
    """An empty store has no latest one; nothing is written by looking."""
    assert refused("report", "--sweep", which) == (
        f"sweep: expected latest or the id of a sweep in this store, received '{which}'; there is none: run one first"
    )


@pytest.mark.parametrize("value", ["5", "-8", "many", "8.5"])
def test_too_few_seeds_to_confirm_with_are_refused(refused, value):
    """Beforehand and afterwards; 0 asks for none beforehand alone."""
    expected = "at least 8 fresh seeds of each, received"
    assert refused("sweep", "--confirm", value) == f"confirm: expected 0 (off) or {expected} {value!r}"
    assert refused("confirm", "--seeds", value) == f"seeds: expected {expected} {value!r}"
    assert refused("confirm", "--seeds", "0") == f"seeds: expected {expected} '0'"


def test_a_grid_with_nothing_to_confirm_against_is_refused(refused, tmp_path):
    """It has no baseline: that is seen before TensorFlow is there."""
    (tmp_path / "grid.yaml").write_text("variants:\n  - {l2: 0.1}\n  - {l2: 0.2}\n")
    assert refused("sweep", "--grid", str(tmp_path / "grid.yaml"), "--confirm", "8") == (
        "confirm: expected a grid with the baseline ({}) and another variant, received l2=0.1, l2=0.2; there is nothing to "
        "confirm against"
    )


@pytest.mark.parametrize("which", ["latest", "yesterday"])
def test_confirming_a_sweep_that_is_not_there_is_refused(refused, which):
    """In the words of a report of it."""
    assert refused("confirm", "--sweep", which) == (
        f"sweep: expected latest or the id of a sweep in this store, received '{which}'; there is none: run one first"
    )


@pytest.mark.parametrize(("option", "value", "problem"), SETTINGS + SWEEP)
@pytest.mark.parametrize("entry", ["sweep", "train"])
def test_a_bad_setting_is_named_with_what_was_expected(refused, entry, option, value, problem):
    """The same words in both entry points, by the name that was given."""
    grid = ("--grid", "grids/core.yaml") if entry == "sweep" else ()  # it varies no setting itself
    assert refused(entry, *grid, f"--{option}", value) == f"{option}: {problem}"


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [row for row in SETTINGS if row[0] in ("split_seed", "train_size", "label_noise", "n_passes", "n_bins")],
)
def test_uncertainty_says_the_same_of_its_settings(refused, monkeypatch, option, value, problem):
    """Before it predicts anything."""
    import regtrack.sweeps.evaluation as module

    monkeypatch.setattr(module, "origin_of", lambda client, uri: Origin("stranger", {}))
    assert refused("uncertainty", "--model_uri", "models:/m-1", f"--{option}", value) == f"{option}: {problem}"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((), "model_uri: expected the URI of a logged Keras model such as models:/m-..., received nothing"),
        (("--model_uri", "models:/m-1", "--seed", "x"), "seed: expected a whole number from 0, received 'x'"),
        (("--model_uri", "models:/m-1", "--seed", "-1"), "seed: expected a whole number from 0, received '-1'"),
    ],
)
def test_uncertainty_needs_a_model_and_a_seed(refused, arguments, line):
    """Nothing given, or a seed that is none."""
    assert refused("uncertainty", *arguments) == line


def test_uncertainty_of_a_model_that_is_not_there(refused):
    """The URI as it was given, and what one looks like."""
    line = refused("uncertainty", "--model_uri", "models:/nobody/1")
    assert line.startswith("model_uri: cannot load 'models:/nobody/1' as a Keras model (")
    assert line.endswith("); expected an MLflow model URI such as models:/m-... from the run's page")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--l2", "banana"), "l2: expected a valid number, unable to parse string as a number, received 'banana'"),
        (("--l1", "-1"), "l1: expected greater than or equal to 0, received '-1'"),
        (("--l2", "nan"), "l2: expected a finite number, received 'nan'"),
        (("--dropout_rate", "1"), "dropout_rate: expected less than 1, received '1'"),
        (("--dropout_rate", "0.2", "--dropout_placement", "everywhere"),
         "dropout_placement: expected 'all', 'hidden', 'last_hidden' or 'width', received 'everywhere'"),
        (("--dropout_placement", "hidden"),
         "dropout_placement: has no effect without dropout_rate; set dropout_rate or drop dropout_placement"),
        (("--batch_norm", "2"), "batch_norm: expected 0 or 1, received '2'"),
        (("--max_norm_bias", "1"), "max_norm_bias: has no effect without max_norm; set max_norm or drop max_norm_bias"),
        (("--weight_decay", "0.1", "--optimizer", "sgd"),
         "weight_decay: is AdamW's and needs optimizer adam, received optimizer sgd; set optimizer to adam or drop "
         "weight_decay"),
        (("--early_stopping", "20"),
         "early_stopping: a patience of 20 epochs can never end a budget of 20; use a smaller patience or more epochs"),
        (("--kernel_regularizer", "mine"),
         "kernel_regularizer: expected python:package.module:function or a callable, received 'mine'"),
    ],
)  # fmt: skip
def test_train_refuses_what_cannot_be_a_variant(refused, arguments, line):
    """Regularization parameters: range, choice, effect."""
    assert refused("train", *arguments) == line


@pytest.mark.parametrize("entry", ["sweep", "train"])
@pytest.mark.parametrize(
    ("option", "value", "start"),
    [
        ("dataset", "nowhere", "Expected a data set among digits, fashion_mnist, "),
        ("dataset", "digits:", "Expected something after the colon of 'digits:', received nothing"),
        ("train_size", "99999", "Expected "),
        ("model", "resnet", "model: expected one of mlp, cnn, rnn, "),
        ("resume", "yesterday", "resume: expected latest or the id of a sweep in experiment 1, received 'yesterday'"),
        ("resume", "latest", "resume: expected latest or the id of a sweep in experiment 1, received 'latest'"),
    ],
)
def test_what_only_data_network_and_store_can_tell_is_refused_too(refused, entry, option, value, start):
    """Before the first trial."""
    assert refused(entry, f"--{option}", value).startswith(start)


def test_a_grid_that_is_not_there_is_named_by_the_absolute_path_tried(refused):
    """`mlflow run` changes the working directory: the path says where was looked."""
    assert refused("sweep", "--grid", "no.yaml") == (
        f"grid: no file at {ROOT / 'no.yaml'}; expected a YAML file such as grids/core.yaml"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("variants: [{l2: 0.1}, {dropout: 0.1}]\n",
         ":1: variants[1].dropout: unknown key; did you mean 'dropout_rate'?"),
        ("settings: {epochs: 0}\nvariants: [{}]\n",
         ":1: settings.epochs: expected greater than or equal to 1, received 0"),
        ("variants:\n  - {}\n  - {}\n", ":3: variants[1]: repeats variants[0] (baseline); keep one"),
        ("variants: [", ":1: not valid YAML: while parsing a flow node, expected the node content, but found "
         "'<stream end>'"),
        ("", ":1: expected the keys settings, seeds, splits, cv, variants, references, primary, received NoneType"),
    ],
)  # fmt: skip
def test_a_bad_grid_is_named_with_file_and_line(refused, tmp_path, text, problem):
    """File, line, place, expected, received."""
    path = tmp_path / "grid.yaml"
    path.write_text(text)
    assert refused("sweep", "--grid", str(path)) == f"{path}{problem}"


def test_a_setting_that_the_grid_varies_cannot_be_given_too(refused):
    """It would silently apply to some of the variants only."""
    assert refused("sweep", "--grid", "grids/quick.yaml", "--hidden_widths", "16") == (
        "hidden_widths: the grid varies it itself (hidden_widths=4); leave it out, or use another grid"
    )


@pytest.mark.parametrize(("name", "value"), [("MLFLOW_EXPERIMENT_ID", "99"), ("MLFLOW_RUN_ID", "0" * 32)])
def test_settings_of_mlflow_that_fit_no_store_are_named(refused, monkeypatch, name, value):
    """A left-over of another store."""
    monkeypatch.setenv(name, value)
    assert refused("train", "--epochs", "1").startswith(f"{name}={value} is not in the store sqlite:///")


def test_a_store_that_does_not_answer_is_named(refused, monkeypatch):
    """Before TensorFlow has anything to do."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    assert refused("train").startswith("tracking store http://127.0.0.1:9 does not answer (")


@pytest.mark.parametrize("entry", ["sweep", "train", "uncertainty", "report"])
def test_an_option_that_does_not_exist_is_refused_by_name(entry):
    """MLflow hands on parameters that are not declared: a mistyped one is not ignored."""
    result = CliRunner().invoke(load_script(f"pipelines/{entry}.py").main, ["--epohcs", "3"])
    assert result.exit_code == 2
    assert "No such option '--epohcs'" in result.stderr or "No such option: --epohcs" in result.stderr
