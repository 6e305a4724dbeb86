"""The user's own marks: what is set is read back, nothing is lost, and the file is never half written."""

import threading

import pandas as pd
import pytest
from reading import marks

EXAMPLES = pd.DataFrame(
    [(7, 0, "T-shirt", 6, "Shirt"), (3, 1, "Trouser", 1, "Trouser")], columns=list(marks.KNOWN_COLUMNS)
)


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    """A file of marks that nobody has made yet, in a folder that nobody has made yet."""
    path = tmp_path / "own" / "marks.csv"
    monkeypatch.setenv("REGTRACK_MARKS", str(path))
    return path


def test_a_mark_is_read_back_as_it_was_set():
    """Mark and note, with commas, quotes, lines and letters of any language, come back the same."""
    note = 'a "shirt", not\na coat: 外套'
    marks.put("digest", 7, marks.LABEL_ERROR, note)
    found = marks.read("digest")[7]
    assert (found.mark, found.note) == (marks.LABEL_ERROR, note)


def test_reading_makes_no_file(file):
    """Whoever only looks leaves nothing behind."""
    assert marks.read("digest") == {}
    assert not file.parent.exists()


def test_an_example_has_one_mark_and_can_lose_it():
    """A second mark replaces the first; removing leaves the others."""
    marks.put("digest", 7, marks.FINE)
    marks.put("digest", 8, marks.AMBIGUOUS)
    marks.put("digest", 7, marks.LABEL_ERROR)
    assert {example: found.mark for example, found in marks.read("digest").items()} == {
        8: "ambiguous",
        7: "label error",
    }
    marks.remove("digest", 7)
    assert list(marks.read("digest")) == [8]


def test_marks_of_other_data_are_kept_apart():
    """The same id in other data is another example."""
    marks.put("one", 7, marks.FINE)
    marks.put("other", 7, marks.AMBIGUOUS)
    assert marks.read("one")[7].mark == marks.FINE
    assert marks.read("other")[7].mark == marks.AMBIGUOUS


def test_marks_set_at_the_same_time_are_all_kept():
    """Eight writers, ten marks each: eighty marks."""

    def write(worker: int) -> None:
        for i in range(10):
            marks.put("digest", 10 * worker + i, marks.FINE)

    workers = [threading.Thread(target=write, args=(worker,)) for worker in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(marks.read("digest")) == list(range(80))


def test_a_write_that_fails_leaves_the_file_as_it_was(file, monkeypatch):
    """The disk fails just before the new file is put in place: the old marks stand, and no rest lies beside them."""
    marks.put("digest", 7, marks.FINE)
    before = file.read_bytes()

    def fails(*_):
        raise OSError("no space left")

    monkeypatch.setattr(marks.os, "replace", fails)
    with pytest.raises(marks.MarksError, match="no space left"):
        marks.put("digest", 8, marks.FINE)
    assert file.read_bytes() == before
    assert sorted(found.name for found in file.parent.iterdir()) == ["marks.csv", "marks.csv.lock"]


@pytest.mark.parametrize(
    "content", [b"a,b\n1,2\n", b"\xff\xfe\x00", ",".join(marks.COLUMNS).encode() + b"\nd,seven,fine,,\n"]
)
def test_what_is_no_file_of_marks_is_refused_and_not_overwritten(file, content):
    """A file of something else is named, and stays as it is."""
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(marks.MarksError, match="REGTRACK_MARKS"):
        marks.put("digest", 7, marks.FINE)
    assert file.read_bytes() == content


def test_an_unknown_mark_and_an_endless_note_are_refused():
    """Only the three marks, and a note that fits."""
    with pytest.raises(marks.MarksError, match="expected one of label error, ambiguous, fine"):
        marks.put("digest", 7, "bad")
    with pytest.raises(marks.MarksError, match="at most 2000"):
        marks.put("digest", 7, marks.FINE, "x" * 2001)


def test_only_label_errors_are_to_be_relabelled():
    """Of a label error, an ambiguous and a fine one the first is exported, with what the sweep suggests."""
    for example, mark in ((7, marks.LABEL_ERROR), (3, marks.AMBIGUOUS), (4, marks.FINE)):
        marks.put("digest", example, mark, "seen")
    table = marks.to_relabel("digest", EXAMPLES)
    assert table.to_dict("records") == [
        {"dataset_digest": "digest", "example_id": 7, "given_label": 0, "given_class": "T-shirt", "suggested_label": 6,
         "suggested_class": "Shirt", "note": "seen"},
    ]  # fmt: skip


def test_nothing_marked_exports_the_columns_alone():
    """An export without marks still is a table."""
    table = marks.to_relabel("digest", EXAMPLES.iloc[:0])
    assert list(table.columns) == list(marks.RELABEL_COLUMNS)
    assert table.empty


def test_without_a_setting_the_file_is_in_the_home_folder(monkeypatch, tmp_path):
    """`~/.regtrack/marks.csv`, as documented."""
    monkeypatch.delenv("REGTRACK_MARKS")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert marks.path() == tmp_path / ".regtrack" / "marks.csv"
