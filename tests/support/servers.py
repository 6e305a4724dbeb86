"""Servers of tests: a port that nobody has, and the wait until what was started there answers."""

import random
import select
import socket
import subprocess
import time
import urllib.request
from contextlib import suppress

ANSWERS_WITHIN = 600.0
"""Seconds; a server that imports TensorFlow first needs tens of them on a busy machine."""
NOT_GIVEN_AWAY = range(20_000, 32_768)
"""Ports that no system and no Ray hands out by itself: one of theirs, free when asked, is somebody's by the time that a server has
been imported."""


def free_port() -> int:
    while True:
        port = random.SystemRandom().choice(NOT_GIVEN_AWAY)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


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
