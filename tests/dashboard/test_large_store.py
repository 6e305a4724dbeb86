"""The pages over a store of 1,000 runs, made through the MLflow client: no page gives up, no variant is left out."""

import sqlite3
from contextlib import closing

import pytest
from mlflow import MlflowClient
from support.project import load_script
from support.store_files import copy_database

pytestmark = pytest.mark.long
RUNS, SEEDS = 1000, 5


@pytest.fixture(scope="module")
def large(empty_database, tmp_path_factory) -> str:
    """The store that the benchmark reads: one sweep of 200 variants x 5 seeds, without its artifacts."""
    benchmark = load_script("benchmarks/dashboard_read.py")
    path = tmp_path_factory.mktemp("large") / "mlflow.db"
    copy_database(empty_database, path)
    with closing(sqlite3.connect(path)) as new:
        new.execute("PRAGMA journal_mode=WAL")
    client = MlflowClient(f"sqlite:///{path}")
    experiment = client.create_experiment("large", artifact_location=path.parent.as_uri())
    benchmark.fill(client, experiment, runs=RUNS, steps=1)
    return client.tracking_uri


def test_the_leaderboard_has_every_variant(large, open_view, words):
    """200 rows of five seeds each, the best first; a filter on it narrows them."""
    app = open_view(large)
    assert not app.exception
    assert "1,000 trials FINISHED · 1,000 planned · dataset digits" in words(app)
    shown = app.dataframe[0].value
    assert shown["variant"].nunique() == len(shown) == RUNS // SEEDS
    assert (shown["seeds"] == SEEDS).all()
    errors = shown["val_error"].str.split().str[0].astype(float)  # the value, then its ±
    assert errors.diff().min() >= -0.05  # 0.196 before 0.2: 0.204 ± 0.4
    assert errors.iloc[0] < 0.2 < 0.8 < errors.iloc[-1]
    app.text_input[0].set_value("e-06").run()
    assert set(app.dataframe[0].value["variant"]) == {f"l2={i}e-06" for i in range(1, 10)}


def test_every_variant_is_drawn(large, open_view, charts, words):
    """Fitting regimes: a point a variant; that curves and judgement are missing is said."""
    app = open_view(large, "fitting_regimes")
    assert not app.exception
    [(_, rows), *_] = charts(app)
    assert len({row["variant"] for row in rows if row.get("variant")}) == RUNS // SEEDS
    assert "200 variants have finished trials" in words(app)
    assert "the trials' tables are not there" in words(app)
    app = open_view(large, "fitting_regimes", variant="l2=7e-06")
    assert not app.exception
    assert words(app).count("the trials' tables are not there") == 2


def test_progress_counts_all(large, open_view, words):
    """1,000 of 1,000 trials, and nothing runs."""
    app = open_view(large, "progress")
    assert not app.exception
    assert "done: 1,000 of 1,000" in words(app)
    assert "No sweep is running" in words(app)
