"""CONTRIBUTING.md: by the files that it lists, and no other, one more of each thing is added to a copy, and works."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.additions import ADDITIONS, copy_with
from support.project import ROOT
from support.store_files import copy_database

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
NAME = "NAME"
"""Stands on the page for the name of a new file."""
LOOK = """
import json, shlex

import keras
import pandas as pd
from mlflow.projects._project_spec import load_project

import regtrack
from regtrack import names
from regtrack.charts.errors_by_seed import errors_by_seed_chart
from regtrack.cli.main import main
from regtrack.cli.options import split_criteria
from regtrack.cli.plan import one_variant
from regtrack.data import load_dataset
from regtrack.diagnosis.claims import evaluate_claims
from regtrack.diagnosis.claims.evidence import Evidence
from regtrack.models import regularize
from regtrack.models.verification import verify
from regtrack.variants import Settings, Variant
from regtrack.variants.settings import AXES
from support.pages import open_page
from support.project import ROOT

def given(command, **options):
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    return main.commands[command].make_context(command, arguments).params

def parsed_by_mlflow(**options):
    return shlex.split(load_project(str(ROOT)).get_entry_point("main").compute_command(options, storage_dir=None))

model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(2, activation="softmax")])
variant = Variant(half_l2=0.5)
regularized = regularize(model, variant)
verify(regularized, variant, original=model)
squares = sum(float(keras.ops.sum(layer.kernel ** 2)) for layer in model.layers)
params = {name: str(value) for name, value in variant.to_params().items()}

sweep = [("baseline", Variant(), 0.9, 0.01), ("l1=0.001", Variant(l1=0.001), 0.8, 0.02)]
own = {axis: getattr(Settings(), axis) for axis in AXES}
trials = pd.DataFrame([{"run_id": f"{label} {seed}", "variant": label, "seed": seed} | one.to_params() | own
                       for label, one, *_ in sweep for seed in range(5)])
curves = pd.DataFrame([(label, seed, 1, accuracy + seed * step) for label, _, accuracy, step in sweep for seed in range(5)],
                      columns=["variant", "seed", "epoch", "train/accuracy"])
claims = evaluate_claims(Evidence(trials=trials, curves=curves)).set_index("claim")

from regtrack.diagnosis.triage import triage
from regtrack.diagnosis.triage.kinds.base import ErrorEvidence
import numpy as np
probs, one = np.array([[0.3, 0.6, 0.1]]), np.array([1])
error = ErrorEvidence(mean_probs=probs, others_mean_probs=probs, given_label=0 * one, wrong_class=one, suggested_label=one,
                      suspicion=one * 0.7, suspected=np.array([False]), trials=10 * one, trials_agreeing=10 * one)

page = open_page("how_many")
dataset = load_dataset("two_moons", split_seed=0)
chart = errors_by_seed_chart(pd.DataFrame({"seed": [0, 1], "error": [0.1, 0.2]}), title="q").to_dict()

print("FOUND", json.dumps({
    "code": [regtrack.__file__, str(ROOT)],
    "A regularizer": [given("train", half_l2="0.5")["half_l2"], parsed_by_mlflow(half_l2="0.5")[-2:], params["half_l2"],
                      float(sum(regularized.losses)) / squares, Variant.from_params(params) == variant, variant.label],
    "A source": [dataset.name, len(dataset.train) + len(dataset.validation) + len(dataset.test)],
    "A measure": "sure_share" in names.MEASURES,
    "A claim": claims.loc["l1_fits_less", ["effect", "verdict"]].tolist(),
    "A triage kind": triage(error).kind.tolist(),
    "A view": [page.title[0].value, page.metric[0].value, len(page.exception), page.get("page_link")[-1].proto.label],
    "A chart": [chart["title"] if isinstance(chart["title"], str) else chart["title"]["text"], len(next(iter(chart["datasets"].values())))],
    "A setting": [given("run", warm_up="3")["warm_up"], parsed_by_mlflow(warm_up="3")[-2:],
                  one_variant({}, {"warm_up": "3"}, None).settings.warm_up],
    "A criterion": [given("report", patience="0.25")["patience"], split_criteria({"patience": "0.25"})[0].patience],
}))
"""
WORKS = {
    "A regularizer": ["0.5", ["--half_l2", "0.5"], "0.5", pytest.approx(0.25), True, "half_l2=0.5"],
    "A source": ["two_moons", 200],
    "A measure": True,  # the rest: tests/measures/test_adding_one.py
    "A claim": [pytest.approx(0.08), "supported"],
    "A triage kind": ["all agree"],
    "A view": ["How many sweeps are there?", "0", 0, "How many"],
    "A chart": ["q", 2],
    "A setting": ["3", ["--warm_up", "3"], 3],
    "A criterion": ["0.25", 0.25],
}
FAMILIES = (
    "tests/charts/test_family.py", "tests/cli/test_options.py", "tests/dashboard/test_how_many.py",
    "tests/dashboard/test_pages.py", "tests/data/sources/test_two_moons.py", "tests/diagnosis/test_claims.py",
    "tests/diagnosis/test_triage.py", *(f"tests/measures/test_declared.py::{one}" for one in (
        "test_each_is_said_in_full", "test_the_direction_is_that_of_the_function", "test_each_stands_in_the_glossary",
        "test_each_stands_with_its_name_among_the_artifacts",
    )),
    "tests/test_design.py", "tests/test_docs.py",
    "tests/test_docs_run.py::test_the_reference_is_what_the_code_says", "tests/test_mlproject.py", "tests/test_names.py",
    "tests/test_registry.py", "tests/uncertainty/test_sure_share.py", "tests/variants",
)  # fmt: skip
"""What the project asks of every one of a kind, of its pages and of what lists them all."""
OF_THE_NEW = "errors_by_seed or not test_family"
"""Of charts, which are drawn one by one, those that were there draw as they did."""


def listed() -> dict[str, list[str]]:
    """Heading -> the files that the page lists under it."""
    _, *sections = re.split(r"^### ", PAGE, flags=re.MULTILINE)
    return {
        section.partition("\n")[0]: re.findall(r"^- `([^`]+)`", section, flags=re.MULTILINE) for section in sections
    }


@pytest.mark.parametrize("thing", ADDITIONS)
def test_the_page_lists_the_files_that_are_touched(thing):
    """Neither one more nor one less; new is what the page says is new."""
    new = [path for path in ADDITIONS[thing] if not (ROOT / path).exists()]
    name = Path(new[0]).stem.removeprefix("test_") if new else ""
    assert sorted(path.replace(NAME, name) for path in listed()[thing]) == sorted(ADDITIONS[thing])
    assert len(new) == sum(NAME in path for path in listed()[thing])


def test_every_thing_of_the_page_is_added():
    """A new heading of the page cannot be forgotten here."""
    assert list(listed()) == list(ADDITIONS) == list(WORKS)


@pytest.fixture(scope="module")
def copied(tmp_path_factory, empty_database) -> tuple[Path, dict[str, str]]:
    """The folder of a copy with one more of everything and an empty store beside it, and the environment of who runs it."""
    folder = tmp_path_factory.mktemp("copy")
    environment = copy_with(folder, list(ADDITIONS.values()))
    copy_database(empty_database, folder / "mlflow.db")
    return folder, environment | {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db"}


@pytest.fixture(scope="module")
def found(copied) -> dict:
    """What a process sees that runs the copy."""
    folder, environment = copied
    done = subprocess.run([sys.executable, "-c", LOOK], cwd=folder, env=environment, capture_output=True, text=True,
                          timeout=900, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.rpartition("FOUND ")[2])
    assert all(Path(path).is_relative_to(folder) for path in seen["code"])
    return seen


@pytest.mark.long
@pytest.mark.parametrize("thing", WORKS)
def test_what_was_added_works(found, thing):
    """As an option, on a model, in a table, on a page: by what is known beforehand."""
    assert found[thing] == WORKS[thing]


@pytest.mark.long
def test_nothing_else_has_to_be_touched(copied):
    """What the project's tests ask of every one of a kind holds in the copy, so that the lists are complete."""
    folder, environment = copied
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", OF_THE_NEW, *FAMILIES]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=1800, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:]
