"""`mlflow models serve` on a trial's serving model: a real server, real requests."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import numpy as np
import pytest
from support.project import project_environment
from support.servers import free_port, wait_for_answer

from regtrack import names
from regtrack.tracking.models import logged_model_id
from regtrack.tracking.writer import SweepWriter

pytestmark = pytest.mark.long


@pytest.fixture
def server(store, tiny, tmp_path):
    """The address of a served dropout model, in a process group of its own that ends with the test."""
    write = SweepWriter(store, store.get_experiment_by_name("tests").experiment_id, tiny.job)
    result = tiny.results[tiny.grid.variants[1], 1]
    run_id = write.trial_started(result.variant, 1)
    write.trial_finished(result)
    uri = f"models:/{logged_model_id(store, run_id, names.SERVING)}"
    port = free_port()
    with (tmp_path / "server.log").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "mlflow", "models", "serve", "-m", uri, "--env-manager", "local", "-p", str(port)],
            env=project_environment(store.tracking_uri), cwd=tmp_path, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            wait_for_answer(f"http://127.0.0.1:{port}/ping", process, (tmp_path / "server.log").read_text)
            yield f"http://127.0.0.1:{port}/invocations"
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=30)


def ask(address: str, **body) -> tuple[int, dict]:
    """(status, answer) of one POST request with this JSON body."""
    request = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=240) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_a_served_model_answers_with_class_and_uncertainty(server, tiny):
    """The trial's numbers over HTTP for an array, the same for a DataFrame; 400 and one sentence for a bad request."""
    x, mc = tiny.dataset.test.x, tiny.results[tiny.grid.variants[1], 1].of("test").mc
    status, answer = ask(server, inputs=x.tolist())
    assert status == 200
    rows = answer["predictions"]
    assert list(rows[0])[:5] == list(names.SERVING_COLUMNS)
    np.testing.assert_array_equal([row["predicted_class"] for row in rows], mc.predicted_class)
    for name in ("confidence", "predictive_entropy", "mutual_information"):
        np.testing.assert_allclose([row[name] for row in rows], getattr(mc, name), atol=1e-5, err_msg=name)

    columns, params = [f"pixel {i}" for i in range(64)], {"n_passes": 5, "seed": 4}
    flat = x[:3].reshape(3, -1).tolist()
    as_frame = ask(server, dataframe_split={"columns": columns, "data": flat}, params=params)
    assert as_frame == ask(server, inputs=x[:3].tolist(), params=params)
    assert (as_frame[0], len(as_frame[1]["predictions"])) == (200, 3)

    status, refused = ask(server, inputs=flat, params={"n_passes": 0})
    assert (status, refused["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert refused["message"].endswith("n_passes: expected at least 1, received 0")
    status, refused = ask(server, inputs=[[1.0, 2.0]])
    assert (status, refused["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert refused["message"].endswith("expected numbers of shape (n, 8, 8) or (n, 64), received shape (1, 2)")
    assert "Traceback" not in json.dumps(refused)
