"""Notes: what the MLflow UI shows on top of a run, in markdown. A sweep's answer and table, a trial's verdict."""

from regtrack.diagnosis.judgement import Judgement
from regtrack.diagnosis.regime import Regime
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.sweeps.summary import columns_of, markdown_table


def sweep_note(reported) -> str:
    """The answer, the leaderboard, what Monte Carlo dropout bought, and links."""
    lines = [f"**{_markdown(reported.answer.sentence)}.**", markdown_table(reported.leaderboard), reported.caption]
    lines += ["\n".join(f"- {_markdown(line)}" for line in reported.what_mc_dropout_bought)]
    lines.append(
        f"[Report]({reported.report_link}) · [Charts of the variants, one seed]({reported.chart_link}) · "
        f"[Compare the variants, first seed each]({reported.compare_link})"
    )
    return "\n\n".join(line for line in lines if line)


def trial_notes(record: SweepRecord, judgement: Judgement, report_link: str) -> dict[str, str]:
    """run id -> what is known of its variant, over all seeds."""
    by_variant = {}
    for _, row in judgement.leaderboard.iterrows():
        variant, cells = row["variant"], columns_of(row)
        regime, selected = judgement.regimes[variant], judgement.selected_regimes[variant]
        lines = [
            f"**{_markdown(variant)}: {cells['regime']}** at the last epoch, {selected.verdict} at the selected one "
            f"({regime.seeds} seeds, {regime.examples:,} validation examples).",
            f"- train error {cells['train error']}, validation error {cells['val error']}, gap {cells['gap at the last epoch']}",
            f"- test accuracy {cells['test accuracy']}, from the baseline {cells['from baseline']} points",
            *(f"- {_markdown(shape)}" for shape in regime.shapes),
            *_differs(regime),
            f"- next: {_markdown(judgement.advice[variant].sentence)}",
            *(f"  `{line}`" for line in judgement.advice[variant].grid_lines),
            f"\n[The sweep's report]({report_link})",
        ]
        by_variant[variant] = "\n".join(lines)
    return {row.run_id: by_variant[row.variant] for row in record.trials.itertuples()}


def _differs(regime: Regime) -> list[str]:
    return [f"- {regime.disagreement}"] if regime.disagreement else []


def _markdown(text: str) -> str:
    """Names come from a grid file: what markdown or HTML would read as its own stays text."""
    for mark in "\\`*_<>[]|":
        text = text.replace(mark, f"\\{mark}")
    return text
