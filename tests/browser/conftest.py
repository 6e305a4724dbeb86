"""Debian's Chromium, headless, on servers of the demo's store. Fails without Chromium under CI, skips elsewhere."""

import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from support.debian import needs
from support.project import ROOT
from support.servers import free_port, wait_for_answer

WAIT, LOOK_AGAIN = 180_000, 100  # milliseconds; by itself Playwright looks each time a frame is painted
WINDOW = {"width": 1500, "height": 1200}
AT_REST = """() => {
    const app = document.querySelector("[data-testid=stApp]")?.dataset;
    const count = found => [...document.querySelectorAll(found)].filter(one => one.getClientRects().length).length;
    return app?.testConnectionState === "CONNECTED" && app.testScriptState === "notRunning"
        && count("[data-stale=true], [data-testid=stSkeleton]") === 0 && [...document.images].every(one => one.complete)
        && count("[data-testid=stVegaLiteChart]") === count("button[aria-label^='Download as PNG']");
}"""
"""The page is drawn and listens: its script has ended, nothing of an earlier run is left, pictures are loaded, and each
chart has the button that Streamlit adds once the chart's view stands."""
PROBES = re.compile(r"/[a-z_]+/_stcore/(health|host-config)")
"""Streamlit asks for these two below a page's address first (404), and then at the root."""
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]


@pytest.fixture(scope="session")
def browser():
    executable = needs(shutil.which("chromium"), "chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A page in a browser of its own, watched."""
    page = watched(browser.new_page(viewport=WINDOW))
    yield page
    page.close()


def watched(page):
    """The page remembers every address it asked for (`asked`), what was refused, and its console errors."""
    page.asked, page.refused, page.console_errors = [], [], []
    page.set_default_timeout(WAIT)

    def on_response(response):
        if response.status >= 400 and not (response.status == 404 and is_probe(response.url)):
            page.refused.append(f"{response.status} {response.url}")

    def on_console(message):
        if message.type == "error" and not ("404" in message.text and is_probe(message.location["url"])):
            page.console_errors.append(message.text)

    page.on("request", lambda request: page.asked.append(request.url))
    page.on("response", on_response)
    page.on("console", on_console)
    page.on("pageerror", lambda error: page.console_errors.append(f"uncaught: {error}"))
    return page


def is_probe(url: str) -> bool:
    return PROBES.fullmatch(urlsplit(url).path) is not None


@dataclass(frozen=True)
class Tab:
    """A page of the browser on a dashboard."""

    page: object
    base: str

    def open(self, view: str = "", **query: str) -> None:
        """A view by the name in its address, drawn whole."""
        self.page.goto(f"{self.base}/{view}?{urlencode(query)}")
        self.at_rest()

    def at_rest(self) -> None:
        """Wait until the page is drawn and listens."""
        self.page.wait_for_function(AT_REST, timeout=WAIT, polling=LOOK_AGAIN)

    def see(self, text: str | re.Pattern, *, gone: bool = False, within: int = WAIT) -> None:
        """Wait until a text stands on the page, or no longer does."""
        self.page.get_by_text(text).first.wait_for(state="detached" if gone else "visible", timeout=within)

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.page.url).query)

    @property
    def errors(self) -> list[str]:
        """What went wrong in the browser."""
        return [*self.page.console_errors, *self.page.refused]

    @property
    def strangers(self) -> list[str]:
        """Requests to anything but this dashboard."""
        ours = (f"{self.base}/", self.base.replace("http", "ws", 1) + "/", "data:", "blob:")
        return [url for url in self.page.asked if not url.startswith(ours)]


@pytest.fixture(scope="session")
def window(browser):
    """One for all dashboards: Streamlit's own files are loaded once."""
    return browser.new_context(viewport=WINDOW)


@pytest.fixture
def tab_on(window):
    """tab_on(base): a tab on a dashboard; `page` may be one of another browser."""
    own = watched(window.new_page())
    yield lambda base, page=own: Tab(page, base)
    own.close()


@pytest.fixture
def tab(tab_on, dashboard) -> Tab:
    """A tab on the demo's dashboard."""
    return tab_on(dashboard)


class Servers:
    """Starts a command with a port of its own and waits until it answers."""

    def __init__(self):
        self.started = {}

    def __call__(self, command, *, environment, health, cwd=ROOT) -> str:
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", *(part.format(port=port) for part in command)],
            env=environment,
            cwd=cwd,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        base = f"http://127.0.0.1:{port}"
        self.started[base] = process
        wait_for_answer(base + health, process)
        return base

    def dashboard(self, uri: str, **more: str) -> str:
        """The real dashboard on a store."""
        command = ["streamlit", "run", "dashboard/app.py", "--server.port", "{port}"]
        environment = {**os.environ, "MLFLOW_TRACKING_URI": uri, **more}
        return self(command, environment=environment, health="/_stcore/health")

    def stop(self, base: str) -> None:
        """With all its workers."""
        process = self.started.pop(base)
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=120)


@pytest.fixture(scope="session")
def serve():
    """Starts servers; ends them with the session."""
    servers = Servers()
    yield servers
    for base in list(servers.started):
        servers.stop(base)


@pytest.fixture(scope="session")
def mlflow_ui(demo, serve):
    """The real MLflow UI on the demo's store."""
    command = [
        "mlflow",
        "ui",
        "--backend-store-uri",
        demo.uri,
        "--host",
        "127.0.0.1",
        "--port",
        "{port}",
    ]
    return serve(command, environment={**os.environ}, health="/health", cwd=demo.folder)


@pytest.fixture(scope="session")
def marks_file(tmp_path_factory) -> Path:
    """Where the demo's dashboard keeps marks: not the file of the person who tests."""
    return tmp_path_factory.mktemp("marks") / "marks.csv"


@pytest.fixture(scope="session")
def dashboard(demo, serve, marks_file) -> str:
    """The real dashboard on the demo's store."""
    return serve.dashboard(demo.uri, REGTRACK_MARKS=str(marks_file))


@pytest.fixture(scope="session")
def surest_error(demo) -> dict:
    """The row of the demo's surest error with dropout off."""
    from mlflow import MlflowClient

    from regtrack import names
    from regtrack.tracking.artifacts import read_table

    folder = MlflowClient(demo.uri).get_run(demo.sweep_id).info.artifact_uri.removeprefix("file://")
    errors = read_table(f"{folder}/{names.HIGH_CONFIDENCE_ERRORS}", names.HIGH_CONFIDENCE_ERRORS).to_pandas()
    wrong = errors[errors["predicted_class"] != errors["given_label"]]
    return wrong.sort_values("confidence", ascending=False, kind="stable").iloc[0].to_dict()
