"""The stored test examples: what was written is read, earlier files too, and damage is said."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from regtrack import names
from regtrack.data import Dataset, Split
from regtrack.errors import StoreError
from regtrack.tracking.shown_examples import ShownExamples, read_test_examples, write_test_examples


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
        earlier = {name: arrays[name] for name in arrays if name not in ("is_image", "pixel_range", "columns", "rows")}
    np.savez_compressed(path, **earlier | {"schema": "test_examples/1"})
    found = read_test_examples(path)
    assert (found.rows, found.columns) == (None, ())
    assert len(found.x) == 2


def arrays_of(x, **said) -> Dataset:
    """A data set of arrays in memory, two classes."""
    return Dataset.from_arrays(x, np.arange(len(x)) % 2, split_seed=0, **said)


def stored(dataset: Dataset, folder: Path, *, earlier: bool = False) -> ShownExamples:
    """What is read of it again; where `earlier`, of the file that test_examples/2 had."""
    write_test_examples(dataset, folder)
    path = folder / names.TEST_EXAMPLES
    if earlier:
        with np.load(path) as arrays:
            kept = {name: arrays[name] for name in arrays if name not in ("is_image", "pixel_range")}
        np.savez_compressed(path, **kept | {"schema": "test_examples/2"})
    return read_test_examples(path)


RNG = np.random.default_rng(0)
SEQUENCES = RNG.normal(size=(60, 20, 5))
TOKENS = RNG.integers(0, 200, (60, 12))
BYTES = RNG.integers(0, 256, (60, 9, 7, 3)).astype(np.uint8)
DARK = np.minimum(BYTES, 40)
SHARES = RNG.random((60, 9, 9))


@pytest.mark.parametrize("earlier", [False, True])
@pytest.mark.parametrize("x", [SEQUENCES, np.rint(SEQUENCES * 9), TOKENS, np.abs(np.rint(SEQUENCES * 20))])
def test_sequences_are_no_pictures(x, earlier, tmp_path):
    """Features over steps, whole numbers or not, and tokens: neither images nor drawn, now and in earlier files."""
    found = stored(arrays_of(x), tmp_path, earlier=earlier)
    assert (found.is_image, found.has_pictures, found.pixel_range, found.picture(0)) == (False, False, None, None)


@pytest.mark.parametrize("earlier", [False, True])
def test_the_digits_are_drawn_from_black_to_white(tiny, tmp_path, earlier):
    """0 is black and 16 white, now and in earlier files."""
    found = stored(tiny.dataset, tmp_path, earlier=earlier)
    assert (found.is_image, found.pixel_range) == (True, (0, 16))
    np.testing.assert_array_equal(found.picture(2), np.rint(found.x[2] / 16 * 255))


def test_earlier_bytes_are_drawn_as_they_are(tmp_path):
    """test_examples/2 did not say the range: bytes above 16 are 0 to 255, though these are dark."""
    found = stored(arrays_of(DARK), tmp_path, earlier=True)
    assert found.pixel_range == (0, 255)
    np.testing.assert_array_equal(found.picture(1), found.x[1])


@pytest.mark.parametrize("earlier", [False, True])
def test_images_of_shares_are_drawn_by_their_largest(tmp_path, earlier):
    """Of 0 to 1, which no byte holds, the largest of all is white; earlier files are taken as arrays are."""
    found = stored(arrays_of(SHARES), tmp_path, earlier=earlier)
    assert found.is_image
    np.testing.assert_allclose(found.picture(0), found.x[0] / found.pixel_range[1] * 255, atol=0.5001)
    assert found.pixel_range[1] == pytest.approx((found.x if earlier else SHARES).max())


def test_what_was_said_of_square_series_is_kept(tmp_path):
    """Numbers that look like images and are said to be none are not drawn."""
    assert stored(arrays_of(SHARES, is_image=False), tmp_path).picture(0) is None


def test_images_of_many_channels_are_images_and_not_drawn(tmp_path):
    """Seven channels, said to be images: images they are, and no screen can show them."""
    found = stored(arrays_of(RNG.random((60, 9, 9, 7)), is_image=True), tmp_path)
    assert (found.is_image, found.has_pictures, found.picture(0)) == (True, False, None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema": "test_examples/9"}, "expected schema test_examples/3, received test_examples/9"),
        ({"given_label": None}, "is damaged"),
        ({"schema": None}, "is damaged"),
        ({"is_image": True}, "is damaged"),
        ({"is_image": None}, "is damaged"),
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
