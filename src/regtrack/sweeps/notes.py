"""Notes: what the MLflow UI shows on top of a run, in markdown. A sweep's answer and table, a trial's verdict."""

import re
from bisect import bisect_right

from regtrack.diagnosis.judgement import Judgement
from regtrack.diagnosis.regimes.regime import Regime
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.measures.declared import MEASURES
from regtrack.measures.primaries import PRIMARIES
from regtrack.names import BALANCED_ACCURACY
from regtrack.sweeps.summary import judged_cell_of, markdown_table, regime_of
from regtrack.sweeps.winner import Winner
from regtrack.words.markdown import MLFLOW, escaped

LONGEST = 8000
"""Characters that MLflow keeps of a note; it cuts off the rest."""
FRESH = (
    "A network of the confirmation: it took no part in choosing and stands in no table. What follows was judged of the "
    "sweep's own seeds."
)
NOTED = ("train_error", "val_error", "generalization_gap", "test_accuracy")


def sweep_note(reported) -> str:
    """The answer, the leaderboard, what Monte Carlo dropout bought, and links, in at most LONGEST characters.

    Where that is too long the Monte Carlo lines go first, then the link that names a run a variant, then the table's
    last rows, until it fits.
    """
    variants = len(reported.rows)
    for bought, compare in ((True, True), (False, True), (False, False)):
        note = _note(reported, variants, bought, compare)
        if len(note) <= LONGEST:
            return note
    # A row more makes the note longer: halving finds the most that fit, where one try a row would make 400 tables.
    rows = bisect_right(range(1, variants), LONGEST, key=lambda n: len(_note(reported, n, False, False)))
    return _note(reported, rows, False, False) if rows else f"[Report]({reported.report_link})"


def _note(reported, variants: int, bought: bool, compare: bool) -> str:
    links = [f"[Report]({reported.report_link})", f"[Charts of the variants, one seed]({reported.chart_link})"]
    links += [f"[Compare the variants, first seed each]({reported.compare_link})"] * compare
    left_out = len(reported.rows) - variants
    lines = [
        f"**{escaped(reported.answer.sentence, MLFLOW)}.**",
        markdown_table(reported.rows[:variants]),
        f"{left_out:,} more variants in the dashboard and in sweep/leaderboard.parquet." if left_out else "",
        reported.caption,
        "\n".join(f"- {escaped(line, MLFLOW)}" for line in reported.what_mc_dropout_bought if bought),
        "" if bought or not reported.what_mc_dropout_bought else "What Monte Carlo dropout bought: more in the report.",
        " · ".join(links),
        _to_use(reported.winner),
    ]
    return "\n\n".join(line for line in lines if line)


def _to_use(winner: Winner) -> str:
    if not winner.serving_id:
        return ""
    return (
        f"To use {escaped(winner.variant, MLFLOW)} (seed {winner.seed}), logged model `{winner.serving_id}`: "
        f"`{winner.how_to_serve()}`"
    )


def trial_notes(record: SweepRecord, judgement: Judgement, report_link: str) -> dict[str, str]:
    """run id -> what is known of its variant, over all seeds."""
    by_variant, confirming = {}, record.confirming
    by, answered = PRIMARIES[judgement.answer.primary], judgement.answer
    for _, row in judgement.leaderboard.iterrows():
        variant, cells = row["variant"], {name: judged_cell_of(row, MEASURES[name]) for name in (*NOTED, by.column)}
        regime, selected = judgement.regimes[variant], judgement.selected_regimes[variant]
        over = f" (means over {answered.over})" if answered.over else ""
        lines = [
            f"**{escaped(variant, MLFLOW)}: {regime_of(row)}** at the last epoch, {selected.verdict} at the selected one "
            f"({regime.seeds} seeds, {regime.examples:,} validation examples{_by_balanced(regime)}).",
            f"- train error {cells['train_error']}, validation error {cells['val_error']}, gap {cells['generalization_gap']}{over}",
            f"- test accuracy {cells['test_accuracy']}, from the baseline {cells[by.column]} ({by.told}){over}",
            *(f"- {escaped(shape.sentence, MLFLOW)}" for shape in regime.shapes),
            *_differs(regime),
            f"- next: {escaped(judgement.advice[variant].sentence, MLFLOW)}",
            *(f"  {_code(line)}" for line in judgement.advice[variant].grid_lines),
            f"\n[The sweep's report]({report_link})",
        ]
        by_variant[variant] = "\n".join(lines)
    explored = {row.run_id: by_variant[row.variant] for row in record.trials.itertuples()}
    known = zip(confirming["run_id"], confirming["variant"], strict=True) if len(confirming) else ()
    return explored | {
        run_id: f"{FRESH}\n\n{by_variant[variant]}" for run_id, variant in known if variant in by_variant
    }


def _by_balanced(regime: Regime) -> str:
    return ", by balanced error" if regime.measure == BALANCED_ACCURACY else ""


def _differs(regime: Regime) -> list[str]:
    return [f"- {regime.disagreement.sentence}"] if regime.disagreement else []


def _code(text: str) -> str:
    """A fence of one backtick more than the text holds: a name may hold some."""
    runs = re.findall("`+", text)
    fence = "`" * (max(map(len, runs), default=0) + 1)
    return f"{fence} {text} {fence}" if runs else f"`{text}`"
