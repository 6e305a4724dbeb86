"""Two lanes of tests (pytest-xdist's workers) as one run: the first failure ends both, and one line closes it."""

import os
import tempfile
from pathlib import Path

import pytest


def _failed(controller: int) -> Path:
    """There once a test has failed in a lane of the run that this process controls."""
    return Path(tempfile.gettempdir()) / f"regtrack-tests-{controller}-failed"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """With -x xdist hands out no more, but a lane would run to the end of the files that it holds."""
    report = yield
    if "PYTEST_XDIST_WORKER" in os.environ and item.config.option.maxfail:
        failed = _failed(os.getppid())
        if report.failed:
            failed.touch()
        elif failed.exists():
            item.session.shouldstop = "the other lane has failed"
    return report


def pytest_unconfigure(config) -> None:
    """`N passed, N failed, N skipped`, alone on its line; an error before or after a test counts as failed."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or config.option.collectonly:
        return
    _failed(os.getpid()).unlink(missing_ok=True)
    passed, failed, errors, skipped = (len(reporter.stats.get(k, ())) for k in ("passed", "failed", "error", "skipped"))
    reporter.write_line(f"{passed} passed, {failed + errors} failed, {skipped} skipped")
