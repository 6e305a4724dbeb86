"""The files by which MLflow makes the environment that a logged model runs in. They are of the requirements alone: made once
for all models of a sweep, where each would look up every package again."""

from functools import cache
from pathlib import Path

import yaml
from mlflow.utils.environment import (
    _CONDA_ENV_FILE_NAME,
    _PYTHON_ENV_FILE_NAME,
    _REQUIREMENTS_FILE_NAME,
    _process_pip_requirements,
    _PythonEnv,
)

FILES = {"conda_env": _CONDA_ENV_FILE_NAME, "python_env": _PYTHON_ENV_FILE_NAME}
"""Of a model's folder, by what MLflow's `pyfunc.add_to_model` calls them."""


def write_environment(folder: Path, requirements: tuple[str, ...]) -> None:
    """Into the folder of a model that asks for these packages, each with its version."""
    for name, text in _texts(requirements).items():
        (folder / name).write_text(text, encoding="utf-8")


@cache
def _texts(requirements: tuple[str, ...]) -> dict[str, str]:
    conda, pip, _ = _process_pip_requirements(None, list(requirements))
    python = {name: value for name, value in _PythonEnv.current().to_dict().items() if value}
    return {
        _CONDA_ENV_FILE_NAME: yaml.safe_dump(conda, default_flow_style=False),
        _REQUIREMENTS_FILE_NAME: "\n".join(pip),
        _PYTHON_ENV_FILE_NAME: yaml.safe_dump(python, sort_keys=False, default_flow_style=False),
    }
