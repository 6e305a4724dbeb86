"""The stored test examples: what was written is read, earlier files too, and damage is said."""

from dataclasses import replace

import numpy as np
import pytest

from regtrack import names
from regtrack.data import Dataset, Split
from regtrack.errors import StoreError
from regtrack.tracking.shown_examples import read_test_examples, write_test_examples


@pytest.fixture
def table() -> Dataset:
    """Three splits of two examples with two columns, one of them text."""

    def split(first: int) -> Split:
        rows = np.array([["1.5", "red"], ["", "blue"]])
        return Split(np.ones((2, 3), np.float32) * first, np.array([0, 1]), np.array([0, 1]), np.array([first, first + 1]), rows=rows)  # fmt: skip

    return Dataset(
        name="t", train=split(0), validation=split(2), test=split(4), class_names=("no", "yes"), scale=1.0,
        is_image=False, split_seed=0, train_size=0, label_noise=0.0, columns=("size", "colour"),
    )  # fmt: skip


def test_a_tables_rows_come_back_as_its_file_has_them(table, tmp_path):
    """Cells as text under their columns' names, what is missing empty."""
    write_test_examples(table, tmp_path)
    found = read_test_examples(tmp_path / names.TEST_EXAMPLES)
    assert found.columns == ("size", "colour")
    assert found.features(0) == [("size", "1.5"), ("colour", "red")]
    assert found.features(1) == [("size", ""), ("colour", "blue")]
    np.testing.assert_array_equal(found.x, table.test.x)
    assert (found.class_names, found.digest) == (("no", "yes"), table.digest)


def test_images_come_back_as_pixels_without_rows(tiny, tmp_path):
    """Digits: 8 x 8 whole numbers; features are named by place."""
    write_test_examples(tiny.dataset, tmp_path)
    found = read_test_examples(tmp_path / names.TEST_EXAMPLES)
    assert (found.rows, found.columns, found.x.dtype) == (None, (), np.uint8)
    np.testing.assert_array_equal(found.given_label, tiny.dataset.test.given_label)
    assert found.features(3)[:2] == [("x0", float(found.x[3, 0, 0])), ("x1", float(found.x[3, 0, 1]))]


def test_test_examples_are_in_the_sources_own_units(tiny, tmp_path):
    """Images of whole numbers are stored as such, with ids, both labels, class names and digest; no pickle."""
    write_test_examples(tiny.dataset, tmp_path)
    with np.load(tmp_path / names.TEST_EXAMPLES, allow_pickle=False) as arrays:
        assert set(arrays.files) == set(names.TEST_EXAMPLE_ARRAYS)
        assert str(arrays["schema"]) == names.SCHEMAS[names.TEST_EXAMPLES]
        assert arrays["x"].dtype == np.uint8
        assert arrays["x"].max() == 16
        np.testing.assert_allclose(arrays["x"] / tiny.dataset.scale, tiny.dataset.test.x, atol=1e-6)
        np.testing.assert_array_equal(arrays["example_id"], tiny.dataset.test.example_id)
        np.testing.assert_array_equal(arrays["given_label"], tiny.dataset.test.given_label)
        np.testing.assert_array_equal(arrays["true_label"], tiny.dataset.test.true_label)
        assert tuple(arrays["class_names"]) == tiny.dataset.class_names
        assert str(arrays["digest"]) == tiny.dataset.digest


def test_a_file_of_the_schema_before_still_reads(table, tmp_path):
    """test_examples/1 had no columns and rows: they are missing."""
    write_test_examples(table, tmp_path)
    path = tmp_path / names.TEST_EXAMPLES
    with np.load(path) as arrays:
        earlier = {name: arrays[name] for name in arrays if name not in ("columns", "rows")}
    np.savez_compressed(path, **earlier | {"schema": "test_examples/1"})
    found = read_test_examples(path)
    assert (found.rows, found.columns) == (None, ())
    assert len(found.x) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema": "test_examples/9"}, "expected schema test_examples/2, received test_examples/9"),
        ({"given_label": None}, "is damaged"),
        ({"schema": None}, "is damaged"),
    ],
)
def test_another_schema_or_a_lost_array_is_an_error(table, tmp_path, change, said):
    """Never half an example."""
    write_test_examples(table, tmp_path)
    path = tmp_path / names.TEST_EXAMPLES
    with np.load(path) as arrays:
        kept = {name: change.get(name, arrays[name]) for name in arrays}
    np.savez_compressed(path, **{name: value for name, value in kept.items() if value is not None})
    with pytest.raises(StoreError, match=said):
        read_test_examples(path)


def test_a_cut_file_is_an_error(table, tmp_path):
    """Half of the bytes."""
    write_test_examples(table, tmp_path)
    path = tmp_path / names.TEST_EXAMPLES
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(StoreError, match="is damaged"):
        read_test_examples(path)


def test_a_data_set_without_rows_cannot_claim_columns(table):
    """The parts of a Dataset fit together before they are stored."""
    from regtrack.errors import DataError

    bare = replace(table.test, rows=None)
    with pytest.raises(DataError):
        replace(table, test=bare, digest="")
