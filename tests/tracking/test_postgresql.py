"""A sweep in a PostgreSQL store, on a cluster of its own: read through MLflow's client, and shown.

Fails without PostgreSQL under CI, skips elsewhere.
"""

import os
import shutil
import subprocess
import tempfile
from glob import glob
from pathlib import Path

import mlflow
import pytest
import streamlit as st
from mlflow import MlflowClient
from reading import store as reads
from support.debian import needs
from support.pages import open_page
from support.sweeps import Replay

from regtrack import names
from regtrack.errors import StoreError
from regtrack.sweeps import sweep as sweeps
from regtrack.tracking import reader, sql_reader
from regtrack.tracking import store as tracking_store
from regtrack.tracking.store import connect, ensure_experiment
from regtrack.training.executors import local

pytestmark = pytest.mark.long
SOMEBODY = 65534
"""A user who is not root: PostgreSQL refuses root."""


def program(name: str) -> str:
    """Debian keeps them out of the PATH."""
    folders = [os.environ["PATH"], *sorted(glob("/usr/lib/postgresql/*/bin"), reverse=True)]
    found = shutil.which(name, path=os.pathsep.join(folders))
    return needs(found, "postgresql")


@pytest.fixture(scope="module")
def cluster():
    """The URI of an empty database, reached by a socket in a folder of its own and by no port."""
    initdb, pg_ctl = program("initdb"), program("pg_ctl")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # a socket's path has at most 107 characters
    somebody = {}
    if os.geteuid() == 0:
        os.chown(folder, SOMEBODY, SOMEBODY)
        somebody = {"user": SOMEBODY, "group": SOMEBODY, "extra_groups": []}

    def run(*command: str) -> None:
        done = subprocess.run(command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, timeout=120, check=False, **somebody)  # fmt: skip
        assert done.returncode == 0, done.stdout

    data = str(folder / "data")
    try:
        run(initdb, "-D", data, "-U", "regtrack", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        run(pg_ctl, "start", "--wait", "-D", data, "-l", str(folder / "log"), "-o", options)
        try:
            yield f"postgresql://regtrack:secret@/postgres?host={folder}"
        finally:
            run(pg_ctl, "stop", "--wait", "-D", data, "-m", "immediate")
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def sweep(cluster, tiny, tmp_path, monkeypatch) -> tuple[MlflowClient, str, str]:
    """(client, experiment, sweep) of two variants x two seeds, written by run_sweep with its report."""
    client = connect(cluster)
    experiment = ensure_experiment(client, tmp_path.name, tmp_path.as_uri())
    monkeypatch.setattr(local, "run_trials", Replay(tiny))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", cluster)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", tmp_path.name)
    st.cache_data.clear()
    st.cache_resource.clear()
    done = sweeps.run_sweep(tiny.grid, client=client, say=lambda text: None)
    yield client, experiment, done.sweep_id
    mlflow.set_tracking_uri(None)
    st.cache_data.clear()
    st.cache_resource.clear()


def test_a_sweep_is_written_read_and_shown(cluster, sweep, tiny):
    """Sweep, trials, curves and artifacts come back through the client as they were trained; the overview shows both
    variants, judged, and says how it reads."""
    client, experiment, sweep_id = sweep
    with pytest.raises(sql_reader.ClientNeeded, match=sql_reader.NOT_SQLITE):
        sql_reader.sweeps(cluster)
    [row] = reads.sweeps(cluster).itertuples()
    assert (row.sweep_id, row.status, row.trials_planned, row.dataset) == (sweep_id, "FINISHED", 4, "digits")
    table = reads.trials(cluster, experiment, sweep_id)
    assert table["status"].tolist() == ["FINISHED"] * 4
    accuracies = {(v.label, seed): r.curve.epochs[-1][names.VAL_ACCURACY] for (v, seed), r in tiny.results.items()}
    found = {(t["variant"], t[names.SEED]): t[names.VAL_ACCURACY] for t in table.to_dict("records")}
    assert found == pytest.approx(accuracies)
    curves = reads.history(cluster, tuple(table["run_id"]), (names.VAL_ACCURACY,))
    assert curves.groupby("run_id")["step"].agg(list).tolist() == [[1, 2, 3]] * 4
    assert curves.equals(reader.history(client, table["run_id"].sort_values(), [names.VAL_ACCURACY]))
    assert len(reads.shown_examples(cluster, sweep_id).given_label) == len(tiny.dataset.test)
    app = open_page()
    assert not app.exception
    assert not app.error
    assert sorted(app.dataframe[0].value["variant"]) == sorted(v.label for v in tiny.grid.variants)
    assert app.dataframe[0].value["test_accuracy"].notna().all()
    said = "\n".join(caption.value for caption in app.caption).replace("\\", "")
    assert f"Read through MLflow's client: {sql_reader.NOT_SQLITE}." in said
    assert "secret" not in "\n".join([said, *(code.value for code in app.code), *(m.value for m in app.markdown)])


def test_a_server_that_has_gone_is_said_without_its_password(tmp_path, monkeypatch):
    """No cluster behind the address: words without the password, and at once: MLflow's own client is not asked."""

    def asked(uri: str):
        raise AssertionError(f"MLflow's client was opened on {uri}")

    monkeypatch.setattr(tracking_store, "MlflowClient", asked)
    with pytest.raises(StoreError, match="does not answer") as error:
        reads.sweeps(f"postgresql://regtrack:secret@/postgres?host={tmp_path}")
    assert str(tmp_path) in str(error.value)
    assert "secret" not in str(error.value)
    assert "was opened" not in str(error.value)
