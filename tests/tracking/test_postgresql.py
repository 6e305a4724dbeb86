"""A sweep in a PostgreSQL store, on a cluster of its own: read through MLflow's client, and shown.

Fails without PostgreSQL under CI, skips elsewhere.
"""

import mlflow
import pytest
import streamlit as st
from mlflow import MlflowClient
from reading import store as reads
from support.cluster_parts import cluster_folder, with_postgresql
from support.pages import open_page
from support.servers import free_port
from support.sweeps import Replay

from regtrack import names
from regtrack.errors import StoreError
from regtrack.sweeps import sweep as sweeps
from regtrack.tracking import reader, sql_reader
from regtrack.tracking import store as tracking_store
from regtrack.tracking.store import connect, ensure_experiment
from regtrack.training.executors import local

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def cluster():
    """The URI of an empty database."""
    parts, port = with_postgresql(), free_port()
    with cluster_folder() as folder, parts.postgresql(folder, port, "secret"):
        yield f"postgresql://regtrack:secret@127.0.0.1:{port}/postgres"


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
