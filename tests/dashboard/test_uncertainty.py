"""Uncertainty: the page's numbers are the store's, and each method is what it says."""

import json
from pathlib import Path

import numpy as np
import pytest
from mlflow import MlflowClient
from reading import method_probs
from reading import store as reads

from regtrack import names
from regtrack.tracking.artifacts import read_table
from regtrack.uncertainty.calibration import expected_calibration_error

VIEW = "uncertainty"


def folder_of(demo) -> Path:
    return Path(MlflowClient(demo.uri).get_run(demo.sweep_id).info.artifact_uri.removeprefix("file://"))


@pytest.fixture
def methods(demo):
    return read_table(folder_of(demo) / names.METHODS, names.METHODS).to_pandas()


QUESTIONS = (
    "Is it right as often as it is sure?", "If it may decline to answer, how right is the rest?",
    "Does it know when it is wrong?", "Where would you stop?",
)  # fmt: skip
"""What each chart is called; a chart in panels is called so above them."""


def asked(app) -> list[str]:
    said = [text.value.strip("*") for text in app.markdown]
    for chart in app.get("vega_lite_chart"):
        title = json.loads(chart.proto.spec).get("title", "")
        said.append(title if isinstance(title, str) else title["text"])
    return [question for question in QUESTIONS if question in said]


def test_the_calibration_error_stands_beside_its_reference(demo, methods, open_view):
    """The table's ECE and what a calibrated network would show are those that the sweep stored."""
    variant = methods["variant"].iloc[0]
    app = open_view(demo.uri, VIEW, variant=variant)
    assert not app.exception
    row = app.dataframe[0].value.set_index("method").loc["one pass"]
    stored = methods[(methods["variant"] == variant) & (methods["measure"] == "expected_calibration_error")].iloc[0]
    assert stored["method"] == "deterministic"
    assert row[["expected_calibration_error", "reference", "reference_q95"]].tolist() == pytest.approx(
        stored[["value", "reference", "reference_q95"]].tolist()
    )


def test_each_method_is_set_against_what_costs_as_much_or_less(demo, methods, open_view):
    """The stored verdicts of the variant: a row a pair, in words above the table, and halves of intervals beside the figures."""
    variant = methods["variant"].iloc[0]
    stored = read_table(folder_of(demo) / names.METHOD_VERDICTS, names.METHOD_VERDICTS).to_pandas()
    own = stored[stored["variant"] == variant]
    app = open_view(demo.uri, VIEW, variant=variant)
    figures, pairs = (app.dataframe[i].value for i in (0, 1))
    assert len(pairs) == own.groupby(["method", "temperature", "passes", "other"]).ngroups
    of_ensemble = pairs.set_index("compared with")["accuracy"].filter(like="best of its")
    assert of_ensemble.str.endswith("(examples)").all()
    assert len(of_ensemble) == 1
    accuracy = methods[(methods["variant"] == variant) & (methods["measure"] == "accuracy")].iloc[0]
    assert figures.set_index("method").loc["one pass", "accuracy_half"] == pytest.approx((accuracy["high"] - accuracy["low"]) / 2)  # fmt: skip


def test_every_question_has_its_chart(demo, methods, open_view):
    """Reliability, risk and coverage, entropy and convergence, for a variant with dropout."""
    app = open_view(demo.uri, VIEW, variant=methods["variant"].iloc[0])
    assert asked(app) == [*QUESTIONS]
    panels = 4 * 2 + 1 + 3 + 4  # a method with its counts, a line, an entropy, a measure
    assert len(app.get("vega_lite_chart")) == panels


def test_the_page_opens_with_one_computed_sentence(demo, methods, open_view):
    """Before any box but the sweep's: the calibration error that the sweep stored, and what it is held against."""
    variant = methods["variant"].iloc[0]
    app = open_view(demo.uri, VIEW, variant=variant)
    own = methods[(methods["variant"] == variant) & (methods["measure"] == "expected_calibration_error")]
    sentence = next(text.value for text in app.markdown if text.value.startswith("#### "))
    for value in own.iloc[0][["value", "reference_q95"]]:
        assert f"{value:.3f}" in sentence
    assert sentence.count(". ") == 0


def test_a_variant_without_dropout_says_so(demo, open_view, words):
    """The baseline has no passes: no convergence, and the page says why."""
    app = open_view(demo.uri, VIEW, variant="baseline")
    assert not app.exception
    assert "baseline has no dropout" in words(app)
    assert "Where would you stop?" not in asked(app)
    assert "Is it right as often as it is sure?" in asked(app)


def test_each_method_is_what_it_says(demo, methods):
    """The ensemble is the seeds' mean, a temperature changes no answer, and the ECE is the one the trial logged."""
    client = MlflowClient(demo.uri)
    variant = methods["variant"].iloc[0]
    runs = client.search_runs([demo.experiment_id], f"tags.`{names.VARIANT}` = '{variant}'")
    ids = [run.info.run_id for run in runs if run.data.tags[names.ROLE] == names.ROLE_TRIAL]
    found, labels = method_probs.probs_of_methods(demo.uri, ids[0], tuple(ids))
    each = np.stack([reads.probs(demo.uri, one, "test").deterministic_probs for one in ids])
    assert found["ensemble"] == pytest.approx(each.mean(axis=0))
    assert (found["temperature"].argmax(axis=1) == found["deterministic"].argmax(axis=1)).all()
    logged = next(run.data.metrics for run in runs if run.info.run_id == ids[0])
    ece = expected_calibration_error(found["mc_dropout"], labels, n_bins=15)
    assert ece == pytest.approx(logged["test_mc/expected_calibration_error"], abs=1e-6)


@pytest.mark.parametrize(("artifact", "left"), [(names.METHODS, 4), (names.LEADERBOARD, 4)])
def test_a_damaged_table_of_the_sweep_leaves_the_charts(demo, own_artifacts, open_view, words, methods, artifact, left):
    """What is damaged is said; the network's own charts are drawn."""
    uri, folder = own_artifacts(demo.sweep_id)
    (folder / artifact).write_bytes(b"no table")
    app = open_view(uri, VIEW, variant=methods["variant"].iloc[0])
    assert not app.exception
    assert "is damaged" in words(app)
    assert len(asked(app)) == left


@pytest.mark.parametrize(("artifact", "left"), [(names.PREDICTIONS, 1), (names.CONVERGENCE, 3)])
def test_a_missing_table_of_the_network_leaves_the_rest(demo, own_artifacts, open_view, words, methods, artifact, left):
    """Without predictions there is convergence, without convergence there are predictions."""
    variant = methods["variant"].iloc[0]
    where = f"tags.`{names.VARIANT}` = '{variant}' and params.seed = '0' and tags.`{names.ROLE}` = 'trial'"
    [run] = MlflowClient(demo.uri).search_runs([demo.experiment_id], where)
    uri, folder = own_artifacts(run.info.run_id)
    (folder / artifact).unlink()
    app = open_view(uri, VIEW, variant=variant, seed="0")
    assert not app.exception
    assert f"{artifact} is missing" in words(app)
    assert len(asked(app)) == left


def test_a_sweep_that_is_running_has_a_page(half_done, open_view, words):
    """No judgement and no predictions yet: both are said."""
    uri, sweep_id = half_done
    app = open_view(uri, VIEW, sweep=sweep_id)
    assert not app.exception
    assert "Not judged yet" in words(app)
    assert "is missing" in words(app)
