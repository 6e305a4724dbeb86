"""The dashboard's cached reads: nothing twice, nothing outside a run's artifacts, every fault a StoreError."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import mlflow
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import streamlit as st
from mlflow import MlflowClient
from reading import connection
from reading import store as reads
from support.pages import open_page
from support.store_files import copy_database

from regtrack import names
from regtrack.errors import StoreError
from regtrack.tracking import sql_reader
from regtrack.tracking.addresses import sqlite_path
from regtrack.tracking.artifacts import write_table
from regtrack.tracking.column_kinds import TEXTS


@pytest.fixture(autouse=True)
def _forgetful():
    """Each test begins with empty caches, and leaves none behind."""
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def run_id(store) -> str:
    """A sweep run of the store, without artifacts."""
    experiment_id = store.get_experiment_by_name("tests").experiment_id
    run = store.create_run(experiment_id, tags={names.ROLE: names.ROLE_SWEEP}).info
    store.set_tag(run.run_id, names.SWEEP_ID, run.run_id)
    Path(run.artifact_uri.removeprefix("file://")).mkdir(parents=True)
    return run.run_id


def folder_of(store, run_id: str) -> Path:
    return Path(store.get_run(run_id).info.artifact_uri.removeprefix("file://"))


def claims(effect: float) -> pd.DataFrame:
    of_kinds = dict.fromkeys(TEXTS, "a") | {"run_ids": ["a"], "seeds": 3}
    return pd.DataFrame({name: [of_kinds.get(name, effect)] for name in names.CLAIMS_COLUMNS})


def predictions() -> pa.Table:
    """Three test examples and two of validation, two classes, no Monte Carlo."""
    n = 5
    columns = {"split": ["test"] * 3 + ["val"] * 2, "epoch_kind": ["selected"] * 4 + ["last"], "example_id": range(n),
               "given_label": [0, 1, 0, 1, 0], "true_label": [0, 1, 1, 1, 0],
               "deterministic_probs": pa.array([[i / 4, 1 - i / 4] for i in range(n)], pa.list_(pa.float32()))}  # fmt: skip
    table = pa.table(columns)
    for name in ("mc_mean_probs", "mc_std_probs", *names.UNCERTAINTIES):
        kind = pa.list_(pa.float32()) if name.endswith("_probs") else pa.float32()
        table = table.append_column(name, pa.nulls(n, kind))
    return table


def write_test_examples(folder: Path, *, schema: str = names.SCHEMAS[names.TEST_EXAMPLES]) -> None:
    arrays = (schema, [7, 9], np.arange(8, dtype=np.uint8).reshape(2, 2, 2), [0, 1], [1, 1], ["bag", "boot"], "d",
              True, [0.0, 7.0], np.array([], "U1"), np.zeros((2, 0), "U1"))  # fmt: skip
    path = folder / names.TEST_EXAMPLES
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(path, **dict(zip(names.TEST_EXAMPLE_ARRAYS, arrays, strict=True)))


def put(folder: Path, artifact: str, content: str | bytes) -> None:
    path = folder / artifact
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def move(store, run_id: str, artifact_uri: str) -> None:
    """The store says that the run's artifacts lie there."""
    with closing(sqlite3.connect(sqlite_path(store.tracking_uri))) as connection:
        connection.execute("UPDATE runs SET artifact_uri = ? WHERE run_uuid = ?", (artifact_uri, run_id))
        connection.commit()
    st.cache_resource.clear()


def test_what_was_written_is_read(store, run_id):
    """Table, JSON, text, examples and predictions come back as they were written."""
    uri, folder = store.tracking_uri, folder_of(store, run_id)
    write_table(claims(0.5), folder, names.CLAIMS)
    put(folder, names.REGIME, json.dumps({"schema": names.SCHEMAS[names.REGIME], "last": {"verdict": "overfit"}}))
    put(folder, names.NEXT_GRID, "größer: 1\n")
    write_test_examples(folder)
    write_table(predictions(), folder, names.PREDICTIONS)
    pd.testing.assert_frame_equal(reads.table(uri, run_id, names.CLAIMS), claims(0.5))
    assert reads.json_of(uri, run_id, names.REGIME)["last"] == {"verdict": "overfit"}
    assert reads.text_of(uri, run_id, names.NEXT_GRID) == "größer: 1\n"
    examples = reads.shown_examples(uri, run_id)
    assert examples.x.tolist() == [[[0, 1], [2, 3]], [[4, 5], [6, 7]]]
    assert examples.class_names == ("bag", "boot")
    assert (examples.given_label.tolist(), examples.true_label.tolist(), examples.example_id.tolist()) == ([0, 1], [1, 1], [7, 9])  # fmt: skip
    probs = reads.probs(uri, run_id, "test")
    assert probs.deterministic_probs.tolist() == [[0, 1], [0.25, 0.75], [0.5, 0.5]]
    assert (probs.given_label.tolist(), probs.true_label.tolist()) == ([0, 1, 0], [0, 1, 1])
    assert probs.mc_mean_probs is None
    assert probs.predictive_entropy is None
    assert reads.probs(uri, run_id, "val").example_id.tolist() == [3]
    assert reads.probs(uri, run_id, "val", epoch_kind="last").example_id.tolist() == [4]


def test_shared_arrays_cannot_be_changed(store, run_id):
    """Two pages see the same array: neither can spoil the other's."""
    write_table(predictions(), folder_of(store, run_id), names.PREDICTIONS)
    write_test_examples(folder_of(store, run_id))
    probs = reads.probs(store.tracking_uri, run_id, "test")
    assert reads.probs(store.tracking_uri, run_id, "test") is probs
    for array in (probs.deterministic_probs, probs.given_label, reads.shown_examples(store.tracking_uri, run_id).x):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_a_table_that_a_page_changes_is_its_own(store, run_id):
    """A column that one page adds is not in another's table."""
    write_table(claims(0.5), folder_of(store, run_id), names.CLAIMS)
    table = reads.table(store.tracking_uri, run_id, names.CLAIMS)
    table["mine"] = 1
    assert "mine" not in reads.table(store.tracking_uri, run_id, names.CLAIMS)


def test_a_local_artifact_is_parsed_once_and_again_once_it_is_rewritten(store, run_id, monkeypatch):
    """Reads of an unchanged file cost one parsing; a report that writes it anew is seen."""
    calls = []
    monkeypatch.setattr(reads, "read_table", lambda *a, read=reads.read_table: calls.append(a) or read(*a))
    uri, folder = store.tracking_uri, folder_of(store, run_id)
    write_table(claims(0.5), folder, names.CLAIMS)
    for _ in range(3):
        assert reads.table(uri, run_id, names.CLAIMS)["effect"].tolist() == [0.5]
    assert len(calls) == 1
    write_table(claims(0.25), folder, names.CLAIMS)
    os.utime(folder / names.CLAIMS, ns=(1, 1))
    assert reads.table(uri, run_id, names.CLAIMS)["effect"].tolist() == [0.25]
    assert len(calls) == 2


def test_a_trials_predictions_are_parsed_once_for_all_its_splits(store, run_id, monkeypatch):
    """Each split is a part of the one table, whichever page asks for it first."""
    calls = []
    monkeypatch.setattr(reads, "read_table", lambda *a, read=reads.read_table: calls.append(a) or read(*a))
    write_table(predictions(), folder_of(store, run_id), names.PREDICTIONS)
    found = [reads.probs(store.tracking_uri, run_id, split).example_id.tolist() for split in ("test", "val", "test")]
    assert found[0] == found[2] != found[1] == [3]
    assert len(calls) == 1


@pytest.fixture
def bucket(store, run_id, tmp_path, monkeypatch):
    """The run's artifacts lie in a bucket of the network; every download is counted."""
    there, calls = tmp_path / "bucket", []

    def download(*, artifact_uri: str, dst_path: str, tracking_uri: str) -> str:
        calls.append(artifact_uri)
        source = there / artifact_uri.removeprefix(f"s3://bucket/{run_id}/artifacts/")
        target = Path(dst_path) / source.name
        target.write_bytes(source.read_bytes())
        return str(target)

    move(store, run_id, f"s3://bucket/{run_id}/artifacts")
    monkeypatch.setattr(mlflow.artifacts, "download_artifacts", download)
    there.mkdir()
    return there, calls


def test_an_artifact_is_downloaded_once(store, run_id, bucket):
    """The table, the arrays of each split and the second look take one download together."""
    there, calls = bucket
    write_table(predictions(), there, names.PREDICTIONS)
    for _ in range(2):
        assert len(reads.table(store.tracking_uri, run_id, names.PREDICTIONS)) == 5
        for split, n in {"test": 3, "val": 1}.items():
            assert len(reads.probs(store.tracking_uri, run_id, split).given_label) == n
    assert calls == [f"s3://bucket/{run_id}/artifacts/{names.PREDICTIONS}"]


def test_a_failed_download_is_tried_again(store, run_id, bucket):
    """An artifact that is not there yet is an error in words, and is had once it is there."""
    there, calls = bucket
    with pytest.raises(StoreError, match="cannot be had"):
        reads.table(store.tracking_uri, run_id, names.CLAIMS)
    write_table(claims(0.5), there, names.CLAIMS)
    assert len(reads.table(store.tracking_uri, run_id, names.CLAIMS)) == 1
    assert len(calls) == 2


def test_a_missing_artifact_says_so_and_is_seen_once_it_is_written(store, run_id):
    """Each kind of read names the artifact that is missing; none remembers that it was."""
    uri = store.tracking_uri
    looks = {
        names.CLAIMS: lambda: reads.table(uri, run_id, names.CLAIMS),
        names.REGIME: lambda: reads.json_of(uri, run_id, names.REGIME),
        names.GRID: lambda: reads.text_of(uri, run_id, names.GRID),
        names.TEST_EXAMPLES: lambda: reads.shown_examples(uri, run_id),
        names.PREDICTIONS: lambda: reads.probs(uri, run_id, "test"),
    }
    for artifact, look in looks.items():
        with pytest.raises(StoreError, match=f"^{artifact} is missing at "):
            look()
    put(folder_of(store, run_id), names.GRID, "seeds: [0]")
    assert looks[names.GRID]() == "seeds: [0]"


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04" + b"\0" * 60, b"PAR1" + b"\xff" * 60, b"{", b"[1]", b"\xff\xfe"]
)
def test_a_damaged_artifact_is_a_store_error(store, run_id, content):
    """Whatever lies there instead: words, not numpy's, pyarrow's or zipfile's own exception."""
    uri, folder = store.tracking_uri, folder_of(store, run_id)
    for artifact, look in {
        names.CLAIMS: lambda: reads.table(uri, run_id, names.CLAIMS),
        names.REGIME: lambda: reads.json_of(uri, run_id, names.REGIME),
        names.TEST_EXAMPLES: lambda: reads.shown_examples(uri, run_id),
        names.PREDICTIONS: lambda: reads.probs(uri, run_id, "test"),
    }.items():
        put(folder, artifact, content)
        with pytest.raises(StoreError, match=artifact):
            look()


def test_test_examples_that_are_cut_off_are_a_store_error(store, run_id):
    """Half of a real file, and one with a changed byte in its data."""
    folder = folder_of(store, run_id)
    write_test_examples(folder)
    whole = (folder / names.TEST_EXAMPLES).read_bytes()
    with ZipFile(folder / names.TEST_EXAMPLES) as archive:
        x, rest = archive.getinfo("x.npy"), archive.getinfo("given_label.npy")
    middle = rest.header_offset - x.compress_size // 2
    for content in (whole[: len(whole) // 2], whole[:middle] + bytes([whole[middle] ^ 255]) * 9 + whole[middle + 9 :]):
        put(folder, names.TEST_EXAMPLES, content)
        with pytest.raises(StoreError, match="damaged"):
            reads.shown_examples(store.tracking_uri, run_id)


def test_a_newer_schema_is_named(store, run_id):
    """What another version wrote is not guessed at: expected and received."""
    uri, folder = store.tracking_uri, folder_of(store, run_id)
    put(folder, names.REGIME, json.dumps({"schema": "regime/9"}))
    write_test_examples(folder, schema="test_examples/9")
    with pytest.raises(StoreError, match="expected schema regime/3, received regime/9"):
        reads.json_of(uri, run_id, names.REGIME)
    with pytest.raises(StoreError, match="expected schema test_examples/3, received test_examples/9"):
        reads.shown_examples(uri, run_id)


@pytest.mark.parametrize(
    "address",
    ["/etc", "/tmp/x/../{}/artifacts", "file:///tmp/%2e%2e/{}/artifacts", "s3://bucket/../{}/artifacts", "",
     "file:///tmp/{}/artifacts/..", "s3://bucket/%2E%2E/{}/artifacts", "mlflow-artifacts:/1/other/artifacts"],
)  # fmt: skip
def test_an_address_that_mlflow_would_not_have_given_is_refused(store, run_id, address):
    """The store says where a run's artifacts lie: only the run's own folder is believed."""
    move(store, run_id, address.format(run_id))
    with pytest.raises(StoreError, match="expected its artifacts in a folder"):
        reads.text_of(store.tracking_uri, run_id, names.GRID)


def test_another_machines_file_is_refused(store, run_id):
    """file://host/... is not read from this machine's disk."""
    move(store, run_id, f"file://elsewhere/tmp/{run_id}/artifacts")
    with pytest.raises(StoreError, match="lies on elsewhere"):
        reads.text_of(store.tracking_uri, run_id, names.GRID)


def test_a_link_out_of_the_artifacts_is_refused(store, run_id, tmp_path):
    """An artifact that is a symbolic link to another file of the machine is not shown."""
    (tmp_path / "secret").write_text("secret")
    folder = folder_of(store, run_id)
    (folder / names.GRID).parent.mkdir()
    (folder / names.GRID).symlink_to(tmp_path / "secret")
    with pytest.raises(StoreError, match="link out of its run's artifacts"):
        reads.text_of(store.tracking_uri, run_id, names.GRID)


@pytest.mark.parametrize("artifact", ["../../../etc/passwd", "/etc/passwd", "model/MLmodel", ""])
def test_only_artifacts_that_regtrack_writes_are_read(store, run_id, artifact):
    """A name from an address bar is not a path."""
    with pytest.raises(StoreError, match="expected one that regtrack writes"):
        reads.text_of(store.tracking_uri, run_id, artifact)


@pytest.mark.parametrize("wanted", ["../x", "0" * 32, "", "'"])
def test_a_run_that_is_not_there_is_said(store, wanted):
    """An id from an address bar that is none."""
    with pytest.raises(StoreError, match="there is none"):
        reads.table(store.tracking_uri, wanted, names.CLAIMS)


def test_a_store_that_has_gone_is_said(store, run_id):
    """A database deleted while its page is open."""
    assert len(reads.sweeps(store.tracking_uri)) == 1
    st.cache_data.clear()
    sqlite_path(store.tracking_uri).unlink()
    with pytest.raises(StoreError, match="no tracking store at"):
        reads.sweeps(store.tracking_uri)


def test_a_server_that_has_gone_is_said(monkeypatch):
    """A client that answered before and answers no more: words with the address and no password."""

    class Gone:
        def search_experiments(self, *_, **__):
            raise ConnectionError("http://me:secret@host:5000/api: refused\nand a long story")

    monkeypatch.setattr(connection, "client", lambda uri: Gone())
    with pytest.raises(StoreError) as error:
        reads.sweeps("http://me:secret@host:5000")
    assert str(error.value) == (
        "tracking store http://me:***@host:5000 does not answer any more (http://me:***@host:5000/api: refused); "
        "look whether it is still there, then load this page again"
    )


def test_sweeps_and_trials_are_read_once_while_fresh(store, run_id, monkeypatch):
    """A click that reads the same again does not go to the store."""
    calls = []
    monkeypatch.setattr(sql_reader, "sweeps", lambda uri, read=sql_reader.sweeps: calls.append(uri) or read(uri))
    for _ in range(3):
        assert reads.sweeps(store.tracking_uri)["run_id"].tolist() == [run_id]
    assert calls == [store.tracking_uri]


def test_trials_of_a_database_at_rest_are_read_again_when_it_was_written_to(store, run_id, tmp_path, monkeypatch):
    """However long ago they were read; and then by what is in it now."""
    still, calls = tmp_path / "still.db", []
    experiment_id = store.get_experiment_by_name("tests").experiment_id
    tags = {names.ROLE: "trial", names.SWEEP_ID: run_id, names.VARIANT: "baseline", names.TRIAL_KEY: "a"}
    trial = store.create_run(experiment_id, tags=tags).info.run_id
    copy_database(sqlite_path(store.tracking_uri), still)
    monkeypatch.setattr(sql_reader, "trials", lambda *a, read=sql_reader.trials: calls.append(a) or read(*a))

    def later() -> list[str]:
        reads.trials.clear()
        return reads.trials(f"sqlite:///{still}", experiment_id, run_id)["status"].tolist()

    assert [later(), later()] == [["RUNNING"], ["RUNNING"]]
    assert len(calls) == 1
    with closing(sqlite3.connect(still)) as writing:
        writing.execute("UPDATE runs SET status = 'FINISHED' WHERE run_uuid = ?", (trial,))
        writing.commit()
    assert later() == ["FINISHED"]
    assert len(calls) == 2


def test_the_client_reads_what_sql_does_not_know(store, run_id, monkeypatch):
    """With another revision expected, the same tables come through the client, and the caption says so."""
    uri = store.tracking_uri
    experiment_id = store.get_experiment_by_name("tests").experiment_id
    tags = {names.ROLE: "trial", names.SWEEP_ID: run_id, names.VARIANT: "baseline", names.TRIAL_KEY: "a"}
    store.log_param(store.create_run(experiment_id, tags=tags).info.run_id, "seed", "0")
    put(folder_of(store, run_id), names.GRID, "seeds: [0]")
    store.log_metric(run_id, "loss", 0.5)
    fast = reads.sweeps(uri), reads.trials(uri, experiment_id, run_id)
    assert reads.how_read(uri) == "Read directly from the database, read-only."
    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setattr(sql_reader, "REVISION", "ffffffffffff")
    for one, other in zip(fast, (reads.sweeps(uri), reads.trials(uri, experiment_id, run_id)), strict=True):
        assert len(one) == 1
        pd.testing.assert_frame_equal(one, other)
    assert reads.tags(uri, run_id)[names.SWEEP_ID] == run_id
    assert reads.history(uri, (run_id,), ("loss",))["value"].tolist() == [0.5]
    assert reads.text_of(uri, run_id, names.GRID) == "seeds: [0]"
    assert reads.how_read(uri).startswith("Read through MLflow's client: its schema is of revision ")


@pytest.mark.parametrize("known", [True, False], ids=["with SQL", "through the client"])
def test_the_page_works_either_way(store, run_id, monkeypatch, known):
    """A sweep that has just begun is shown, whichever way it is read."""
    if not known:
        monkeypatch.setattr(sql_reader, "REVISION", "ffffffffffff")
    app = open_page()
    assert not app.exception
    assert not app.error
    assert run_id[:8] in str(app)


def test_a_store_of_another_mlflow_is_said_on_the_page(store, run_id, tmp_path, monkeypatch):
    """A revision that neither SQL nor the client knows: a sentence, no traceback."""
    other = tmp_path / "other.db"  # this process' client has checked the first one already, and keeps it
    copy_database(sqlite_path(store.tracking_uri), other)
    with closing(sqlite3.connect(other)) as new:
        new.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")
        new.commit()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{other}")
    app = open_page()
    assert not app.exception
    assert "out-of-date database schema" in " ".join(element.value for element in [*app.error, *app.warning, *app.info])


def test_the_store_is_not_written_to(store, run_id):
    """All reads together leave database and artifacts as they were."""
    uri, folder = store.tracking_uri, folder_of(store, run_id)
    write_table(claims(0.5), folder, names.CLAIMS)
    root = sqlite_path(uri).parent
    before = {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in root.rglob("*")}
    reads.sweeps(uri)
    reads.trials(uri, MlflowClient(uri).get_run(run_id).info.experiment_id, run_id)
    reads.table(uri, run_id, names.CLAIMS)
    reads.tags(uri, run_id)
    reads.history(uri, (run_id,), ("loss",))
    reads.how_read(uri)
    after = {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in root.rglob("*") if p.suffix != ".db-shm"}
    assert {p: v for p, v in before.items() if p.suffix != ".db-shm"} == after


def test_a_store_given_on_the_command_line_comes_before_the_environment(monkeypatch):
    """`streamlit run dashboard/app.py -- --store=URI`."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:////elsewhere.db")
    assert reads.tracking_uri() == "sqlite:////elsewhere.db"
    monkeypatch.setattr("sys.argv", ["app.py", "--store=sqlite:////given.db"])
    assert reads.tracking_uri() == "sqlite:////given.db"
