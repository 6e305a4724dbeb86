"""What Ray does that its executor relies on and that its documentation does not promise."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile

import pytest
from support.servers import free_port

pytestmark = pytest.mark.long
ray = pytest.importorskip("ray", reason="the extra ray is in the developers' requirements")
COMMAND = "import sys; from ray.scripts.scripts import main; main()"
ASK = """
import sys
from ray._raylet import GcsClient
from ray.exceptions import AuthenticationError
try:
    GcsClient(address=sys.argv[1])
except AuthenticationError:
    print("refused")
else:
    print("taken")
"""


@pytest.fixture(scope="module")
def guarded():
    """host:port of a head that asks for the token "f" * 32; its environment has it."""
    folder = tempfile.mkdtemp(prefix="ray-")  # a socket's path has at most 107 characters
    environment = os.environ | {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": "f" * 32,
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_TMPDIR": folder,
    }
    port = free_port()
    start = ["start", "--head", f"--port={port}", "--num-cpus=1", "--include-dashboard=false", "--block"]
    head = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *start],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for line in head.stdout:
        if "Ray runtime started" in line:
            break
    yield f"127.0.0.1:{port}", environment
    os.killpg(head.pid, signal.SIGKILL)  # with all that it started, or they would write on into the folder
    head.wait()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize(("token", "answer"), [("f" * 32, "taken"), ("0" * 32, "refused"), ("", "refused")])
def test_a_head_says_at_once_whether_it_takes_a_token(guarded, token, answer):
    """By the client of its own directory of nodes; `ray.init` waits and says nothing."""
    place, environment = guarded
    environment = environment | {"RAY_AUTH_TOKEN": token, "RAY_AUTH_MODE": "token" if token else "disabled"}
    done = subprocess.run(
        [sys.executable, "-c", ASK, place], env=environment, capture_output=True, text=True, timeout=240
    )
    assert done.stdout.strip() == answer
