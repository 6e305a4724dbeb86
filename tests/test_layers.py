"""Imports go down only: the contracts of pyproject.toml, and what importing costs."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph(
        "regtrack", include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )


def test_the_import_contracts_hold():
    """Every contract of [tool.importlinter] is kept; the report says which is broken."""
    # A process of its own: its console keeps hold of the streams it first met, and pytest changes them.
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_every_room_stands_in_the_layers(graph):
    """A new room cannot be forgotten: each package of regtrack is named in the layers contract."""
    text = (ROOT / "pyproject.toml").read_text()
    layers = text[text.index('id = "layers"') :]
    layers = layers[: layers.index("\n]")]
    rooms = graph.find_children("regtrack")
    assert {room for room in rooms if f"{room}" not in layers} == set()


def circles(imports: dict[str, set[str]]) -> list[set[str]]:
    """The sets of modules that import each other, by whatever way, of module -> what it imports."""
    reached = {module: set(found) for module, found in imports.items()}
    for through in imports:
        for found in reached.values():
            if through in found:
                found |= reached[through]
    there_and_back = [
        {module} | {other for other in found if module in reached[other]}
        for module, found in reached.items()
        if module in found
    ]
    return [circle for i, circle in enumerate(there_and_back) if circle not in there_and_back[:i]]


def test_a_circle_is_found():
    """Two that import each other and three in a ring, not what only hangs on them."""
    imports = {"a": {"b"}, "b": {"a"}, "c": {"d", "a"}, "d": {"e"}, "e": {"c"}, "f": {"a"}, "g": set()}
    assert circles(imports) == [{"a", "b"}, {"c", "d", "e"}]


def test_regtrack_has_no_import_circle():
    """No module is reached from itself, imports inside functions included."""
    graph = grimp.build_graph("regtrack", exclude_type_checking_imports=True, cache_dir=None)  # those never run
    assert circles({module: graph.find_modules_directly_imported_by(module) for module in graph.modules}) == []


def test_the_dashboard_has_no_import_circle():
    """As regtrack; its files import each other by their path below dashboard/."""
    folder = ROOT / "dashboard"
    files = {".".join(file.relative_to(folder).with_suffix("").parts): file for file in folder.rglob("*.py")}
    assert circles({module: imported(file) & set(files) for module, file in files.items()}) == []


def imported(file: Path) -> set[str]:
    """The modules a file imports anywhere in it; of `from a import b` both a and a.b, as b may be either."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def test_no_module_bears_the_name_of_its_function():
    """A package's attribute is its module or a function, never now this and now that (the entry `main` apart)."""
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]
    both = [file for file in files if re.search(rf"^(def|class) {file.stem}\b", file.read_text(), re.M)]
    assert [str(file.relative_to(ROOT)) for file in both if file.name != "main.py"] == []


@pytest.mark.parametrize(
    "module",
    [
        "regtrack.names",
        "regtrack.errors",
        "regtrack.masking",
        "regtrack.measures.declared",
        "regtrack.measures.measure",
    ],
)
def test_both_sides_of_the_store_depend_on_the_standard_library_only(graph, module):
    """names, errors, masking and the measures import nothing but the standard library and each other, at any distance."""
    imported = graph.find_upstream_modules(module)
    own = {name for name in imported if name.startswith("regtrack.")}
    assert own <= {
        "regtrack.names",
        "regtrack.errors",
        "regtrack.masking",
        *graph.find_descendants("regtrack.measures"),
        "regtrack.measures",
    }
    assert {name.partition(".")[0] for name in imported - own} <= sys.stdlib_module_names


def test_only_tracking_and_who_passes_its_client_on_import_mlflow(graph):
    """mlflow is imported by tracking alone, and by sweeps and cli for the client's type."""
    rooms = {name.split(".")[1] for name in graph.find_modules_that_directly_import("mlflow")}
    assert "tracking" in rooms
    assert rooms <= {"tracking", "sweeps", "cli"}


def loaded_after(code: str) -> set[str]:
    """Top-level packages in sys.modules of a fresh process after `code`."""
    report = "import sys; print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=600
    )
    return set(done.stdout.rpartition("LOADED ")[2].split())


def test_what_reads_runs_and_reports_a_sweep_leaves_tensorflow_to_those_who_train():
    """Reader, links, variants and leaderboard need neither TensorFlow nor Keras; nor does the parent of a sweep, which stores and
    judges: it would wait seconds for an import that the workers' template makes beside it. What a page takes from a database of
    this machine needs no MLflow either."""
    modules = ("regtrack.tracking.reader", "regtrack.tracking.store", "regtrack.tracking.links", "regtrack.variants",
               "regtrack.diagnosis.leaderboard", "regtrack.names", "regtrack.cli.run", "regtrack.tracking.models",
               "regtrack.tracking.serving")  # fmt: skip
    of_a_page = (
        "import sys; sys.path.insert(0, 'dashboard'); import reading.method_probs, reading.live_curves, showing.sweep_choice\n"
        "assert 'mlflow' not in sys.modules\n"
    )
    loaded = loaded_after(of_a_page + "import " + ", ".join(modules))
    assert {"mlflow", "pandas", "altair", "regtrack"} <= loaded
    assert loaded & {"tensorflow", "keras", "sklearn"} == set()


def test_a_job_is_put_together_and_sent_without_tensorflow():
    """Data, settings and network become bytes in a process that never trains."""
    loaded = loaded_after(
        "import cloudpickle\n"
        "from regtrack.data import load_dataset\n"
        "from regtrack.training import Job\n"
        "from regtrack.variants import Settings, Variant\n"
        "job = Job(load_dataset('digits', split_seed=0), Settings(architecture='cnn'))\n"
        "assert job.network_of(Variant()).identity == 'cnn'\n"
        "assert len(cloudpickle.dumps(job)) > 1e5"
    )
    assert {"cloudpickle", "regtrack", "sklearn"} <= loaded
    assert loaded & {"tensorflow", "keras", "mlflow"} == set()


@pytest.mark.parametrize("entry", ["sweep", "train", "uncertainty", "report", "dashboard", "describe"])
def test_help_answers_before_anything_heavy_is_imported(entry):
    """`python pipelines/ENTRY.py --help` loads neither TensorFlow, Keras, MLflow nor pandas."""
    code = f"""
import runpy, sys
sys.argv = ["pipelines/{entry}.py", "--help"]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as end:
    assert end.code == 0
"""
    assert loaded_after(code) & {"tensorflow", "keras", "mlflow", "pandas", "sklearn"} == set()
