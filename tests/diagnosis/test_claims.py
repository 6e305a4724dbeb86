"""The article's claims: the registry, each claim's verdict on sweeps of known truth, and what is said where it lacks."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from regtrack import names
from regtrack.diagnosis.claims import CLAIMS, evaluate_claims
from regtrack.diagnosis.claims.article.dropout_slows import convergence_epochs
from regtrack.diagnosis.claims.evidence import Evidence
from regtrack.diagnosis.claims.measured import Measured, over_seeds
from regtrack.diagnosis.claims.verdicts import judge
from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.diagnosis.differences.crossed import CrossedErrors
from regtrack.diagnosis.differences.dunnett import two_sided_quantile
from regtrack.diagnosis.simulation import Truth, simulate_wrong
from regtrack.names import CLAIM_VERDICTS, NOT_SUPPORTED, SUPPORTED, UNDETERMINED_HERE
from regtrack.variants import Variant
from regtrack.variants.settings import AXES, Settings

ORDER = [
    "l1_sparse", "l2_small", "larger_factor_underfits", "batch_norm_regularizes", "dropout_lowers_error",
    "dropout_slows", "dropout_milder_last_hidden", "dropout_rate_by_width", "training_loss_misleads",
    "mc_lifts_accuracy", "mc_less_confidently_wrong", "passes_cost_linear", "max_norm_no_penalty",
    "max_norm_smaller_is_stronger", "max_norm_axis", "schedule_changes_winner",
]  # fmt: skip
SEEDS = 5
STILL = np.array([-2.0, 1.0, 0.0, 2.0, -1.0])
"""Seeds' deviations in units of a scale; another variant's are in another order, so that differences vary too."""
WILD = np.array([1.0, -2.0, 2.0, -1.0, 0.0])


def sweep(*variants: dict, n_test: int | None = None) -> Evidence:
    """Evidence of variants given as dicts: params, metrics {name: (S,)}, curves {name: (S, E)}, and wrong examples
    (S, n) under validation, test, test_mc."""
    trials, curves, errors = [], [], {"validation": [], "test": [], "test_mc": []}
    for given in variants:
        variant = Variant(**given.get("params", {}))
        settings = variant.settings(Settings()).model_dump()
        for seed in range(given.get("seeds", SEEDS)):
            params = variant.to_params() | {axis: settings[axis] for axis in AXES}
            metrics = {name: values[seed] for name, values in given.get("metrics", {}).items()}
            run_id = f"{variant.label} {seed}"
            trials.append({"run_id": run_id, "variant": variant.label, "seed": seed} | params | metrics)
            shown = {name: np.asarray(values)[seed] for name, values in given.get("curves", {}).items()}
            for epoch in range(len(next(iter(shown.values()), []))):
                at = {name: values[epoch] for name, values in shown.items()}
                curves.append({"variant": variant.label, "seed": seed, "epoch": epoch + 1} | at)
        for split, found in errors.items():
            if split in given:
                found.append(VariantErrors(variant.label, given[split]))
    return Evidence(trials=pd.DataFrame(trials), curves=pd.DataFrame(curves), n_test=n_test, **errors)


def found(evidence: Evidence, claim: str) -> dict:
    """The claim's row of the table."""
    table = evaluate_claims(evidence)
    return table.set_index("claim").loc[claim].to_dict()


def flat(values, epochs: int = 3) -> np.ndarray:
    """(S, epochs) curves that stand still."""
    return np.repeat(np.asarray(values, float)[:, None], epochs, axis=1)


def wrong(*rates: float, n: int = 4000, seed_sd: float = 0.001, seed: int = 0) -> list[np.ndarray]:
    truths = [Truth(0.05, rate, seed_sd=seed_sd) for rate in rates]
    return simulate_wrong(truths, seeds=SEEDS, n=n, rng=np.random.default_rng(seed))


def trained(params: dict, error: float, scale: float = 0.001, deviations=STILL, **metrics) -> dict:
    """A variant with this train error at the last epoch."""
    return {"params": params, "curves": {"train/accuracy": flat(1 - error - scale * deviations),
                                         "val/accuracy": flat(0.9 + 0 * deviations)}} | metrics  # fmt: skip


# ---- one sweep a claim and verdict ----------------------------------------------------------------------------
def l1_sparse(effect, scale):
    name = "weights/near_zero_share"
    return sweep(
        {"metrics": {name: 0.2 + scale * STILL}},
        {"params": {"l1": 1e-5}, "metrics": {name: 0.2 + 0 * STILL}},
        {"params": {"l1": 1e-3}, "metrics": {name: 0.2 + effect + scale * WILD}},
        {"params": {"l1": 1e-2, "l2": 1e-2}, "metrics": {name: 0 * STILL}},  # not alone: left out
    )


def l2_small(effect, scale):
    name = "weights/l2_norm"
    return sweep(
        {"metrics": {name: 36 * np.exp(scale * STILL)}},
        {"params": {"l2": 1e-3}, "metrics": {name: 36 * np.exp(effect + scale * WILD)}},
    )


def larger_factor(effect, scale):
    return sweep(
        trained({}, 0.05),
        *(trained({"l1": 10.0**-p}, 0.2 + (3 - p) * 0.04) for p in (3, 4, 5)),
        *(trained({"l2": 10.0**-p}, 0.2 + (3 - p) * effect, scale * p, WILD) for p in (2, 3, 4)),
    )


def batch_norm(effect, scale):
    base, normalized = wrong(0.1, 0.1, n=20_000)
    gap = names.GENERALIZATION_GAP
    return sweep(
        trained({}, 0.05, metrics={gap: 0.04 + scale * STILL}, validation=base),
        trained({"batch_norm": 1}, 0.05, metrics={gap: 0.04 + effect + scale * WILD}, validation=normalized),
    )


def dropout_lowers(effect, scale):
    base, chosen, other = wrong(0.12, 0.12 + effect, 0.25, n=20_000, seed_sd=scale)
    return sweep(
        {"validation": base, "test": base},
        {"params": {"dropout_rate": 0.2}, "validation": chosen, "test": chosen},
        {"params": {"dropout_rate": 0.5}, "validation": other, "test": other},
    )


def dropout_slows(effect, scale):
    def curve(until):  # falls by 0.1 nats an epoch to its minimum at `until`, then stands
        return np.maximum(0.3, 0.3 + 0.1 * (until[:, None] - np.arange(1, 21)))

    return sweep(
        {"curves": {"val/cross_entropy": curve(8 + scale * STILL)}},
        {"params": {"dropout_rate": 0.2}, "curves": {"val/cross_entropy": curve(8 + effect + scale * WILD)}},
    )


def milder(effect, scale):
    last = {"dropout_rate": 0.5, "dropout_placement": "last_hidden"}
    return sweep(
        trained({}, 0.06), trained({"dropout_rate": 0.5}, 0.14), trained(last, 0.14 + effect, scale, WILD),
        trained({"dropout_rate": 0.2}, 0.01), trained(last | {"dropout_rate": 0.2}, 0.2),
    )  # fmt: skip


def by_width(effect, scale):
    one, grown = wrong(0.12, 0.12 + effect, n=20_000, seed_sd=scale)
    params = {"hidden_widths": "200-50", "dropout_rate": 0.5}
    return sweep(
        {"params": params | {"dropout_placement": "hidden"}, "test": one},
        {"params": params | {"dropout_placement": "width"}, "test": grown},
    )


def misleads(effect, scale):
    curves = {
        names.TRAIN_RUNNING_CROSS_ENTROPY: flat(0.3 + effect + scale * STILL),
        "train/cross_entropy": flat(0.25 + 0.001 * WILD),
        "val/cross_entropy": flat(0.3 + 0 * STILL),
    }
    return sweep({"params": {"dropout_rate": 0.2}, "curves": curves})


def mc_lifts(effect, scale, swing=0.0):
    """Dropout on puts right a share of scale + effect of the examples and puts wrong a share of scale."""
    [off] = wrong(0.12, n=10_000)
    on, rng = off.copy(), np.random.default_rng(1)
    for before, after, gain in zip(off, on, effect + swing * WILD, strict=True):
        for value, share in ((True, scale + max(gain, 0)), (False, scale + max(-gain, 0))):
            after[rng.choice(np.flatnonzero(before == value), round(share * len(before)), replace=False)] = not value
    return sweep({"params": {"dropout_rate": 0.2}, "test": off, "test_mc": on}, n_test=10_000)


def mc_confidently(effect, scale):
    metrics = {
        "test/high_confidence_errors": 109 + STILL,
        "test_mc/high_confidence_errors": 109 + effect + scale * WILD,
    }
    return sweep({"params": {"dropout_rate": 0.2}, "metrics": metrics}, n_test=10_000)


def linear(effect, scale):
    return sweep(
        {"params": {"dropout_rate": 0.2}, "metrics": {"cost/mc_doubling_ratio": 2 + effect + scale * STILL}},
        {"params": {"dropout_rate": 0.5}, "metrics": {"cost/mc_doubling_ratio": 2 + effect + scale * WILD}},
    )


def no_penalty(effect, seeds):
    penalty = np.zeros((SEEDS, 4))
    penalty[1, 2] = effect
    return sweep({"params": {"max_norm": 1}, "seeds": seeds, "curves": {"train/penalty": penalty}})


def smaller_radius(effect, scale):
    return sweep(*(trained({"max_norm": 2.0**-p}, 0.1 + p * effect, scale * (p + 2), WILD) for p in (-1, 0, 1)))


def axis(largest, free):
    name, cnn = "weights/max_incoming_norm", {"architecture": "cnn"}
    return sweep(
        {"params": cnn, "metrics": {name: free + 0.1 * STILL}},
        {"params": cnn | {"max_norm": 0.5}, "metrics": {name: largest + 0 * STILL}},
    )


def schedule(constant, scale):
    """Under the decaying rate max-norm wins by 3 points; under the constant one it is ahead by `constant`."""
    rates = (0.13, 0.10, 0.13, 0.13 - constant)
    errors = wrong(*rates, n=20_000, seed_sd=scale)
    held = {"learning_rate_schedule": "constant"}
    every = ({}, {"max_norm": 1}, held, held | {"max_norm": 1})
    return sweep(*({"params": p, "validation": e, "test": e} for p, e in zip(every, errors, strict=True)))


CASES = [
    ("l1_sparse", l1_sparse, (0.7, 0.01), (0.0, 0.001), (0.1, 0.1)),
    ("l2_small", l2_small, (-0.5, 0.01), (0.0, 0.005), (-0.1, 0.1)),
    ("larger_factor_underfits", larger_factor, (0.03, 0.0005), (0.0, 0.0002), (0.005, 0.01)),
    ("batch_norm_regularizes", batch_norm, (-0.03, 0.001), (0.02, 0.001), (-0.01, 0.02)),
    ("dropout_lowers_error", dropout_lowers, (-0.03, 0.001), (0.0, 0.0005), (-0.015, 0.03)),
    ("dropout_slows", dropout_slows, (6.0, 0.2), (0.0, 0.1), (1.0, 1.0)),
    ("dropout_milder_last_hidden", milder, (-0.06, 0.001), (0.0, 0.001), (-0.01, 0.02)),
    ("dropout_rate_by_width", by_width, (-0.03, 0.001), (0.03, 0.001), (-0.01, 0.04)),
    ("training_loss_misleads", misleads, (0.05, 0.002), (-0.03, 0.002), (0.01, 0.03)),
    ("mc_lifts_accuracy", mc_lifts, (0.01, 0.004), (0.0, 0.0005), (0.0, 0.02, 0.003)),
    ("mc_less_confidently_wrong", mc_confidently, (-60, 2.0), (60, 2.0), (-10, 10.0)),
    ("passes_cost_linear", linear, (0.02, 0.02), (-0.8, 0.02), (0.1, 0.2)),
    ("max_norm_no_penalty", no_penalty, (0.0, SEEDS), (1e-9, SEEDS), (0.0, 2)),
    ("max_norm_smaller_is_stronger", smaller_radius, (0.02, 0.0005), (-0.02, 0.0005), (0.005, 0.01)),
    ("max_norm_axis", axis, (0.5, 3.0), (0.8, 3.0), (0.4, 0.4)),
    ("schedule_changes_winner", schedule, (-0.03, 0.001), (0.03, 0.001), (-0.002, 0.03)),
]
EVERY = [
    pytest.param(claim, build, case, verdict, id=f"{claim}: {verdict}")
    for claim, build, *cases in CASES
    for case, verdict in zip(cases, CLAIM_VERDICTS, strict=True)
]


@pytest.mark.parametrize(("claim", "build", "case", "verdict"), EVERY)
def test_each_claim_reaches_each_verdict_where_it_is_true(claim, build, case, verdict):
    """A sweep whose truth is known gets the verdict it deserves, with figures, a sentence and the trials behind it."""
    evidence = build(*case)
    row = found(evidence, claim)
    assert row["verdict"] == verdict, row["reason"]
    assert row["seeds"] == (2 if case == (0.0, 2) else SEEDS)
    assert row["low"] <= row["effect"] <= row["high"]
    assert row["reason"][0].isupper()
    assert row["reason"].endswith(".")
    assert set(row["run_ids"]) <= set(evidence.trials["run_id"])
    assert len(row["run_ids"]) == len(set(row["run_ids"])) > 0
    if verdict == UNDETERMINED_HERE:
        assert "would" in row["reason"]


def test_every_claim_has_its_cases():
    """No claim of the registry goes untested."""
    assert [claim for claim, *_ in CASES] == ORDER


# ---- figures known beforehand ---------------------------------------------------------------------------------
def test_a_paired_difference_is_the_paired_t_test():
    """Effect and limits are those of scipy's paired t-test."""
    evidence = l1_sparse(0.1, 0.05)
    a = evidence.trials.query("variant == 'l1=0.001'")["weights/near_zero_share"]
    b = evidence.trials.query("variant == 'baseline'")["weights/near_zero_share"]
    limits = stats.ttest_rel(a, b).confidence_interval()
    row = found(evidence, "l1_sparse")
    assert (row["effect"], row["low"], row["high"]) == pytest.approx((0.1, limits.low, limits.high))
    assert row["run_ids"] == [f"{v} {s}" for v in ("l1=1e-05", "l1=0.001", "baseline") for s in range(SEEDS)]


def test_a_ratio_is_the_ratio_of_norms():
    """Half the norm in every seed is an effect of 0.5, its limits 0.5."""
    row = found(l2_small(np.log(0.5), 0.0), "l2_small")
    assert [row[k] for k in ("effect", "low", "high")] == pytest.approx([0.5] * 3)
    assert row["unit"] == "x"


def test_slopes_are_points_for_a_step_of_strength():
    """Errors that rise by 3 points a tenfold factor (the other penalty by 4), and by 2 a halving of r."""
    row = found(larger_factor(0.03, 0.0), "larger_factor_underfits")
    assert row["effect"] == pytest.approx(3.0)
    assert "judged by l2" in row["reason"]
    assert "validation error 0.100" in row["reason"]
    assert "l1=0.001 is above and l2=0.01 is above" in row["reason"]
    assert found(smaller_radius(0.02, 0.0), "max_norm_smaller_is_stronger")["effect"] == pytest.approx(2.0)


def test_a_difference_of_errors_is_that_of_the_crossed_seeds_and_examples():
    """Effect and standard error are CrossedErrors' own, in points; the rate is chosen on validation, and the limits are
    Dunnett's of both rates: they hold whichever is chosen."""
    evidence = dropout_lowers(-0.03, 0.001)
    crossed = CrossedErrors([v.wrong for v in evidence.test])
    contrast = crossed.difference(1, 0)
    row = found(evidence, "dropout_lowers_error")
    half = two_sided_quantile(crossed.family_freedom(contrast), 2) * contrast.standard_error
    expected = [100 * value for value in (contrast.mean, contrast.mean - half, contrast.mean + half)]
    assert [row[k] for k in ("effect", "low", "high")] == pytest.approx(expected)
    alone = contrast.limits()
    assert row["high"] - row["low"] > 100 * (alone[1] - alone[0])
    assert "dropout=0.2 (of 2 dropout variants the one that validation chooses)" in row["reason"]


def test_dropout_whose_seeds_scatter_more_widely_has_a_fifth_of_the_error():
    """Its seeds scatter by five points and the baseline's hardly: the limits are of that level, and it is said."""
    rng = np.random.default_rng(0)
    rates = {"baseline": np.full(SEEDS, 0.20), "dropout=0.2": np.linspace(0.06, 0.18, SEEDS)}
    base, chosen = (rng.random((SEEDS, 4000)) < of[:, None] for of in rates.values())
    evidence = sweep(
        {"validation": base, "test": base},
        {"params": {"dropout_rate": 0.2}, "validation": chosen, "test": chosen},
    )
    crossed = CrossedErrors([v.wrong for v in evidence.test])
    contrast = crossed.difference(1, 0)
    half = stats.t.isf(0.025 / 5, crossed.family_freedom(contrast)) * contrast.standard_error
    row = found(evidence, "dropout_lowers_error")
    assert [row["low"], row["high"]] == pytest.approx([100 * (contrast.mean - half), 100 * (contrast.mean + half)])
    assert (
        "4,000 examples; its seeds scatter more widely, so that the limits are of a fifth of the error: "
        in row["reason"]
    )


def test_the_rate_is_chosen_on_validation_even_where_test_says_otherwise():
    """Test errors choose nothing."""
    evidence = dropout_lowers(-0.03, 0.001)
    turned = [evidence.validation[0], *(VariantErrors(a.variant, b.wrong) for a, b in
              zip(evidence.validation[1:], evidence.validation[:0:-1], strict=True))]  # fmt: skip
    row = found(replace(evidence, validation=turned), "dropout_lowers_error")
    assert row["verdict"] == NOT_SUPPORTED
    assert "with dropout=0.5" in row["reason"]


def test_convergence_by_hand():
    """Within 0.02 of the minimum, between epochs by a straight line; NaN after the last epoch does not count."""
    curves = pd.DataFrame([[1.0, 0.5, 0.4, 0.4], [0.4, 0.41, 0.5, 0.6], [0.9, 0.3, np.nan, np.nan]],
                          columns=[1, 2, 3, 4])  # fmt: skip
    assert convergence_epochs(curves).tolist() == pytest.approx([2.8, 1.0, 1 + 0.58 / 0.6])


def test_both_figures_of_the_training_loss_are_shown():
    """Dropout on +0.05 nats, off -0.05."""
    reason = found(misleads(0.05, 0.0), "training_loss_misleads")["reason"]
    assert "+0.050 nats" in reason
    assert "−0.0500 nats" in reason


def test_mc_dropout_is_paired_by_network():
    """Every network puts 14 of 1,000 right and 4 wrong: 1 point, whatever the networks' own accuracies are."""
    row = found(mc_lifts(0.01, 0.004), "mc_lifts_accuracy")
    assert row["effect"] == pytest.approx(1.0)
    assert row["high"] - row["low"] < 0.5
    assert "140 a network put right, 40 put wrong" in row["reason"]


def test_fewer_confident_errors_from_lower_confidence_alone_are_called_that():
    """Where equal coverage leaves nothing, the sentence says so; counts are for 10,000 examples."""
    columns = {"variant": "dropout=0.2", "method": "mc_dropout", "temperature": False, "passes": 100,
               "measure": "high_confidence_errors_at_equal_coverage", "difference": -1.0, "difference_low": -6.0,
               "difference_high": 4.0}  # fmt: skip
    evidence = replace(mc_confidently(-60, 2.0), n_test=5_000, methods=pd.DataFrame([columns]))
    row = found(evidence, "mc_less_confidently_wrong")
    assert row["effect"] == pytest.approx(-120)
    assert row["reason"].endswith("nothing is shown to be left, −2 (−12 to +8): lower confidence alone does so.")
    left = replace(evidence, methods=evidence.methods.assign(difference_high=-0.5))
    assert "−2 (−12 to −1) of the change is left" in found(left, "mc_less_confidently_wrong")["reason"]


def test_the_schedules_interaction_is_the_difference_of_differences():
    """Ahead by 3 points under one schedule, behind by 3 under the other: 6 points, both differences in the sentence."""
    evidence = schedule(-0.03, 0.001)
    rates = [v.wrong.mean() for v in evidence.test]
    row = found(evidence, "schedule_changes_winner")
    assert row["effect"] == pytest.approx(100 * ((rates[0] - rates[1]) - (rates[2] - rates[3])))
    assert "max_norm=1 is best under a decaying rate and baseline under a constant one" in row["reason"]


def test_a_winner_under_both_schedules_is_no_change():
    """The same variant best and shown ahead under both."""
    row = found(schedule(0.03, 0.001), "schedule_changes_winner")
    assert "max_norm=1 is best under both schedules, baseline next" in row["reason"]


@pytest.mark.parametrize(
    ("low", "high", "direction", "verdict"),
    [
        (0.1, 3, 1, SUPPORTED),
        (-3, -0.1, 1, NOT_SUPPORTED),
        (-3, -0.1, -1, SUPPORTED),
        (-0.9, 0.9, 1, NOT_SUPPORTED),
        (-0.9, 1.1, 1, UNDETERMINED_HERE),
        (0.1, 0.2, 1, SUPPORTED),
        (-1.1, 0.5, -1, UNDETERMINED_HERE),
    ],
)
def test_the_rule_at_its_edges(low, high, direction, verdict):
    """Zero excluded in the claimed direction, in the other, within the margin of 1, or none of these."""
    measured = Measured((low + high) / 2, low, high, 5)
    assert judge(measured, direction=direction, margin=1.0, margin_text="1")[0] == verdict
    assert judge(replace(measured, seeds=2), direction=direction, margin=1.0, margin_text="1")[0] == UNDETERMINED_HERE


def test_what_would_narrow_an_interval_is_told_by_its_larger_part():
    """Where the examples make the interval wide, seeds are not recommended."""
    seeds = judge(over_seeds([-3, 1, 4, 0]), direction=1, margin=0.1, margin_text="")[1]
    examples = judge(over_seeds([0.1, 0.2, 0.3], example_variance=4, n=50), direction=1, margin=0.1, margin_text="")[1]
    assert "`seeds: 8`" in seeds
    assert "seeds hardly" in examples


@pytest.mark.parametrize(
    ("trained", "remedy"), [(2, "`seeds: 5` in the grid would tell"), (5, "more held-out examples would tell")]
)
def test_where_seeds_were_trained_and_not_timed_more_seeds_are_no_remedy(trained, remedy):
    """On few examples timing Monte Carlo passes may be left out; five seeds are not told to be five."""
    seconds = np.array([2.0, 2.1, np.nan, np.nan, np.nan])
    timed = sweep({"params": {"dropout_rate": 0.2}, "seeds": trained, "metrics": {"cost/mc_doubling_ratio": seconds}})
    assert remedy in found(timed, "passes_cost_linear")["reason"]


# ---- whatever the sweep ---------------------------------------------------------------------------------------
def everything(seeds: int = SEEDS) -> Evidence:
    """A sweep in which every claim can be measured."""
    cnn, held = {"architecture": "cnn"}, {"learning_rate_schedule": "constant"}
    half = {"dropout_rate": 0.5}
    grid = [{}, {"l1": 1e-4}, {"l1": 1e-3}, {"l2": 1e-4}, {"l2": 1e-3}, {"batch_norm": 1}, {"dropout_rate": 0.2}, half,
            half | {"dropout_placement": "last_hidden"}, half | {"hidden_widths": "8-4", "dropout_placement": "hidden"},
            half | {"hidden_widths": "8-4", "dropout_placement": "width"}, {"max_norm": 1}, {"max_norm": 2},
            {"dropout_rate": 0.2, "max_norm": 1}, cnn, cnn | {"max_norm": 1}, held, held | {"max_norm": 1}]  # fmt: skip
    rng = np.random.default_rng(0)
    errors = simulate_wrong([Truth(0.05, 0.1)] * len(grid), seeds=seeds, n=200, rng=rng)
    metrics = ["weights/near_zero_share", "weights/l2_norm", "weights/max_incoming_norm", names.GENERALIZATION_GAP,
               "test/high_confidence_errors", "test_mc/high_confidence_errors", "cost/mc_doubling_ratio"]  # fmt: skip
    curves = [*names.EPOCH_METRICS, names.TRAIN_RUNNING_CROSS_ENTROPY]
    return sweep(
        *(
            {
                "params": params,
                "seeds": seeds,
                "metrics": {name: rng.uniform(0.5, 0.9, seeds) for name in metrics},
                "curves": {name: rng.uniform(0.5, 0.9, (seeds, 3)) for name in curves},
                "validation": wrong,
                "test": wrong,
            }
            | ({"test_mc": wrong} if "dropout_rate" in params else {})
            for params, wrong in zip(grid, errors, strict=True)
        ),
        n_test=200,
    )


FULL = everything()


def check_table(table: pd.DataFrame):
    assert tuple(table.columns) == names.CLAIMS_COLUMNS
    assert table["claim"].tolist() == ORDER
    assert set(table["verdict"]) <= set(CLAIM_VERDICTS)
    assert table["reason"].str.fullmatch(r"[A-Z].*\.").all()
    unmeasured = table[table["effect"].isna()]
    assert (unmeasured["verdict"] == UNDETERMINED_HERE).all()
    assert unmeasured["reason"].str.contains("would tell").all()
    assert (table.loc[table["seeds"] < 3, "verdict"] == UNDETERMINED_HERE).all()


def test_the_table_has_the_columns_and_the_order_of_the_store():
    """A full sweep measures every claim; every sentence is one line with figures."""
    table = evaluate_claims(FULL)
    check_table(table)
    assert table["effect"].notna().all(), table.loc[table["effect"].isna(), "reason"].tolist()
    assert table["reason"].str.contains(r"\d").all()
    assert table["seeds"].eq(SEEDS).all()


@pytest.mark.parametrize("column", [*FULL.trials.columns])
def test_a_missing_column_of_trials_is_told_and_breaks_nothing(column):
    """Every column may be absent: what needs it is undetermined, the rest stands."""
    check_table(evaluate_claims(replace(FULL, trials=FULL.trials.drop(columns=column))))


@pytest.mark.parametrize("column", [*FULL.curves.columns])
def test_a_missing_column_of_curves_is_told_and_breaks_nothing(column):
    """So with the learning curves, whether a column is absent or holds nothing."""
    check_table(evaluate_claims(replace(FULL, curves=FULL.curves.drop(columns=column))))
    if column not in ("variant", "seed", "epoch"):
        check_table(evaluate_claims(replace(FULL, curves=FULL.curves.assign(**{column: None}))))


def test_an_older_sweep_without_the_running_loss_and_the_ratio_says_what_is_missing():
    """The reason names what was not measured."""
    older = replace(
        FULL,
        trials=FULL.trials.drop(columns="cost/mc_doubling_ratio"),
        curves=FULL.curves.drop(columns=names.TRAIN_RUNNING_CROSS_ENTROPY),
    )
    table = evaluate_claims(older).set_index("claim")["reason"]
    assert table["passes_cost_linear"].startswith("The metric cost/mc_doubling_ratio was not measured; ")
    assert table["training_loss_misleads"].startswith(
        "The learning curves of dropout=0.2 have no train/running_cross_entropy; "
    )


@pytest.mark.parametrize(
    "part", [{"curves": pd.DataFrame()}, {"validation": ()}, {"test": ()}, {"test_mc": ()}, {"n_test": None},
             {"test": FULL.test[:3]}, {"test_mc": [VariantErrors(v.variant, v.wrong[:2]) for v in FULL.test_mc]},
             {"test": [VariantErrors("baseline", FULL.test[0].wrong[:, :9]), *FULL.test[1:]]},
             {"trials": pd.DataFrame()}, {"trials": FULL.trials[:0]}]
)  # fmt: skip
def test_a_missing_part_of_the_evidence_breaks_nothing(part):
    """Tables and arrays may be empty, partial or of other examples."""
    check_table(evaluate_claims(replace(FULL, **part)))


@pytest.mark.parametrize("seeds", [1, 2])
def test_with_fewer_than_three_seeds_nothing_has_a_verdict(seeds):
    """Figures may be shown, verdicts not; one seed has no limits over seeds."""
    table = evaluate_claims(everything(seeds))
    check_table(table)
    assert (table["verdict"] == UNDETERMINED_HERE).all()
    if seeds == 1:
        limited = table[table["low"].notna()]
        assert limited["claim"].tolist() == ["max_norm_no_penalty"]  # a census


def test_a_sweep_of_the_baseline_alone_names_the_grid_line_for_every_claim():
    """Nothing to compare: every reason ends with what would tell."""
    table = evaluate_claims(sweep({"metrics": {"weights/l2_norm": 30 + STILL}}))
    check_table(table)
    assert (table["verdict"] == UNDETERMINED_HERE).all()
    assert table["effect"].isna().all()
    assert table["reason"].str.contains("`- {").all()


def test_a_sweep_without_a_baseline_asks_for_one():
    """The claims that are differences from the baseline name it; the others are measured."""
    trials = FULL.trials[~FULL.trials["variant"].isin(["baseline"])]
    table = evaluate_claims(replace(FULL, trials=trials)).set_index("claim")
    check_table(table.reset_index()[list(names.CLAIMS_COLUMNS)])
    lacking = ["l1_sparse", "l2_small", "batch_norm_regularizes", "dropout_lowers_error", "dropout_slows"]
    assert table.loc[lacking, "reason"].str.contains("no finished baseline").all()
    assert table.loc[["larger_factor_underfits", "max_norm_no_penalty"], "effect"].notna().all()


# ---- the registry ---------------------------------------------------------------------------------------------
def test_the_order_of_the_registry():
    """In the order of the table."""
    assert list(CLAIMS) == ORDER


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=list(CLAIMS))
def test_declared(claim):
    """A title and a measure in words, a unit, a docstring, what would tell; the file is named for the claim."""
    assert type(claim).__module__.endswith(f".{claim.name}")
    assert claim.title[0].isupper()
    assert len(claim.measure.split()) > 5
    assert claim.unit in ("share", "x", "points", "epochs", "nats", "per 10,000")
    assert claim.__doc__
    assert "`- {" in claim.would_tell
    assert "would tell" in claim.would_tell
