"""A worker ends with the process that started it, whatever it is doing then: a person's builder may never return."""

import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
"""Of Linux's prctl: which signal this process gets when its parent has ended."""
LOOK_SECONDS = 1.0


def die_with(parent: int) -> None:
    """Kill this process as soon as `parent`, its parent, has ended. Called before anything that may take long.

    Linux does so itself, also where Python no longer runs; elsewhere a thread looks each second. To Linux the parent has ended
    with its thread that started this process, which the pool keeps until its workers have ended.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    else:
        threading.Thread(target=_look, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it ended before we asked
        os._exit(1)


def _look(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os._exit(1)
