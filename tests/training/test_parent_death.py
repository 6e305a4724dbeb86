"""die_with: a process ends with the one that started it, whatever it is doing, on Linux and elsewhere."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

CHILD = """
import os, sys
sys.platform = {platform!r}
from regtrack.training import parent_death
parent_death.LOOK_SECONDS = 0.05
parent_death.die_with({parent})
print("alive", os.getpid(), flush=True)
while True:
    pass  # a builder that never returns
"""
PARENT = "import os, subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {child!r}.replace('PARENT', str(os.getpid()))]).wait()"


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks for the process in /proc")
@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_a_process_in_an_endless_loop_ends_with_its_parent(platform):
    """SIGKILL of the parent ends it within a second, by the system where that can and by a thread where it cannot."""
    child = CHILD.format(platform=platform, parent="PARENT")
    parent = subprocess.Popen([sys.executable, "-c", PARENT.format(child=child)], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline().split()[1])
    assert is_running(pid)
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_running(pid)


def test_a_process_whose_parent_ended_before_it_asked_ends_at_once():
    """It was handed over to another parent by then: exit code 1, and nothing is done for nobody."""
    code = "from regtrack.training.parent_death import die_with\ndie_with(1)\nprint('went on')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
