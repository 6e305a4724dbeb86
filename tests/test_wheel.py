"""The wheel, made from the source distribution and used far from any clone: it carries all that it needs."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from support.project import ROOT
from support.servers import free_port, wait_for_answer

pytestmark = pytest.mark.long
PARTS = {"src/regtrack": "regtrack", "dashboard": "regtrack/dashboard", "grids": "regtrack/grids"}
"""Folder of the project -> its place in the wheel."""


def files_of(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def run(*command: str | Path, cwd: Path, tree: Path | None = None, timeout: int = 900) -> str:
    """What a command prints, in a folder of its own; with `tree` in front of everything else that is installed."""
    away = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "PYTHONPATH"))}
    environment = away | ({"PYTHONPATH": str(tree)} if tree else {}) | {"MLFLOW_DISABLE_TELEMETRY": "true"}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, text=True, timeout=timeout, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Made from a copy, so that nothing of an earlier build slips in, and by way of the source distribution."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for part in PARTS:
        shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("pyproject.toml", "setup.py", "README.md"):
        shutil.copy(ROOT / name, source / name)
    build = f"from setuptools.build_meta import build_sdist; build_sdist({str(target)!r})"
    run(sys.executable, "-c", build, cwd=source)
    [archive] = target.glob("*.tar.gz")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-build-isolation", "--no-deps", "--no-index", "-w", target, archive, cwd=target)
    [found] = target.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def tree(wheel, tmp_path_factory) -> Path:
    """The installed package alone; what it depends on is that of the tests."""
    target = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "install", "--no-deps", "--no-index", "--target", target, wheel, cwd=target)
    return target


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A person's folder, far from any clone."""
    return tmp_path_factory.mktemp("elsewhere")


def regtrack(*arguments: str, cwd: Path, tree: Path) -> str:
    return run(sys.executable, "-m", "regtrack.cli.main", *arguments, cwd=cwd, tree=tree)


def test_the_wheel_holds_every_file_of_package_dashboard_and_grids_and_no_other(wheel):
    """Streamlit's settings, templates and YAML as well as code; a new file cannot be forgotten."""
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = {f"{place}/{file}" for part, place in PARTS.items() for file in files_of(ROOT / part)}
    assert held == expected
    assert {"regtrack/dashboard/.streamlit/config.toml", "regtrack/grids/quick.yaml"} < held


def test_what_is_imported_is_the_wheels(tree, folder):
    """Not the clone's: code, dashboard and grids all lie in the installed tree; and there is no `make` there."""
    code = (
        "import regtrack, regtrack.shipped as s\n"
        "print(regtrack.__file__, s.dashboard_app(), s.grid_path('core'), sep='\\n'); print(s.project_folder())"
    )
    *places, project = run(sys.executable, "-c", code, cwd=folder, tree=tree).splitlines()
    assert places == [str(tree / "regtrack" / name) for name in ("__init__.py", "dashboard/app.py", "grids/core.yaml")]
    assert all(Path(place).is_file() for place in places)
    assert project == "None"


def test_the_command_is_installed(tree, folder):
    """`regtrack` beside python: its help lists the commands, its version is the project's."""
    command = tree / "bin" / "regtrack"
    assert "uncertainty" in run(sys.executable, command, "--help", cwd=folder, tree=tree)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert run(sys.executable, command, "--version", cwd=folder, tree=tree) == f"regtrack, version {version}\n"


@pytest.fixture(scope="module")
def trained(tree, folder) -> str:
    """What `regtrack run --grid quick` printed, for a moment of training."""
    small = ("--epochs", "1", "--seeds", "1", "--train_size", "60", "--n_passes", "2")
    return regtrack("run", "--grid", "quick", *small, cwd=folder, tree=tree)


def test_a_sweep_runs_in_a_folder_of_ones_own(trained, folder):
    """The store is made there, with its artifacts, and what is printed to open is there too."""
    assert sorted(path.name for path in folder.iterdir()) == ["mlartifacts", "mlflow.db"]
    assert (folder / "mlartifacts" / "regtrack").is_dir()
    uri = f"sqlite:///{folder}/mlflow.db"
    assert f"\n  regtrack dashboard --store {uri} " in trained
    assert f"\n  mlflow ui --backend-store-uri {uri} --host 127.0.0.1 --port 5000 " in trained
    assert "make " not in trained


def test_the_doctor_finds_nothing_there(trained, tree, folder):
    """The installed package's own requirements are met, and the store is as a sweep leaves it."""
    told = regtrack("doctor", "--deep", cwd=folder, tree=tree)
    assert f"store {folder}/mlflow.db, " in told
    assert told.endswith("all is well\n")


@pytest.fixture
def address(trained, tree, folder, tmp_path):
    """Where `regtrack dashboard` serves that store, from yet another folder; ended with the test."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "regtrack.cli.main",
        "dashboard",
        "--port",
        str(port),
        "--store",
        str(folder / "mlflow.db"),
    ]
    away = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
    with (tmp_path / "log").open("w+") as log:
        process = subprocess.Popen(
            command, cwd=tmp_path, env=away | {"PYTHONPATH": str(tree)}, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield f"http://127.0.0.1:{port}", process, tmp_path / "log"
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=30)


def test_the_dashboard_is_served_from_the_wheel_to_this_machine_only(address):
    """Health is ok, the process is the one that was started, and no other interface listens."""
    url, process, log = address
    assert wait_for_answer(f"{url}/_stcore/health", process, log.read_text) == "ok"
    port = int(url.rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError):  # another of this machine's addresses
        socket.create_connection(("127.0.0.2", port), timeout=2).close()


def test_the_dashboards_first_page_shows_that_sweep(trained, tree, folder):
    """Its files find each other where they lie, and read the store of the folder."""
    code = """
import sys
from regtrack.shipped import dashboard_app
from streamlit.testing.v1 import AppTest
sys.path.insert(0, str(dashboard_app().parent))
app = AppTest.from_file(str(dashboard_app()), default_timeout=300).run()
assert not app.exception, app.exception
print("SHOWN", *[each.value for each in (*app.title, *app.header, *app.subheader, *app.markdown)])
"""
    away = f"import os; os.environ['MLFLOW_TRACKING_URI'] = 'sqlite:///{folder}/mlflow.db'\n"
    shown = run(sys.executable, "-c", away + code, cwd=folder, tree=tree).partition("SHOWN ")[2]
    assert "baseline" in shown
