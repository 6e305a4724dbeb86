"""Where the dashboard and the grids lie: inside the installed package, or beside it in a clone of the project."""

import shlex
from pathlib import Path

from regtrack.errors import GridError

PACKAGE = Path(__file__).resolve().parent


def project_folder() -> Path | None:
    """The clone that this code runs from; None where regtrack is installed without one."""
    if (PACKAGE / "dashboard").is_dir():  # a wheel's: whatever lies two folders up is somebody else's
        return None
    root = PACKAGE.parent.parent
    return root if (root / "MLproject").is_file() else None


def in_clone() -> bool:
    """Whether a person stands in the clone, where `make` and `mlflow run .` find their files."""
    return project_folder() == Path.cwd()


def _folder(name: str) -> Path:
    return (project_folder() or PACKAGE) / name


def dashboard_app() -> Path:
    """The script that Streamlit serves; its settings lie beside it."""
    return _folder("dashboard") / "app.py"


def grid_names() -> tuple[str, ...]:
    """The grids that come with regtrack."""
    return tuple(sorted(path.stem for path in _folder("grids").glob("*.yaml")))


def grid_path(name: str) -> Path:
    """The file of a grid that comes with regtrack. Raises GridError for any other name."""
    if name not in grid_names():
        raise GridError(
            f"grid: expected a YAML file, or one of the grids that come with regtrack ({', '.join(grid_names())}); "
            f"received {name!r}"
        )
    return _folder("grids") / f"{name}.yaml"


def how_to_start() -> str:
    """The command that makes a first store: of the project in its clone, of the package elsewhere."""
    return "make demo" if in_clone() else "regtrack run"


def command(entry: str = "main", *, experiment: str = "", **params: str) -> str:
    """What to type to run an entry point: MLflow's in the project's clone, regtrack's own elsewhere.

    Args:
        experiment: name of the one that holds the sweep which is resumed. MLflow makes a run before it asks, and has to be
            told; regtrack finds it.
    """
    if in_clone():
        which = "" if entry == "main" else f" -e {entry}"
        which += f" --experiment-name {shlex.quote(experiment)}" if experiment else ""
        return f"mlflow run . --env-manager local{which}" + "".join(f" -P {n}={v}" for n, v in params.items())
    return f"regtrack {'run' if entry == 'main' else entry}" + "".join(f" --{n} {v}" for n, v in params.items())
