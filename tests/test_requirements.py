"""The locked requirements are those of pyproject.toml: pinned, hashed, bound to no index."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DIRECT = {
    "requirements.txt": PROJECT["dependencies"],
    "requirements-dev.txt": PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"],
}
FILES = list(DIRECT)


def entries(file: str) -> list[tuple[Requirement, list[str]]]:
    """(requirement, hashes) of every entry of a locked file."""
    text = re.sub(r"^\s*#.*$", "", (ROOT / file).read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        requirement, *hashes = re.split(r"\s+--hash=", line)
        found.append((Requirement(requirement), hashes))
    return found


def versions(file: str) -> dict[str, set[tuple[str, str]]]:
    """name -> {(version, marker)}: a universal lock may pin a package once a platform."""
    found: dict[str, set] = {}
    for requirement, _ in entries(file):
        [pin] = requirement.specifier
        found.setdefault(canonicalize_name(requirement.name), set()).add((pin.version, str(requirement.marker or "")))
    return found


@pytest.mark.parametrize("file", FILES)
def test_every_entry_is_pinned_and_hashed(file):
    """Each entry is one exact version with at least one sha256 hash."""
    assert len(entries(file)) > 50
    for requirement, hashes in entries(file):
        assert [specifier.operator for specifier in requirement.specifier] == ["=="], requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each.strip()) for each in hashes), requirement


@pytest.mark.parametrize("file", FILES)
def test_nothing_in_the_lock_names_an_index(file):
    """No index URL, no address of any kind: whoever installs chooses where from."""
    text = (ROOT / file).read_text()
    assert "://" not in text
    assert "--index" not in text
    assert " @ " not in text


@pytest.mark.parametrize("file", FILES)
def test_every_direct_dependency_is_pinned_within_its_range(file):
    """What pyproject.toml asks for is in the lock, at a version it allows."""
    locked = versions(file)
    for text in DIRECT[file]:
        asked = Requirement(text)
        name = canonicalize_name(asked.name)
        assert name in locked, f"{file} lacks {name}: make lock"
        for version, _ in locked[name]:
            assert asked.specifier.contains(version), f"{file}: {name}=={version} is not {asked.specifier}: make lock"


def test_dev_holds_all_of_runtime_at_the_same_versions():
    """Tests run on what users get: requirements-dev.txt contains requirements.txt, version for version. (On which
    platforms a package is needed may differ: what tests need asks for some of them on more.)"""
    runtime, dev = versions("requirements.txt"), versions("requirements-dev.txt")
    pins = {name: {version for version, _ in found} for name, found in runtime.items()}
    assert {name: {version for version, _ in dev.get(name, ())} for name in runtime} == pins


def test_the_installed_packages_are_the_locked_ones():
    """The environment under test is the locked one, for every direct dependency."""
    from importlib.metadata import version

    locked = versions("requirements-dev.txt")
    for text in DIRECT["requirements-dev.txt"]:
        name = Requirement(text).name
        assert version(name) in {pin for pin, _ in locked[canonicalize_name(name)]}, name
