"""The one row of test files from which both lanes take the next: cheap stages first, and what waits apart from what waits."""

from collections.abc import Callable
from pathlib import Path

from support.project import ROOT

STAGES = ("pure", "keras", "store", "browser")
"""First failure stops (make test), so the cheap ones come first. The last files, pages by AppTest, are short: neither lane ends
alone with a long one."""
_STAGE_OF = {
    "models": "keras",
    "training": "keras",
    "assumptions": "keras",
    "tracking": "store",
    "sweeps": "store",
    "pipelines": "store",
    "faults": "store",
    "test_docs_run.py": "store",
    "test_wheel.py": "store",
    "stories": "store",
    "dashboard": "browser",
    "browser": "browser",
}
_WITHIN_STAGE = {"test_demo.py": 0, "test_mlflow_run.py": 2}
"""What makes the demo comes first of its stage, what looks at it last: for that minute the other lane has other work."""


def stage_of(path: Path) -> str:
    """The stage of a test file: by its folder, and Monte Carlo dropout needs Keras wherever it stands."""
    if path.name.startswith("test_mc_"):
        return "keras"
    return _STAGE_OF.get(path.relative_to(ROOT / "tests").parts[0], "pure")


def row(files: list[Path]) -> list[Path]:
    """Files of tests in the order in which the lanes take them, whatever order they come in."""
    ordered = sorted(files, key=lambda file: (STAGES.index(stage_of(file)), _WITHIN_STAGE.get(file.name, 1), str(file)))
    return spread(ordered, waits, lambda file: stage_of(file) == "store" and not waits(file))


def waits(file: Path) -> bool:
    """For a page of the real browser, or for a store or a process that is away."""
    return file.parent.name in ("browser", "faults")


def spread(files: list, waits: Callable, computes: Callable) -> list:
    """Those that `waits` holds of, evenly among those that `computes` does: two lanes that wait together leave the processor idle.
    None among the first of these, which make the demo that pages show."""
    waiting, among = [file for file in files if waits(file)], [file for file in files if computes(file)]
    if not among:
        return files
    after = {}
    for i, file in enumerate(waiting):
        after.setdefault(among[(i + 2) * (len(among) - 1) // (len(waiting) + 1)], []).append(file)
    left = [file for file in files if not waits(file)]
    return [one for file in left for one in (file, *after.get(file, ()))]
