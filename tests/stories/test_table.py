"""A CSV with words, holes and a few wrong labels -> `regtrack run` -> the rows that the networks were sure and wrong of."""

import csv
import re

import mlflow
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_wine

from regtrack import names

pytestmark = pytest.mark.long
GRID = """
settings: {epochs: 8, n_passes: 10, learning_rate: 0.01, batch_size: 16, high_confidence: 0.7}
seeds: 3
variants:
  - {}
  - {l2: 0.001}
  - {dropout_rate: 0.2, max_norm: 2}
"""
VARIANTS = {"baseline", "l2=0.001", "dropout=0.2+max_norm=2"}
N_WRONG = 18


@pytest.fixture(scope="module")
def mislabelled(place) -> set[int]:
    """wine.csv: two columns cut into words, one cell in twenty missing, 18 rows with another wine's name: their
    numbers."""
    wine = load_wine(as_frame=True)
    table, rng = wine.data.copy(), np.random.default_rng(0)
    table["alcohol"] = pd.cut(table["alcohol"], 3, labels=["light", "medium", "strong"]).astype(object)
    table["hue"] = pd.qcut(table["hue"], 4, labels=["pale", "rose", "ruby", "dark"]).astype(object)
    for column in table.columns:
        table.loc[rng.random(len(table)) < 0.05, column] = None
    label = wine.target.to_numpy().copy()
    wrong = rng.choice(len(table), size=N_WRONG, replace=False)
    label[wrong] = (label[wrong] + rng.integers(1, 3, size=N_WRONG)) % 3
    table["class"] = np.array(["barolo", "grignolino", "barbera"])[label]
    table.to_csv(place.folder / "wine.csv", index=False)
    return set(wrong.tolist())


@pytest.fixture(scope="module")
def told(place, mislabelled) -> str:
    """What the one command prints."""
    (place.folder / "grid.yaml").write_text(GRID)
    return place.regtrack("run", "--dataset", "table:wine.csv?target=class", "--grid", "grid.yaml")


@pytest.fixture(scope="module")
def sweep(place, told) -> pd.Series:
    [row] = place.sweeps().to_dict("records")
    return pd.Series(row)


@pytest.fixture(scope="module")
def cells(place, told) -> list[dict[str, str]]:
    """The file as Python's own reader gives it."""
    with (place.folder / "wine.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_summary_counts_what_is_in_the_file(told, cells):
    """Columns, missing cells and sizes of the splits stand on screen before training; no warning of Python's does."""
    missing = sum(value == "" for row in cells for name, value in row.items() if name != "class")
    assert f"missing: {missing} of 2,314 cells" in told
    assert "wine: 106 train, 36 validation, 36 test examples" in told
    assert "inputs: 13 columns as " in told
    assert "Warning" not in told


def test_the_sweep_is_stored_as_the_contract_says(place, sweep, sweep_holds_together):
    """Leaderboard, predictions, regimes, digest and report of nine trials."""
    sweep_holds_together(sweep, variants=VARIANTS, seeds=3)
    assert set(place.trials(sweep)["dataset"]) == {"table:wine.csv?target=class"}


def test_the_stored_rows_are_the_files(place, sweep, cells):
    """Every test example has the cells of its line in the CSV as they stand there, and the class that is written there."""
    examples = place.shown_examples(sweep)
    assert examples.class_names == ("barbera", "barolo", "grignolino")
    assert examples.columns == tuple(name for name in cells[0] if name != "class")
    for place_in_test, example in enumerate(examples.example_id):
        row = cells[example]
        assert examples.features(place_in_test) == [(name, row[name]) for name in examples.columns]
        assert examples.class_names[examples.given_label[place_in_test]] == row["class"]


def test_a_dropout_variant_has_monte_carlo_predictions_and_the_others_have_none(place, sweep):
    """Missing is missing: no passes are made up for a network without dropout."""
    for trial in place.trials(sweep).itertuples():
        table = place.table(trial.run_id, names.PREDICTIONS)
        has = table.loc[table["epoch_kind"] == "selected", "mc_mean_probs"].notna()
        assert has.all() if trial.variant.startswith("dropout") else not has.any()


def test_wrong_labels_are_among_the_confident_errors(place, sweep, mislabelled):
    """Most test rows that carry another wine's name are found by networks that are sure of the right one."""
    in_test = mislabelled & set(place.shown_examples(sweep).example_id.tolist())
    errors = place.table(sweep["run_id"], names.HIGH_CONFIDENCE_ERRORS)
    found = set(errors.loc[(errors["split"] == "test") & errors["confidence"].notna(), "example_id"])
    assert len(in_test) >= 3
    assert len(in_test & found) > len(in_test) / 2


def test_every_page_of_the_dashboard_opens(sweep, look, words, view):
    """On this sweep, without an exception, and none says that it has nothing to show."""
    assert "no sweep yet" not in words(look(view))


def test_the_overview_says_what_the_command_said(told, sweep, look, words):
    """The same sentence in the terminal and on the first page, and a row a variant."""
    app = look()
    assert set(app.dataframe[0].value["variant"]) == VARIANTS
    [head] = [line.removeprefix("#### ") for line in words(app).splitlines() if line.startswith("#### ")]
    assert head in " ".join(told.split())  # the terminal breaks its lines


def test_the_confident_errors_on_screen_are_those_of_the_store(place, sweep, look):
    """As many examples as the store has confident errors of one pass, and each opens."""
    errors = place.table(sweep["run_id"], names.HIGH_CONFIDENCE_ERRORS)
    errors = errors[(errors["split"] == "test") & (errors["predicted_class"] != errors["given_label"])]
    errors = errors[errors["confidence"] >= 0.7]
    app = look("confident_but_wrong")
    [said] = [header.value for header in app.subheader if "surest first" in header.value]
    assert int(said.split()[0]) == errors["example_id"].nunique() > 0
    example = errors.sort_values("confidence")["example_id"].iloc[-1]
    assert look("confident_but_wrong", example=str(example)).header[0].value.startswith(f"Example {example}: given as")


def test_the_last_line_names_a_model_that_takes_the_file_as_it_is(place, told, cells):
    """The serving id that the terminal prints, loaded, answers every row of the CSV, and better than chance."""
    serving_id = re.search(r"mlflow models serve -m models:/(m-\w+) --env-manager local", told)[1]
    folder = place.client.get_logged_model(serving_id).artifact_location
    model = mlflow.pyfunc.load_model(folder)
    answer = model.predict(pd.read_csv(place.folder / "wine.csv"))
    right = answer["predicted_label"].to_numpy() == np.array([row["class"] for row in cells])
    assert right.mean() > 0.6  # one label in ten is wrong, and the epochs are few
