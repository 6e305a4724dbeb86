"""The report's figures: which variants and measures each shows, and what its caption says."""

from collections.abc import Mapping

import pandas as pd
from altair.utils.schemapi import debug_mode

from regtrack import names
from regtrack.charts.agreement import agreement_chart
from regtrack.charts.confident_errors import confident_errors_chart
from regtrack.charts.differences import differences_chart
from regtrack.charts.expected_best import expected_best_chart
from regtrack.charts.learning_curves import learning_curves_chart
from regtrack.charts.pareto import pareto_chart
from regtrack.charts.reliability import reliability_chart, reliability_table
from regtrack.charts.response import response_chart
from regtrack.charts.train_and_validation_error import train_and_validation_error_chart
from regtrack.charts.training_size import training_size_chart
from regtrack.diagnosis.criteria import Criteria
from regtrack.diagnosis.differences.families import TO_BASELINE
from regtrack.diagnosis.judgement import Judgement
from regtrack.diagnosis.shown_variants import shown_in_words
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.measures.primaries import PRIMARIES
from regtrack.names import BASELINE
from regtrack.report.report import Figure
from regtrack.report.sections import COST, CURVES, DATA, FIT, STRENGTH, TECHNIQUES, TRUST, WIN, WRONG
from regtrack.words.sentences import as_sentence

LONG_CURVE, MOST_CURVES = 3, 6
RESPONSES = {"val_error_last": "validation error", "generalization_gap": "generalization gap"}


def report_figures(
    record: SweepRecord, judgement: Judgement, criteria: Criteria, hues: Mapping[str, str]
) -> list[Figure]:
    # No part of a chart is checked as it is made: tests/charts hold all of them to Vega-Lite's schema.
    with debug_mode(False):
        return _figures(record, judgement, criteria, hues)


def _figures(record: SweepRecord, judgement: Judgement, criteria: Criteria, hues: Mapping[str, str]) -> list[Figure]:
    seeds = record.trials.groupby("variant").size()
    n_seeds = f"{seeds.min()}" if seeds.min() == seeds.max() else f"{seeds.min()} to {seeds.max()}"
    here = "on the first split alone" if judgement.answer.over else "on this split"
    over = f"{n_seeds} seeds; bars are 95 % intervals over seeds and examples, {here}."
    # What the answer is over: all splits, where they suffice.
    over_all = (
        f"mean over {judgement.answer.over}, each with seeds of its own; bars are 95 % intervals for new data."
        if judgement.answer.over
        else over
    )
    n_val, n_test = len(record.validation.example_id), len(record.test.example_id)
    shown = judgement.foremost()
    some = shown_in_words(len(shown.leaderboard), len(judgement.leaderboard))
    some = f" {as_sentence(f'{some}, are shown')}" if some else ""
    found = [*_win(shown, criteria, f"{over_all}{some}", here), *_techniques(judgement, over_all)]
    found.append(_fit(shown, criteria, f"{over}{some}", n_val))
    found.append(_curves(record, judgement, hues, n_seeds))
    found += _responses(judgement, over, n_val)
    if len(judgement.training_size.table):
        chart = training_size_chart(judgement.training_size.table, title="Would more data help?", hues=dict(hues))
        sentence = judgement.training_size.sentence
        found.append(Figure(DATA, chart, f"{as_sentence(sentence)} {n_val:,} validation examples, {over}", "Would more data help?"))  # fmt: skip
    found += _trust(record, judgement)
    found.append(_wrong(shown, record, n_seeds, some))
    if len(pareto := shown.by_technique.pareto) > 1:
        question = "What is worth its cost?"
        caption = f"Accuracy and negative log-likelihood on {n_test:,} test examples, {over_all} The cost is that of one answer, not of training.{some}"
        found.append(Figure(COST, pareto_chart(pareto, title=question), caption, question))
    return found


def _win(judgement: Judgement, criteria: Criteria, over: str, here: str) -> list[Figure]:
    table, n_test = judgement.comparison, judgement.answer.examples
    table = table[(table["family"] == TO_BASELINE) & (table["split"] == "test")]
    found = []
    if judgement.answer.over:
        table = judgement.over_splits
    if len(table):
        question, by = "Which variants differ from the baseline?", PRIMARIES[judgement.answer.primary]
        margin = criteria.margin_of(judgement.answer.primary)
        caption = (
            f"Test {by.against()}, {n_test:,} examples, {over} Grey band: practically equal "
            f"(within {by.with_unit(f'{by.scale * margin:g}')}). Verdicts and intervals are Dunnett's, over all "
            "variants together."
        )
        found.append(Figure(WIN, differences_chart(table, title=question, margin=margin), caption, question))
    if len(judgement.leaderboard) > 1:
        question = "Which examples does one fix and another break?"
        caption = (
            f"Test examples of {n_test:,} that a network of the row gets right and one of the column wrong, mean over "
            f"all pairs of their seeds, {here}; on the diagonal two seeds of the same variant, what chance alone changes."
        )
        found.append(Figure(WIN, agreement_chart(judgement.agreement, title=question), caption, question))
    return found


def _techniques(judgement: Judgement, over: str) -> list[Figure]:
    """Nothing of a single technique."""
    if len(judgement.by_technique.chosen) < 2:
        return []
    question = "How many settings must be tried before a technique is worth it?"
    caption = (
        "So many settings of each technique drawn at random, the best of them on validation read on test, the mean over all draws; "
        f"{judgement.answer.examples:,} test examples, {over} Bands are such intervals, for all techniques and tries together."
    )
    return [
        Figure(TECHNIQUES, expected_best_chart(judgement.by_technique.expected_best, title=question), caption, question)
    ]


def _fit(judgement: Judgement, criteria: Criteria, over: str, n_val: int) -> Figure:
    last = judgement.measures.pivot(index="variant", columns="measure", values=["value", "low", "high"])
    board = judgement.leaderboard.set_index("variant")
    table = pd.DataFrame(
        {
            "variant": board.index,
            "technique": board["technique"].to_numpy(),
            "fitting_regime": board["fitting_regime"].to_numpy(),
            "seeds": [judgement.regimes[variant].seeds for variant in board.index],
            "train_error": last["value", "train_error"].reindex(board.index).to_numpy(),
            "train_error_low": last["low", "train_error"].reindex(board.index).to_numpy(),
            "train_error_high": last["high", "train_error"].reindex(board.index).to_numpy(),
            "val_error": last["value", "val_error_last"].reindex(board.index).to_numpy(),
            "val_error_low": last["low", "val_error_last"].reindex(board.index).to_numpy(),
            "val_error_high": last["high", "val_error_last"].reindex(board.index).to_numpy(),
        }
    )
    references = {regime.reference_error for regime in judgement.regimes.values()}
    balanced = {regime.measure for regime in judgement.regimes.values()} == {names.BALANCED_ACCURACY}
    # One a training-set size; and a balanced one has no place among plain errors.
    reference = references.pop() if len(references) == 1 and not balanced else None
    question = "Where does each stand between under- and overfitting?"
    tolerance = None if balanced else criteria.tolerance
    chart = train_and_validation_error_chart(table, title=question, tolerance=tolerance, reference_error=reference)
    caption = f"At the last epoch, dropout off. {n_val:,} validation examples, {over}"
    caption += " The regimes are told by balanced errors, which the panels below give." if balanced else ""
    return Figure(FIT, chart, caption, question)


def _curves(record: SweepRecord, judgement: Judgement, hues: Mapping[str, str], n_seeds: str) -> Figure:
    shown = telling_variants(judgement)
    table = record.curve_table()
    table = table[table["variant"].isin(shown)]
    question = "How did the most telling variants learn?"
    chart = learning_curves_chart(
        table, title=question, measures=("error", "cross_entropy", "penalty"), hues=dict(hues)
    )
    caption = (
        f"{', '.join(shown)}: the baseline, the best on validation, the largest gap, the largest train error. Mean over "
        f"{n_seeds} seeds, the band is their range; dropout off, the penalty apart; the point is the selected epoch."
    )
    return Figure(CURVES, chart, caption, question)


def telling_variants(judgement: Judgement) -> list[str]:
    """The baseline, the best, the one with the largest gap and the one with the largest train error; each once."""
    regimes = judgement.regimes
    known = list(judgement.leaderboard["variant"])
    candidates = [
        *([BASELINE] if BASELINE in known else []),
        judgement.answer.best,
        max(known, key=lambda v: regimes[v].val_error - regimes[v].train_error),
        max(known, key=lambda v: regimes[v].train_error),
    ]
    return list(dict.fromkeys(candidates))


def _responses(judgement: Judgement, over: str, n_val: int) -> list[Figure]:
    """A pair of figures a curve: every one of three strengths or more, else the longest of its param; of more than MOST_CURVES of a param
    those beside the baseline and through the best variant."""
    found = []
    for param, of_param in judgement.response.groupby("param", sort=False):
        lengths = of_param.groupby("held", sort=False)["strength"].nunique()
        long = lengths[lengths >= min(LONG_CURVE, lengths.max())].index
        curves = long if lengths.max() >= LONG_CURVE else long[:1]
        some = ""
        if len(curves) > MOST_CURVES:
            telling = {BASELINE, *of_param.loc[of_param["variant"] == judgement.answer.best, "held"]}
            some = f" One of {len(curves)} curves of {param}: those beside the baseline and through {judgement.answer.best} are shown."
            curves = [held for held in curves if held in telling] or curves[:1]
        for held in curves:
            table = of_param[of_param["held"] == held]
            beside = "" if held == BASELINE else f", beside {held}"
            for measure, words in RESPONSES.items():
                question = f"How does {param} change the {words}{beside}?"
                chart = response_chart(table, title=question, measure=measure)
                caption = f"At the last epoch, all else held. {n_val:,} validation examples, {over}{some}"
                found.append(Figure(STRENGTH, chart, caption, question))
    return found


def _trust(record: SweepRecord, judgement: Judgement) -> list[Figure]:
    """Reliability of the best variant, and of the best with dropout where that is another."""
    board = judgement.leaderboard
    with_mc = board.loc[board["mc_high_confidence_errors"].notna(), "variant"]
    found = []
    for variant in dict.fromkeys([judgement.answer.best, *with_mc[:1]]):
        trial = record.test.trials[record.of_variant[variant][0]]
        methods = {names.DETERMINISTIC: trial.probs}
        if trial.mc_mean_probs is not None:
            methods[names.MC_DROPOUT] = trial.mc_mean_probs
        labels = record.test.given_label
        table = reliability_table(methods, labels, record.settings.n_bins)
        question = f"Is {variant} right as often as it is sure?"
        chart = reliability_chart(table, title=question)
        caption = f"One network (seed {trial.seed}), {len(labels):,} test examples, {record.settings.n_bins} bins; bars are 95 % Wilson intervals."
        found.append(Figure(TRUST, chart, caption, question))
    return found


def _wrong(judgement: Judgement, record: SweepRecord, n_seeds: str, some: str) -> Figure:
    wanted = {"high_confidence_errors": names.DETERMINISTIC, "mc_high_confidence_errors": names.MC_DROPOUT}
    table = judgement.measures[judgement.measures["measure"].isin(list(wanted))]
    table = table.assign(method=table["measure"].map(wanted))[["variant", "method", "value", "low", "high"]]
    question = "How often is each sure and wrong?"
    counts = judgement.triage.counts
    defused, doubtful = counts["defused"].sum(), counts["made_doubtful"].sum()
    told = "" if counts["defused"].isna().all() else (
        f" Over all trials with dropout, Monte Carlo dropout took {defused:,} confident errors below the threshold, and "
        f"{doubtful:,} confident right answers with them."
    )  # fmt: skip
    caption = (
        f"Wrong on test with a confidence of {record.settings.high_confidence:g} or more; mean over {n_seeds} seeds, "
        f"{len(record.test.example_id):,} examples; bars are 95 % intervals over seeds.{told}{some}"
    )
    chart = confident_errors_chart(table, title=question, threshold=record.settings.high_confidence)
    return Figure(WRONG, chart, caption, question)
