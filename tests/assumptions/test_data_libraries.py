"""What the data sources assume of pandas, Pillow, scikit-learn, numpy and Python's csv: small tests, to fail first."""

import csv
import io
import warnings

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def test_pandas_fills_short_rows_without_a_word():
    """Why CSV files are not read by pandas: a row that is cut short becomes missing cells, or empty ones."""
    frame = pd.read_csv(io.StringIO("a,b\n1,2\n3\n"), dtype=str, keep_default_na=False)
    assert frame.to_numpy().tolist() == [["1", "2"], ["3", ""]]


def test_pandas_renames_a_repeated_column():
    """The other reason: two columns of one name come out as two names."""
    assert list(pd.read_csv(io.StringIO("a,a\n1,2\n")).columns) == ["a", "a.1"]


def test_to_numeric_takes_numbers_and_nothing_else():
    """Digits, signs, exponents, infinities and spaces are numbers; underscores, hexadecimals, booleans, commas are not."""
    good = pd.to_numeric(pd.Series(["1", "-2.5", "1e3", " 3", "inf"], dtype=object), errors="coerce")
    assert good.tolist() == [1, -2.5, 1000, 3, np.inf]
    bad = pd.to_numeric(pd.Series(["1_000", "0x1F", "True", "1,5", "", "x"], dtype=object), errors="coerce")
    assert bad.isna().all()


def test_strict_csv_refuses_an_open_quote():
    """Python's strict reader raises at the end of the file instead of returning the rest as one cell."""
    with pytest.raises(csv.Error, match="unexpected end of data"):
        list(csv.reader(io.StringIO('a,b\n1,"2\n', newline=""), strict=True))


def test_csv_keeps_line_separators_of_unicode():
    """A reader over StringIO splits lines at line ends only; str.splitlines would cut cells at U+2028."""
    assert list(csv.reader(io.StringIO("a\u2028b,c\n", newline=""))) == [["a\u2028b", "c"]]


def test_the_indicator_marks_what_was_missing_at_fit_only():
    """missing-only makes a column for each feature with a hole when fitted, none for a hole that comes later."""
    indicator = MissingIndicator(features="missing-only", error_on_new=False).fit([[np.nan, 1.0], [2.0, 3.0]])
    assert indicator.features_.tolist() == [0]
    assert indicator.transform([[1.0, np.nan], [np.nan, np.nan]]).tolist() == [[False], [True]]
    assert MissingIndicator(features="missing-only", error_on_new=False).fit([[1.0]]).transform([[np.nan]]).shape == (
        1,
        0,
    )


def test_an_unknown_category_is_zero_everywhere():
    """handle_unknown="ignore" gives a row of zeros and raises nothing; categories are sorted."""
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(np.array([["b"], ["a"]], dtype=object))
    assert encoder.categories_[0].tolist() == ["a", "b"]
    assert encoder.transform(np.array([["b"], ["z"]], dtype=object)).tolist() == [[0, 1], [0, 0]]


def test_median_and_deviation_are_the_plain_ones():
    """The imputer takes the median of what is there, the scaler the deviation over n (not n - 1)."""
    assert SimpleImputer(strategy="median").fit([[1.0], [np.nan], [2.0], [9.0]]).statistics_.tolist() == [2.0]
    assert StandardScaler().fit([[1.0], [3.0]]).scale_.tolist() == [1.0]


def test_pillow_cuts_16_bits_instead_of_scaling(tmp_path):
    """Why 16-bit pictures have a rule of their own: convert("L") sends 256 and 65535 both to 255."""
    Image.fromarray(np.array([[0, 256, 65535]], dtype=np.uint16)).save(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        assert image.mode.startswith("I")
        assert np.asarray(image).tolist() == [[0, 256, 65535]]
        assert np.asarray(image.convert("L")).tolist() == [[0, 255, 255]]


def test_pillow_refuses_a_cut_file_only_when_pixels_are_missing(tmp_path):
    """Why pictures are verified: a PNG whose end is cut off loads, as long as all pixels came before."""
    Image.fromarray(np.zeros((4, 4), dtype=np.uint8)).save(tmp_path / "a.png")
    whole = (tmp_path / "a.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[:-20])
    with Image.open(tmp_path / "cut.png") as image:
        image.load()
    with Image.open(tmp_path / "cut.png") as image, pytest.raises((OSError, SyntaxError, ValueError, EOFError)):
        image.verify()


def test_a_parquet_index_is_a_column_when_metadata_is_ignored(tmp_path):
    """An index that pandas saved does not vanish."""
    import pyarrow.parquet as pq

    pd.DataFrame({"a": [1, 2]}, index=[7, 8]).to_parquet(tmp_path / "a.parquet")
    frame = pq.read_table(tmp_path / "a.parquet").to_pandas(ignore_metadata=True)
    assert list(frame.columns) == ["a", "__index_level_0__"]


def test_numpy_takes_an_unknown_file_for_a_pickle_and_does_not_run_it(tmp_path):
    """With allow_pickle=False the refusal mentions pickle: the sign that a file is neither .npz nor .npy."""
    (tmp_path / "a.npz").write_bytes(b"some text")
    with pytest.raises(ValueError, match="pickle"):
        np.load(tmp_path / "a.npz", allow_pickle=False)


def test_the_mean_of_equal_numbers_need_not_be_that_number():
    """Why a constant column is told by its values: its deviation may be above 0."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        column = np.full(60, 0.1)
        assert column.std() > 0
        assert column.min() == column.max()
