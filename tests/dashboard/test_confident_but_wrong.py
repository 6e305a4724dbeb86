"""Confident but wrong: the gallery, its filters, one example in full, and the user's marks."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from reading.confident_errors_table import by_method, one_an_example
from sklearn.metrics import precision_recall_fscore_support

from regtrack import names
from regtrack.tracking.artifacts import read_table

VIEW = "confident_but_wrong"
NASTY = "<img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def marks_file(tmp_path, monkeypatch) -> Path:
    """Marks of the test's own."""
    path = tmp_path / "marks.csv"
    monkeypatch.setenv("REGTRACK_MARKS", str(path))
    return path


def folder_of(demo) -> Path:
    return Path(MlflowClient(demo.uri).get_run(demo.sweep_id).info.artifact_uri.removeprefix("file://"))


@pytest.fixture
def errors(demo) -> pd.DataFrame:
    """The demo's confident errors of one pass on test, as stored."""
    table = read_table(folder_of(demo) / names.HIGH_CONFIDENCE_ERRORS, names.HIGH_CONFIDENCE_ERRORS).to_pandas()
    table = table[(table["split"] == "test") & (table["predicted_class"] != table["given_label"])]
    return table[table["confidence"] >= 0.9]


def cards(app) -> list[int]:
    """Ids of the examples on the page, in its order."""
    return [int(button.key.rpartition(":")[2]) for button in app.button if (button.key or "").startswith("card:page")]


def shown(app) -> int:
    """How many examples the gallery says it has."""
    [words] = [header.value for header in app.subheader if "surest first" in header.value]
    return int(words.split()[0].replace(",", ""))


def test_the_gallery_shows_every_example_once_the_surest_first(demo, errors, open_view):
    """As many as the store has distinct examples, a page of them at most, by falling confidence."""
    app = open_view(demo.uri, VIEW)
    assert not app.exception
    surest = errors.groupby("example_id")["confidence"].max()
    assert shown(app) == len(surest)
    found = cards(app)
    assert len(found) == min(24, len(surest))
    confidence = surest.loc[found].to_numpy()
    assert confidence.tolist() == sorted(surest, reverse=True)[: len(found)]


def test_the_filters_of_a_link_are_those_of_the_page(demo, errors, open_view):
    """Variant, kind and threshold in the address: as many examples as the store's rows with them."""
    row = errors.sort_values("confidence").iloc[len(errors) // 2]
    threshold = round(float(row["confidence"]) - 0.001, 3)
    app = open_view(demo.uri, VIEW, variant=row["variant"], kind=row["kind"], threshold=str(threshold))
    kept = errors[(errors["variant"] == row["variant"]) & (errors["kind"] == row["kind"])]
    assert shown(app) == kept.loc[kept["confidence"] >= threshold, "example_id"].nunique() >= 1


def test_a_cell_of_the_matrix_filters_by_its_two_classes(demo, errors, open_view):
    """Given label and predicted class in the address, as a click puts them there, leave just these; a button clears."""
    row = errors.iloc[0]
    app = open_view(demo.uri, VIEW, given=str(row["given_label"]), said=str(row["predicted_class"]))
    kept = errors[(errors["given_label"] == row["given_label"]) & (errors["predicted_class"] == row["predicted_class"])]
    assert shown(app) == kept["example_id"].nunique()
    [clear] = [button for button in app.button if button.label == "All classes"]
    clear.click().run()
    assert shown(app) == errors["example_id"].nunique()
    assert "given" not in app.query_params


def test_each_class_by_itself_is_scikit_learns(demo, open_view):
    """Recall and precision of the variant in the address, counted again from its stored predictions."""
    client, variant = MlflowClient(demo.uri), "batch_norm"
    app = open_view(demo.uri, VIEW, variant=variant)
    [box] = [one for one in app.expander if one.label.startswith("Each class by itself")]
    assert box.label.replace("\\", "") == f"Each class by itself: {variant}, seed 0"
    table = box.dataframe[0].value.set_index("class")
    found = (
        f"tags.`{names.VARIANT}` = '{variant}' and params.seed = '0' and tags.`{names.SWEEP_ID}` = '{demo.sweep_id}'"
    )
    [run] = client.search_runs([demo.experiment_id], found)
    path = Path(run.info.artifact_uri.removeprefix("file://")) / names.PREDICTIONS
    stored = read_table(path, names.PREDICTIONS).to_pandas()
    stored = stored[(stored["split"] == "test") & (stored["epoch_kind"] == "selected")]
    said = [probs.argmax() for probs in stored["deterministic_probs"]]
    precision, recall, _, count = precision_recall_fscore_support(stored["given_label"], said)
    for label in range(10):
        row = table.loc[str(label)]
        assert (row["recall"], row["precision"]) == (pytest.approx(recall[label]), pytest.approx(precision[label]))
        assert row["examples"] == count[label]


def test_the_chosen_variant_is_held_against_the_baseline_class_by_class(demo, open_view):
    """As it was judged: each class of the stored table with its verdict, the one that loses most first and in words."""
    run = MlflowClient(demo.uri).get_run(demo.sweep_id)
    path = Path(run.info.artifact_uri.removeprefix("file://")) / names.CLASS_DIFFERENCES
    stored = read_table(path, names.CLASS_DIFFERENCES).to_pandas()
    app = open_view(demo.uri, VIEW)
    [box] = [one for one in app.expander if one.label.startswith("On which classes is")]
    shown = box.dataframe[0].value
    assert shown["class"].tolist() == stored["class"].tolist()
    assert [verdict.split(":")[0] for verdict in shown["verdict"]] == stored["verdict"].tolist()
    assert f"{stored['class'].iloc[0]} fares worst" in box.markdown[0].value


def test_a_store_without_verdicts_by_class_says_that_a_report_adds_them(demo, own_artifacts, open_view, words):
    """As an earlier version left it."""
    uri, folder = own_artifacts(demo.sweep_id)
    (folder / names.CLASS_DIFFERENCES).unlink()
    app = open_view(uri, VIEW)
    assert not app.exception
    assert "Verdicts by class come with the next report" in words(app)


def test_filters_that_let_nothing_pass_say_what_to_do(demo, open_view, words):
    """No class is an error for itself: an empty gallery is no empty page."""
    app = open_view(demo.uri, VIEW, given="1", said="1")
    assert not app.exception
    assert "No test example is wrong with this confidence and passes the other filters" in words(app)


def test_an_unknown_class_in_the_address_is_said(demo, errors, open_view, words):
    """A link from other data: all classes are shown instead."""
    app = open_view(demo.uri, VIEW, given="no such class")
    assert "asks for Given label no such class, which is not here" in words(app)
    assert shown(app) == errors["example_id"].nunique()


def test_pages_follow_each_other_and_end(demo, errors, open_view):
    """Page 2 goes on where page 1 ends; a page beyond the last, or no number, shows the nearest there is."""
    pages = [cards(open_view(demo.uri, VIEW, page=page)) for page in ("1", "2", "99", "x")]
    n = errors["example_id"].nunique()
    assert 24 < n <= 48
    assert len({*pages[0], *pages[1]}) == n
    assert pages[2] == pages[1]
    assert pages[3] == pages[0]


def test_an_example_opens_from_the_gallery_and_closes_again(demo, open_view):
    """A click puts the example in the address; the button back takes it out."""
    app = open_view(demo.uri, VIEW)
    first = cards(app)[0]
    app.button(key=f"card:page:{first}").click().run()
    assert app.query_params["example"] == str(first)
    assert app.header[0].value.startswith(f"Example {first}: given as")
    [back] = [button for button in app.button if button.label.startswith("←")]
    back.click().run()
    assert "example" not in app.query_params
    assert cards(app)[0] == first


def test_every_network_is_asked_about_an_example(demo, errors, open_view, words):
    """All 55 of them, and as many are wrong as the sweep counted."""
    row = errors.iloc[0]
    app = open_view(demo.uri, VIEW, example=str(row["example_id"]))
    assert not app.exception
    table = app.dataframe[0].value.set_index("variant")
    assert table.shape == (11, 5)
    given = str(row["given_label"])
    wrong = sum(not cell.startswith(f"{given} ") for cell in table.to_numpy().ravel())
    assert wrong == row["trials_wrong"]
    assert row["kind"] in words(app)


def test_the_probabilities_drawn_are_those_stored(demo, errors, open_view, words):
    """The network that is surest and wrong is shown first, with its own class and confidence."""
    row = errors.sort_values("confidence", ascending=False).iloc[0]
    app = open_view(demo.uri, VIEW, example=str(row["example_id"]))
    assert f"{row['variant']} seed {row['seed']} says **{row['predicted_class']}**" in words(app)


@pytest.mark.parametrize("example", ["999999999", "<b>", "-1"])
def test_an_example_that_is_not_there_is_said(demo, open_view, words, example):
    """Whatever the address asks for, no traceback."""
    app = open_view(demo.uri, VIEW, example=example)
    assert not app.exception
    assert "is not among the test examples" in words(app)


def test_a_mark_is_kept_in_a_file_of_ones_own(demo, errors, open_view, words, marks_file):
    """Marked on the page, it stands in the file, is shown in the gallery and exported; the store does not change."""
    database = demo.folder / "mlflow.db"
    before = hashlib.sha256(database.read_bytes()).hexdigest()
    example = int(errors["example_id"].iloc[0])
    app = open_view(demo.uri, VIEW, example=str(example))
    app.radio[0].set_value("label error")
    app.text_area[0].set_value("looks like a 3, not an 8")
    [save] = [button for button in app.button if button.label == "Save mark"]
    save.click().run()
    assert not app.exception
    assert "Marked as label error" in "\n".join(found.value for found in app.success)
    [row] = pd.read_csv(marks_file).to_dict("records")
    assert (row["example_id"], row["mark"], row["note"]) == (example, "label error", "looks like a 3, not an 8")
    gallery = open_view(demo.uri, VIEW, mark="label error")
    assert cards(gallery) == [example]
    assert "1 label error" in words(gallery)
    assert hashlib.sha256(database.read_bytes()).hexdigest() == before


def test_a_file_of_marks_that_is_none_is_said(demo, open_view, words, marks_file):
    """The rest of the page is there."""
    marks_file.write_text("something else")
    app = open_view(demo.uri, VIEW)
    assert not app.exception
    assert "expected a CSV file" in words(app)
    assert cards(app)


def test_a_damaged_table_leaves_one_networks_errors(demo, own_artifacts, open_view, words):
    """Without the sweep's table the errors of a network are found in its predictions, and the damage is said."""
    uri, folder = own_artifacts(demo.sweep_id)
    (folder / names.HIGH_CONFIDENCE_ERRORS).write_bytes(b"PAR1 no more")
    app = open_view(uri, VIEW)
    assert not app.exception
    assert "is damaged" in words(app)
    assert shown(app) >= 1


def test_without_pictures_examples_are_named(demo, own_artifacts, open_view, words):
    """The examples are missing: a number on the button instead of a picture, and classes by number."""
    uri, folder = own_artifacts(demo.sweep_id)
    (folder / names.TEST_EXAMPLES).unlink()
    app = open_view(uri, VIEW)
    assert not app.exception
    assert "No pictures" in words(app)
    assert app.button(key=f"card:page:{cards(app)[0]}").label.startswith("example ")


def test_names_from_the_store_stay_text(demo, own_artifacts, open_view, errors):
    """A class called like an HTML tag is escaped wherever it is shown."""
    uri, folder = own_artifacts(demo.sweep_id)
    with np.load(folder / names.TEST_EXAMPLES) as stored:
        arrays = dict(stored)
    arrays["class_names"] = np.array([NASTY] * len(arrays["class_names"]))
    np.savez(folder / names.TEST_EXAMPLES, **arrays)
    for query in ({}, {"example": str(errors["example_id"].iloc[0])}):
        app = open_view(uri, VIEW, **query)
        assert not app.exception
        texts = [
            str(element.value) for kind in ("markdown", "caption", "header", "subheader") for element in app.get(kind)
        ]
        texts += [button.label for button in app.button]
        assert any("onerror" in text for text in texts)
        assert not any(NASTY in text for text in texts)


def test_a_sweep_that_is_running_has_a_page(half_done, open_view, words):
    """No judgement and no predictions yet: words instead of a gallery."""
    uri, sweep_id = half_done
    app = open_view(uri, VIEW, sweep=sweep_id)
    assert not app.exception
    assert "Not judged yet" in words(app)


def test_only_the_chosen_kind_of_prediction_counts():
    """A row that Monte Carlo dropout defused is an error of one pass only, one it made confident only its own."""
    table = pd.DataFrame(
        [("a", 0, 1, 0, 1, 0.95, 0, 0.9), ("a", 1, 2, 0, 0, 0.5, 1, 0.97), ("a", 1, 1, 0, 1, 0.99, 1, 0.92)],
        columns=["variant", "seed", "example_id", "given_label", "predicted_class", "confidence", "mc_predicted_class",
                 "mc_confidence"],
    ).assign(trials_confidently_wrong=1)  # fmt: skip
    one = by_method(table, names.DETERMINISTIC, 0.9)
    assert one["example_id"].tolist() == [1, 1]
    assert one["seeds_agreeing"].tolist() == [2, 2]
    assert one_an_example(one)["sure"].tolist() == [0.99]
    assert by_method(table, names.MC_DROPOUT, 0.9)["example_id"].tolist() == [2, 1]
