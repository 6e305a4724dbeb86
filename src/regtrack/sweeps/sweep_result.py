"""SweepResult: a sweep that ended, looked at in a notebook: tables, charts, networks and their predictions."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import keras
import mlflow
import pandas as pd
from mlflow.exceptions import MlflowException

from regtrack import names
from regtrack.charts.learning_curves import learning_curves_chart
from regtrack.charts.theme import variant_hues
from regtrack.diagnosis.criteria import Criteria
from regtrack.errors import ModelError
from regtrack.report.sections import COST, CURVES, FIT, STRENGTH, TECHNIQUES, TRUST, WIN, WRONG
from regtrack.sweeps.figures import report_figures
from regtrack.sweeps.sweep import FinishedSweep
from regtrack.tracking.models import load_model, logged_model_id
from regtrack.tracking.serving import load_serving_model
from regtrack.tracking.store import connect
from regtrack.variants.variant import Variant


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
        return self.sweep.reported.judgement.by_technique.chosen.copy()

    def expected_best(self) -> pd.DataFrame:
        """names.EXPECTED_BEST_COLUMNS: what is to be expected of each technique, by the number of its settings that are tried."""
        return self.sweep.reported.judgement.by_technique.expected_best.copy()

    def pareto(self) -> pd.DataFrame:
        """names.PARETO_COLUMNS: accuracy, likelihood and cost of each way to answer, and which of them nobody should choose."""
        return self.sweep.reported.judgement.by_technique.pareto.copy()

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
