"""The project as a person runs it: its folder, its scripts, its entry points in processes of their own."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]


def load_script(path: str) -> ModuleType:
    """A Python file outside the package, by its path in the project, as a module of its own."""
    spec = importlib.util.spec_from_file_location(f"script_{Path(path).stem}", ROOT / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def project_environment(uri: str, **more: str) -> dict[str, str]:
    """The environment of a person inside the project's virtual environment, with a store of their own."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "MLFLOW_TRACKING_URI": uri, **more}


def run_project(*arguments: str, uri: str, timeout: int = 1800, **more: str) -> subprocess.CompletedProcess:
    """`mlflow run . --env-manager local ARGUMENTS` in the project, its output as text."""
    return subprocess.run(
        ["mlflow", "run", str(ROOT), "--env-manager", "local", *arguments],
        env=project_environment(uri, **more),
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=timeout,
        check=False,
    )
