"""judge_sweep: on simulated sweeps of known truth all that is said agrees with itself, and no sweep is too small."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import yaml

from regtrack import names
from regtrack.diagnosis import shown_variants
from regtrack.diagnosis.compared.influence import TOO_FEW_ERRORS
from regtrack.diagnosis.criteria import Criteria
from regtrack.diagnosis.differences.families import AMONG_ALL, TO_BASELINE
from regtrack.diagnosis.differences.readings import Readings
from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.diagnosis.judgement import judge_sweep
from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.simulation import Truth, simulate_fits, simulate_wrong
from regtrack.diagnosis.splits.resplit import Resplit
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.measures.primaries import COMPARED, DIFFERENCES, PRIMARIES
from regtrack.names import OVERFIT, UNDERFIT, UNDETERMINED, WELL_FIT_HERE
from regtrack.variants import Grid, Settings, Variant
from regtrack.variants.settings import AXES

C = 4
OVERFITS, FITS, UNDERFITS = Truth(0.0, 0.20, rise=0.1), Truth(0.11, 0.12), Truth(0.35, 0.36)
BASELINE, L2, RATE = Variant(), Variant(l2=0.001), Variant(dropout_rate=0.2)


def answered(wrong: np.ndarray, given: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(n, C) float32: the given label, or another class where wrong, with a confidence from 0.4 to 1."""
    n = len(given)
    confidence = rng.uniform(0.4, 1.0, n)
    probs = np.repeat((1 - confidence)[:, None] / (C - 1), C, axis=1)
    probs[np.arange(n), np.where(wrong, (given + rng.integers(1, C, n)) % C, given)] = confidence
    return probs.astype(np.float32)


def simulated(
    truths: dict[Variant, Truth], *, seeds: int = 5, n: int = 2000, noise: float = 0.0, shape=(), draw: int = 0
) -> SweepRecord:
    """A sweep of these variants; `noise` is the share of changed labels, `shape` that of one test example, `draw` the random numbers'
    seed."""
    rng = np.random.default_rng(draw)
    variants, population = tuple(truths), list(truths.values())
    fits = simulate_fits(population, seeds=seeds, n=n, rng=rng)
    test = simulate_wrong(population, seeds=seeds, n=n, rng=rng)
    given = {split: rng.integers(0, C, n) for split in ("val", "test")}
    true = {split: np.where(rng.random(n) < noise, (g + 1) % C, g) for split, g in given.items()}
    rows, curves, last, found = [], [], [], {"val": [], "test": []}
    for variant, fit, wrong in zip(variants, fits, test, strict=True):
        for seed in range(seeds):
            best = int(np.argmin(fit.val_cross_entropy_curve[seed])) + 1
            val = answered(fit.wrong[seed], given["val"], rng)
            last.append(answered(fit.wrong[seed], given["val"], rng))
            probs = {"val": val, "test": answered(wrong[seed], given["test"], rng)}
            for split, p in probs.items():
                mc = answered(p.argmax(axis=1) != given[split], given[split], rng) if variant.dropout_rate else None
                found[split].append(TrialPredictions(variant.label, seed, p, mc))
            accuracy = 1 - float(fit.wrong[seed].mean())
            epochs = fit.val_cross_entropy_curve.shape[1]
            curves.append(pd.DataFrame({
                "epoch": np.arange(1, epochs + 1), names.TRAIN_ACCURACY: 1 - fit.train_error_curve[seed],
                names.TRAIN_CROSS_ENTROPY: fit.train_cross_entropy_curve[seed], names.TRAIN_RUNNING_CROSS_ENTROPY: 0.1,
                names.TRAIN_PENALTY: 0.0, names.VAL_ACCURACY: accuracy,
                names.VAL_CROSS_ENTROPY: fit.val_cross_entropy_curve[seed], "seconds": 1.0,
            }))  # fmt: skip
            settings = variant.settings(Settings()).model_dump()
            measures = dict.fromkeys([f"{names.TEST}/{m}" for m in names.MEASURES], 0.1)
            gap = float(fit.wrong[seed].mean() - fit.train_error[seed])
            rows.append(
                {"run_id": f"{variant.label} {seed}", "status": "FINISHED", "variant": variant.label, names.SEED: seed}
                | variant.to_params() | {axis: settings[axis] for axis in AXES} | measures
                | {names.N_TRAIN: settings["train_size"] or 9000, names.N_VAL: n, names.N_TEST: n,
                   f"{names.SELECTED}val_accuracy": accuracy,
                   f"{names.SELECTED}train_accuracy": 1 - fit.train_error[seed],
                   f"{names.TEST}/accuracy": 1 - float(wrong[seed].mean()), names.BEST_EPOCH: float(best),
                   names.GENERALIZATION_GAP: gap, names.GENERALIZATION_GAP_LOW: gap - 0.02,
                   names.GENERALIZATION_GAP_HIGH: gap + 0.02, names.FIT_SECONDS: 2.0}
            )  # fmt: skip
    held_out = {s: HeldOut(s, np.arange(n), given[s], true[s], tuple(found[s])) for s in found}
    return SweepRecord(
        variants=variants, settings=Settings(high_confidence=0.8), trials=pd.DataFrame(rows), curves=tuple(curves),
        validation=held_out["val"], test=held_out["test"], last_probs=tuple(last), class_names=tuple("abcd"),
        is_image=bool(shape),
    )  # fmt: skip


@pytest.fixture(scope="module")
def record() -> SweepRecord:
    """Of known truth: the baseline overfits, a strong penalty underfits, dropout fits and is best; a tenth of the
    labels was changed."""
    return simulated({BASELINE: OVERFITS, Variant(l2=0.1): UNDERFITS, RATE: FITS}, noise=0.1, shape=(8, 8))


@pytest.fixture(scope="module")
def judgement(record):
    return judge_sweep(record)


LABELS = ["baseline", "l2=0.1", "dropout=0.2"]


def test_the_known_truth_is_found(judgement):
    """Regimes at the last epoch; at the selected one nothing has risen yet; the best variant wins."""
    assert {label: regime.verdict for label, regime in judgement.regimes.items()} == dict(
        zip(LABELS, (OVERFIT, UNDERFIT, WELL_FIT_HERE), strict=True)
    )
    assert list(judgement.selected_regimes) == LABELS
    assert {regime.epoch_kind for regime in judgement.regimes.values()} == {"last"}
    assert {regime.epoch_kind for regime in judgement.selected_regimes.values()} == {"selected"}
    assert all(regime.clause("rising").answer is False for regime in judgement.selected_regimes.values())
    assert (judgement.answer.best, judgement.answer.wins) == ("dropout=0.2", True)
    assert judgement.answer.sentence.startswith("Variant dropout=0.2 wins by ")
    assert "(5 seeds, 2,000 test images, this split)" in judgement.answer.sentence


def test_the_leaderboard_says_what_the_parts_say(judgement):
    """Best first, regimes, comparison on test, who may be best, and limits of the measures."""
    board = judgement.leaderboard.set_index("variant")
    assert list(board.index) == ["dropout=0.2", "baseline", "l2=0.1"]
    assert board.index[0] == judgement.answer.best
    compared = judgement.comparison.query("family == @TO_BASELINE and split == 'test'").set_index("variant")
    measures = judgement.measures.set_index(["variant", "measure"])
    for label, row in board.iterrows():
        assert row["fitting_regime"] == judgement.regimes[label].verdict
        assert row["leans_to"] == judgement.regimes[label].leans_to
        assert row["fitting_regime_selected"] == judgement.selected_regimes[label].verdict
        assert row["not_shown_worse_than_best"] == (label in judgement.answer.not_shown_worse)
        for measure in ("val_error", "test_accuracy", "generalization_gap"):
            assert row[measure] == pytest.approx(measures.loc[(label, measure), "value"])
            for limit in ("low", "high"):
                assert row[f"{measure}_{limit}"] == measures.loc[(label, measure), limit]
        if label != "baseline":
            assert (row["verdict"], row["difference"]) == tuple(compared.loc[label, ["verdict", "difference"]])
    best = board.iloc[0]
    assert (best["difference"], best["difference_low"]) == (judgement.answer.difference, judgement.answer.low)
    assert (best["verdict"], board.loc["l2=0.1", "verdict"]) == ("better", "worse")


def test_comparisons_are_of_both_splits_and_both_families(judgement):
    """Validation to choose, test to read: three variants make two rows to the baseline and three of all pairs each."""
    counts = judgement.comparison.groupby(["split", "family"]).size().to_dict()
    assert counts == {
        (split, family): k for split in ("val", "test") for family, k in ((TO_BASELINE, 2), (AMONG_ALL, 3))
    }
    assert tuple(judgement.comparison.columns) == names.COMPARISON_COLUMNS


def test_of_the_foremost_variants_all_stays_as_it_was_judged_among_all(judgement, monkeypatch):
    """Rows of the two that a page shows, each as it was; the pairs of these; the errors and techniques of the whole sweep."""
    assert judgement.foremost() is judgement
    monkeypatch.setattr(shown_variants, "MOST", 1)
    monkeypatch.setattr(shown_variants, "BASELINE", judgement.answer.best)
    board = judgement.leaderboard.assign(technique="one")
    two = replace(judgement, leaderboard=board, answer=replace(judgement.answer, best="l2=0.1")).foremost()
    kept = {judgement.answer.best, "l2=0.1"}
    assert set(two.leaderboard["variant"]) == set(two.measures["variant"]) == kept
    assert set(two.comparison["variant"]) | set(two.comparison["other"]) <= kept
    pd.testing.assert_frame_equal(two.comparison, judgement.comparison.loc[two.comparison.index])
    assert len(two.triage.errors) == len(judgement.triage.errors)
    assert len(two.by_technique.chosen) == len(judgement.by_technique.chosen)


def test_errors_counts_and_suspicion_are_of_one_threshold_and_the_same_examples(record, judgement):
    """The sweep's own threshold; on test the table of errors has as many as the counts; every held-out example once."""
    errors, counts = judgement.triage.errors, judgement.triage.counts
    assert tuple(errors.columns) == names.HIGH_CONFIDENCE_ERRORS_COLUMNS
    assert errors["confidence"].max() >= 0.8
    own = errors[
        (errors["split"] == "test")
        & (errors["confidence"] >= 0.8)
        & (errors["predicted_class"] != errors["given_label"])
    ]
    by_trial = own.groupby(["variant", "seed"]).size()
    assert by_trial.to_dict() == counts.set_index(["variant", "seed"])["confident_errors"].to_dict()
    assert len(counts) == len(record.trials)
    assert counts["mc_errors"].notna().tolist() == (counts["variant"] == "dropout=0.2").tolist()
    suspicion = judgement.triage.suspicion
    assert tuple(suspicion.columns) == names.LABEL_SUSPICION_COLUMNS
    assert suspicion["split"].value_counts().to_dict() == {"val": 2000, "test": 2000}
    known = suspicion.set_index(["split", "example_id"])["suspicion"]
    assert np.array_equal(errors["suspicion"], known.loc[list(zip(errors["split"], errors["example_id"], strict=True))])


def test_label_noise_is_known_and_its_detection_judged(record, judgement):
    """A tenth of the labels was changed: the base rate says so, over both splits."""
    changed = np.concatenate([part.given_label != part.true_label for part in (record.validation, record.test)])
    assert judgement.triage.suspicion_quality.base_rate == pytest.approx(changed.mean())
    assert judgement.triage.suspicion_quality.n == 4000


def test_advice_response_and_claims_are_of_every_variant(record, judgement):
    """Advice by label and verdict, a curve for each strength, agreement on test, every claim a row with its trials."""
    assert list(judgement.advice) == LABELS
    assert judgement.advice["dropout=0.2"].sentence.startswith(
        "it fits as far as this sweep can tell; a larger network"
    )
    assert judgement.advice["l2=0.1"].grid_lines == ("- {l2: [0.01, 0.032]}",)
    assert judgement.advice["baseline"].grid_lines == (
        "- {l2: [0.0001, 0.001]}",
        "- {dropout_rate: [0.5]}",
        "- {max_norm: [2, 1]}",
    )
    response = judgement.response
    assert response.groupby("param", sort=False)["variant"].unique().map(list).to_dict() == {
        "l2": ["baseline", "l2=0.1"], "dropout_rate": ["baseline", "dropout=0.2"],
    }  # fmt: skip
    assert (
        response["fitting_regime"] == response["variant"].map({v: r.verdict for v, r in judgement.regimes.items()})
    ).all()
    table = judgement.agreement.set_index(["variant", "other"])
    share = {v.variant: v.wrong.mean(axis=0) for v in record.errors("test")}
    fixed = ((1 - share["dropout=0.2"]) * share["baseline"]).sum()
    assert table.loc[("dropout=0.2", "baseline"), "fixed"] == pytest.approx(fixed)
    assert tuple(judgement.claims.columns) == names.CLAIMS_COLUMNS
    lowers = judgement.claims.set_index("claim").loc["dropout_lowers_error"]
    assert (lowers["verdict"], lowers["seeds"]) == ("supported", 5)
    assert set(lowers["run_ids"]) <= set(record.trials["run_id"])


def test_the_next_grid_is_around_the_best(judgement, tmp_path):
    """It parses, holds the answer's best variant, and keeps the sweep's settings and at least its seeds."""
    path = tmp_path / "next.yaml"
    path.write_text(judgement.next_grid.text, encoding="utf-8")
    grid = Grid.from_yaml(path)
    assert {Variant(), RATE} < set(grid.variants)
    assert grid.settings == Settings(high_confidence=0.8)
    assert len(grid.seeds) >= 5
    assert judgement.training_size.table.empty
    assert judgement.training_size.sentence == ""


def test_variants_are_judged_beside_those_of_as_many_examples():
    """What is reachable with fifty times the data makes no underfit of 500 examples; the order is the sweep's."""
    few = {"train_size": 500}
    truths = {Variant(**few): UNDERFITS, BASELINE: FITS, Variant(l2=0.001, **few): UNDERFITS, L2: FITS}
    found = judge_sweep(simulated(truths))
    assert list(found.regimes) == list(found.selected_regimes) == [variant.label for variant in truths]
    for regimes in (found.regimes, found.selected_regimes):
        assert {regime.verdict for regime in regimes.values()} == {WELL_FIT_HERE}
        references = [regime.reference_error for regime in regimes.values()]
        assert references == pytest.approx([0.36, 0.12, 0.36, 0.12], abs=0.03)


# ---- criteria -----------------------------------------------------------------------------------------------------
class OneMore(Criteria):
    """As it stands once somebody added a criterion, before anything reads it."""

    patience: float = 0.5


def test_a_criterion_that_nothing_reads_changes_nothing(record, judgement):
    """Each part is handed the criteria that it reads, and no other."""
    found = judge_sweep(record, OneMore())
    assert found.regimes == judgement.regimes
    assert found.answer == judgement.answer


def test_each_criterion_takes_effect(record, judgement):
    """A wide tolerance overlooks the gap, a wide margin the underfitting, a wide equal margin the differences; a
    reachable error given is the reference."""
    tolerant = judge_sweep(record, Criteria(tolerance=0.5))
    assert tolerant.regimes["baseline"].verdict == WELL_FIT_HERE
    assert tolerant.regimes["baseline"].clause("gap").threshold == 0.5
    wide = judge_sweep(record, Criteria(margin=0.9))
    assert wide.regimes["l2=0.1"].verdict != UNDERFIT
    assert wide.selected_regimes["l2=0.1"].verdict != UNDERFIT
    known = judge_sweep(record, Criteria(target_error=0.01))
    assert {regime.reference_error for regime in known.regimes.values()} == {0.01}
    assert known.regimes["dropout=0.2"].verdict == UNDERFIT
    assert (known.answer.target_error, judgement.answer.target_error) == (0.01, None)
    assert "against the target error of 0.01 that was given" in known.answer.sentence


def test_the_margin_of_practically_equal_takes_effect():
    """Two variants of one truth: not shown to differ within a hair, practically equal within ten points."""
    record = simulated({BASELINE: FITS, L2: FITS})
    verdicts = [
        judge_sweep(record, Criteria(equal_margin=margin)).leaderboard.set_index("variant").loc[L2.label, "verdict"]
        for margin in (0.0001, 0.1)
    ]
    assert verdicts == ["not shown to differ", "practically equal"]


@pytest.mark.parametrize("name", [names.BRIER_SCORE, names.DEBIASED_CALIBRATION_ERROR, names.AURC])
def test_any_measure_of_confidence_may_judge(record, name):
    """It chooses, orders, has the leaderboard's column, leaves the others secondary, and is carried by the next grid."""
    found = judge_sweep(record, Criteria(primary=name))
    rates = {one.variant: one.rate for one in record.errors("val", primary=Primary(name))}
    assert found.answer.best == min(rates, key=rates.get) == found.leaderboard["variant"].iloc[0]
    assert found.levels["validation"].to_dict() == rates
    assert found.levels.loc[found.answer.best, "test"] == found.answer.test_primary
    column = PRIMARIES[name].column
    row = found.comparison.query("family == @TO_BASELINE and split == 'test'").set_index("variant").loc["l2=0.1"]
    board = found.leaderboard.set_index("variant").loc["l2=0.1"]
    assert (
        board[[column, f"{column}_low", f"{column}_high", "verdict"]].tolist()
        == row[["difference", "low", "high", "verdict"]].tolist()
    )
    assert found.leaderboard[[other for other in DIFFERENCES if other != column]].isna().all(axis=None)
    assert {one.measure for one in found.answer.secondary} == {*COMPARED} - {name, names.BALANCED_ACCURACY}
    assert yaml.safe_load(found.next_grid.text)["primary"] == name


# ---- small sweeps -------------------------------------------------------------------------------------------------
SMALL = {
    "one variant, one seed": ({BASELINE: FITS}, 1),
    "one variant": ({RATE: FITS}, 5),
    "two variants": ({BASELINE: OVERFITS, L2: FITS}, 5),
    "two variants, one seed": ({BASELINE: OVERFITS, RATE: FITS}, 1),
    "two variants, two seeds": ({BASELINE: OVERFITS, RATE: FITS}, 2),
    "no baseline": ({L2: FITS, RATE: OVERFITS}, 5),
    "nothing ever wrong": ({BASELINE: Truth(0, 0, seed_sd=0), L2: Truth(0, 0, seed_sd=0)}, 3),
    "sizes": (
        {Variant(train_size=s): Truth(0, e) for s, e in ((500, 0.3), (1000, 0.25), (2000, 0.22), (4000, 0.2))},
        3,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("truths", "seeds"), SMALL.values(), ids=list(SMALL))
def test_no_sweep_is_too_small(truths, seeds, tmp_path):
    """Every part is there with its documented columns, the answer is a variant of the sweep and leads the leaderboard,
    the next grid can be run; with fewer than three seeds every verdict is undetermined."""
    found = judge_sweep(simulated(truths, seeds=seeds, n=300))
    labels = [variant.label for variant in truths]
    assert found.answer.best in labels
    assert found.leaderboard["variant"].iloc[0] == found.answer.best
    assert sorted(found.leaderboard["variant"]) == sorted(labels)
    assert list(found.regimes) == list(found.advice) == labels
    for table, columns in (
        (found.comparison, names.COMPARISON_COLUMNS), (found.leaderboard, names.LEADERBOARD_COLUMNS),
        (found.response, names.RESPONSE_COLUMNS), (found.claims, names.CLAIMS_COLUMNS),
        (found.triage.errors, names.HIGH_CONFIDENCE_ERRORS_COLUMNS), (found.triage.suspicion, names.LABEL_SUSPICION_COLUMNS),
        (found.triage.promised, names.PROMISED_ERRORS_COLUMNS),
    ):  # fmt: skip
        assert tuple(table.columns) == columns
    if seeds < 3:
        assert {regime.verdict for regime in found.regimes.values()} == {UNDETERMINED}
    assert found.triage.suspicion_quality is None
    assert "images" not in found.answer.sentence
    assert "nan" not in " ".join([found.answer.sentence, found.training_size.sentence, found.next_grid.reason])
    path = tmp_path / "next.yaml"
    path.write_text(found.next_grid.text, encoding="utf-8")
    assert next(v for v in truths if v.label == found.answer.best) in Grid.from_yaml(path).variants
    for advice in found.advice.values():
        for line in advice.grid_lines:
            assert yaml.safe_load(line)


@pytest.mark.parametrize(("truths", "seeds"), SMALL.values(), ids=list(SMALL))
def test_no_sweep_is_too_small_to_be_judged_by_how_errors_are_ranked(truths, seeds):
    """Not even where nothing is ever wrong: a variant is chosen, and a sentence says what is known."""
    found = judge_sweep(simulated(truths, seeds=seeds, n=300), Criteria(primary=names.AURC))
    assert found.answer.best == found.leaderboard["variant"].iloc[0]
    assert found.answer.sentence
    if all(truth.val_error == 0 for truth in truths.values()):
        assert set(found.comparison["reason"]) == {TOO_FEW_ERRORS}
        assert set(found.answer.not_shown_worse) == {variant.label for variant in truths}


def test_one_variant_is_compared_with_nothing():
    """No comparison, no difference, no verdict against a baseline; it may be best."""
    found = judge_sweep(simulated({L2: FITS}, n=300))
    assert found.comparison.empty
    assert found.answer.difference is None
    [row] = found.leaderboard.to_dict("records")
    assert row["not_shown_worse_than_best"]
    assert pd.isna(row["verdict"])
    assert pd.isna(row["difference"])


def test_one_seed_has_no_limits_over_seeds():
    """A single network's error has no interval here: missing, not 0 wide."""
    board = judge_sweep(simulated({BASELINE: OVERFITS, L2: FITS}, seeds=1, n=300)).leaderboard
    assert board[["val_error_low", "val_error_high", "test_accuracy_low", "difference_low"]].isna().all().all()
    assert board["val_error"].notna().all()


def test_without_dropout_nothing_is_said_of_monte_carlo():
    """Columns of Monte Carlo dropout are missing, not 0."""
    found = judge_sweep(simulated({BASELINE: OVERFITS, L2: FITS}, n=300))
    assert found.triage.errors["mc_outcome"].isna().all()
    assert len(found.triage.errors) > 0
    assert found.triage.counts["mc_errors"].isna().all()
    assert found.leaderboard["test_mc_accuracy"].isna().all()


def test_sizes_are_extrapolated():
    """Four sizes of the training set in the sweep: measured, carried on, and said in a sentence."""
    truths, _ = SMALL["sizes"]
    found = judge_sweep(simulated(truths, seeds=3, n=300)).training_size
    assert found.table["train_size"].tolist() == [500, 1000, 2000, 4000, 8000, 16_000]
    assert found.sentence.startswith(
        "twice the 4,000 training examples are expected to lower the validation error of baseline by "
    )


def test_a_tie_is_broken_the_same_way_everywhere():
    """Two variants whose seeds add up to the same errors: the first of the sweep is the answer and leads the table."""
    record = simulated({L2: FITS, BASELINE: FITS}, seeds=3, n=1000)
    given = record.validation.given_label
    counts = {(L2.label, seed): (200, 200, 200)[seed] for seed in range(3)} | {
        ("baseline", seed): (100, 200, 300)[seed] for seed in range(3)
    }
    trials = tuple(
        TrialPredictions(t.variant, t.seed, np.eye(C)[(given + (np.arange(1000) < counts[t.variant, t.seed])) % C])
        for t in record.validation.trials
    )
    accuracy = [1 - counts[t.variant, t.seed] / 1000 for t in trials]
    parts = {name: getattr(record, name) for name in record.__dataclass_fields__}
    tied = SweepRecord(**parts | {
        "validation": HeldOut("val", np.arange(1000), given, given, trials),
        "trials": record.trials.assign(**{f"{names.SELECTED}val_accuracy": accuracy}),
    })  # fmt: skip
    found = judge_sweep(tied)
    assert found.answer.best == L2.label
    assert found.leaderboard["variant"].tolist() == [L2.label, "baseline"]


def over_splits(n_splits: int) -> SweepRecord:
    """A sweep of two seeds a split, each split with examples of its own."""
    truths = {BASELINE: Truth(0.10, 0.20), L2: Truth(0.10, 0.14), RATE: Truth(0.10, 0.205)}
    every = [simulated(truths, seeds=2, n=500, draw=draw) for draw in range(n_splits)]
    splits = tuple(
        Resplit(
            i, *(replace(part, example_id=part.example_id + 500 * i) for part in (one.validation, one.test)), one.trials
        )
        for i, one in enumerate(every)
    )
    return replace(every[0], resplits=splits)


def test_over_enough_splits_answer_and_leaderboard_are_over_all_of_them():
    """The sentence, the leaderboard's first row and the row of the table say the same: means over the trials of every split."""
    record = over_splits(6)
    found = judge_sweep(record)
    answer, table = found.answer, found.over_splits.set_index("variant")
    assert (answer.best, answer.verdict, answer.wins, answer.over) == (L2.label, names.WINS, True, "6 splits")
    assert answer.sentence.startswith(f"Variant {L2.label} wins by ")
    assert "(12 trainings over 6 splits, 500 test examples each)" in answer.sentence
    first = found.leaderboard.iloc[0]
    assert (first["variant"], first["seeds"], first["verdict"]) == (L2.label, 12, names.BETTER)
    for name in ("difference", "low", "high"):
        of_board = first[name if name == "difference" else f"difference_{name}"]
        assert of_board == table.loc[L2.label, name] == getattr(answer, name)
    every = pd.concat([split.trials for split in record.resplits])
    of_best = every[every["variant"] == L2.label]
    assert first["test_accuracy"] == pytest.approx(of_best[f"{names.TEST}/accuracy"].mean())
    assert answer.test_accuracy == pytest.approx(first["test_accuracy"])
    assert first["test_accuracy_low"] < first["test_accuracy"] < first["test_accuracy_high"]
    assert first["fitting_regime"] == found.regimes[L2.label].verdict
    assert answer.first_split.seeds == 2


def test_too_few_splits_leave_all_that_is_said_to_the_first():
    """Answer and leaderboard are those of the first split alone, and the sentence says what it takes."""
    record = over_splits(4)
    found, alone = judge_sweep(record), judge_sweep(replace(record, resplits=()))
    assert replace(found.answer, splits=1) == alone.answer
    pd.testing.assert_frame_equal(found.leaderboard, alone.leaderboard)
    assert "over 4 splits no verdict: it takes 5" in found.answer.sentence


def test_a_second_look_at_more_splits_may_spend_less():
    """Judged at five splits and again at six, the interval is wider than at a first look, and the answer counts the look."""
    record = over_splits(6)
    again = judge_sweep(record, splits_read=Readings(((30, 0), (36, 0))))
    once = judge_sweep(record)
    assert (once.answer.looks, again.answer.looks) == (1, 2)
    assert again.answer.high - again.answer.low > once.answer.high - once.answer.low
    assert "second look at test" in again.answer.sentence
