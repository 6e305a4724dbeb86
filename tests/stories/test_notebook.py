"""A notebook with a network and arrays of one's own, executed as Jupyter does -> charts and tables in its cells."""

import json
import os
import re

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from regtrack import names

pytestmark = pytest.mark.long
MODEL = """
import keras
import regtrack
from sklearn.datasets import load_iris

iris = load_iris()
inputs = keras.Input((4,))
wide = keras.layers.Dense(16, activation="relu")(inputs)
deep = keras.layers.Dense(8, activation="tanh")(wide)
model = keras.Model(inputs, keras.layers.Dense(3)(keras.layers.Concatenate()([wide, deep])), name="two_branches")
"""
SWEEP = """
dataset = regtrack.Dataset.from_arrays(iris.data, iris.target, class_names=iris.target_names, name="iris", split_seed=0)
result = regtrack.sweep(
    model, dataset, [{}, {"l2": 0.001}, {"dropout_rate": 0.3}],
    seeds=3, epochs=5, learning_rate=0.01, batch_size=16, n_passes=10, workers=2,
)
result
"""
OWN = """
trained = keras.Sequential([keras.Input((4,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dropout(0.4),
                            keras.layers.Dense(3, activation="softmax")])
trained.compile("adam", "sparse_categorical_crossentropy")
before = trained.fit(dataset.train.x, dataset.train.given_label, epochs=3, verbose=0).history["loss"]
"""
THREE_LINES = """
from regtrack import predict_mc, to_mc_dropout
prediction = predict_mc(to_mc_dropout(trained), dataset.test.x, n_passes=50, seed=0)
print(len(dataset.test), prediction.mean_probs.shape, prediction.mutual_information.max() > 0.001)
"""
PLOTS = ("train_and_validation_error", "learning_curves", "differences", "reliability", "confident_errors")


@pytest.fixture(scope="module")
def cells(place):
    """The notebook's cells with their outputs, by name."""
    sources = {"model": MODEL, "sweep": SWEEP, "leaderboard": "result.leaderboard()", "own": OWN,
               "three lines": THREE_LINES} | {f"plot {name}": f"result.plot_{name}()" for name in PLOTS}  # fmt: skip
    notebook = new_notebook(cells=[new_code_cell(source.strip()) for source in sources.values()])
    client = NotebookClient(
        notebook, timeout=900, kernel_name="python3", resources={"metadata": {"path": place.folder}}
    )
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("MLFLOW_")]:
            patch.delenv(name)
        for name, value in place.environment.items():
            patch.setenv(name, value)
        client.execute()
    nbformat.validate(notebook)
    return dict(zip(sources, notebook.cells, strict=True))


def shown(cell) -> dict[str, str]:
    """What the cell's last line displays, by MIME type."""
    [output] = [output for output in cell.outputs if output.output_type == "execute_result"]
    return output.data


def printed(cell) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stdout")


def test_the_result_shows_itself(cells):
    """The answer in bold and a row a variant, as HTML; the text form begins with the same answer."""
    data = shown(cells["sweep"])
    answer = re.search("<b>(.+?)</b>", data["text/html"])[1]
    assert "iris" not in answer
    for variant in ("baseline", "l2=0.001", "dropout=0.3"):
        assert f"<td>{variant}</td>" in data["text/html"]
    assert data["text/plain"].startswith("SweepResult(")
    assert "iris: 90 train, 30 validation, 30 test examples" in printed(cells["sweep"])


def test_the_leaderboard_is_a_table_in_the_notebook(cells):
    """pandas shows it, with the contract's columns and all three variants."""
    data = shown(cells["leaderboard"])
    assert "fitting_regime" in data["text/html"]
    assert data["text/html"].count("<tr") == 4


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_is_drawn_in_the_notebook(cells, name):
    """Each is an Altair chart that Jupyter can show, with data in it."""
    page = shown(cells[f"plot {name}"])["text/html"]
    specification, _ = json.JSONDecoder().raw_decode(page, page.index('{"config"'))
    assert any(specification["datasets"].values())


def test_monte_carlo_dropout_of_ones_own_network_takes_three_lines(cells):
    """Thirty examples, three classes, and passes that differ."""
    assert printed(cells["three lines"]).split("\n")[0] == "30 (30, 3) True"


def test_the_sweep_is_stored_as_the_contract_says(place, cells, sweep_holds_together):
    """Below the notebook's folder, with the network's own name as its architecture."""
    [sweep] = place.sweeps().to_dict("records")
    sweep = pd.Series(sweep)
    sweep_holds_together(sweep, variants={"baseline", "l2=0.001", "dropout=0.3"}, seeds=3)
    [architecture] = set(place.trials(sweep)["architecture"])
    assert architecture.startswith("two_branches@")
    assert set(place.trials(sweep)["dataset"]) == {"iris"}
    assert set(place.shown_examples(sweep).class_names) == {"setosa", "versicolor", "virginica"}


def test_the_leaderboard_in_the_notebook_is_the_stores(place, cells):
    """The same variants in the same order."""
    [run_id] = place.sweeps()["run_id"]
    stored = place.table(run_id, names.LEADERBOARD)["variant"].tolist()
    text = shown(cells["leaderboard"])["text/html"]
    assert sorted(stored, key=lambda variant: text.index(f"<td>{variant}</td>")) == stored
