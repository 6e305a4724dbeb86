"""Commands to copy from a page: they work on the store that the page shows, whichever the terminal would take."""

from regtrack.shipped import command, in_clone, project_folder
from regtrack.tracking.addresses import quoted, sqlite_path


def command_on(uri: str, entry: str = "main", *, experiment: str = "", **params: str) -> str:
    """As `command`; MLflow reads the store's address from a variable, regtrack from an option."""
    text = command(entry, experiment=experiment, **params)
    if not in_clone():
        return f"{text} --store {quoted(uri)}"
    path = sqlite_path(uri)
    own = path is not None and path.resolve() == project_folder() / "mlflow.db"
    return text if own else f"MLFLOW_TRACKING_URI={quoted(uri)} {text}"
