"""Servers of tests: a port that nobody has, and the wait until what was started there answers."""

import select
import socket
import subprocess
import time
import urllib.request

ANSWERS_WITHIN = 180.0
"""Seconds; a server that imports TensorFlow first needs tens of them on a busy machine."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_answer(address: str, process: subprocess.Popen, log=lambda: "") -> str:
    """The text that this address answers, once it does. Fails with what `log` gives if the process ended, or is late."""
    deadline = time.monotonic() + ANSWERS_WITHIN
    while time.monotonic() < deadline:
        assert process.poll() is None, f"{process.args} ended with exit code {process.returncode}\n{log()}"
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                return answer.read().decode()
        except OSError:
            select.select([], [], [], 0.2)  # between two looks at a state
    raise AssertionError(f"no answer from {address} within {ANSWERS_WITHIN:.0f} s\n{log()}")
