"""Method verdicts: pairs of the same networks, an ensemble beside what costs as much, and what gets no verdict."""

import numpy as np
import pandas as pd
import pytest

from regtrack.diagnosis.compared.influence import TOO_FEW_ERRORS
from regtrack.diagnosis.differences.families import NO_LOOK_LEFT, TOO_FEW_SEEDS
from regtrack.diagnosis.method_verdicts import (
    EXAMPLES,
    JUDGED_BY,
    ONE_ENSEMBLE,
    SEEDS_AND_EXAMPLES,
    TOO_SELDOM,
    judge_methods,
)
from regtrack.diagnosis.method_words import methods_in_words
from regtrack.diagnosis.methods import SeedPredictions, methods_of
from regtrack.names import (
    ACCURACY,
    AURC,
    BEST_SINGLE,
    BETTER,
    DEBIASED_CALIBRATION_ERROR,
    DETERMINISTIC,
    ENSEMBLE,
    MC_DROPOUT,
    METHOD_VERDICTS_COLUMNS,
    NEGATIVE_LOG_LIKELIHOOD,
    NO_VERDICT,
    NOT_SHOWN,
)

N, C, PASSES = 600, 3, 100
VAL, TEST = np.random.default_rng(1).integers(0, C, (2, N))


def networks(seeds: int, boldness: float = 1.0, seed: int = 0, margin: float = 2.0) -> list[SeedPredictions]:
    """Networks that differ by seed; `boldness` is a factor on the same logits, which are twice what they
    should be at a margin of 2."""
    rng, found = np.random.default_rng(seed), []
    shared = rng.normal(0, 1, (2, N, C))  # what is hard is hard for all
    for _ in range(seeds):
        parts = []
        for labels, hard in zip((VAL, TEST), shared, strict=True):
            logits = boldness * 4 * (margin * np.eye(C)[labels] + hard + rng.normal(0, 0.4, (N, C)))
            logits -= logits.max(axis=1, keepdims=True)
            parts.append(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))
        found.append(SeedPredictions(*parts))
    return found


def judged(seeds: int = 5, *, many: float = 0.5, margin: float = 2.0, **given) -> pd.DataFrame:
    """One pass that is too bold; as few passes as seeds say the same; many passes say it less boldly."""
    one, meek = networks(seeds, margin=margin), networks(seeds, many, margin=margin)
    methods = methods_of(one, networks(seeds, margin=margin), meek, n_passes=PASSES, val_labels=VAL)
    return judge_methods(methods, TEST, VAL, **given)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return judged()


def of(table: pd.DataFrame, measure: str, **row) -> pd.Series:
    rows = table[table["measure"] == measure]
    for name, value in row.items():
        rows = rows[rows[name] == value]
    [found] = rows.to_dict("records")
    return found


def test_what_is_better_calibrated_is_better_by_likelihood_and_nothing_else_is_said_of_its_answers(table):
    """The same answers said less boldly: better by log-likelihood, and not one example of accuracy apart."""
    assert ("variant", *table.columns) == METHOD_VERDICTS_COLUMNS
    likelihood = of(table, NEGATIVE_LOG_LIKELIHOOD, passes=PASSES, temperature=False)
    assert (likelihood["verdict"], likelihood["interval_covers"]) == (BETTER, SEEDS_AND_EXAMPLES)
    assert likelihood["low"] > 0
    accuracy = of(table, ACCURACY, passes=PASSES)
    assert (accuracy["difference"], accuracy["verdict"]) == (0, NOT_SHOWN)
    assert accuracy["low"] < 0 < accuracy["high"]  # no change among so many examples is no certainty
    same = of(table, NEGATIVE_LOG_LIKELIHOOD, method=MC_DROPOUT, passes=5, temperature=False)
    assert (same["difference"], same["verdict"]) == (0, NOT_SHOWN)


def test_a_difference_is_the_mean_of_what_each_network_gains(table):
    """Of the mixed likelihood: its mean over the same five networks before and after."""

    def loss(found):
        return np.mean([-np.log(0.999 * p.test[np.arange(N), TEST] + 0.001 / C).mean() for p in found])

    expected = loss(networks(5)) - loss(networks(5, 0.5))
    row = of(table, NEGATIVE_LOG_LIKELIHOOD, passes=PASSES, temperature=False)
    assert row["difference"] == pytest.approx(expected)


def test_limits_hold_0_where_nothing_is_shown_and_only_there(table):
    """Of everything that is compared with one pass."""
    paired = table[table["other"] == DETERMINISTIC]
    holds = (paired["low"] <= 0) & (paired["high"] >= 0)
    assert (holds == (paired["verdict"] == NOT_SHOWN)).all()
    assert set(paired["verdict"]) == {BETTER, NOT_SHOWN}


def test_a_temperature_is_not_compared_by_accuracy(table):
    """It changes no answer: a comparison that cannot differ would take a part of the error."""
    tempered = table[table["temperature"]]
    assert set(tempered["measure"]) == {*JUDGED_BY} - {ACCURACY}


def test_an_ensemble_is_set_beside_as_many_trainings_and_as_many_passes_without_a_verdict(table):
    """The network that validation prefers, and Monte Carlo dropout of as many passes; limits over examples alone, and why."""
    rows = table[table["method"] == ENSEMBLE]
    costs = set(zip(rows["other"], rows["other_passes"], rows["other_trainings"], strict=True))
    assert costs == {(BEST_SINGLE, 1, 5), (MC_DROPOUT, 5, 1)}
    assert set(zip(rows["passes"], rows["trainings"], strict=True)) == {(5, 5)}
    without = rows["measure"] == DEBIASED_CALIBRATION_ERROR
    assert (set(rows["reason"][without]), set(rows["reason"][~without])) == ({TOO_SELDOM}, {ONE_ENSEMBLE})
    assert (rows["low"].isna() == without).all()
    assert (set(rows["verdict"]), set(rows["interval_covers"])) == ({NO_VERDICT}, {EXAMPLES})  # fmt: skip
    members = networks(5)
    best = members[int(np.argmin([-np.log(0.999 * p.val[np.arange(N), VAL] + 0.001 / C).mean() for p in members]))]
    mean = np.mean([p.test for p in members], axis=0)
    change = (mean.argmax(1) == TEST) * 1.0 - (best.test.argmax(1) == TEST)
    row = of(table, ACCURACY, other=BEST_SINGLE)
    assert row["difference"] == pytest.approx(change.mean())
    assert row["high"] - row["difference"] == pytest.approx(1.964 * change.std(ddof=1) / np.sqrt(N), rel=1e-3)


def test_fewer_than_five_seeds_get_no_verdict_and_the_ensemble_keeps_its_limits():
    """Four degrees of freedom, as everywhere."""
    table = judged(4)
    paired, ensemble = (table[(table["method"] == ENSEMBLE) == is_ensemble] for is_ensemble in (False, True))
    assert (set(paired["verdict"]), set(paired["reason"])) == ({NO_VERDICT}, {TOO_FEW_SEEDS})
    assert paired[["low", "high", "p_adjusted"]].isna().all(axis=None)
    assert (ensemble["low"].isna() == (ensemble["measure"] == DEBIASED_CALIBRATION_ERROR)).all()
    assert (
        methods_in_words(table)[0] == f"no verdict on any method against one pass of the same networks: {TOO_FEW_SEEDS}"
    )


def test_one_seed_has_no_ensemble_and_no_verdict():
    """Everything is defined, nothing warns."""
    table = judged(1)
    assert set(table["verdict"]) == {NO_VERDICT}
    assert ENSEMBLE not in set(table["method"])


def test_few_errors_leave_how_they_are_ranked_without_a_verdict_and_the_rest_with_one():
    """Networks that are nearly always right: AURC is refused with its reason, likelihood is judged."""
    table = judged(margin=7.0)
    ranked = table[table["measure"] == AURC]
    assert (set(ranked["verdict"]), set(ranked["reason"])) == ({NO_VERDICT}, {TOO_FEW_ERRORS})
    assert ranked[["low", "high"]].isna().all(axis=None)
    assert of(table, NEGATIVE_LOG_LIKELIHOOD, passes=PASSES, temperature=False)["verdict"] != NO_VERDICT


def test_later_looks_widen_the_limits_until_none_is_left(table):
    """As of every verdict on the same test examples."""

    def width(looks):
        row = of(judged(looks=looks), NEGATIVE_LOG_LIKELIHOOD, method=MC_DROPOUT, passes=5, temperature=True)
        return row["high"] - row["low"]

    first = of(table, NEGATIVE_LOG_LIKELIHOOD, method=MC_DROPOUT, passes=5, temperature=True)
    assert first["high"] - first["low"] < width(2)
    assert set(judged(looks=4)["reason"]) == {NO_LOOK_LEFT, ONE_ENSEMBLE, TOO_SELDOM}


def test_what_is_shown_is_said_with_its_cost_and_what_the_ensemble_gains_without_a_verdict(table):
    """A sentence against one pass, one for as many trainings, one for as many passes."""
    shown, trainings, passes = methods_in_words(table)
    assert shown.startswith("against one pass of the same 5 networks, all measures together, ")
    assert "100 passes: better in negative log-likelihood by " in shown
    assert " nats" in shown
    assert trainings.startswith("the ensemble of 5 differs from the best of its 5 networks (as many trainings), over these test examples alone, by ")  # fmt: skip
    assert passes.startswith(
        "the ensemble of 5 differs from 5 passes (as many passes), over these test examples alone, by "
    )
    assert trainings.endswith(f"no verdict, since {ONE_ENSEMBLE}")
    assert methods_in_words(table[:0]) == ()


def test_equals_are_told_apart_no_more_often_than_is_said():
    """Passes that are one more pass like the first, 60 sweeps of 200 examples: any false verdict in 0.05 and three standard errors."""
    rng, false = np.random.default_rng(3), 0
    for _ in range(60):
        labels = rng.integers(0, C, 200)
        shared = 1.5 * (2 * np.eye(C)[labels] + rng.normal(0, 1, (5, 200, C)))

        def noisy():
            logits = shared + rng.normal(0, 0.7, (5, 200, C))  # noqa: B023
            probs = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
            return [SeedPredictions(p, p) for p in probs]

        plain = [
            method
            for method in methods_of(noisy(), noisy(), noisy(), n_passes=9, val_labels=labels)
            if not method.temperature
        ]
        found = judge_methods(plain, labels, labels)
        false += bool(found["verdict"].isin([BETTER, "worse"]).any())
    assert false / 60 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 60)
