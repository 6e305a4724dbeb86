"""The answer as a value and in one sentence: every verdict word for word, and what may be called a win."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from regtrack.diagnosis.answer import LATER, Answer, answer_of, answer_of_tables
from regtrack.diagnosis.answer_words import clauses_of
from regtrack.diagnosis.bought import Bought, Change
from regtrack.diagnosis.compared.secondary import SecondaryVerdict
from regtrack.diagnosis.confirmed_choice import ConfirmedChoice
from regtrack.diagnosis.differences.comparison import VariantErrors, compare_variants
from regtrack.diagnosis.differences.families import AMONG_ALL, TO_BASELINE, WIDER_SEEDS
from regtrack.diagnosis.primary import Primary
from regtrack.names import (
    ACCURACY,
    AHEAD,
    ANSWER_VERDICTS,
    AURC,
    BALANCED_ACCURACY,
    BASELINE_BEST,
    BETTER,
    BRIER_SCORE,
    CONFIRMED,
    DEBIASED_CALIBRATION_ERROR,
    EQUAL,
    ERROR_DETECTION_AUROC,
    NEGATIVE_LOG_LIKELIHOOD,
    NO_BASELINE,
    NO_VERDICT,
    NOT_CONFIRMED,
    NOT_SHOWN,
    NOTHING_TO_CONFIRM,
    OVERFIT,
    OVERTAKEN,
    UNDERFIT,
    UNDETERMINED,
    WELL_FIT,
    WINS,
    WORSE,
)

CONDITIONS = "5 seeds, 100 test images, this split"


def errors(seeds=5, n=100, **wrong):
    """Variants that get the first so many examples wrong, with every seed."""
    return [VariantErrors(name, np.tile(np.arange(n) < count, (seeds, 1))) for name, count in wrong.items()]


def against_baseline(seeds=5, other_seeds=5, **rows):
    """variant=(difference, half width, verdict), read on test."""
    return pd.DataFrame(
        [{"family": TO_BASELINE, "variant": name, "other": "baseline", "seeds": seeds, "other_seeds": other_seeds,
          "difference": d, "low": d - half, "high": d + half, "verdict": verdict}
         for name, (d, half, verdict) in rows.items()]
        # a pair that says otherwise: only the family against the baseline is read
        + [{"family": AMONG_ALL, "variant": "l2", "other": "dropout", "seeds": 1, "other_seeds": 1,
            "difference": 0.9, "low": 0.8, "high": 1.0, "verdict": BETTER}]
    )  # fmt: skip


def said(comparison, regimes, wrong=None, seeds=5, primary=None, **more):
    """The answer where l2 has the lowest validation error, unless told; `more` is what its caller knows."""
    sweep = errors(seeds, **(wrong or {"baseline": 12, "l2": 10, "dropout": 11}))
    return replace(answer_of(sweep, sweep, comparison, regimes, primary=primary), **({"unit": "images"} | more))


ALL_WELL = dict.fromkeys(("baseline", "l2", "dropout"), WELL_FIT)
WON = {"l2": (0.02, 0.005, BETTER), "dropout": (0.01, 0.02, NOT_SHOWN)}


def test_a_win():
    """Lowest validation error, five seeds, shown on test: the difference in points of accuracy and its conditions."""
    found = said(against_baseline(**WON), ALL_WELL)
    assert found.sentence == (
        f"Variant l2 wins by 2.0 ± 0.5 points over baseline ({CONDITIONS}); no other variant is shown to differ from it"
    )
    assert (found.best, found.wins, found.difference) == ("l2", True, 0.02)
    assert (found.low, found.high) == pytest.approx((0.015, 0.025))


@pytest.mark.parametrize(("seeds", "other_seeds"), [(4, 5), (5, 4), (3, 3)])
def test_fewer_than_five_seeds_are_ahead_and_no_win(seeds, other_seeds):
    """Of the variant or of the baseline: the same difference is not called a win."""
    found = said(against_baseline(seeds, other_seeds, **WON), ALL_WELL, seeds=seeds)
    assert found.sentence.startswith(
        f"Variant l2 is ahead of baseline by 2.0 ± 0.5 points ({seeds} seeds, 100 test images, this split), which fewer than 5 "
        "seeds cannot call a win; "
    )
    assert (found.wins, found.difference) == (False, 0.02)


def test_a_wider_scatter_is_ahead_and_no_win():
    """The row says better and why that is no win: so does the sentence, with what would tell. Of few seeds their number
    is said."""
    no_win = against_baseline(**WON).assign(reason=WIDER_SEEDS)
    found = said(no_win, ALL_WELL)
    assert (found.verdict, found.wins, found.reason) == (AHEAD, False, WIDER_SEEDS)
    assert found.sentence.startswith(
        f"Variant l2 is ahead of baseline by 2.0 ± 0.5 points ({CONDITIONS}), which is not called a win: its seeds scatter more "
        "widely than those of baseline, and if they are skewed to the bad that much comes by chance too often; more seeds "
        "would tell, or fresh ones (confirm)"
    )
    assert Answer.from_dict(json.loads(json.dumps(found.to_dict()))).sentence == found.sentence
    few = said(against_baseline(4, 5, **WON).assign(reason=WIDER_SEEDS), ALL_WELL, seeds=4)
    assert (few.verdict, few.reason) == (AHEAD, "")
    assert "fewer than 5 seeds" in few.sentence


@pytest.mark.parametrize(("difference", "points"), [
    (0.003, "+0.3 ± 0.8 points"), (-0.03, "−3.0 ± 0.8 points, too little to be shown beside so many variants"),
])  # fmt: skip
def test_no_win_is_shown(difference, points):
    """The interval holds 0, or lies below it: the sign is kept."""
    found = said(against_baseline(l2=(difference, 0.008, NOT_SHOWN)), {"baseline": WELL_FIT, "l2": WELL_FIT})
    assert found.sentence == (
        "No win is shown: l2 has the lowest validation error, and on test differs from baseline by "
        f"{points} ({CONDITIONS})"
    )
    assert (found.wins, found.difference) == (False, difference)


def test_the_baseline_is_best():
    """Nothing beats it: its own test accuracy, no difference."""
    found = said(against_baseline(l2=(-0.01, 0.02, NOT_SHOWN)), {"baseline": WELL_FIT, "l2": WELL_FIT},
                 wrong={"baseline": 10, "l2": 12})  # fmt: skip
    assert found.sentence == (
        "No variant is shown to beat the baseline; baseline has the lowest validation error, test accuracy 0.900 "
        f"({CONDITIONS}); no other variant is shown to differ from it"
    )
    assert (found.best, found.wins, found.difference, found.low, found.high) == ("baseline", False, None, None, None)


def test_the_baseline_is_best_on_validation_only():
    """Another does better on test: that is said, and it is no win, for it was not chosen."""
    found = said(against_baseline(l2=(0.03, 0.01, BETTER)), {"baseline": WELL_FIT, "l2": WELL_FIT},
                 wrong={"baseline": 10, "l2": 12})  # fmt: skip
    assert found.sentence.startswith(
        f"The baseline has the lowest validation error ({CONDITIONS}), though on test l2 does better"
    )
    assert "No variant is shown to beat" not in found.sentence
    assert not found.wins


def test_what_does_better_on_test_is_said_once():
    """A variant is named for one thing once."""
    found = said(against_baseline(l2=(0.03, 0.01, BETTER)), {"baseline": WELL_FIT, "l2": WELL_FIT},
                 wrong={"baseline": 10, "l2": 12})  # fmt: skip
    assert found.sentence.count("l2") == 1


def test_single_seeds_give_no_interval_to_show():
    """The difference without limits: missing is not shown as a number that is none."""
    sweep = errors(1, baseline=12, l2=10)
    found = answer_of(
        sweep, sweep, compare_variants(sweep, split="test"), {"baseline": UNDETERMINED, "l2": UNDETERMINED}
    )
    assert not found.wins
    assert "nan" not in found.sentence


def test_without_a_baseline():
    """The best and its test accuracy, and that there is nothing to beat."""
    sweep = errors(l1=10, l2=12)
    found = answer_of(sweep, sweep, compare_variants(sweep, split="test"), {"l1": WELL_FIT, "l2": WELL_FIT})
    assert found.sentence == (
        "There is no baseline to beat; l1 has the lowest validation error, test accuracy 0.900 "
        "(5 seeds, 100 test examples, this split)"
    )
    assert (found.wins, found.difference) == (False, None)


def test_one_variant_with_one_seed():
    """Nothing to compare: itself is all that may be best; a seed, not seeds."""
    sweep = errors(1, only=10)
    empty = pd.DataFrame(columns=["family", "variant", "verdict"])
    found = answer_of(sweep, sweep, empty, {"only": UNDETERMINED})
    assert found.not_shown_worse == ("only",)
    assert "(1 seed, 100 test examples, this split)" in found.sentence


def test_chosen_on_validation_and_read_on_test():
    """The best is that of validation; conditions and accuracy are of test."""
    found = answer_of(errors(baseline=5, l2=9), errors(n=1000, baseline=300, l2=100),
                   pd.DataFrame(columns=["family", "variant", "verdict"]), {})  # fmt: skip
    assert found.best == "baseline"
    assert "test accuracy 0.700 (5 seeds, 1,000 test examples, this split)" in found.sentence


def test_candidates_are_those_not_shown_worse_on_validation():
    """By ascending error, without what is obviously worse."""
    found = said(against_baseline(**WON), ALL_WELL, wrong={"baseline": 60, "l2": 10, "dropout": 11})
    assert found.not_shown_worse == ("l2", "dropout")


def test_the_others_regimes_and_differences():
    """Underfit, overfit, better, worse, each once, in the plural where there are several; an underfit variant's being
    worse is said already; the best is not spoken of again."""
    comparison = against_baseline(
        l2=(0.02, 0.005, BETTER), dropout=(0.015, 0.005, BETTER), l1=(-0.3, 0.01, WORSE), tiny=(-0.2, 0.01, WORSE),
        noise=(-0.05, 0.01, WORSE), max_norm=(0.0, 0.01, EQUAL),
    )  # fmt: skip
    regimes = {"baseline": OVERFIT, "l2": OVERFIT, "dropout": WELL_FIT, "l1": UNDERFIT, "tiny": UNDERFIT,
               "noise": UNDETERMINED, "max_norm": OVERFIT}  # fmt: skip
    found = said(comparison, regimes, wrong=dict(zip(regimes, (12, 9, 11, 40, 41, 15, 13), strict=True)))
    assert found.sentence.split("; ")[1:] == [
        "l1 and tiny underfit",
        "baseline and max_norm overfit",
        "dropout is shown better than baseline",
        "noise is shown worse than baseline",
        "nothing else is shown to differ",
    ]


def test_one_of_a_regime_is_singular():
    """l1 underfits, dropout overfits; two that are worse are."""
    comparison = against_baseline(**WON, l1=(-0.3, 0.01, WORSE), x=(-0.1, 0.01, WORSE), y=(-0.1, 0.01, WORSE))
    regimes = {"baseline": WELL_FIT, "l2": WELL_FIT, "dropout": OVERFIT, "l1": UNDERFIT, "x": WELL_FIT, "y": WELL_FIT}
    found = said(comparison, regimes, wrong=dict(zip(regimes, (12, 9, 11, 40, 20, 21), strict=True)))
    assert found.sentence.split("; ")[1:4] == [
        "l1 underfits",
        "dropout overfits",
        "x and y are shown worse than baseline",
    ]


def test_many_names_are_counted():
    """Three names and how many more; four are all named."""
    many = [f"v{i}" for i in range(6)]
    for count, says in ((4, "v0, v1, v2 and v3 underfit"), (6, "v0, v1, v2 and 3 others underfit")):
        regimes = {"l2": WELL_FIT} | dict.fromkeys(many[:count], UNDERFIT)
        sweep = errors(**({"l2": 10} | dict.fromkeys(many[:count], 40)))
        empty = pd.DataFrame(columns=["family", "variant", "verdict"])
        assert answer_of(sweep, sweep, empty, regimes).sentence.endswith(f"; {says}")


def test_an_underfit_variant_that_is_not_shown_worse_is_still_underfit():
    """Its regime is said, its difference is among the rest."""
    found = said(against_baseline(**WON), ALL_WELL | {"dropout": UNDERFIT})
    assert found.sentence.split("; ")[1:] == ["dropout underfits", "nothing else is shown to differ"]


def test_a_real_comparison_in_one_go():
    """From compare_variants itself: 20 examples of 1,000 fixed by every seed is a win."""
    sweep = errors(n=1000, baseline=120, l2=100)
    comparison = compare_variants(sweep, split="test")
    found = answer_of(sweep, sweep, comparison, {"baseline": OVERFIT, "l2": WELL_FIT})
    half = comparison.loc[0, "high"] - comparison.loc[0, "difference"]
    assert found.sentence == (
        f"Variant l2 wins by 2.0 ± {100 * half:.1f} points over baseline (5 seeds, 1,000 test examples, this split); "
        "baseline overfits"
    )


BOUGHT = Bought(
    "dropout",
    100,
    Change(0.0, -0.1, 0.1),
    Change(0.0, None, None),
    Change(0.0, None, None),
    None,
    1,
    "ensemble",
    "validation",
    False,
    1,
    1,
)
VALUE = Answer(
    verdict=WINS, best="l2", baseline="baseline", difference=0.02, low=0.015, high=0.025, test_accuracy=0.9, seeds=5,
    fewest_seeds=5, examples=100, unit="images", split_seed=0, margin=0.01, regimes={"l2": WELL_FIT}, better=(),
    worse=(), equal=(), not_shown=(), not_shown_worse=("l2",),
)  # fmt: skip
CHOSEN = "l2 has the lowest validation error, and on test"
HEADS = {
    WINS: f"Variant l2 wins by 2.0 ± 0.5 points over baseline ({CONDITIONS})",
    AHEAD: f"Variant l2 is ahead of baseline by 2.0 ± 0.5 points ({CONDITIONS}), which fewer than 5 seeds cannot call a win",
    NOT_SHOWN: f"No win is shown: {CHOSEN} differs from baseline by +2.0 ± 0.5 points, too little to be shown beside so many "
    f"variants ({CONDITIONS})",
    EQUAL: f"No win is shown: {CHOSEN} is practically equal to baseline, by +2.0 ± 0.5 points ({CONDITIONS})",
    WORSE: f"No win is shown: {CHOSEN} is shown worse than baseline, by +2.0 ± 0.5 points ({CONDITIONS})",
    NO_VERDICT: f"No verdict: {CHOSEN} differs from baseline by +2.0 ± 0.5 points ({CONDITIONS}); too few seeds",
    BASELINE_BEST: "No variant is shown to beat the baseline; l2 has the lowest validation error, test accuracy 0.900 "
    f"({CONDITIONS})",
    OVERTAKEN: f"The baseline has the lowest validation error ({CONDITIONS}), though on test l1 and x do better",
    NO_BASELINE: f"There is no baseline to beat; l2 has the lowest validation error, test accuracy 0.900 ({CONDITIONS})",
}


@pytest.mark.parametrize("verdict", ANSWER_VERDICTS)
def test_every_verdict_has_its_words_and_a_capital_letter(verdict):
    """The sentence follows from the value alone."""
    reason = "too few seeds" if verdict == NO_VERDICT else ""
    value = replace(VALUE, verdict=verdict, reason=reason, better=("l1", "x") if verdict == OVERTAKEN else ())
    assert value.sentence == HEADS[verdict]
    assert "; ".join(clauses_of(value)) == value.sentence


@pytest.mark.parametrize("verdict", ANSWER_VERDICTS)
def test_an_answer_goes_through_json_and_back(verdict):
    """The same value, and so the same sentence."""
    value = replace(VALUE, verdict=verdict, better=("x",), low=None, high=None, split_seed=None, mc_dropout=(BOUGHT,))
    back = Answer.from_dict(json.loads(json.dumps(value.to_dict(), allow_nan=False)))
    assert (back, back.sentence) == (value, value.sentence)


@pytest.mark.parametrize("verdict", [WORSE, EQUAL, NOT_SHOWN, NO_VERDICT])
def test_no_sentence_says_win_above_a_row_that_does_not(verdict):
    """An interval off 0 is no win where the row's verdict, taken together with all others, is another."""
    found = said(against_baseline(l2=(0.02, 0.005, verdict)), {"baseline": WELL_FIT, "l2": WELL_FIT})
    assert (found.verdict, found.wins) == (verdict, False)
    assert "wins by" not in found.sentence
    assert "is ahead" not in found.sentence


def test_a_row_that_is_better_wins_whatever_its_interval():
    """The verdict decides, here where the one comparison's interval holds 0."""
    assert said(against_baseline(l2=(0.02, 0.03, BETTER)), {"baseline": WELL_FIT, "l2": WELL_FIT}).wins


def test_what_underfits_by_a_persons_target_names_it():
    """The target is that person's statement: said beside underfit, nowhere else, and not where the sweep's best stands."""
    regimes = {"baseline": UNDERFIT, "l1": OVERFIT, "l2": WELL_FIT}
    for target, said_of in ((0.02, "baseline underfits against the target error of 0.02 that was given; l1 overfits"),
                            (None, "baseline underfits; l1 overfits")):  # fmt: skip
        assert replace(VALUE, regimes=regimes, target_error=target).sentence == f"{HEADS[WINS]}; {said_of}"


def test_a_win_that_does_not_matter_says_so():
    """Its upper limit lies below the margin; where it does not, or the margin is unknown, nothing is said."""
    small = replace(VALUE, difference=0.004, low=0.001, high=0.007)
    assert "over baseline, less than the 1 that would matter (" in small.sentence
    assert "matter" not in replace(small, margin=None).sentence + replace(small, margin=0.005).sentence


def test_the_value_says_what_is_shown_of_each_other_variant():
    """By the row against the baseline; the baseline and the chosen are none of them."""
    comparison = against_baseline(
        l2=(0.02, 0.005, BETTER), a=(0.01, 0.005, BETTER), b=(-0.1, 0.01, WORSE), c=(0.0, 0.005, EQUAL), d=(0.0, 0.02, NOT_SHOWN)
    )  # fmt: skip
    found = said(comparison, dict.fromkeys(("baseline", "l2", "a", "b", "c", "d"), WELL_FIT))
    assert (found.better, found.worse, found.equal, found.not_shown) == (("a",), ("b",), ("c",), ("d",))
    assert (found.seeds, found.fewest_seeds, found.examples, found.unit) == (5, 5, 100, "images")


@pytest.mark.parametrize(("primary", "difference", "lowest"), [
    (Primary(BALANCED_ACCURACY), "2.0 ± 0.5 points of balanced accuracy", "balanced validation error, test balanced accuracy 0.900"),
    (Primary(NEGATIVE_LOG_LIKELIHOOD), "0.020 ± 0.005 nats of log-likelihood",
     "validation negative log-likelihood, test negative log-likelihood 0.100"),
    (Primary(BRIER_SCORE), "0.020 ± 0.005 of Brier score lowered", "validation Brier score, test Brier score 0.100"),
    (Primary(AURC), "0.020 ± 0.005 of AURC lowered", "validation AURC, test AURC 0.1000"),
    (Primary(DEBIASED_CALIBRATION_ERROR), "0.020 ± 0.005 of debiased calibration error lowered",
     "debiased validation calibration error, test debiased calibration error 0.1000"),
])  # fmt: skip
def test_another_primary_measure_is_named_with_its_unit(primary, difference, lowest):
    """In the difference, in what is lowest on validation and in what is read on test."""
    assert said(against_baseline(**WON), ALL_WELL, primary=primary).sentence.startswith(
        f"Variant l2 wins by {difference} over baseline ({CONDITIONS})"
    )
    best = said(against_baseline(), ALL_WELL, {"baseline": 10, "l2": 12, "dropout": 11}, primary=primary)
    assert f"baseline has the lowest {lowest} ({CONDITIONS})" in best.sentence


def test_why_it_is_that_measure_stands_behind_the_first_clause():
    """Where there is a reason to say; who is collapsed follows."""
    primary = Primary(BALANCED_ACCURACY, "since the largest class holds 95% of the validation examples")
    found = said(against_baseline(**WON), ALL_WELL, primary=primary, collapsed=("dropout",))
    assert clauses_of(found)[1:3] == (
        "by balanced accuracy, since the largest class holds 95% of the validation examples",
        "dropout ends collapsed: at the last epoch nearly all examples are given one class",
    )


def test_the_choice_is_by_the_primary_measure():
    """One error more of the common class, five fewer of the rare: worse by accuracy, better where classes count alike."""
    classes = np.repeat([0, 1], [90, 10])
    wrong = {"baseline": np.arange(100) >= 95, "l2": np.arange(100) < 6}
    chosen = {}
    for name, counted in ((ACCURACY, None), (BALANCED_ACCURACY, classes)):
        sweep = [VariantErrors(v, np.tile(w, (5, 1)), classes=counted) for v, w in wrong.items()]
        chosen[name] = answer_of(sweep, sweep, against_baseline(**WON), dict.fromkeys(wrong, WELL_FIT), primary=Primary(name)).best  # fmt: skip
    assert chosen == {ACCURACY: "baseline", BALANCED_ACCURACY: "l2"}


def test_an_answer_of_an_earlier_version_reads():
    """Without what came later: it was by accuracy, and no one was called collapsed."""
    value = said(against_baseline(**WON), ALL_WELL)
    content = {name: part for name, part in value.to_dict().items() if name not in LATER}
    assert Answer.from_dict(content) == value
    with pytest.raises(KeyError):
        Answer.from_dict({name: part for name, part in content.items() if name != "best"})


def test_the_tables_of_an_older_store_give_the_same_answer():
    """Leaderboard and comparison hold all of it but the unit, the split's seed and the margin."""
    sweep = errors(n=1000, baseline=120, l2=100, x=110)
    comparison = compare_variants(sweep, split="test")
    regimes = {"l2": WELL_FIT, "x": UNDETERMINED, "baseline": OVERFIT}
    judged = answer_of(sweep, sweep, comparison, regimes)
    board = pd.DataFrame({
        "variant": [*regimes], "fitting_regime": [*regimes.values()], "seeds": 5, "test_accuracy": [0.9, 0.89, 0.88],
        "not_shown_worse_than_best": [v in judged.not_shown_worse for v in regimes],
    })  # fmt: skip
    found = answer_of_tables(board, comparison, examples=1000)
    assert found == replace(judged, split_seed=None, margin=None)
    assert found.sentence == judged.sentence


def test_single_seeds_have_no_limits_in_the_value():
    """What is not known is None, so that it can be stored."""
    sweep = errors(1, baseline=12, l2=10)
    found = answer_of(
        sweep, sweep, compare_variants(sweep, split="test"), dict.fromkeys(("baseline", "l2"), UNDETERMINED)
    )
    assert (found.low, found.high) == (None, None)
    assert "by +2.0 points (no interval: single seeds) (1 seed, 100 test examples, this split)" in found.sentence


FRESH = ConfirmedChoice(
    CONFIRMED, "l2", "baseline", 12, 12, difference=0.02, low=0.016, high=0.024, level=0.95, alpha=0.025,
    example_share=0.2,
)  # fmt: skip
LIMITS = {"difference": 0.001, "low": -0.003, "high": 0.005}
LOOK = "look at test, with more networks than the last: of the error of 0.025 it may spend"
FRESH_HEADS = [
    (FRESH, f"Variant l2 wins by 2.0 ± 0.4 points over baseline, confirmed on 12 fresh seeds each ({CONDITIONS[9:]})"),
    (replace(FRESH, difference=0.004, low=0.001, high=0.007),
     "Variant l2 wins by 0.4 ± 0.3 points over baseline, less than the 1 that would matter, confirmed on 12 fresh seeds "
     f"each ({CONDITIONS[9:]})"),
    (replace(FRESH, looks=2, alpha=0.004),
     f"Variant l2 wins by 2.0 ± 0.4 points over baseline, confirmed on 12 fresh seeds each ({CONDITIONS[9:]}); second "
     f"{LOOK} 0.004"),
    (replace(FRESH, wider=True, alpha=0.025 / 5),
     "Variant l2 wins by 2.0 ± 0.4 points over baseline, confirmed on 12 fresh seeds each "
     f"({CONDITIONS[9:]}); its seeds scatter more widely than those of baseline, and might be skewed: of the error of "
     "0.025 it may spend 0.005"),
    (replace(FRESH, verdict=NOT_CONFIRMED, **LIMITS),
     "Not confirmed: l2 has the lowest validation error, and on 12 fresh seeds each differs from baseline by +0.1 ± 0.4 "
     f"points ({CONDITIONS[9:]})"),
    (replace(FRESH, verdict=NOT_CONFIRMED, example_share=0.8, baseline_seeds=11, **LIMITS),
     "Not confirmed: l2 has the lowest validation error, and on 12 fresh seeds of it and 11 of baseline differs from "
     f"baseline by +0.1 ± 0.4 points ({CONDITIONS[9:]}); more seeds would hardly tell, as most of what is uncertain are "
     "the examples: only more examples can"),
    (ConfirmedChoice(NO_VERDICT, "l2", "baseline", 1, 8, reason="too few seeds"),
     "No verdict on l2: 1 fresh seed of it and 8 of baseline finished, and to confirm takes 8 of each"),
    (replace(FRESH, verdict=NO_VERDICT, reason="no look left", low=None, high=None, looks=4, alpha=0.0),
     f"No verdict on l2, by fresh seeds; 4th {LOOK} nothing, so that no verdict can be given"),
]  # fmt: skip


@pytest.mark.parametrize(("fresh", "head"), FRESH_HEADS)
def test_what_fresh_seeds_say_leads(fresh, head):
    """Word for word; the networks among which it was chosen stand behind it, and win nothing of their own."""
    value = replace(VALUE, verdict=WINS, confirmation=fresh, regimes={}, equal=(), not_shown=())
    assert value.sentence == f"{head}; the 5 seeds it was chosen by differ by +2.0 ± 0.5 points"
    assert value.wins == (fresh.verdict == CONFIRMED)


def test_a_chosen_baseline_says_that_nothing_was_to_be_confirmed():
    """After what is known of it."""
    nothing = ConfirmedChoice(NOTHING_TO_CONFIRM, "baseline", "baseline")
    value = replace(VALUE, verdict=BASELINE_BEST, confirmation=nothing, regimes={}, equal=(), not_shown=())
    assert value.sentence == f"{HEADS[BASELINE_BEST]}; there is nothing to confirm, as the baseline itself was chosen"
    assert not value.wins


def test_a_second_look_is_said():
    """With what a win may spend then; a first says nothing."""
    value = replace(VALUE, verdict=WINS, looks=2, regimes={}, equal=(), not_shown=())
    assert value.sentence == f"{HEADS[WINS]}; second {LOOK} 0.004"
    assert LOOK not in replace(value, looks=1).sentence


@pytest.mark.parametrize("fresh", [fresh for fresh, _ in FRESH_HEADS])
def test_a_confirmation_goes_through_json_and_back(fresh):
    """The same value, and so the same sentence."""
    value = replace(VALUE, confirmation=fresh, looks=2)
    back = Answer.from_dict(json.loads(json.dumps(value.to_dict(), allow_nan=False)))
    assert (back, back.sentence) == (value, value.sentence)


def test_an_answer_that_was_stored_before_confirmations_opens():
    """It has no such keys: nobody had confirmed, and its look was the first. Any other missing key is damage."""
    older = {key: value for key, value in VALUE.to_dict().items() if key not in ("looks", "confirmation")}
    assert Answer.from_dict(older) == VALUE
    with pytest.raises(KeyError):
        Answer.from_dict({key: value for key, value in older.items() if key != "best"})


# ---- secondary measures ------------------------------------------------------------------------------------------
LIKELIHOOD = SecondaryVerdict(NEGATIVE_LOG_LIKELIHOOD, BETTER, 0.052, 0.022, 0.082)
WORSE_BRIER = SecondaryVerdict(BRIER_SCORE, WORSE, -0.02, -0.03, -0.01)
OPEN = SecondaryVerdict(AURC, NOT_SHOWN, 0.001, -0.002, 0.004)
UNTOLD = SecondaryVerdict(ERROR_DETECTION_AUROC, NO_VERDICT, None, None, None, "too few seeds")


@pytest.mark.parametrize(("difference", "verdict", "secondary", "expected"), [
    (0.05, BETTER, (LIKELIHOOD, UNTOLD), ""),
    (0.05, BETTER, (LIKELIHOOD, OPEN), "by secondary measures it is not shown to differ in AURC"),
    (0.0, NOT_SHOWN, (LIKELIHOOD, OPEN), "by secondary measures it is better in negative log-likelihood by 0.05 ± 0.03 nats"),
    (-0.05, WORSE, (LIKELIHOOD, WORSE_BRIER),
     "by secondary measures it is better in negative log-likelihood by 0.05 ± 0.03 nats"),
    (0.05, BETTER, (WORSE_BRIER, OPEN),
     "by secondary measures it is worse in Brier score by 0.020 ± 0.010 and not shown to differ in AURC"),
    (0.0, EQUAL, (OPEN, UNTOLD), ""),
])  # fmt: skip
def test_secondary_measures_are_named_where_they_say_otherwise(difference, verdict, secondary, expected):
    """With what is shown; where they agree, or nothing can be told, the sentence is as short as it was."""
    wrong = errors(baseline=20, l2=10)
    table = against_baseline(l2=(difference, 0.01, verdict))
    answer = replace(answer_of(wrong, wrong, table, {"l2": WELL_FIT, "baseline": WELL_FIT}), secondary=secondary)
    assert [clause for clause in clauses_of(answer) if "secondary" in clause] == ([expected] if expected else [])
    assert Answer.from_dict(json.loads(json.dumps(answer.to_dict()))) == answer


def test_after_a_confirmation_secondary_verdicts_are_of_the_seeds_it_was_chosen_by():
    """The fresh seeds are read by the primary measure alone."""
    wrong = errors(baseline=20, l2=10)
    fresh = ConfirmedChoice(CONFIRMED, "l2", "baseline", 8, 8, 0.05, 0.01, 0.09, 0.95, 0.025)
    answer = answer_of(
        wrong, wrong, against_baseline(l2=(0.0, 0.01, NOT_SHOWN)), {"l2": WELL_FIT, "baseline": WELL_FIT}
    )
    answer = replace(answer, secondary=(LIKELIHOOD,), confirmation=fresh)
    assert "by secondary measures of the seeds it was chosen by it is better in " in answer.sentence
