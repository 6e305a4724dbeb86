"""sweep: train a grid on a model and data that a notebook holds, and look at what it says there."""

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import altair as alt
import keras
import mlflow
import pandas as pd
from mlflow.exceptions import MlflowException
from rich.console import Console

from regtrack import names
from regtrack.charts.learning_curves import learning_curves_chart
from regtrack.charts.theme import variant_hues
from regtrack.data import Dataset, load_dataset
from regtrack.diagnosis.criteria import Criteria
from regtrack.errors import GridError, ModelError, SettingError
from regtrack.models.held_model import HeldModel
from regtrack.report.sections import COST, CURVES, FIT, STRENGTH, TECHNIQUES, TRUST, WIN, WRONG
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.data import job_of
from regtrack.sweeps.figures import report_figures
from regtrack.sweeps.sweep import FinishedSweep, run_sweep
from regtrack.tracking.models import load_model, logged_model_id
from regtrack.tracking.serving import load_serving_model
from regtrack.tracking.store import connect, ensure_experiment
from regtrack.training.executors.executor import Executor
from regtrack.training.executors.local import Local
from regtrack.variants.given_splits import with_splits
from regtrack.variants.grid import AUTO, Grid, product
from regtrack.variants.named_grid import is_shipped, read_grid
from regtrack.variants.seed_budget import SeedBudget
from regtrack.variants.settings_values import settings_for
from regtrack.variants.suiting import suited
from regtrack.variants.variant import Variant

DRAWN = ("split_seed", "train_size", "label_noise")
"""What a Dataset knows of how its splits were drawn."""

Model = str | keras.Model | Callable[..., keras.Model]


def sweep(
    model: Model,
    dataset: str | Dataset,
    grid: str | Path | Grid | Iterable[Variant | Mapping],
    *,
    seeds: int | Sequence[int] | str | Mapping | None = None,
    splits: int | None = None,
    cv: int | None = None,
    criteria: Criteria | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    confirm: int = 0,
    experiment: str = "regtrack",
    tracking_uri: str | None = None,
    say: Callable[[str], None] | None = print,
    **settings,
) -> "SweepResult":
    """Train every variant at every seed, log it all to the tracking store, judge it.

    Args:
        model: the name of an architecture, `keras:file.keras`, `python:package.module:function`, a Keras model (its
            architecture is taken; its weights too with keep_weights=True), or a function
            build(input_shape, n_classes) -> Keras model.
        dataset: a spec such as "digits" or "table:file.csv?target=class", or a Dataset.
        grid: a grid file, the name of one that comes with regtrack, a Grid, or variants such as [{}, {"l2": [1e-3, 1e-2]},
            Variant(dropout_rate=0.2)], where a list is an axis.
        seeds: how many (0, 1, ...), or which; "auto", or {"start": 3, "trials": 60}, spends them where they decide which
            variant wins; default those of the grid, 5 for a list of variants.
        splits: how often the data are split, each time with fresh seeds (2 unless `seeds` says otherwise); default those of the grid, else 1.
        cv: in how many folds, in place of splits: each is tested on once, with seeds as of splits.
        criteria: what counts as a gap, a margin, equal.
        workers: processes; default one a core, or one a GPU where TensorFlow sees any.
        executor: where trials are trained, such as OnRay("head:6379"); default processes of this machine.
        confirm: fresh seeds, 8 or more, of the chosen variant and of the baseline, which alone then say whether it wins.
        experiment: of the tracking store, made if it is new.
        tracking_uri: default where MLflow points.
        say: takes every line that would be printed; None prints nothing.
        settings: any of `variants.settings.Settings`, e.g. epochs=10, in place of the grid's.
    Raises:
        RegtrackError: anything wrong with model, data, grid or settings, before anything is trained.
    """
    console = Console() if say is print else None
    say = say or _say_nothing
    comes_with_regtrack = isinstance(grid, str) and is_shipped(grid)
    grid = with_splits(_grid(grid, seeds), splits, cv, seeds_are_given=seeds is not None)
    again = "cv" if grid.by_folds else "splits" if grid.splits > 1 else "fold" if settings.get("fold") else ""
    if again and isinstance(dataset, Dataset):
        raise SettingError(
            f"{again}: expected data by name, which can be split again, received a Dataset; give its spec, such as "
            f"'npz:mine.npz', or leave {again} out"
        )
    if isinstance(dataset, Dataset):
        settings |= {"dataset": dataset.name} | {name: getattr(dataset, name) for name in DRAWN}
    else:
        settings |= {"dataset": dataset}
    own, build = settings_for(settings, grid.settings), None
    if isinstance(model, str):
        settings |= {"architecture": model}
    else:
        if isinstance(dataset, str):
            dataset = load_dataset(dataset, fold=own.fold, **{name: getattr(own, name) for name in DRAWN})
        build = HeldModel(model, dataset.input_shape, dataset.n_classes, keep_weights=own.keep_weights)
        settings |= {"architecture": build.identity}
    grid = replace(grid, settings=settings_for(settings, grid.settings))
    if comes_with_regtrack:
        grid, notes = suited(grid)
        for note in notes:
            say(note)
    client = connect(tracking_uri)
    where = ensure_experiment(client, experiment)
    asked = Asked(
        executor=_executor(executor, workers), confirm=confirm, criteria=criteria or Criteria(), experiment_id=where
    )
    done = run_sweep(
        grid,
        job_of(grid, None if isinstance(dataset, str) else dataset, build),
        client=client,
        asked=asked,
        say=say,
        console=console,
    )
    return SweepResult(done, asked.criteria, client.tracking_uri)


def _executor(executor: Executor | None, workers: int | None) -> Executor:
    if executor is None:
        return Local(workers)
    if workers is not None:
        raise SettingError(f"workers: expected none beside an executor, received {workers}; give it to the executor")
    executor.check()
    return executor


def _say_nothing(_: str) -> None:
    pass


def _grid(grid, seeds) -> Grid:
    if isinstance(grid, str | Path):
        grid = read_grid(str(grid))
    elif not isinstance(grid, Grid):
        if isinstance(grid, Mapping) or not isinstance(grid, Iterable):
            raise GridError(
                f"grid: expected a grid file, its name or a list of variants such as [{{}}, {{'l2': 0.001}}], received {grid!r}"
            )
        grid = Grid(_variants(grid), tuple(range(5)))
    if seeds is None:
        return grid
    if isinstance(seeds, Mapping) or (isinstance(seeds, str) and seeds == AUTO):
        return _with_budget(grid, seeds if isinstance(seeds, Mapping) else {})
    return replace(grid, seeds=_seeds(seeds), budget=None)


def _with_budget(grid: Grid, content: Mapping) -> Grid:
    """Raises SettingError for a budget that cannot be, or that does not start the grid."""
    try:
        return grid.with_budget(SeedBudget.of(content))
    except GridError as error:
        raise SettingError(str(error)) from None


def _variants(entries: Iterable) -> tuple[Variant, ...]:
    """A list as a value is an axis, as in a grid file."""
    found: list[Variant] = []
    for entry in entries:
        if not isinstance(entry, Variant | Mapping):
            raise GridError(f"grid: expected variants such as {{'l2': 0.001}}, received {entry!r}")
        found += [entry] if isinstance(entry, Variant) else [Variant(**point) for point in product(entry)]
    labels = [variant.label for variant in found]
    if not labels or len(set(labels)) < len(labels):
        raise GridError(f"grid: expected different variants, at least one, received {', '.join(labels) or 'none'}")
    return tuple(found)


def _seeds(seeds) -> tuple[int, ...]:
    chosen = range(seeds) if isinstance(seeds, int) and not isinstance(seeds, bool) else seeds
    chosen = tuple(chosen) if isinstance(chosen, range | list | tuple) else ()
    whole = all(isinstance(seed, int) and not isinstance(seed, bool) and seed >= 0 for seed in chosen)
    if not chosen or not whole or len(set(chosen)) < len(chosen):
        raise SettingError(
            f"seeds: expected a number such as 5, different seeds such as [0, 1, 2], or 'auto'; received {seeds!r}"
        )
    return chosen


@dataclass(frozen=True, eq=False)
class SweepResult:
    """A sweep that ended. `answer` is what it says in a sentence; `sweep` has its ids, trials and everything judged."""

    sweep: FinishedSweep
    criteria: Criteria
    tracking_uri: str

    @property
    def answer(self) -> str:
        return f"{self.sweep.reported.answer.sentence}."

    def leaderboard(self) -> pd.DataFrame:
        """names.LEADERBOARD_COLUMNS, a row a variant, the best validation error first."""
        return self.sweep.reported.leaderboard.copy()

    def comparison(self) -> pd.DataFrame:
        """names.COMPARISON_COLUMNS: every tested difference with its interval."""
        return self.sweep.reported.judgement.comparison.copy()

    def secondary(self) -> pd.DataFrame:
        """names.COMPARISON_COLUMNS: each variant against the baseline by each measure (`primary`) but the sweep's own."""
        return self.sweep.reported.judgement.secondary.copy()

    def over_splits(self) -> pd.DataFrame:
        """names.OVER_SPLITS_COLUMNS: each variant against the baseline over all splits; without rows of a sweep of one split."""
        return self.sweep.reported.judgement.over_splits.copy()

    def techniques(self) -> pd.DataFrame:
        """names.TECHNIQUES_COLUMNS: each technique at the setting that validation chooses of it, with what its tries cost."""
        return self.sweep.reported.judgement.techniques.copy()

    def expected_best(self) -> pd.DataFrame:
        """names.EXPECTED_BEST_COLUMNS: what is to be expected of each technique, by the number of its settings that are tried."""
        return self.sweep.reported.judgement.expected_best.copy()

    def pareto(self) -> pd.DataFrame:
        """names.PARETO_COLUMNS: accuracy, likelihood and cost of each way to answer, and which of them nobody should choose."""
        return self.sweep.reported.judgement.pareto.copy()

    def model(self, variant: str | Variant, seed: int) -> keras.Model:
        """The trained network of a variant (its label, or itself) at a seed. Raises ModelError where there is none."""
        mlflow.set_tracking_uri(self.tracking_uri)
        return load_model(f"models:/{logged_model_id(connect(self.tracking_uri), self._run_of(variant, seed))}")

    def predict(
        self,
        data,
        variant: str | Variant | None = None,
        seed: int | None = None,
        *,
        n_passes: int | None = None,
        mask_seed: int | None = None,
    ) -> pd.DataFrame:
        """What a network says of new examples, a row each: class, confidence, uncertainty, and a column a class.

        Args:
            data: of a table, a DataFrame of raw rows with its columns by name (others are left aside); else an array of
                inputs as `Dataset.x`.
            variant, seed: whose network; the winner's (lowest validation error), and its best seed, unless given.
            n_passes, mask_seed: of Monte Carlo dropout; the trial's own unless given.
        Raises:
            ModelError: there is no such network, or it cannot answer on these data.
        """
        winner = self.sweep.reported.winner
        if (variant is None) != (seed is None):
            raise ModelError(
                f"predict: expected variant and seed together, or neither, received {variant!r} and {seed!r}"
            )
        run_id = winner.run_id if variant is None else self._run_of(variant, seed)
        mlflow.set_tracking_uri(self.tracking_uri)
        client = connect(self.tracking_uri)
        model = load_serving_model(f"models:/{logged_model_id(client, run_id, names.SERVING)}")
        given = {"n_passes": n_passes, "seed": mask_seed}
        try:
            return model.predict(data, {name: value for name, value in given.items() if value is not None})
        except MlflowException as error:
            raise ModelError(error.message) from None

    def _run_of(self, variant: str | Variant, seed: int) -> str:
        """Raises ModelError where there is no such trial."""
        label = variant.label if isinstance(variant, Variant) else variant
        trials = self.sweep.reported.record.trials
        row = trials[(trials["variant"] == label) & (trials[names.SEED] == seed)]
        if row.empty:
            known = ", ".join(trials["variant"].unique())
            raise ModelError(
                f"model: expected one of the variants {known} and a seed of theirs, received {label!r}, {seed}"
            )
        return row["run_id"].iloc[0]

    def plot_train_and_validation_error(self) -> alt.TopLevelMixin:
        """Where each variant stands between under- and overfitting."""
        return self._charts(FIT)[0]

    def plot_learning_curves(self, variants: Sequence[str] | None = None) -> alt.TopLevelMixin:
        """Of these variants (labels), else of the most telling ones."""
        if variants is None:
            return self._charts(CURVES)[0]
        table = self.sweep.reported.record.curve_table()
        measures = ("error", "cross_entropy", "penalty")
        shown = table[table["variant"].isin(list(variants))]
        return learning_curves_chart(shown, title="Learning curves", measures=measures, hues=dict(self._hues()))

    def plot_differences(self) -> alt.TopLevelMixin | None:
        """Each variant's difference from the baseline; None where there is nothing to compare."""
        charts = self._charts(WIN)
        return charts[0] if charts else None

    def plot_techniques(self) -> alt.TopLevelMixin | None:
        """Expected best of each technique against the number of settings tried; None of a single technique."""
        charts = self._charts(TECHNIQUES)
        return charts[0] if charts else None

    def plot_pareto(self) -> alt.TopLevelMixin | None:
        """Accuracy against likelihood, points as large as an answer is dear; None where there is one way to answer."""
        charts = self._charts(COST)
        return charts[0] if charts else None

    def plot_responses(self) -> list[alt.TopLevelMixin]:
        """Measures against the strength of one regularizer; empty where the grid varies none."""
        return self._charts(STRENGTH)

    def plot_reliability(self) -> alt.TopLevelMixin:
        """Whether the best variant is right as often as it is sure."""
        return self._charts(TRUST)[0]

    def plot_confident_errors(self) -> alt.TopLevelMixin:
        """How often each variant is sure and wrong."""
        return self._charts(WRONG)[0]

    def _hues(self):
        board = self.sweep.reported.leaderboard
        return variant_hues(board["variant"], board["technique"])

    def _charts(self, section: str) -> list[alt.TopLevelMixin]:
        reported = self.sweep.reported
        found = report_figures(reported.record, reported.judgement, self.criteria, self._hues())
        return [figure.chart for figure in found if figure.section == section]

    def __repr__(self) -> str:
        return f"SweepResult({self.sweep.sweep_id}: {self.answer})"

    def _repr_html_(self) -> str:
        """Answer and leaderboard, for Jupyter."""
        rows = self.sweep.reported.rows
        head = "".join(f"<th>{html.escape(name)}</th>" for name in rows[0])
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row.values()) + "</tr>" for row in rows
        )
        caption = html.escape(self.sweep.reported.caption)
        return (
            f"<p><b>{html.escape(self.answer)}</b></p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"<p><small>{caption}</small></p>"
        )
