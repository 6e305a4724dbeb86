"""Which process writes a run, and whether it still lives: what tells a running sweep from one that was killed."""

import os
import socket
from pathlib import Path

ENDED = "ZX"
"""States of a process that has ended and that its parent has not asked for yet."""


def this_process() -> str:
    """host:pid:start of this process."""
    return f"{_host()}:{os.getpid()}:{_start(os.getpid())}"


def _host() -> str:
    return socket.gethostname().replace(":", "_")


def _start(pid: int) -> str:
    """When a process began, in the kernel's words; "" where there is none, or no way to tell.

    Linux: boot.namespace.ticks since that boot. The clock is left out, since it may be set while a process runs; a
    pid means something within its namespace (container) only.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()[:8]
        state, *numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return ""
    return "" if state in ENDED else f"{boot}.{_namespace()}.{numbers[18]}"


def _namespace() -> str:
    return os.readlink("/proc/self/ns/pid").strip("pid:[]")


def is_alive(process: str) -> bool | None:
    """Whether a process of `this_process` lives; None where that cannot be known from here.

    Another host, an earlier boot, another container: all may have names like ours, so nothing is concluded.
    """
    host, _, rest = process.partition(":")
    pid, _, start = rest.partition(":")
    own = _start(os.getpid())
    if host != _host() or not pid.isdecimal() or not own or start.split(".")[:2] != own.split(".")[:2]:
        return None
    return _start(int(pid)) == start
