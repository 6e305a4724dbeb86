"""table: a CSV or parquet file becomes a Dataset: encoded on the train rows only, odd columns refused by name."""

import numpy as np
import pandas as pd
import pytest

from regtrack.data import Dataset, load_dataset
from regtrack.data.loading import load_datasets
from regtrack.errors import DataError

N = 60


def frame(**columns) -> pd.DataFrame:
    """60 rows of a number, a category and a class; more columns on demand."""
    rng = np.random.default_rng(0)
    parts = {
        "size": rng.normal(50, 10, N).round(2),
        "colour": rng.choice(["red", "green", "blue"], N),
        "kind": np.array(["ant", "bee"])[np.arange(N) % 2],
    }
    return pd.DataFrame(parts | columns)


@pytest.fixture
def save(tmp_path, monkeypatch):
    """Writes a frame as mine.csv or mine.parquet into the working directory."""
    monkeypatch.chdir(tmp_path)

    def write(table: pd.DataFrame, name: str = "mine.csv") -> None:
        if name.endswith("parquet"):
            table.to_parquet(name)
        else:
            table.to_csv(name, index=False)

    return write


def load(query: str = "", name: str = "mine.csv", **parts) -> Dataset:
    return load_dataset(f"table:{name}?target=kind{query}", **{"split_seed": 0} | parts)


def holes(n: int = 12) -> dict:
    """size and colour, each with n cells missing, spread over the table."""
    table = frame()
    table["size"] = table["size"].mask(np.arange(N) % (N // n) == 0)
    table["colour"] = table["colour"].astype(object).mask(np.arange(N) % (N // n) == 1, None)
    return {"size": table["size"], "colour": table["colour"]}


def test_encoding_is_scikit_learns_fitted_on_train(save):
    """Every number equals what pandas and plain arithmetic give for the train rows' median, mean, deviation, values."""
    table = frame(**holes())
    save(table)
    dataset = load()
    train = table.iloc[dataset.train.example_id]
    filled = train["size"].fillna(train["size"].median())
    for split in dataset.splits.values():
        rows = table.iloc[split.example_id]
        expected = pd.DataFrame(
            {"size": (rows["size"].fillna(train["size"].median()) - filled.mean()) / filled.std(ddof=0),
             "size is missing": rows["size"].isna().astype(float)}
            | {f"colour={c}": (rows["colour"].fillna("(missing)") == c).astype(float)
               for c in ("(missing)", "blue", "green", "red")}
        )  # fmt: skip
        assert dataset.feature_names == tuple(expected.columns)
        np.testing.assert_allclose(split.x, expected, atol=1e-6)
    assert (dataset.scale, dataset.is_image, dataset.name) == (1.0, False, "mine")
    assert dataset.class_names == ("ant", "bee")


def test_rows_are_the_tables_own_cells(save):
    """Each split's rows show the file's cells in the file's writing, "" where one is missing, target left out."""
    table = frame(**holes())
    save(table)
    dataset = load()
    assert dataset.columns == ("size", "colour")
    for split in dataset.splits.values():
        shown = table.iloc[split.example_id]
        assert split.rows[:, 0].tolist() == ["" if pd.isna(v) else str(v) for v in shown["size"]]
        assert split.rows[:, 1].tolist() == ["" if pd.isna(v) else v for v in shown["colour"]]


def test_what_is_outside_train_has_no_say(save):
    """An outlier and a new category in test change no train number; the new category is 0 in all columns."""
    save(frame())
    before = load()
    row = int(before.test.example_id[0])
    table = frame()
    table.loc[row, ["size", "colour"]] = [1e9, "violet"]
    save(table)
    after = load()
    np.testing.assert_array_equal(after.train.x, before.train.x)
    np.testing.assert_array_equal(after.validation.x, before.validation.x)
    assert after.test.x[0, 0] > 1e6
    assert after.test.x[0, 1:].tolist() == [0, 0, 0]
    assert after.digest != before.digest


def test_each_train_size_has_its_own_fit(save):
    """Several sizes from one reading equal each size alone, and a subset is scaled by its own rows."""
    save(frame())
    by_size = load_datasets("table:mine.csv?target=kind", split_seed=0, train_sizes=[0, 10])
    for size, dataset in by_size.items():
        assert dataset.digest == load(train_size=size).digest
        assert abs(dataset.train.x[:, 0].mean()) < 1e-6
        assert dataset.train.x[:, 0].std() == pytest.approx(1, abs=1e-6)
    assert by_size[0].test.x[0, 0] != by_size[10].test.x[0, 0]


def test_parquet_gives_what_csv_gives(save):
    """The same table in both files has the same inputs, the same cells, the same digest."""
    table = frame(**holes())
    for name in ("mine.csv", "mine.parquet"):
        save(table, name)
    assert load(name="mine.parquet").digest == load().digest


def test_a_frame_in_a_notebook_gives_what_its_file_gives(save):
    """Dataset.from_arrays(frame, labels) encodes as table: does."""
    table = frame(**holes())
    save(table)
    dataset = Dataset.from_arrays(table.drop(columns="kind"), table["kind"], name="mine", split_seed=0)
    assert dataset.digest == load().digest


def test_parquet_types_are_kept(save):
    """Text that looks like numbers, pandas categories and nullable types are what the file says they are."""
    table = frame(
        code=np.array(["1", "2", "3"])[np.arange(N) % 3],
        grade=pd.Categorical(np.array(list("wxyz"))[np.arange(N) % 4]),
        count=pd.array(np.where(np.arange(N) % 5, np.arange(N) % 7, 0), dtype="Int64"),
        flag=np.arange(N) % 3 == 0,
        when_none=[None] * N,
    )
    table.loc[3, "count"] = pd.NA
    save(table, "mine.parquet")
    dataset = load(name="mine.parquet")
    assert dataset.feature_names[:4] == ("size", "count", "flag", "count is missing")
    assert [name for name in dataset.feature_names if name.startswith(("code", "grade"))] == [
        "code=1", "code=2", "code=3", "grade=w", "grade=x", "grade=y", "grade=z"]  # fmt: skip
    assert "left out as constant (1 of 7 columns): when_none" in dataset.notes


def test_columns_can_be_dropped_and_forced(save):
    """drop leaves columns out; categorical makes one-hot columns of numbers and of what would be refused."""
    table = frame(zip=np.arange(N) % 4 + 10, note=[f"note {i}" for i in range(N)], **{"a,b &c": np.arange(N) % 3})
    save(table)
    dataset = load("&drop=note,a%2Cb %26c&categorical=zip")
    assert dataset.columns == ("size", "colour", "zip")
    assert dataset.feature_names[-4:] == ("zip=10", "zip=11", "zip=12", "zip=13")
    assert len(load("&drop=size,colour,a%2Cb %26c,zip&categorical=note").feature_names) == 36  # one a train row


def test_the_remedy_told_is_a_spec_that_works(save):
    """What the refusal proposes, pasted behind the spec, loads."""
    table = frame(**{"born, when": ["2020-01-31"] * 59 + ["2021-02-03"]}, comment=[f"said {i}" for i in range(N)])
    save(table)
    with pytest.raises(DataError, match=r"born, when.*dates.*comment.*free text") as caught:
        load()
    remedy = str(caught.value).partition("leave them out with ")[2].partition(", or ")[0]
    assert remedy == "&drop=born%2C when,comment"
    assert load(remedy).columns == ("size", "colour")


def test_the_remedy_told_in_a_notebook_works():
    """For a DataFrame the remedies are calls on it."""
    table = frame(comment=[f"said {i}" for i in range(N)])
    x = table.drop(columns="kind")
    with pytest.raises(DataError) as caught:
        Dataset.from_arrays(x, table["kind"], split_seed=0)
    assert "leave them out with x.drop(columns=['comment'])" in str(caught.value)
    assert "x.astype({'comment': 'category'})" in str(caught.value)
    assert Dataset.from_arrays(x.drop(columns=["comment"]), table["kind"], split_seed=0).columns == ("size", "colour")
    forced = Dataset.from_arrays(x.astype({"comment": "category"}), table["kind"], split_seed=0)
    assert forced.columns == ("size", "colour", "comment")


NOTED = {
    "an id": ({"row": np.arange(N) + 1000}, "column row looks like a row number or identifier; leave it out with &drop=row"),
    "an id by name": ({"user_id": np.random.default_rng(1).permutation(N) * 7}, "column user_id looks like"),
    "missing": (holes(), "24 missing cells (size 12, colour 12)"),
    "tokens": ({"colour": np.where(np.arange(N) % 5, "red", "?")}, "cells ? were read as missing"),
    "constant": ({"one": np.ones(N)}, "left out as constant (1 of 3 columns): one"),
    "leak": ({"same": np.array(["A", "B"])[np.arange(N) % 2]}, "leak suspect: column same is the target under another name"),
    "number leak": ({"score": np.arange(N) % 2 * 9 + np.random.default_rng(2).random(N)},
                    "leak suspect: column score alone separates the classes without an error"),
    "decides": ({"part": np.array([f"{k}{i % 3}" for i, k in enumerate(np.arange(N) % 2)])},
                "leak suspect: column part alone decides the class"),
}  # fmt: skip


@pytest.mark.parametrize("case", NOTED)
def test_what_a_person_should_know_is_noted(case, save):
    """Identifiers, missing cells, tokens, constants and leak suspects are each one note; the plain table has none."""
    columns, note = NOTED[case]
    save(frame(**columns))
    assert [one for one in load().notes if note in one]
    save(frame())
    assert not [one for one in load().notes if note[:12] in one]


def test_a_column_constant_in_train_only_is_left_out_there(save):
    """A category that occurs in test only makes no input, and the note says so."""
    save(frame())
    row = load().test.example_id[0]
    save(frame(rare=np.where(np.arange(N) == row, "yes", "no")))
    dataset = load()
    assert not [name for name in dataset.feature_names if name.startswith("rare")]
    assert "left out as constant in the train split: rare" in dataset.notes
    assert dataset.columns == ("size", "colour", "rare")


REFUSED = {
    "no target": ("", {}, "Expected one target column of mine.csv, received none; add ?target= one of size, colour, kind."),
    "two targets": ("?target=kind,size", {}, "received 2 (kind, size): multi-label targets are not supported"),
    "wrong target": ("?target=knd", {}, "received 'knd'; did you mean 'kind'?"),
    "wrong case": ("?target=KIND", {}, "did you mean 'kind'?"),
    "far target": ("?target=zzz", {}, "choose among size, colour, kind."),
    "wrong drop": ("?target=kind&drop=sise", {}, "Expected drop to name a column of mine.csv, received 'sise'"),
    "drop the target": ("?target=kind&drop=kind", {}, "Expected drop of mine.csv without the target"),
    "both": ("?target=kind&drop=size&categorical=size", {}, "received size in both"),
    "wrong key": ("?target=kind&droop=size", {}, "received 'droop'; did you mean 'drop'?"),
    "long separator": ("?target=kind&separator=ab", {}, "Expected separator as one character"),
    "share": ("?target=kind&test_share=2", {}, "Expected test_share between 0 and 1, received 2.0"),
    "regression": ("?target=size", {}, "numbers with fractions"),
    "missing target": ("?target=kind", {"kind": ["ant", None, *["bee", "ant"] * 29]}, "received 1 missing, the first in row 1"),
    "missing number target": ("?target=n", {"n": [0, np.nan, *[1, 0] * 29]}, "received 1 missing, the first in row 1"),
    "tags": ("?target=tags", {"tags": ["a|b", "b", "c", "a|c", "a", "b|c"] * 10}, "multi-label"),
    "infinite": ("?target=kind", {"size": [np.inf, *range(59)]}, "in mine, column size, received inf in row 0"),
    "beyond measure": ("?target=kind", {"size": [1e300, *range(59)]}, "up to 1e+100 in mine, received 1e+300 in column 'size'"),
    "nearly numbers": ("?target=kind", {"n": ["unknown", *map(str, range(59))]},
                       "'n' (numbers, but for 'unknown' in line 2)"),
    "dates": ("?target=kind", {"when": ["2020-01-31", "2020-02-01"] * 30}, "'when' (dates)"),
    "free text": ("?target=kind", {"said": [f"word {i}" for i in range(N)]}, "60 different values in 60 rows"),
    "only constants": ("?target=kind&drop=size,colour", {"one": [1] * N}, "Expected a column that varies"),
    "no columns": ("?target=kind&drop=size,colour", {}, "Expected a column that varies beside the target of mine, received none"),
    "a rare class": ("?target=kind", {"kind": ["wasp", *["ant", "bee"] * 29, "ant"]}, "received 1 of 'wasp'"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_table_that_cannot_be_used_is_refused_in_one_sentence(case, save):
    """Each fault of spec, target and columns is named, and nothing is trained."""
    query, columns, message = REFUSED[case]
    save(frame(**columns))
    with pytest.raises(DataError) as caught:
        load_dataset(f"table:mine.csv{query}", split_seed=0)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_too_many_categories_are_refused_unless_forced(save):
    """Of 501 cities in 5,010 rows no column is made by itself, 500 are; categorical= takes them all."""
    rows = np.arange(5_010)
    for n, query in ((500, ""), (501, "&categorical=city")):
        save(pd.DataFrame({"city": [f"city {i % n}" for i in rows], "kind": np.array(["ant", "bee"])[rows // 2 % 2]}))
        assert len(load(query).feature_names) == n
    with pytest.raises(DataError, match=r"'city' \(501 categories\); leave them out"):
        load()


def test_parquet_columns_of_other_types_are_refused_by_name(save):
    """Datetimes, lists and bytes cannot be inputs; all are named in one message."""
    save(frame(when=pd.date_range("2020", periods=N), tags=[[1]] * 59 + [[2]], raw=[b"a", b"b"] * 30), "mine.parquet")
    with pytest.raises(DataError, match=r"'when' \(dates\), 'tags' \(.*ndarray\), 'raw' \(values of type bytes\)"):
        load(name="mine.parquet")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("mine.xlsx", b"PK", "Expected a table in .csv, .tsv, .parquet, .pq"),
        ("mine.parquet", b"no parquet", "Expected a parquet file at"),
        ("mine.csv", b"", "received an empty file"),
    ],
)
def test_other_files_are_refused(name, content, message, tmp_path):
    """A spreadsheet, a damaged parquet file and an empty one are refused with their path."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_dataset(f"table:{tmp_path / name}?target=a", split_seed=0)
    assert message in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)


def test_an_option_of_csv_is_refused_for_parquet(save):
    """A separator for a parquet file is a misunderstanding, and is told."""
    save(frame(), "mine.parquet")
    with pytest.raises(DataError, match="Expected separator of a CSV file only"):
        load("&separator=tab", name="mine.parquet")


def test_duplicate_names_in_a_frame_are_refused():
    """pandas allows two columns of one name; a data set does not."""
    table = pd.DataFrame(np.ones((4, 2)), columns=["a", "a"])
    with pytest.raises(DataError, match="received a more than once"):
        Dataset.from_arrays(table, [0, 1, 0, 1], split_seed=0)


def test_numbers_can_stay_as_they_are(save):
    """scale=none: numbers as in the file, missing ones the train median, categories 0 and 1 as ever."""
    table = frame(**holes())
    save(table)
    dataset, scaled = load("&scale=none"), load()
    size = table["size"].to_numpy()
    median = np.nanmedian(size[dataset.train.example_id])
    for split, standardized in zip(dataset.splits.values(), scaled.splits.values(), strict=True):
        own = size[split.example_id]
        np.testing.assert_allclose(split.x[:, 0], np.where(np.isnan(own), median, own), rtol=1e-6)
        assert np.array_equal(split.x[:, 1:], standardized.x[:, 1:])
    assert "numbers, as they are: size" in dataset.summary()


def ages(odd: str, n_odd: int = 1) -> dict:
    """A column of ages, 41 different ones, with `odd` in its first rows."""
    return {"age": [odd] * n_odd + [str(20 + i % 41) for i in range(N - n_odd)]}


@pytest.mark.parametrize("odd", [".", "-", "--", "*"])
def test_a_mere_mark_among_numbers_is_a_missing_one(odd, save):
    """One dot or dash does not make 41 one-hot columns: it is missing, and the note says so."""
    save(frame(**ages(odd)))
    dataset = load()
    assert dataset.feature_names[:2] == ("size", "age")
    assert f"cells {odd} were read as missing" in dataset.notes


def test_a_mark_among_words_stays_a_category(save):
    """Where a column is no numbers, `-` is a value like the others."""
    save(frame(part=np.array(["-", "left", "right"])[np.arange(N) % 3]))
    assert load().feature_names[-3:] == ("part=-", "part=left", "part=right")


@pytest.mark.parametrize(("odd", "n_odd"), [("unknown", 1), ("not asked", 4), ("4O", 1)])
def test_numbers_but_for_a_few_cells_are_asked_about(odd, n_odd, save):
    """However few values there are, a word among ages is refused with its line; each remedy told, pasted, loads."""
    save(frame(**ages(odd, n_odd)))
    more = f" and {n_odd - 1} more cells" if n_odd > 1 else ""
    with pytest.raises(DataError) as caught:
        load()
    message = str(caught.value)
    assert f"'age' (numbers, but for {odd!r} in line 2{more})" in message
    for remedy, least, most in (("&drop=age", 0, 0), ("&categorical=age", 20, 42), ("&numbers=age", 1, 2)):
        assert remedy in message
        assert least <= sum(name.startswith("age") for name in load(remedy).feature_names) <= most


def test_numbers_make_what_is_no_number_missing(save):
    """numbers= takes the number out of the text around it, and a cell without one is missing and counted."""
    save(frame(weight=[f"{i % 9 + 1} kg" if i % 10 else "heavy" for i in range(N)]))
    dataset = load("&numbers=weight")
    assert dataset.columns == ("size", "colour", "weight")
    rows = np.concatenate([split.rows[:, 2] for split in dataset.splits.values()])
    assert (rows == "").sum() == 6
    assert "cells heavy were read as missing" in dataset.notes
    train = dataset.train
    present = train.rows[:, 2] != ""
    weights = np.array([float(cell.split()[0]) for cell in train.rows[present, 2]])
    assert np.corrcoef(weights, train.x[present, 1])[0, 1] == pytest.approx(1)


def test_a_column_without_a_number_cannot_be_numbers(save):
    """What numbers= cannot do is refused, with a cell."""
    save(frame())
    with pytest.raises(
        DataError, match=r"Expected numbers in column colour, as numbers= says, received none \('.*' in line 2\)"
    ):
        load("&numbers=colour")


def test_categories_with_one_word_in_many_rows_are_not_asked_about(save):
    """First, second, third class and crew, a third of all: categories, as before."""
    save(frame(deck=np.array(["1", "2", "3", "crew"])[np.arange(N) % 4]))
    assert load().feature_names[-4:] == ("deck=1", "deck=2", "deck=3", "deck=crew")


@pytest.mark.parametrize(
    ("cells", "numbers", "note"),
    [
        (["$30,112.40", "$5", "$1,000"], [30112.4, 5, 1000], "money '$30,112.40' as 30112.4 (line 2)"),
        (["10.65%", "3%", "0.5 %"], [10.65, 3, 0.5], "money '10.65%' as 10.65 (line 2)"),
        (["1,234", "56", "7,890,123"], [1234, 56, 7890123], "money '1,234' as 1234 (line 2)"),
        (["12 €", "1,5 €", "3 €"], [12, 1.5, 3], "money '12 €' as 12 (line 2)"),
        (["1'234.5", "-2", "3"], [1234.5, -2, 3], 'money "1\'234.5" as 1234.5 (line 2)'),
    ],
)
def test_numbers_as_people_write_them_are_read_and_noted(cells, numbers, note, save):
    """Currency, percent and thousands marks are numbers with a note, and not free text."""
    save(frame(money=np.array(cells)[np.arange(N) % 3]))
    dataset = load()
    assert dataset.feature_names[:2] == ("size", "money")
    assert any(note in one for one in dataset.notes)
    wanted = np.array(numbers)[dataset.train.example_id % 3]
    np.testing.assert_allclose(dataset.train.x[:, 1], (wanted - wanted.mean()) / wanted.std(), atol=1e-5)


def test_one_currency_and_another_are_no_numbers(save):
    """Dollars and euros are not one scale: refused with both cells; numbers= takes them all the same."""
    save(frame(money=np.array(["$5", "6 €", "$7"])[np.arange(N) % 3]))
    with pytest.raises(
        DataError, match=r"numbers written in two ways: '\$5' in line 2, '6 €' in line 3.*&numbers=money"
    ):
        load()
    assert load("&numbers=money").feature_names[:2] == ("size", "money")


GERMAN = {"size": [f"{i},5" for i in range(N)], "sold": ["1.404", "20.315"] * (N // 2)}


def test_a_point_in_a_file_of_decimal_commas_groups_thousands(save, tmp_path):
    """1.404 beside 0,5 is fourteen hundred and four, with a note; &decimal=point says otherwise."""
    frame(**GERMAN).to_csv(tmp_path / "mine.csv", index=False, sep=";")
    save(frame(), "other.csv")
    dataset = load()
    assert "numbers as people write them were read: sold '1.404' as 1404 (line 2)" in dataset.notes
    assert not any("1404" in note for note in load("&decimal=point").notes)


def test_marks_that_may_be_either_are_asked_about(save, tmp_path):
    """1,234 in a file that shows no other mark: refused with its line, and both answers that are proposed load."""
    save(frame(), "other.csv")
    columns = {"size": list(range(N)), "sold": ["1,234", "20,315"] * (N // 2)}
    frame(**columns).to_csv(tmp_path / "mine.csv", index=False, sep=";")
    with pytest.raises(
        DataError, match=r"'sold' \(thousands or decimals: '1,234' in line 2\).*&decimal=comma or &decimal=point"
    ):
        load()
    assert "decimal commas in sold" in load("&decimal=comma").notes
    assert any("sold '1,234' as 1234 (line 2)" in note for note in load("&decimal=point").notes)


def test_codes_with_zeros_in_front_are_noted(save):
    """A postal code 00501 is read as a number, said, and made categories as the note proposes."""
    save(frame(post=np.array(["00501", "10115", "20095"])[np.arange(N) % 3]))
    assert "column post (00501) was read as numbers; if these are codes: &categorical=post" in load().notes
    assert load("&categorical=post").feature_names[-3:] == ("post=00501", "post=10115", "post=20095")


def test_a_name_with_a_comma_can_be_written_as_it_is(save):
    """drop=a,b is one column where only that one exists, and target too; %2C works as before."""
    table = frame(**{"born, when": np.arange(N) % 3, "kind, exact": np.array(["ant", "bee"])[np.arange(N) % 2]})
    save(table)
    assert load("&drop=born, when,kind, exact,size").columns == ("colour",)
    dataset = load_dataset("table:mine.csv?target=kind, exact&drop=kind,born%2C when", split_seed=0)
    assert dataset.columns == ("size", "colour")


def test_a_file_without_a_header_loads_as_it_is_told(save, tmp_path):
    """The remedy of the refusal, &header=no, makes an example of every line and numbers the columns."""
    frame().to_csv(tmp_path / "mine.csv", index=False, header=False)
    save(frame(), "other.csv")
    with pytest.raises(DataError, match="received what looks like an example in line 1"):
        load()
    dataset = load_dataset("table:mine.csv?target=column 3&header=no", split_seed=0)
    assert dataset.columns == ("column 1", "column 2")
    assert sum(map(len, dataset.splits.values())) == N


def test_a_frame_with_a_word_among_numbers_is_asked_about():
    """pandas makes text of such a column without a word; the call proposed makes numbers of it."""
    table = frame(**ages("unknown"))
    x = table.drop(columns="kind")
    with pytest.raises(DataError) as caught:
        Dataset.from_arrays(x, table["kind"], split_seed=0)
    assert "'age' (numbers, but for 'unknown' in row 0)" in str(caught.value)
    assert "x.assign(**{'age': pd.to_numeric(x['age'], errors='coerce')})" in str(caught.value)
    mended = x.assign(**{"age": pd.to_numeric(x["age"], errors="coerce")})
    assert Dataset.from_arrays(mended, table["kind"], split_seed=0).feature_names[:2] == ("size", "age")


def test_numbers_that_are_text_in_parquet_are_noted_and_read_when_asked(save):
    """41 ages as text are categories, as the file says, with a note; numbers= reads them."""
    save(frame(age=[str(20 + i % 41) for i in range(N)]), "mine.parquet")
    [note] = [one for one in load(name="mine.parquet").notes if "as text" in one]
    assert note == "column age holds numbers as text and was made 41 categories; as numbers: &numbers=age"
    assert load("&numbers=age", name="mine.parquet").feature_names[:2] == ("size", "age")
