"""The settings that stand beside the app."""

import tomllib
from pathlib import Path

from streamlit import config

SETTINGS = Path(__file__).parents[2] / "dashboard" / ".streamlit" / "config.toml"


def test_streamlit_knows_each_of_them():
    """One that it does not know is left out with a warning: the server would listen everywhere, or look through all of memory after each page."""
    known = config.get_config_options()
    written = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
    themes = {f"theme.{name}": values for name, values in written.pop("theme").items()}
    names = {f"{section}.{name}" for section, values in (written | themes).items() for name in values}
    assert {"server.address", "server.fileWatcherType", "runner.postScriptGC"} <= names
    assert names <= known.keys()
