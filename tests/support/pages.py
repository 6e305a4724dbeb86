"""The dashboard's pages as AppTest opens them, and the words on a page."""

import functools

from pages import VIEWS, file_of
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest, app_test

from support.project import ROOT

APP = ROOT / "dashboard" / "app.py"
KINDS = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "code", "metric")

# What a server does once, each AppTest does anew: it looks through every installed package for components, and compiles
# the pages. The first was four fifths of a page's time, the second a tenth of the rest.
manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)
app_test.ScriptCache = functools.cache(app_test.ScriptCache)
# Before each page Streamlit clears Keras, where it is imported: a full collection of TensorFlow's objects, half of a page's
# time. A test imports it, a server of ours never does (tests/dashboard/test_overview.py holds that).
script_runner._clean_problem_modules = lambda: None


def open_page(view: str = "overview", **query: str) -> AppTest:
    """A view of the dashboard by its file's name, with an address's query, on the store that MLFLOW_TRACKING_URI names."""
    app = AppTest.from_file(str(APP), default_timeout=300)
    app.query_params.update(query)
    if view != next(iter(VIEWS)):
        app.switch_page(file_of(view))
    return app.run()


def words_of(app: AppTest) -> str:
    """All words of a page that are no cell of a table, without markdown's escapes."""
    found = [f"{element.label}: {element.value}" if kind == "metric" else str(element.value)
             for kind in KINDS for element in app.get(kind)]  # fmt: skip
    return "\n".join(found).replace("\\", "")
