"""The dashboard's pages as AppTest opens them, and the words on a page."""

import functools

from pages import VIEWS, file_of
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from support.project import ROOT

APP = ROOT / "dashboard" / "app.py"
KINDS = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "code", "metric")

# Each AppTest looks through every installed package for components, as a server does once: four fifths of a page's time.
manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)


def open_page(view: str = "overview", **query: str) -> AppTest:
    """A view of the dashboard by its file's name, with an address's query, on the store that MLFLOW_TRACKING_URI names."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.query_params.update(query)
    if view != next(iter(VIEWS)):
        app.switch_page(file_of(view))
    return app.run()


def words_of(app: AppTest) -> str:
    """All words of a page that are no cell of a table, without markdown's escapes."""
    found = [f"{element.label}: {element.value}" if kind == "metric" else str(element.value)
             for kind in KINDS for element in app.get(kind)]  # fmt: skip
    return "\n".join(found).replace("\\", "")
