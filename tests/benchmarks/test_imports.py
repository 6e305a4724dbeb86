"""Benchmarks run seldom, and what they import moves: each name still stands where they look for it."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BENCHMARKS = sorted((ROOT / "benchmarks").glob("*.py"))


def file_of(module: str) -> Path | None:
    """Of a sibling or of ours; None of what is installed."""
    for base in (ROOT / "benchmarks", ROOT / "src"):
        path = base.joinpath(*module.split("."))
        for found in (path.with_suffix(".py"), path / "__init__.py"):
            if found.is_file():
                return found
    return None


@cache
def defined(path: Path) -> set[str]:
    """What stands in a file, and beside it where it is a package's."""
    names = {beside.stem for beside in path.parent.iterdir()} if path.name == "__init__.py" else set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.add(node.value)  # a lazy package names what it exports
    return names


def imported(path: Path) -> list[tuple[str, str]]:
    """(module, name) of ours."""
    found = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)]
    return [(node.module, alias.name) for node in found for alias in node.names if file_of(node.module)]


@pytest.mark.parametrize("path", BENCHMARKS, ids=lambda path: path.stem)
def test_every_name_that_a_benchmark_imports_is_there(path):
    """`make bench` would stop at the first that is not."""
    assert [(module, name) for module, name in imported(path) if name not in defined(file_of(module))] == []


def test_the_rule_finds_what_it_looks_for():
    """Names of siblings and of the project are looked up, and one that is nowhere is not found."""
    assert ("split_refits", "Design") in imported(ROOT / "benchmarks" / "split_answers.py")
    assert "Networks" not in defined(file_of("measure_rates"))
    assert "compare_variants" in defined(file_of("regtrack.diagnosis"))
    assert file_of("numpy") is None
