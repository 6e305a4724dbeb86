"""The audit on Confident but wrong: drawn by the split's seed, marked on the page, and what the marks say."""

import pandas as pd
import pytest
from mlflow import MlflowClient
from reading import marks

from regtrack import names
from regtrack.diagnosis.triage.audit import FEWEST_MARKED, audit_words, audited, draw_sample
from regtrack.diagnosis.triage.suspicion_words import promise_words

VIEW = "confident_but_wrong"


@pytest.fixture(autouse=True)
def marks_file(tmp_path, monkeypatch):
    """Marks of the test's own."""
    monkeypatch.setenv("REGTRACK_MARKS", str(tmp_path / "marks.csv"))


@pytest.fixture
def page(told, open_view):
    """page(**query): Confident but wrong on the small store."""
    return lambda **query: open_view(told.client.tracking_uri, VIEW, **query)


@pytest.fixture
def suspected(told) -> list[int]:
    """Test examples that the stored judgement suspects."""
    table = told.judgement.triage.suspicion
    return table.loc[(table["split"] == names.TEST) & table["suspected"], "example_id"].tolist()


@pytest.fixture
def sample(told, suspected) -> list[int]:
    return draw_sample(suspected, seed=told.tiny.grid.settings.split_seed)


@pytest.fixture
def digest(told) -> str:
    run_id = told.sweep.trials["run_id"].iloc[0]
    return MlflowClient(told.client.tracking_uri).get_run(run_id).data.tags[names.DATASET_DIGEST]


def cards(app) -> list[int]:
    """Ids of the examples of the audit that are on the page, in its order."""
    keys = [button.key or "" for button in app.button]
    return [int(key.rpartition(":")[2]) for key in keys if key.startswith("card:audit_page:")]


def test_the_sample_is_shown_when_the_address_asks(page, words, sample):
    """Hidden at first; with audit=yes the page of the sample, in the order in which it was drawn."""
    hidden = page()
    assert not hidden.exception
    assert f"Audit: {len(sample)} drawn at random" in [header.value for header in hidden.subheader]
    assert cards(hidden) == []
    assert cards(page(audit="yes")) == sample[:24]
    assert "0 of " in words(hidden)
    assert cards(page(audit="yes", audit_page="2")) == (sample[24:] or sample)  # a page beyond the last shows the last


def test_the_switch_writes_the_address(page):
    """What is shown can be shared as a link."""
    app = page()
    app.toggle[0].set_value(True).run()
    assert app.query_params["audit"] == "yes"


def test_marks_of_the_sample_become_a_share_with_limits(page, words, sample, suspected, digest):
    """All drawn marked, every third as a label error: the sentence of the audit, with the limits of that many."""
    errors = sample[::3]
    for one in sample:
        marks.put(digest, one, marks.LABEL_ERROR if one in errors else marks.FINE)
    expected = audit_words(audited(len(suspected), sample, marked=sample, errors=errors))
    assert f"{len(errors)} marked label error: {len(errors) / len(sample):.0%}" in expected
    assert expected in words(page())


def test_few_marks_give_no_share(page, words, sample, suspected, digest):
    """One fewer than needed: how many are marked, and no figure."""
    for one in sample[: FEWEST_MARKED - 1]:
        marks.put(digest, one, marks.LABEL_ERROR)
    text = words(page())
    assert f"{FEWEST_MARKED - 1} of " in text
    assert "label error:" not in text


def test_an_example_leads_to_the_next_without_a_mark(page, sample, digest):
    """From the first drawn, over a second that is marked, to the third."""
    marks.put(digest, sample[1], marks.FINE)
    app = page(audit="yes", example=str(sample[0]))
    [button] = [one for one in app.button if one.label.startswith("Next of the audit")]
    button.click().run()
    assert not app.exception
    assert app.query_params["example"] == str(sample[2])


def test_known_quality_stands_beside_the_audit(told, page, words):
    """A tenth of the labels was changed on purpose: precision and recall on test are known, and said."""
    table = told.judgement.triage.suspicion
    table = table[table["split"] == names.TEST]
    wrong = table["given_label"] != table["true_label"]
    precision = (wrong & table["suspected"]).sum() / table["suspected"].sum()
    assert f"precision {precision:.2f}" in words(page())


def test_what_is_promised_stands_there_class_by_class(told, page, words):
    """The sentence, and a row a class with the stored numbers, all together first."""
    promised = told.judgement.triage.promised
    promised = promised[promised["split"] == names.TEST]
    app = page()
    assert promise_words(promised, threshold=0.9) in words(app)
    [box] = [one for one in app.expander if one.label.startswith("What is promised")]
    table = box.dataframe[0].value
    assert len(table) == len(promised)
    assert table["class that is said"].iloc[0] == "all together"
    pd.testing.assert_series_equal(
        table["wrong, as given"].sort_values(ignore_index=True), promised["observed_wrong"].sort_values(ignore_index=True), check_names=False
    )  # fmt: skip
