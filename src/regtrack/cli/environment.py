"""The environment that trials run in: Python, libraries, cores and memory, against what pyproject.toml asks for."""

import os
import platform
import tomllib
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from regtrack.shipped import project_folder
from regtrack.tracking.doctor.finding import Finding

TRIAL_GIGABYTES = 0.7
"""Resident memory of one trial's process on digits, TensorFlow's own included: an estimate, larger for larger data."""


def asked_for() -> tuple[str, list[Requirement]]:
    """(Python's versions, libraries): of pyproject.toml in a clone, else of the installed package."""
    if folder := project_folder():
        project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        return project["requires-python"], [Requirement(text) for text in project["dependencies"]]
    libraries = [Requirement(text) for text in requires("regtrack") or ()]
    return metadata("regtrack")["Requires-Python"], [one for one in libraries if "extra" not in str(one.marker)]


def examine_environment() -> list[Finding]:
    python, libraries = asked_for()
    found = []
    if platform.python_version() not in SpecifierSet(python):
        what = f"expected {python}, received {platform.python_version()}"
        found.append(Finding("Python", platform.python_version(), what, "make an environment of such a Python"))
    for library in libraries:
        received = _version(library.name)
        if not received or not library.specifier.contains(received, prereleases=True):
            what = f"expected {library.name}{library.specifier}, received {received or 'none'}"
            found.append(Finding("library", library.name, what, f"pip install '{library.name}{library.specifier}'"))
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if backend != "tensorflow":
        what = f"expected tensorflow, received {backend}"
        found.append(Finding("Keras backend", "KERAS_BACKEND", what, "unset KERAS_BACKEND"))
    free = free_gigabytes()
    if free is not None and free < cores() * TRIAL_GIGABYTES:
        fit = max(1, int(free / TRIAL_GIGABYTES))
        what = f"{free:.1f} GB are free, and {cores()} trials at a time take about {cores() * TRIAL_GIGABYTES:.1f}"
        found.append(Finding("memory", "this machine", what, f"give workers={fit}"))
    return found


def environment_facts() -> list[str]:
    """What there is, a line each, for a person to read."""
    shown = ", ".join(f"{name} {_version(name) or 'none'}" for name in ("tensorflow", "keras", "mlflow", "streamlit"))
    free = free_gigabytes()
    off = os.environ.get("MLFLOW_DISABLE_TELEMETRY", "").lower() in ("true", "1")
    return [
        f"Python {platform.python_version()}, {shown}, Keras backend {os.environ.get('KERAS_BACKEND', 'tensorflow')}",
        f"{cores()} cores, {'memory unknown' if free is None else f'{free:.1f} GB of memory free'}",
        f"MLflow telemetry {'off' if off else 'on: MLFLOW_DISABLE_TELEMETRY=true switches it off'}",
    ]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def free_gigabytes() -> float | None:
    """Memory that a process may still take: the machine's, or what is left of its container's; None if unknown."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return None
    try:
        limit, used = (Path(f"/sys/fs/cgroup/memory.{name}").read_text().strip() for name in ("max", "current"))
    except OSError:
        return free / 1e9
    return min(free, int(limit) - int(used) if limit.isdecimal() else free) / 1e9
