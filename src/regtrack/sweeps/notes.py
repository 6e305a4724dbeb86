"""Notes: what the MLflow UI shows on top of a run, in markdown. A sweep's answer and table, a trial's verdict."""

import re

from regtrack.diagnosis.judgement import Judgement
from regtrack.diagnosis.regimes.regime import Regime
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.measures.declared import MEASURES
from regtrack.sweeps.summary import judged_cell_of, markdown_table, regime_of
from regtrack.sweeps.winner import Winner
from regtrack.words.markdown import MLFLOW, escaped

LONGEST = 8000
"""Characters that MLflow keeps of a note; it cuts off the rest."""
NOTED = ("train_error", "val_error", "generalization_gap", "test_accuracy", "difference")


def sweep_note(reported) -> str:
    """The answer, the leaderboard, what Monte Carlo dropout bought, and links, in at most LONGEST characters.

    Where that is too long the Monte Carlo lines go first, then the link that names a run a variant, then the table's
    last rows, until it fits.
    """
    variants = len(reported.leaderboard)
    shorter = [(variants, True, True), (variants, False, True), *((n, False, False) for n in range(variants, 0, -1))]
    notes = (_note(reported, *kept) for kept in shorter)
    return next((note for note in notes if len(note) <= LONGEST), f"[Report]({reported.report_link})")


def _note(reported, variants: int, bought: bool, compare: bool) -> str:
    links = [f"[Report]({reported.report_link})", f"[Charts of the variants, one seed]({reported.chart_link})"]
    links += [f"[Compare the variants, first seed each]({reported.compare_link})"] * compare
    left_out = len(reported.leaderboard) - variants
    lines = [
        f"**{escaped(reported.answer.sentence, MLFLOW)}.**",
        markdown_table(reported.leaderboard[:variants]),
        f"{left_out} more variants in the report." if left_out else "",
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
    by_variant = {}
    for _, row in judgement.leaderboard.iterrows():
        variant, cells = row["variant"], {name: judged_cell_of(row, MEASURES[name]) for name in NOTED}
        regime, selected = judgement.regimes[variant], judgement.selected_regimes[variant]
        lines = [
            f"**{escaped(variant, MLFLOW)}: {regime_of(row)}** at the last epoch, {selected.verdict} at the selected one "
            f"({regime.seeds} seeds, {regime.examples:,} validation examples).",
            f"- train error {cells['train_error']}, validation error {cells['val_error']}, gap {cells['generalization_gap']}",
            f"- test accuracy {cells['test_accuracy']}, from the baseline {cells['difference']} {MEASURES['difference'].unit}",
            *(f"- {escaped(shape.sentence, MLFLOW)}" for shape in regime.shapes),
            *_differs(regime),
            f"- next: {escaped(judgement.advice[variant].sentence, MLFLOW)}",
            *(f"  {_code(line)}" for line in judgement.advice[variant].grid_lines),
            f"\n[The sweep's report]({report_link})",
        ]
        by_variant[variant] = "\n".join(lines)
    return {row.run_id: by_variant[row.variant] for row in record.trials.itertuples()}


def _differs(regime: Regime) -> list[str]:
    return [f"- {regime.disagreement.sentence}"] if regime.disagreement else []


def _code(text: str) -> str:
    """A fence of one backtick more than the text holds: a name may hold some."""
    runs = re.findall("`+", text)
    fence = "`" * (max(map(len, runs), default=0) + 1)
    return f"{fence} {text} {fence}" if runs else f"`{text}`"
