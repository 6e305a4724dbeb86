"""Debian's Chromium, headless, on servers of the demo's store. Fails without Chromium under CI, skips elsewhere."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]


@pytest.fixture(scope="session")
def browser():
    executable = shutil.which("chromium")
    if executable is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed; .ci/run installs Debian's package")
        pytest.skip("chromium is not installed (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A page that remembers its console errors and every address it asked for."""
    page = browser.new_page(viewport={"width": 1500, "height": 1200})
    page.asked, page.console_errors = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.console_errors.append(message.text) if message.type == "error" else None)
    yield page
    page.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def serve():
    """Starts a command with a port of its own and waits until it answers; ends it with the session."""
    started = []

    def start(command, *, environment, health, cwd=None) -> str:
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", *(part.format(port=port) for part in command)],
            env=environment,
            cwd=cwd,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        started.append(process)
        base, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 90
        while time.monotonic() < deadline:
            assert process.poll() is None, f"{command} ended with exit code {process.returncode}"
            try:
                urllib.request.urlopen(base + health, timeout=2)
                return base
            except OSError:
                select_wait(0.2)
        raise AssertionError(f"{command} did not answer within 90 s")

    yield start
    for process in started:
        os.killpg(process.pid, 15)
        process.wait(timeout=30)


def select_wait(seconds: float) -> None:
    """Yield the processor between two looks at a state."""
    import select

    select.select([], [], [], seconds)


@pytest.fixture(scope="session")
def mlflow_ui(demo, serve):
    """The real MLflow UI on the demo's store."""
    command = ["mlflow", "ui", "--backend-store-uri", demo.uri, "--host", "127.0.0.1", "--port", "{port}"]
    return serve(command, environment={**os.environ}, health="/health", cwd=demo.folder)


@pytest.fixture(scope="session")
def dashboard(demo, serve):
    """The real dashboard on the demo's store."""
    command = ["streamlit", "run", "dashboard/app.py", "--server.port", "{port}"]
    environment = {**os.environ, "MLFLOW_TRACKING_URI": demo.uri}
    return serve(command, environment=environment, health="/_stcore/health")
