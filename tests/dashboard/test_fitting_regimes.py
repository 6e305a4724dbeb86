"""The page of fitting regimes over real stores: the demo's, one half done, one damaged."""

import json

import pytest
from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.advice.steps import Advice


@pytest.fixture
def regime(demo):
    """regime(variant): (run id, names.REGIME) of its first trial in the demo."""

    def read(variant: str):
        client = MlflowClient(demo.uri)
        found = client.search_runs(
            [demo.experiment_id],
            f"tags.`{names.VARIANT}` = '{variant}' and tags.`{names.ROLE}` = 'trial'",
            order_by=["attributes.start_time ASC"],
        )[0]
        path = found.info.artifact_uri.removeprefix("file://")
        with open(f"{path}/{names.REGIME}", encoding="utf-8") as file:
            return found.info.run_id, json.load(file)

    return read


def test_the_page_counts_regimes_and_draws_tolerance_and_reference(demo, open_view, words, regime, charts):
    """One sentence counts the 11 variants by regime; the chart has the stored tolerance and reference error."""
    app = open_view(demo.uri, "fitting_regimes")
    assert not app.exception
    [sentence] = [element.value for element in app.markdown if "at the last epoch" in element.value]
    counts = [int(part.split()[0]) for part in sentence.split(": ")[1].split(", ")]
    assert sum(counts) == 11
    text = json.dumps(charts(app)[0][0])
    reference = regime("baseline")[1]["last"]["reference_error"]
    assert f"reference error {reference:.3f}" in text
    assert "gap of at most 2 points" in text


def test_a_variant_in_the_address_shows_its_curves_and_its_evidence(demo, open_view, words, regime, charts):
    """Every question of the stored verdict with its threshold, both folk rules, and the advice stand on the page."""
    app = open_view(demo.uri, "fitting_regimes", variant="batch_norm")
    assert not app.exception
    stored = regime("batch_norm")[1]
    tables = [table.value for table in app.dataframe]
    assert len(tables) == 2
    assert tables[0]["question"].tolist() == [clause["question"] for clause in stored["last"]["clauses"]]
    assert "Folk rules: the article's rule says" in words(app)
    assert stored["last"]["folk_rules"]["article"] in words(app)
    assert Advice.in_words(stored["advice"]) in words(app)
    assert len(charts(app)) >= 4
    titles = [json.dumps(spec["title"]) for spec, _ in charts(app)]
    assert any("Cross-entropy" in title for title in titles)


def test_choosing_a_variant_is_written_to_the_address(demo, open_view):
    """The box and a click write the same parameter."""
    app = open_view(demo.uri, "fitting_regimes")
    box = next(box for box in app.selectbox if box.label == "Evidence and curves of")
    box.select("baseline").run()
    assert app.query_params["variant"] in ("baseline", ["baseline"])
    assert "baseline" in [element.value for element in app.subheader]


def test_an_unknown_variant_is_said(demo, open_view, words, charts):
    """A link to a variant that is not in this sweep says so, and shows the rest."""
    app = open_view(demo.uri, "fitting_regimes", variant="l2=7")
    assert not app.exception
    assert "The address asks for Evidence and curves of l2=7, which is not here" in words(app)
    assert len(charts(app)) >= 3


def test_curves_of_any_variants_overlaid(demo, open_view, charts):
    """curves, measure, x and log of a link: three variants against seconds, on a logarithmic axis."""
    chosen = ["baseline", "l2=0.01", "batch_norm"]
    app = open_view(demo.uri, "fitting_regimes", curves=chosen, measure="cross_entropy", x="seconds", log="yes")
    assert not app.exception
    [(spec, rows)] = [chart for chart in charts(app) if "Where does validation" in json.dumps(chart[0]["title"])]
    text = json.dumps(spec)
    assert '"type": "log"' in text
    assert "training time (s)" in text
    assert {row["variant"] for row in rows if "variant" in row} == set(chosen)


def test_the_selected_epoch_has_its_own_regimes(demo, open_view, charts):
    """At the selected epoch points wear the regime of that epoch, at the errors of the leaderboard."""
    app = open_view(demo.uri, "fitting_regimes", epoch="kept")
    points = [row for row in charts(app)[0][1] if "fitting_regime" in row]
    client = MlflowClient(demo.uri)
    runs = client.search_runs([demo.experiment_id], f"tags.`{names.ROLE}` = 'trial'")
    tagged = {run.data.tags[names.VARIANT]: run.data.tags[names.FITTING_REGIME_SELECTED] for run in runs}
    assert {row["variant"]: row["fitting_regime"] for row in points} == tagged


def test_a_response_curve_has_a_line_and_regime_bands(demo, open_view, charts):
    """param and response of a link: dropout's strengths on the axis, the measure as asked."""
    app = open_view(demo.uri, "fitting_regimes", param="dropout_rate", response="test_accuracy")
    assert not app.exception
    text = json.dumps(charts(app)[-1][0])
    assert "How does dropout_rate change it?" in text
    assert "test accuracy (share of examples)" in text


def test_a_half_done_sweep_shows_errors_and_says_what_is_missing(half_done, open_view, words, charts):
    """Two finished trials: their points, no regimes, a warning for each table of curves that is not there."""
    app = open_view(half_done[0], "fitting_regimes")
    assert not app.exception
    assert "how each fits is judged when the sweep ends" in words(app)
    assert "Response curves come when the sweep ends" in words(app)
    assert "learning_curves.parquet is missing" in words(app)
    assert {row["variant"] for row in charts(app)[0][1] if "variant" in row} == {"baseline", "l2=0.001"}


@pytest.mark.parametrize(
    "content",
    ["{", '{"schema": "regime/9"}', '{"schema": "regime/3", "last": {}, "selected": {}, "advice": {}}', "[1]"],
    ids=["cut", "newer", "hollow", "list"],
)
def test_damaged_evidence_is_said_and_the_rest_shown(demo, open_view, own_artifacts, words, regime, content, charts):
    """A regime.json that is cut, newer, or empty: a warning, the curves still drawn, no traceback."""
    run_id, _ = regime("batch_norm")
    uri, folder = own_artifacts(run_id)
    (folder / names.REGIME).write_text(content)
    app = open_view(uri, "fitting_regimes", variant="batch_norm")
    assert not app.exception
    assert len(app.warning) == 1
    assert "regime.json" in words(app)
    assert len(charts(app)) >= 4


def test_a_damaged_curve_leaves_the_other_seeds(demo, open_view, own_artifacts, words, regime, charts):
    """One of five tables of curves is no parquet: it is named, and four seeds are drawn."""
    run_id, _ = regime("batch_norm")
    uri, folder = own_artifacts(run_id)
    (folder / names.LEARNING_CURVES).write_bytes(b"nothing")
    app = open_view(uri, "fitting_regimes", variant="batch_norm")
    assert not app.exception
    assert "learning_curves.parquet" in words(app)
    [rows] = [rows for spec, rows in charts(app) if spec["title"]["text"] == "Error"]
    assert {row["seeds"] for row in rows if "seeds" in row} == {4}


def test_no_store_stops_in_words(open_view, tmp_path, words):
    """As on every page."""
    app = open_view(f"sqlite:///{tmp_path}/none.db", "fitting_regimes")
    assert not app.exception
    assert "no tracking store at" in words(app)
