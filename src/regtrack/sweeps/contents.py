"""Contents: what a sweep's report shows, chosen from its record and judgement."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib.metadata import version
from platform import python_version

import pandas as pd

from regtrack import __version__, names
from regtrack.diagnosis.answer import Answer
from regtrack.diagnosis.answer_words import clauses_of
from regtrack.diagnosis.bought import bought_in_words
from regtrack.diagnosis.compared.losses import MIXED_WORDS
from regtrack.diagnosis.confirmed_choice import ALPHA, alpha_left
from regtrack.diagnosis.criteria import Criteria
from regtrack.diagnosis.differences.comparison import FEWEST_SEEDS_TO_WIN
from regtrack.diagnosis.judgement import Judgement
from regtrack.diagnosis.method_words import methods_in_words
from regtrack.diagnosis.methods import ECE
from regtrack.diagnosis.pareto.pareto_words import pareto_in_words
from regtrack.diagnosis.shown_variants import shown_in_words
from regtrack.diagnosis.splits.over_splits_words import over_splits_in_words
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.diagnosis.triage.held_out_triage import HeldOutTriage
from regtrack.diagnosis.triage.reasons import reason_of
from regtrack.diagnosis.triage.suspicion_words import disagreement_words, promise_words, quality_words
from regtrack.measures.declared import MEASURES
from regtrack.measures.primaries import PRIMARIES
from regtrack.names import ACCURACY, NEGATIVE_LOG_LIKELIHOOD
from regtrack.report.report import ConfidentError, Report, Reproduce
from regtrack.report.sections import COST, TECHNIQUES, TRUST, WIN, WRONG
from regtrack.shipped import command
from regtrack.sweeps.figures import report_figures
from regtrack.sweeps.methods import MethodTables, left_out_in_words
from regtrack.sweeps.spent import spent_in_words
from regtrack.uncertainty.calibration import expected_calibration_error_if_calibrated
from regtrack.variants.grid import Grid
from regtrack.variants.identity import is_identity
from regtrack.words.sentences import as_sentence

PACKAGES = ("keras", "tensorflow", "mlflow", "numpy")
ERRORS_A_KIND = 8
MOST_FAILED = 20


def report_of(
    record: SweepRecord,
    judgement: Judgement,
    criteria: Criteria,
    *,
    methods: MethodTables,
    hues: Mapping[str, str],
    run_links: Mapping[str, str],
    sweep_id: str,
) -> Report:
    """The page's contents, in the order of the leaderboard.

    Args:
        hues: by variant.
        run_links: run id -> its address.
    """
    settings, (head, *rest) = record.settings, clauses_of(judgement.answer)
    shown, by_technique = judgement.foremost(), judgement.by_technique
    variants = list(shown.leaderboard["variant"])
    bought = [bought_in_words(one) for one in judgement.answer.mc_dropout if one.variant in variants]
    trust = [*left_out_in_words(record), *bought] or ["No variant has dropout, so there is no Monte Carlo measure."]
    verdicts = methods.of(variants).verdicts
    for variant, own in verdicts.groupby("variant", sort=False):
        trust += [f"{variant}: {sentence}." for sentence in methods_in_words(own)]
    return Report(
        title=f"{settings.dataset}: which regularizer?",
        answer=head if rest else f"{head}.",
        also=f"{'; '.join(rest)}." if rest else "",
        conditions=_conditions(record, criteria, judgement.answer, sweep_id) | _looked(record, judgement.answer),
        warnings=_warnings(record, judgement.answer),
        shown=shown_in_words(len(variants), len(judgement.leaderboard)),
        leaderboard=shown.leaderboard,
        calibration_reference=calibration_references(record, methods.figures, variants),
        regimes=_regimes(shown),
        figures=report_figures(record, judgement, criteria, hues),
        comparison=shown.comparison,
        secondary=shown.secondary,
        class_differences=judgement.class_differences,
        method_verdicts=verdicts,
        errors=_errors(record, judgement),
        claims=judgement.claims,
        links=run_links,
        cost=_cost(shown),
        reproduce=_reproduce(record.grid, sweep_id),
        next_grid=judgement.next_grid,
        promised=_promised(judgement.triage),
        over_splits=shown.over_splits,
        techniques=by_technique.chosen,
        technique_pairs=by_technique.pairs[list(names.COMPARISON_COLUMNS)],
        pareto=shown.by_technique.pareto,
        over=judgement.answer.over,
        remarks={
            TECHNIQUES: by_technique.in_words(),
            WIN: [
                f"{sentence}."
                for sentence in (
                    *spent_in_words(record),
                    *over_splits_in_words(judgement.over_splits, folds=judgement.answer.by_folds),
                )
            ],
            TRUST: trust,
            WRONG: _suspicion(judgement.triage, settings.high_confidence),
            COST: [as_sentence(clause) for clause in pareto_in_words(by_technique.pareto)],
        },
    )


def _conditions(record: SweepRecord, criteria: Criteria, answer: Answer, sweep_id: str) -> dict[str, str]:
    trials, settings = record.trials, record.settings
    seeds = trials.groupby("variant").size()
    span = f"{seeds.min()}" if seeds.min() == seeds.max() else f"{seeds.min()} to {seeds.max()}"
    target = (
        "the sweep's cross-fitted best" if criteria.target_error is None else f"{criteria.target_error:g}, as given"
    )
    sizes = trials[names.N_TRAIN].astype(int)
    train = f"{sizes.max():,}" if sizes.min() == sizes.max() else f"{sizes.min():,} to {sizes.max():,}"
    noise = f", {settings.label_noise:.0%} of the labels changed on purpose" if settings.label_noise else ""
    return {
        "seeds": span,
        "examples": f"{train} train, {len(record.validation.example_id):,} validation, {len(record.test.example_id):,} "
        f"test{noise}",
        "split": _split(answer),
        "data": f"{settings.dataset}, {_digest(record)}",
        "network": f"{settings.architecture} {settings.hidden_widths or '(its own widths)'}, {settings.optimizer}, "
        f"learning rate {settings.learning_rate:g} {settings.learning_rate_schedule}, {settings.epochs} epochs",
        "judged by": _judged_by(answer),
        "criteria": f"tolerance {criteria.tolerance:g}, margin {criteria.margin:g}, practically equal within "
        f"{_equal_within(criteria, answer.primary)}, reference error: {target}",
        "sweep": sweep_id,
    }


def _split(answer: Answer) -> str:
    seed = f"split seed {answer.split_seed}"
    if answer.first_split is None:
        return f"{seed}; every interval is conditional on it"
    return (
        f"{answer.splits}{' folds of ' if answer.by_folds else ', the first of '}{seed}; answer, leaderboard, differences by every measure, techniques and what "
        "is worth its cost are over all of them, everything else is of the first and conditional on it"
    )


def _equal_within(criteria: Criteria, primary: str) -> str:
    unit = PRIMARIES[primary].unit if PRIMARIES[primary].scale == 1 else ""
    return f"{criteria.margin_of(primary):g} {unit}".rstrip()


def _judged_by(answer: Answer) -> str:
    mixed = f" of {MIXED_WORDS}" if answer.primary == NEGATIVE_LOG_LIKELIHOOD else ""
    why = f", {answer.why_primary}" if answer.why_primary else ""
    claims = "" if answer.primary == ACCURACY else "; the article's claims go by the measures that they name"
    return f"{MEASURES[answer.primary].words}{mixed}{why}{claims}"


def _looked(record: SweepRecord, answer: Answer) -> dict[str, str]:
    """How the choice was confirmed, and how often test was read, where it was more than once."""
    found, rows = answer.confirmation, {}
    if found is not None and found.seeds:
        seeds = sorted({network.seed for network in record.fresh if network.variant == found.chosen})
        rows["confirmation"] = (
            f"{found.seeds} fresh seeds of {found.chosen}, {found.baseline_seeds} of {found.baseline} (seeds {seeds[0]} to "
            f"{seeds[-1]}), which alone say whether it wins; they took no part in choosing and stand in no table"
        )
    if answer.looks > 1:
        rows["looks"] = (
            f"{answer.looks} at the exploration's networks on test, as they became more: a win may spend "
            f"{alpha_left(answer.looks):g} of {ALPHA:g}"
        )
    return rows


def _digest(record: SweepRecord) -> str:
    return f"digest {record.digest[:16]}" if record.digest else "digest not recorded"


def _warnings(record: SweepRecord, answer: Answer) -> list[str]:
    found = []
    if record.settings.learning_rate_schedule == "constant":
        found.append(
            "The learning rate is constant: one epoch swings by up to a point, which drowns most effects, and a decaying "
            "one can change which variant is best."
        )
    seeds = record.trials.groupby("variant").size()
    decided_elsewhere = answer.first_split or (record.allocation and record.allocation.chosen)
    if seeds.min() < FEWEST_SEEDS_TO_WIN and not decided_elsewhere:
        fewest, few = int(seeds.min()), int((seeds < FEWEST_SEEDS_TO_WIN).sum())
        found.append(
            f"{few} of {len(seeds)} variants have fewer than {FEWEST_SEEDS_TO_WIN} finished seeds (the fewest: {fewest}); "
            "with so few nothing is called a win."
        )
    for trial in record.failed.head(MOST_FAILED).itertuples():
        found.append(f"Failed: {trial.variant} seed {trial.seed}: {trial.failure}")
    if (more := len(record.failed) - MOST_FAILED) > 0:
        found.append(f"{more:,} more failed; the dashboard and each one's run have the reasons.")
    return found


def _suspicion(triage: HeldOutTriage, threshold: float) -> list[str]:
    found = [
        promise_words(_promised(triage), threshold=threshold),
        disagreement_words(int(triage.suspicion["suspected"].sum()), len(triage.suspicion)),
    ]
    return found + ([quality_words(triage.suspicion_quality)] if triage.suspicion_quality else [])


def _promised(triage: HeldOutTriage) -> pd.DataFrame:
    return triage.promised[triage.promised["split"] == names.TEST]


def calibration_references(
    record: SweepRecord, methods: pd.DataFrame, variants: Iterable[str]
) -> dict[str, tuple[float, float]]:
    """By variant: (mean, 95 % quantile) of the calibration error that perfect calibration would show.

    Of a variant with dropout as the methods hold it, a mean over seeds, which the dashboard shows; of the others that of the first seed.

    Args:
        methods: names.METHODS_COLUMNS; empty without dropout.
    """
    known = methods[(methods["measure"] == ECE) & (methods["method"] == names.DETERMINISTIC)]
    known = known[~known["temperature"].astype(bool)]
    found = dict(zip(known["variant"], zip(known["reference"], known["reference_q95"], strict=True), strict=True))
    for variant in variants:
        if variant in found:
            continue
        probs = record.test.trials[record.of_variant[variant][0]].probs
        expected = expected_calibration_error_if_calibrated(probs, n_bins=record.settings.n_bins, n_draws=100, seed=0)
        found[variant] = (expected.mean, expected.q95)
    return found


def _regimes(judgement: Judgement) -> list[dict]:
    found = []
    for variant in judgement.leaderboard["variant"]:
        found.append(judgement.regimes[variant].to_dict() | {"advice": asdict(judgement.advice[variant])})
        found.append(judgement.selected_regimes[variant].to_dict())
    return found


def _errors(record: SweepRecord, judgement: Judgement) -> list[ConfidentError]:
    """The most telling: those that most networks make, the surest first, a few of each kind; each example once."""
    errors = judgement.triage.errors
    table = errors[(errors["split"] == "test") & errors["confidence"].notna()]
    table = table.sort_values(["trials_confidently_wrong", "confidence"], ascending=False)
    table = table.drop_duplicates("example_id").groupby("kind", sort=False).head(ERRORS_A_KIND)
    place = {example: i for i, example in enumerate(record.test.example_id)}
    return [_error(record, row, place[row.example_id]) for row in table.itertuples()]


def _error(record: SweepRecord, row, place: int) -> ConfidentError:
    image = None if record.picture_of is None else record.picture_of(place)
    features = [] if image is not None or record.features_of is None else record.features_of(place)
    return ConfidentError(
        example_id=int(row.example_id),
        given=record.class_names[int(row.given_label)],
        predicted=record.class_names[int(row.predicted_class)],
        confidence=float(row.confidence),
        mc_confidence=None if pd.isna(row.mc_confidence) else float(row.mc_confidence),
        image=image,
        features=features,
        kind=row.kind,
        reason=reason_of(row._asdict(), record.class_names.__getitem__),
        agreement=f"{row.trials_wrong} of {row.trials} networks are wrong, {row.trials_confidently_wrong} of them "
        f"confidently; {row.trials_agreeing} say {record.class_names[int(row.predicted_class)]} ({row.variant} seed {row.seed} shown)",
    )


def _cost(judgement: Judgement) -> pd.DataFrame:
    wanted = judgement.measures[judgement.measures["measure"].isin(["fit_seconds", "mc_seconds"])]
    table = wanted.pivot(index="variant", columns="measure", values="value")
    order = [variant for variant in judgement.leaderboard["variant"] if variant in table.index]
    return table.loc[order].reset_index()


def _reproduce(grid: Grid, sweep_id: str) -> Reproduce:
    held = is_identity(grid.settings.architecture)
    return Reproduce(
        commands=(
            "regtrack.sweep(model, dataset, 'grid.yaml')  # in the notebook that holds both"
            if held
            else command(grid="grid.yaml"),
            command("report", sweep=sweep_id),
        ),
        grid=grid.to_yaml(),
        settings=grid.settings.model_dump(),
        versions={"regtrack": __version__, "python": python_version()}
        | {package: version(package) for package in PACKAGES},
    )
