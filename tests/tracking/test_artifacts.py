"""Artifacts: what was written reads back, and what is damaged or foreign is said in one clear line."""

import random

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regtrack import names
from regtrack.errors import StoreError
from regtrack.tracking.artifacts import read_table, write_table
from regtrack.tracking.column_kinds import FLAGS, TEXTS
from regtrack.tracking.doctor.artifacts import check_artifact
from regtrack.tracking.trial_tables import curve_table, predictions_table


def test_a_curve_of_an_earlier_sweep_reads_with_what_it_lacks_missing(tiny, tmp_path):
    """A learning_curves/1 file has no running cross-entropy: the column is there, null; no other schema is taken."""
    curve, path = tiny.results[tiny.grid.variants[0], 0].curve, tmp_path / "curves.parquet"
    old = curve_table(curve).drop_columns([names.TRAIN_RUNNING_CROSS_ENTROPY])
    pq.write_table(old.replace_schema_metadata({names.SCHEMA_KEY: "learning_curves/1"}), path)
    table = read_table(path, names.LEARNING_CURVES)
    assert set(table.column_names) == set(names.CURVE_COLUMNS)
    assert table[names.TRAIN_RUNNING_CROSS_ENTROPY].null_count == table.num_rows == 3
    np.testing.assert_array_equal(table[names.VAL_CROSS_ENTROPY], curve[names.VAL_CROSS_ENTROPY])
    with pytest.raises(StoreError, match="expected schema predictions/1, received learning_curves/1"):
        read_table(path, names.PREDICTIONS)


def test_errors_with_a_sentence_for_a_reason_still_read(tmp_path):
    """high_confidence_errors/1 keeps its reason, and the values that came in its place are there, null."""
    path = tmp_path / "errors.parquet"
    later = ("rival_class", "given_probability", "rival_probability")
    texts = {"variant": "a", "split": "test", "mc_outcome": "", "kind": "unknown"}
    row = {name: texts.get(name, 1) for name in names.HIGH_CONFIDENCE_ERRORS_COLUMNS if name not in later}
    old = pa.Table.from_pylist([row | {"reason": "No rule explains it."}])
    pq.write_table(old.replace_schema_metadata({names.SCHEMA_KEY: "high_confidence_errors/1"}), path)
    table = read_table(path, names.HIGH_CONFIDENCE_ERRORS)
    assert table["reason"].to_pylist() == ["No rule explains it."]
    for name in later:
        assert table[name].to_pylist() == [None]


def leaderboard(*rows: dict) -> pd.DataFrame:
    """A row for each, with something of its kind in every other column."""
    of_kinds = dict.fromkeys(TEXTS, "a") | dict.fromkeys(FLAGS, True) | {"seeds": 3}
    values = {name: of_kinds.get(name, 0.25) for name in names.LEADERBOARD_COLUMNS}
    return pd.DataFrame([values | row for row in rows or ({},)])


def test_a_data_frame_round_trips_too(tmp_path):
    """The leaderboard is a DataFrame: no index column appears, missing stays missing."""
    frame = leaderboard({"variant": "a"}, {"variant": "b", "val_error": np.nan})
    write_table(frame, tmp_path, names.LEADERBOARD)
    pd.testing.assert_frame_equal(read_table(tmp_path / names.LEADERBOARD, names.LEADERBOARD).to_pandas(), frame)


@pytest.mark.parametrize(("metadata", "received"), [({names.SCHEMA_KEY: "predictions/2"}, "predictions/2"),
                                                    ({}, "none")])  # fmt: skip
def test_an_unknown_schema_is_refused(tmp_path, metadata, received):
    """A table of another version of regtrack, or of something else, is named and not guessed at."""
    path = tmp_path / "predictions.parquet"
    pq.write_table(pa.table({"a": [1]}).replace_schema_metadata(metadata), path)
    with pytest.raises(StoreError) as error:
        read_table(path, names.PREDICTIONS)
    assert str(error.value) == (
        f"uncertainty/predictions.parquet at {path}: expected schema predictions/1, received {received}; "
        "it was written by another version of regtrack"
    )


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    """The message names the artifact, the path and the likely reason."""
    path = tmp_path / "predictions.parquet"
    with pytest.raises(StoreError) as error:
        read_table(path, names.PREDICTIONS)
    assert str(error.value) == (
        f"uncertainty/predictions.parquet is missing at {path}: the trial did not finish, or it was deleted"
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Parquet file size is 0 bytes"),
        (b"not a table at all", "Parquet magic bytes not found in footer. Either the file is corrupted or this is "
         "not a parquet file."),
    ],
)  # fmt: skip
def test_a_damaged_file_is_said_to_be_damaged(tmp_path, content, reason):
    """An empty file and one that is something else are damaged, with the reader's own reason in one line."""
    path = tmp_path / "predictions.parquet"
    path.write_bytes(content)
    with pytest.raises(StoreError) as error:
        read_table(path, names.PREDICTIONS)
    assert str(error.value) == (f"uncertainty/predictions.parquet at {path} is damaged ({reason}); run the trial again")


def test_a_mark_that_is_no_text_is_damage(tmp_path):
    """A byte of the schema's name that is none of UTF-8: said by who reads the table, and by the doctor."""
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": [1]}).replace_schema_metadata({names.SCHEMA_KEY: b"predictions/\xd8"}), path)
    for read in (read_table, check_artifact):
        with pytest.raises(StoreError, match="is damaged"):
            read(path, names.PREDICTIONS)


@pytest.mark.parametrize("where", ["cut off", "footer", "data"])
def test_wherever_a_file_is_damaged_nothing_but_store_error_comes_out(tiny, tmp_path, where):
    """Cut off or with bytes changed anywhere, a file gives a StoreError or a table; changed data is always noticed."""
    result, chance = tiny.results[tiny.grid.variants[1], 0], random.Random(0)
    table = predictions_table(result.predictions, {"val": tiny.dataset.validation, "test": tiny.dataset.test})
    write_table(table, tmp_path, names.PREDICTIONS)
    path = tmp_path / names.PREDICTIONS
    whole, noticed, attempts = path.read_bytes(), 0, 60
    footer = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    for _ in range(attempts):
        content = bytearray(whole)
        if where == "cut off":
            del content[chance.randrange(len(content)) :]
        else:
            start, end = (footer, len(content)) if where == "footer" else (4, footer)
            content[chance.randrange(start, end)] ^= 1 << chance.randrange(8)
        path.write_bytes(content)
        try:
            found = read_table(path, names.PREDICTIONS)
        except StoreError:
            noticed += 1
        else:
            assert where == "footer" or found.equals(table)
    assert noticed == attempts if where == "cut off" else noticed > 0


def write_old(frame: pd.DataFrame, schema: str, path) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    pq.write_table(table.replace_schema_metadata({names.SCHEMA_KEY: schema}), path)


@pytest.mark.parametrize("schema", ["leaderboard/2", "leaderboard/3"])
def test_a_measure_that_came_after_a_leaderboard_was_written_is_missing_in_it(tmp_path, schema):
    """Blank, whatever the schema."""
    write_old(leaderboard().drop(columns="balanced_accuracy"), schema, tmp_path / "old.parquet")
    read = read_table(tmp_path / "old.parquet", names.LEADERBOARD).to_pandas()
    assert read["balanced_accuracy"].isna().all()


@pytest.mark.parametrize("schema", ["leaderboard/2", "leaderboard/3"])
def test_a_column_that_every_leaderboard_has_always_had_is_not_made_up(tmp_path, schema):
    """Without it the table is none of ours."""
    write_old(leaderboard().drop(columns=["balanced_accuracy", "val_error"]), schema, tmp_path / "old.parquet")
    with pytest.raises(StoreError, match="it lacks val_error; `regtrack report` writes it again"):
        read_table(tmp_path / "old.parquet", names.LEADERBOARD)


def test_a_column_that_had_another_name_and_is_not_there_is_not_made_up(tmp_path):
    """A comparison/1 table without its old `low` lacks what was made of it."""
    of_kinds = dict.fromkeys(TEXTS, "a")
    frame = pd.DataFrame([{name: of_kinds.get(name, 1) for name in names.COMPARISON_COLUMNS}])
    write_old(frame.drop(columns=["low", "low_alone"]), "comparison/1", tmp_path / "old.parquet")
    with pytest.raises(StoreError, match="it lacks low, low_alone; "):
        read_table(tmp_path / "old.parquet", names.COMPARISON)


@pytest.mark.parametrize("n", [1, 50_000])
def test_only_words_and_whole_numbers_get_a_dictionary(tmp_path, n):
    """Of probabilities it would be as long as they are. Bit by bit what was written is read."""
    probs = np.random.default_rng(0).random((n, 3), np.float32)
    lists = pa.FixedSizeListArray.from_arrays(probs.ravel(), 3).cast(pa.list_(pa.float32()))
    table = pa.table({"split": ["val"] * n, "label": range(n), "mean": probs[:, 0].astype(float), "probs": lists})
    write_table(table, tmp_path, names.PER_CLASS)
    with pq.ParquetFile(tmp_path / names.PER_CLASS) as file:
        columns = [file.metadata.row_group(0).column(i) for i in range(4)]
        assert file.read().equals(table.cast(file.schema_arrow))
    with_one = [column.path_in_schema for column in columns if "RLE_DICTIONARY" in column.encodings]
    assert with_one == ["split", "label"]
