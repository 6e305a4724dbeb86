"""judge_sweep: everything that is said of a sweep, from its record: regimes, comparison, answer, errors, claims, advice."""

from dataclasses import dataclass, replace

import pandas as pd

from regtrack import names
from regtrack.diagnosis.advice.next_grid import NextGrid, propose_grid
from regtrack.diagnosis.advice.next_step import advise
from regtrack.diagnosis.advice.response import Tried, response_table
from regtrack.diagnosis.advice.steps import Advice
from regtrack.diagnosis.advice.training_size import TrainingSize, extrapolate_training_size
from regtrack.diagnosis.answer import Answer, answer_of
from regtrack.diagnosis.bought import Bought, bought_of
from regtrack.diagnosis.by_technique import ByTechnique, judge_techniques
from regtrack.diagnosis.claims import Evidence, evaluate_claims
from regtrack.diagnosis.compared.classes import compare_classes
from regtrack.diagnosis.compared.secondary import secondary_measures, secondary_verdicts
from regtrack.diagnosis.confirmed_choice import confirm_choice
from regtrack.diagnosis.criteria import Criteria
from regtrack.diagnosis.differences.agreement import agreement_table
from regtrack.diagnosis.differences.comparison import VariantErrors, compare_variants, leaders
from regtrack.diagnosis.differences.readings import Readings
from regtrack.diagnosis.leaderboard import Judged, rank_variants
from regtrack.diagnosis.primary import Primary, default_primary, primary_of, to_carry
from regtrack.diagnosis.regimes.diagnose import LAST, SELECTED, diagnose_regimes
from regtrack.diagnosis.regimes.fits import VariantFits
from regtrack.diagnosis.regimes.regime import Regime
from regtrack.diagnosis.shown_variants import foremost
from regtrack.diagnosis.splits.all_splits import AllSplits
from regtrack.diagnosis.splits.one_split import OneSplit
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.diagnosis.techniques.settings_read import OWN
from regtrack.diagnosis.triage.held_out_triage import HeldOutTriage, triage_held_out
from regtrack.diagnosis.variant_measures import measure_variants


@dataclass(frozen=True, eq=False)
class Judgement:
    """By variant: `regimes` at the last epoch, `selected_regimes` at the selected one, `advice`. Tables by the names
    of their columns in regtrack.names; `levels` what each variant shows by the primary measure, settings_read.OWN."""

    regimes: dict[str, Regime]
    selected_regimes: dict[str, Regime]
    advice: dict[str, Advice]
    comparison: pd.DataFrame
    secondary: pd.DataFrame
    class_differences: pd.DataFrame
    answer: Answer
    leaderboard: pd.DataFrame
    levels: pd.DataFrame
    measures: pd.DataFrame
    response: pd.DataFrame
    agreement: pd.DataFrame
    triage: HeldOutTriage
    claims: pd.DataFrame
    training_size: TrainingSize
    next_grid: NextGrid
    over_splits: pd.DataFrame
    by_technique: ByTechnique

    def foremost(self) -> "Judgement":
        """Of the variants that a page can show, as all were judged together; response curves, the article's claims and what is said of
        the whole sweep stay."""
        shown = foremost(self.leaderboard, self.answer.best)
        if len(shown) == len(self.leaderboard):
            return self

        def of(table: pd.DataFrame, *who: str) -> pd.DataFrame:
            return table[table[list(who)].isin(shown).all(axis=1)]

        return replace(
            self,
            leaderboard=of(self.leaderboard, "variant"),
            measures=of(self.measures, "variant"),
            over_splits=of(self.over_splits, "variant"),
            comparison=of(self.comparison, "variant", "other"),
            secondary=of(self.secondary, "variant", "other"),
            agreement=of(self.agreement, "variant", "other"),
            by_technique=replace(self.by_technique, pareto=of(self.by_technique.pareto, "variant")),
        )


def judge_sweep(
    record: SweepRecord,
    criteria: Criteria | None = None,
    methods: pd.DataFrame | None = None,
    readings: Readings | None = None,
    splits_read: Readings | None = None,
) -> Judgement:
    """Select on validation, read on test; conditional on the sweep's split, but of a sweep over enough of them answer, leaderboard,
    secondary verdicts, techniques and Pareto set are over all.

    Args:
        methods: names.METHODS_COLUMNS, where there is dropout.
        readings: the looks at test, this one counted; default the first.
        splits_read: the looks at the test examples of all splits, the same.
    """
    criteria, readings = criteria or Criteria(), readings or Readings()
    thresholds = criteria.model_dump(include={"tolerance", "margin", "target_error"})
    labels, n_classes = record.validation.given_label, record.validation.n_classes
    primary = primary_of(criteria.primary, record.recorded_primary, labels, n_classes)
    fits_by, last = record.fits_by(primary), record.fits(LAST)
    own = last if fits_by == names.ACCURACY else record.fits(LAST, fits_by)
    regimes = _regimes(record, own, LAST, thresholds)
    selected = _regimes(record, record.fits(SELECTED, fits_by), SELECTED, thresholds)
    validation, test = (record.errors(split, primary=primary) for split in ("val", "test"))
    comparison = _comparison(validation, test, criteria, primary, readings.exploration)
    on_test = comparison[comparison["split"] == names.TEST]
    unequal = names.BALANCED_ACCURACY in (primary.name, default_primary(labels, n_classes))
    beside = secondary_measures(primary.name, unequal_classes=unequal)
    verdicts = {label: regime.verdict for label, regime in regimes.items()}
    one_split = OneSplit(record.test, validation, test, on_test, primary, readings.exploration)
    splits = AllSplits.judged(
        record.resplits,
        primary,
        (splits_read or Readings()).exploration,
        folds=record.grid.splits if record.grid and record.grid.by_folds else 0,
        margin=criteria.margin_of(primary.name),
    )
    answered = splits.answer(_of_one_split(record, criteria, one_split, regimes, methods, readings.confirmation))
    networks = splits if answered.beside_over_splits else one_split
    secondary = networks.secondary(beside)
    answered = replace(answered, secondary=secondary_verdicts(secondary, answered.best))
    # The table's gap is that of its errors, whatever the regimes go by.
    plain = regimes if fits_by == names.ACCURACY else _regimes(record, last, LAST, thresholds)
    measures = measure_variants(record, last, plain)
    judged = Judged(regimes, selected, on_test, answered.not_shown_worse, measures,
                    None if primary.name == names.ACCURACY else {v.variant: v.rate for v in validation})  # fmt: skip
    by_label, tried_variants = {variant.label: variant for variant in record.variants}, Tried(record.variants)
    evidence = Evidence(
        trials=record.trials, curves=record.curve_table(), validation=validation, test=test,
        test_mc=record.errors("test", mc=True), n_test=len(record.test.example_id),
        methods=pd.DataFrame() if methods is None else methods,
    )  # fmt: skip
    read = networks.settings()
    return Judgement(
        regimes=regimes,
        selected_regimes=selected,
        advice={
            label: advise(variant, regimes[label], tried_variants, record.settings, verdicts)
            for label, variant in by_label.items()
        },
        comparison=comparison,
        secondary=secondary,
        class_differences=compare_classes(
            test, record.test.given_label, record.class_names, answered.best, looks=readings.exploration
        ),
        answer=answered,
        leaderboard=rank_variants(networks.trials(record.trials), networks.ranked_by(judged)),
        levels=read[list(OWN)],
        measures=measures,
        response=response_table(record.variants, measures, verdicts),
        agreement=_agreement(test, leaders(validation)),
        triage=triage_held_out(
            record.validation, record.test, record.class_names, threshold=record.settings.high_confidence
        ),
        claims=evaluate_claims(evidence),
        training_size=extrapolate_training_size(record),
        next_grid=propose_grid(
            by_label[answered.best],
            record.variants,
            # Of one fold more nothing is to be learned: the next grid draws its split.
            record.settings.model_copy(update={"fold": ""}) if splits.folds else record.settings,
            int(record.trials.groupby("variant").size().max()),
            comparison,
            primary=to_carry(primary.name, labels, n_classes),
        ),
        over_splits=splits.table,
        by_technique=judge_techniques(record, networks, read, primary=primary.name),
    )


def _of_one_split(
    record: SweepRecord,
    criteria: Criteria,
    split: OneSplit,
    regimes: dict[str, Regime],
    methods: pd.DataFrame | None,
    confirmation_looks: int,
) -> Answer:
    """The answer, by fresh seeds where they were asked for."""
    primary = split.primary
    # By another measure than the one that chose them, fresh networks would answer another question.
    as_chosen = record.recorded_primary in ("", primary.name)
    answered = answer_of(
        split.validation, split.test, split.comparison, {label: regime.verdict for label, regime in regimes.items()},
        primary=primary, chosen=record.allocation.chosen if record.allocation and as_chosen else "",
    )  # fmt: skip
    confirmation = None if not as_chosen else confirm_choice(
        answered.best, answered.baseline, record.fresh_errors(primary), asked=record.confirm_seeds,
        looks=confirmation_looks,
    )  # fmt: skip
    return replace(
        answered, unit="images" if record.is_image else "examples", split_seed=record.settings.split_seed,
        margin=criteria.margin_of(primary.name), mc_dropout=_bought(methods),
        collapsed=tuple(label for label, regime in regimes.items() if regime.is_collapsed),
        target_error=criteria.target_error if any(regime.against_target for regime in regimes.values()) else None,
        looks=split.looks, confirmation=confirmation,
    )  # fmt: skip


def _regimes(record: SweepRecord, fits: list[VariantFits], epoch_kind: str, thresholds: dict) -> dict[str, Regime]:
    """Each variant beside those that learned on as many examples: what is reachable with fifty times the data is no
    measure of a fit."""
    sizes = {label: record.trials[names.N_TRAIN].iloc[places[0]] for label, places in record.of_variant.items()}
    found = {}
    for size in sorted(set(sizes.values())):
        group = [one for one in fits if sizes[one.variant] == size]
        found |= diagnose_regimes(group, epoch_kind=epoch_kind, freedoms=record.freedoms, **thresholds)
    return {one.variant: found[one.variant] for one in fits}


def _bought(methods: pd.DataFrame | None) -> tuple[Bought, ...]:
    if methods is None:
        return ()
    return tuple(bought_of(own, str(variant)) for variant, own in methods.groupby("variant", sort=False))


def _agreement(test: list[VariantErrors], paired: list[str] | None) -> pd.DataFrame:
    told = test if paired is None else [v for v in test if v.variant in paired]
    return agreement_table([v.variant for v in told], [v.wrong for v in told])


def _comparison(validation, test, criteria: Criteria, primary: Primary, looks: int) -> pd.DataFrame:
    if len(validation) < 2:
        return pd.DataFrame(columns=list(names.COMPARISON_COLUMNS))
    given = {
        "margin": criteria.margin_of(primary.name),
        "primary": primary.name,
        "looks": looks,
        "paired": leaders(validation),
    }
    return pd.concat(
        [compare_variants(errors, split=split, **given) for split, errors in (("val", validation), ("test", test))],
        ignore_index=True,
    )  # fmt: skip
