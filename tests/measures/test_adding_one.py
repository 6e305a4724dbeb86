"""One function and one row: a measure that is really added to a copy of the code is seen everywhere."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.additions import MEASURE, copy_with

EVERYWHERE = """
import json, sys
from pathlib import Path

import numpy as np
import pandas as pd

import regtrack
from regtrack import names
from regtrack.charts.convergence import convergence_chart
from regtrack.charts.response import response_chart
from regtrack.data import load_dataset
from regtrack.diagnosis.leaderboard import rank_variants
from regtrack.diagnosis.methods import Method, SeedPredictions, compare_methods
from regtrack.names import DETERMINISTIC
from regtrack.report.render import render_report
from regtrack.report.report import Report
from regtrack.sweeps.summary import rows_of
from regtrack.tracking.artifacts import read_table, write_table
from regtrack.tracking.measures import prediction_metrics
from regtrack.training.result import Predictions
from regtrack.variants.settings import Settings

dataset = load_dataset("digits", split_seed=0, train_size=100)
n, half = len(dataset.test), len(dataset.test) // 4
probs = np.full((n, 10), 0.05)
probs[:, 0] = 0.55
probs[:half] = 0.005
probs[:half, 0] = 0.955
metrics = prediction_metrics(Predictions("test", "selected", probs), dataset, Settings())
trial = {"status": "FINISHED", "variant": "l2=0.1", "seed": 0, "val_examples": 100, "test_examples": n,
         "fit/selected_val_accuracy": 0.5, "fit/selected_train_accuracy": 0.5} | metrics
board = rank_variants(pd.DataFrame([trial, trial | {"seed": 1}]))
folder = Path(sys.argv[1])
write_table(board.drop(columns="sure_share"), folder, names.LEADERBOARD)
methods = compare_methods([Method(DETERMINISTIC, False, 1, 1, (SeedPredictions(probs, probs),))],
                          dataset.test.given_label, val_labels=dataset.test.given_label, n_bins=15, threshold=0.9, seed=0)
response = pd.DataFrame([("l2", "baseline", 0.1, "l2=0.1", names.OVERFIT, 3, "sure_share", 0.5, 0.4, 0.6)],
                        columns=list(names.RESPONSE_COLUMNS))
convergence = pd.DataFrame([(10, 1, "sure_share", 0.5, 0.1, 1.0)], columns=list(names.CONVERGENCE_COLUMNS))

from showing import leaderboard_columns, methods_table

column = leaderboard_columns.column_config()["sure_share"]
print("FOUND", json.dumps({
    "code": regtrack.__file__,
    "expected": half / n,
    "metric": metrics["test/sure_share"],
    "leaderboard": board["sure_share"].iloc[0],
    "an older leaderboard": read_table(folder / names.LEADERBOARD, names.LEADERBOARD).to_pandas()["sure_share"].isna().all().item(),
    "report": render_report(Report(title="T", answer="A", leaderboard=board)),
    "terminal": rows_of(board)[0]["share of sure answers"],
    "column": [column["label"], column["type_config"]["format"], column["help"]],
    "on the overview": "sure_share" in leaderboard_columns.shown_first(board),
    "methods": methods.set_index("measure")["value"]["sure_share"],
    "methods' column": "sure_share" in methods_table.column_config(),
    "response": response_chart(response, title="q", measure="sure_share").to_json(),
    "convergence": convergence_chart(convergence, title="q").to_json(),
}))
"""

pytestmark = pytest.mark.long  # as all that adds to a copy: tests/test_contributing.py


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict:
    """What a process sees that runs a copy of the project with the measure added, and nothing else."""
    folder = tmp_path_factory.mktemp("copy")
    environment = copy_with(folder, [MEASURE])
    command = [sys.executable, "-c", EVERYWHERE, str(folder / "store")]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.rpartition("FOUND ")[2])
    assert Path(seen["code"]).is_relative_to(folder)
    return seen


def test_it_is_a_metric_of_the_store_and_the_leaderboards_mean(found):
    """The number that is known beforehand, computed by the function that its row names."""
    assert found["metric"] == found["leaderboard"] == found["expected"] > 0.2


def test_a_leaderboard_that_was_written_before_it_reads_with_it_missing(found):
    """Old stores still open: blank, and no error."""
    assert found["an older leaderboard"] is True


def test_the_report_has_its_column(found):
    """Heading, and the value with the digits of its row."""
    assert "share of sure answers" in found["report"]
    assert f">{found['expected']:.2f}<" in found["report"].replace("\n", "")


def test_the_terminal_has_its_column(found):
    """With the digits of its row."""
    assert found["terminal"] == f"{found['expected']:.2f}"


def test_the_dashboard_has_its_columns(found):
    """Words, digits and help, on the overview from the start and beside the methods."""
    help_text = "share of sure answers: predictions at or above the threshold; lower is better"
    assert found["column"] == ["share of sure answers", "%.2f", help_text]
    assert found["on the overview"] is True
    assert found["methods' column"] is True


def test_methods_and_charts_know_it(found):
    """Its value by method, and an axis with its words and unit in both charts."""
    assert found["methods"] == pytest.approx(found["expected"])
    assert '"title": "share of sure answers (share)"' in found["response"]
    assert '"title": "share of sure answers (share)"' in found["convergence"]
