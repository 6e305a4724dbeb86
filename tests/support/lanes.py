"""Two lanes of tests (pytest-xdist's workers) as one run: the first failure ends both, and one line closes it."""

import tempfile
import uuid
from pathlib import Path

import pytest

BROWSER = "tests/browser/"


def _failed(run: str) -> Path:
    """There once a test has failed in a lane of this run. Not by a process's number: the system gives those again, and a run that was
    killed leaves its file to whoever has the number next."""
    return Path(tempfile.gettempdir()) / f"regtrack-tests-{run}-failed"


def pytest_configure(config) -> None:
    """The run gets its name from here, and not from xdist, which tells it to the lanes alone."""
    if getattr(config.option, "numprocesses", None) and not config.option.testrunuid:
        config.option.testrunuid = uuid.uuid4().hex


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A file goes to one lane as a whole, and all of the real browser's to the same: the other would start a second one, and a second
    dashboard and MLflow UI, for ten seconds of both cores."""
    from xdist.scheduler import LoadFileScheduling

    class OneBrowser(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return BROWSER if nodeid.startswith(BROWSER) else super()._split_scope(nodeid)

    return OneBrowser(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """With -x xdist hands out no more, but a lane would run to the end of the files that it holds."""
    report = yield
    lane = getattr(item.config, "workerinput", None)
    if lane and item.config.option.maxfail:
        failed = _failed(lane["testrunuid"])
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
    if getattr(config.option, "numprocesses", None):
        _failed(config.option.testrunuid).unlink(missing_ok=True)
    passed, failed, errors, skipped = (len(reporter.stats.get(k, ())) for k in ("passed", "failed", "error", "skipped"))
    reporter.write_line(f"{passed} passed, {failed + errors} failed, {skipped} skipped")
