"""One more of each thing that CONTRIBUTING.md tells how to add, and a copy of the project to add it to."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from support.project import ROOT

Edit = Callable[[str], str]
"""A file's text before, empty where there is none -> after."""


def new(text: str) -> Edit:
    """A file that was not there."""

    def edit(before: str) -> str:
        assert not before
        return text.lstrip("\n")

    return edit


def at_end(text: str) -> Edit:
    return lambda before: before.rstrip("\n") + "\n" + text


def before(place: str, text: str) -> Edit:
    """`text` in front of the one place that reads so."""

    def edit(whole: str) -> str:
        assert whole.count(place) == 1, f"{place!r} stands there {whole.count(place)} times"
        return whole.replace(place, text + place)

    return edit


def replaced(old: str, new: str) -> Edit:
    """Every `old` is `new`."""

    def edit(whole: str) -> str:
        assert old in whole, f"{old!r} stands nowhere"
        return whole.replace(old, new)

    return edit


def by_turns(*edits: Edit) -> Edit:
    def edit(whole: str) -> str:
        for one in edits:
            whole = one(whole)
        return whole

    return edit


def generated(whole: str) -> str:
    """docs/make_reference.py writes it, once all is added."""
    return whole


MEASURE = {
    "src/regtrack/uncertainty/selective.py": at_end('''

def sure_share(confidence, threshold: float = 0.9) -> float:
    """Share of the predictions that are confident, [0, 1]."""
    return float((confidence >= threshold).mean())
'''),
    "src/regtrack/measures/declared.py": before(")  # fmt: skip\n\nMEASURES = ", '''    Measure("sure_share", "share of sure answers", "share", 2, False, "predictions at or above the threshold",
            computed="selective.sure_share",
            shown=Shown.LEADERBOARD | Shown.OVERVIEW | Shown.TERMINAL | Shown.ACCURACY_TABLE | Shown.METHODS
            | Shown.CONVERGENCE | Shown.RESPONSE),
'''),
    "docs/glossary.md": before(
        "| **error**, `error` |",
        "| **share of sure answers**, `sure_share` | predictions at or above the threshold; lower is better |\n",
    ),
    "docs/artifacts.md": by_turns(
        replaced("`balanced_accuracy` (mean", "`sure_share`, `balanced_accuracy` (mean"),
        before("| `balanced_accuracy` | test, ", "| `sure_share` | test, predictions at or above the threshold |\n"),
    ),
    "tests/uncertainty/test_sure_share.py": new('''
"""Share of sure answers: known beforehand."""

import numpy as np

from regtrack.uncertainty.selective import sure_share


def test_it_counts_what_reaches_the_threshold():
    """The threshold itself is sure."""
    assert sure_share(np.array([0.9, 0.89, 1.0, 0.5]), 0.9) == 0.5
'''),
}  # fmt: skip

REGULARIZER = {
    "src/regtrack/variants/regularizers/half_l2.py": new('''
from regtrack.variants.effects import KerasObject, Penalty
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength


class HalfL2(Regularizer):
    """Half of Keras' L2: factor x 1/2 sum of w squared, as the textbooks write it."""

    name, title, order = "half_l2", "Half L2 penalty", 999
    params = (Param("half_l2", "number", 0.0, "factor of half the sum of squares; 0 is off", low=0.0,
                    strength=Strength("higher", "log", 10.0, first=(1e-4, 1e-3))),)

    def effects(self, values):
        return (Penalty(KerasObject("L2", {"l2": values["half_l2"] / 2})),)
'''),
    "docs/artifacts.md": at_end("\n`half_l2`: half of L2's factor.\n"),
    "docs/reference.md": generated,
    "tests/variants/test_strength.py": replaced("STRONGER = {\n", 'STRONGER = {\n    "half_l2": "higher",\n'),
    "tests/variants/test_regularizers.py": by_turns(
        replaced('"gradient_clipping",\n]', '"gradient_clipping", "half_l2",\n]'),
        before('        "l1": effects.Penalty(keras_object("L1"', '        "half_l2": effects.Penalty(keras_object("L2", {"l2": 0.125})),\n'),
    ),
}  # fmt: skip

SOURCE = {
    "src/regtrack/data/sources/two_moons.py": new('''
from regtrack.data.arrays import raw_from_arrays
from regtrack.data.sources.base import Source


class TwoMoons(Source):
    """Two crescents that reach into each other, 200 points of the plane."""

    name = "two_moons"

    def load(self, argument):
        """x (200, 2). The argument is not read."""
        from sklearn.datasets import make_moons

        return raw_from_arrays(*make_moons(200, noise=0.1, random_state=0), name=self.name)
'''),
    "docs/reference.md": generated,
    "tests/data/sources/test_two_moons.py": new('''
"""two_moons: two classes of a hundred points each."""

from regtrack.data import load_dataset


def test_it_loads():
    """Both classes are there, and points have two coordinates."""
    dataset = load_dataset("two_moons", split_seed=0)
    assert dataset.class_names == ("0", "1")
    assert dataset.train.x.shape[1:] == (2,)
'''),
    "tests/pipelines/bad_inputs/sources.yaml": replaced("sklearn, table, received", "sklearn, table, two_moons, received"),
}  # fmt: skip

CLAIM = {
    "src/regtrack/diagnosis/claims/article/l1_fits_less.py": new('''
from regtrack.diagnosis.claims.base import Claim, Outcome
from regtrack.diagnosis.claims.evidence import NoEvidence
from regtrack.diagnosis.claims.measured import over_seeds, paired
from regtrack.diagnosis.claims.verdicts import judge


class L1FitsLess(Claim):
    """A penalty is paid in training error: what it holds down cannot follow every example."""

    name, title, order = "l1_fits_less", "L1 fits the training examples less closely", 999
    measure = "train error at the last epoch, the largest L1 factor alone minus the baseline; paired by seed, Student's t"
    unit = "share"
    would_tell = "`- {l1: [1.0e-4, 1.0e-3]}` in the grid would tell"

    def find(self, evidence):
        variants, baseline = evidence.only("l1"), evidence.baseline
        if not variants:
            raise NoEvidence("The sweep has no finished variant with L1 alone")
        strongest = variants[-1]
        measured = over_seeds(paired(evidence.train_error(strongest), evidence.train_error(baseline)))
        verdict, ending = judge(measured, direction=1, margin=0.01, margin_text="0.01")
        reason = f"{strongest.variant} differs by {measured.told('')} over {measured.seeds} seeds: {ending}."
        return Outcome(measured, verdict, f"With L1, {reason}", (strongest, baseline))
'''),
    "tests/diagnosis/test_claims.py": by_turns(
        replaced('"schedule_changes_winner",\n]', '"schedule_changes_winner", "l1_fits_less",\n]'),
        before("CASES = [\n", '''def l1_fits_less(effect, scale):
    return sweep(
        {"curves": {"train/accuracy": flat(0.9 + 0 * STILL)}},
        {"params": {"l1": 1e-3}, "curves": {"train/accuracy": flat(0.9 - effect - scale * WILD)}},
    )


'''),
        replaced(
            '    ("schedule_changes_winner", schedule, (-0.03, 0.001), (0.03, 0.001), (-0.002, 0.03)),\n',
            '    ("schedule_changes_winner", schedule, (-0.03, 0.001), (0.03, 0.001), (-0.002, 0.03)),\n'
            '    ("l1_fits_less", l1_fits_less, (0.05, 0.002), (0.0, 0.0005), (0.005, 0.03)),\n',
        ),
        replaced('"dropout_lowers_error", "dropout_slows"]\n', '"dropout_lowers_error", "dropout_slows", "l1_fits_less"]\n'),
    ),
}  # fmt: skip

KIND = {
    "src/regtrack/diagnosis/triage/kinds/all_agree.py": new('''
from regtrack.diagnosis.triage.kinds.base import Kind


class AllAgree(Kind):
    """Every trial makes this very error."""

    name, title, order = "all agree", "All trials agree", 15
    because = "Every trial says so: the given {given} has {given_probability:.2f}, {rival} {rival_probability:.2f}"

    def matches(self, evidence):
        return evidence.trials_agreeing == evidence.trials
'''),
    "docs/artifacts.md": replaced("it probably is: `", "it probably is: `all agree`, `"),
    "tests/diagnosis/test_triage.py": by_turns(
        replaced('"ambiguous between two classes", "unknown"]\n', '"all agree", "ambiguous between two classes", "unknown"]\n'),
        replaced("assert list(found.kind) == ORDER\n", "assert list(found.kind) == [one for one in ORDER if one != 'all agree']\n"),
        at_end('''

def test_an_error_of_all_trials_is_one_on_which_all_agree():
    """Before it is asked whether others are split."""
    found = triage(evidence([[0.3, 0.6, 0.1]], [0], [1], agreeing=10))
    assert list(found.kind) == ["all agree"]
'''),
    ),
}  # fmt: skip

VIEW = {
    "dashboard/views/how_many.py": new('''
"""How many: the number of sweeps in the store."""

import streamlit as st
from reading import store

TITLE, ORDER = "How many", 999


def main() -> None:
    st.title("How many sweeps are there?")
    st.metric("sweeps", len(store.sweeps(store.tracking_uri())))


main()
'''),
    "tests/dashboard/test_pages.py": replaced('"Sweep in progress",\n', '"Sweep in progress",\n        "how_many": "How many",\n'),
    "tests/dashboard/test_how_many.py": new('''
"""How many: an empty store has none."""


def test_an_empty_store_has_none(store, open_view):
    """Counted, and no error."""
    app = open_view(store.tracking_uri, "how_many")
    assert not app.exception
    assert [one.value for one in app.metric] == ["0"]
'''),
}  # fmt: skip

CHART = {
    "src/regtrack/charts/errors_by_seed.py": new('''
"""Errors by seed: how far do a variant's seeds lie apart?"""

import altair as alt
import pandas as pd

from regtrack.charts.finish import finished

COLUMNS = ("seed", "error")


def errors_by_seed_chart(table: pd.DataFrame, *, title: str) -> alt.Chart:
    """A point a seed. `table`: COLUMNS; error is a share."""
    table = table.reindex(columns=list(COLUMNS)).dropna()
    points = alt.Chart(table).mark_point().encode(
        x=alt.X("seed:O", title="seed"), y=alt.Y("error:Q", title="error (share)"),
        tooltip=["seed:O", alt.Tooltip("error:Q", format=".3f")],
    )  # fmt: skip
    return finished(points, title=title, description=f"The errors of {len(table)} seeds of one variant, a point each.")
'''),
    "tests/charts/test_family.py": by_turns(
        before("from regtrack.charts.learning_curves", "from regtrack.charts.errors_by_seed import errors_by_seed_chart\n"),
        before("CHARTS = {\n", 'BY_SEED = rows(("seed", "error"), (0, 0.1), (1, 0.2))\n'),
        replaced("CHARTS = {\n", 'CHARTS = {\n    "errors_by_seed": (errors_by_seed_chart, BY_SEED, {}),\n'),
    ),
}  # fmt: skip

SETTING = {
    "src/regtrack/variants/settings.py": before(
        '    epochs: Whole = Field(', '    warm_up: Whole = Field(0, ge=0, description="epochs before the schedule begins")\n'
    ),
    "docs/artifacts.md": at_end("\n`warm_up`: epochs before the schedule begins.\n"),
    "docs/reference.md": generated,
}  # fmt: skip

CRITERION = {
    "src/regtrack/diagnosis/criteria.py": before(
        "    target_error: ", '    patience: Number = Field(0.5, ge=0, lt=1, description="share of the budget to wait")\n'
    ),
    "docs/reference.md": generated,
}  # fmt: skip

ADDITIONS: Mapping[str, Mapping[str, Edit]] = {
    "A regularizer": REGULARIZER, "A source": SOURCE, "A measure": MEASURE, "A claim": CLAIM, "A triage kind": KIND,
    "A view": VIEW, "A chart": CHART, "A setting": SETTING, "A criterion": CRITERION,
}  # fmt: skip
"""Heading in CONTRIBUTING.md -> the edit of each file that it lists."""

PARTS = ("src", "dashboard", "docs", "grids", "pipelines", "benchmarks", "deploy", "tests")
FILES = (
    "pyproject.toml",
    "setup.py",
    "MLproject",
    "python_env.yaml",
    "requirements.txt",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "Makefile",
)
LEFT_OUT = ("__pycache__", "*.egg-info", "*_cache", "images")


def copy_with(folder: Path, things: Sequence[Mapping[str, Edit]]) -> dict[str, str]:
    """The environment of a process that runs a copy of the project in `folder`, with these things added to it."""
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for file in FILES:
        shutil.copy(ROOT / file, folder)
    for thing in things:
        for path, edit in thing.items():
            file = folder / path
            file.write_text(edit(file.read_text(encoding="utf-8") if file.exists() else ""), encoding="utf-8")
    path = os.pathsep.join(str(folder / part) for part in ("src", "dashboard", "tests"))
    environment = os.environ | {"PYTHONPATH": path}
    if any(generated in thing.values() for thing in things):
        make = [sys.executable, str(folder / "docs/make_reference.py")]
        subprocess.run(make, cwd=folder, env=environment, check=True, timeout=600)
    return environment
