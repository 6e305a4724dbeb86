"""The answer of a sweep as a value: which variant is chosen, whether it wins, by how much, and what else is known."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields

import numpy as np
import pandas as pd

from regtrack.diagnosis.answer_words import clauses_of
from regtrack.diagnosis.bought import Bought
from regtrack.diagnosis.choosing import choose_on_validation
from regtrack.diagnosis.compared.secondary import SecondaryVerdict
from regtrack.diagnosis.confirmed_choice import ConfirmedChoice
from regtrack.diagnosis.differences.comparison import (
    FEWEST_SEEDS_TO_WIN,
    MARGIN,
    VariantErrors,
    not_shown_worse_than_best,
)
from regtrack.diagnosis.differences.families import TO_BASELINE
from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.splits.first_split import FirstSplit
from regtrack.names import (
    ACCURACY,
    AHEAD,
    BASELINE,
    BASELINE_BEST,
    BETTER,
    EQUAL,
    MC_DROPOUT,
    NO_BASELINE,
    OVERTAKEN,
    TEST,
    WINS,
    WORSE,
)
from regtrack.words.lists import counted
from regtrack.words.numbers import is_missing

LATER = {
    "looks": 1,
    "confirmation": None,
    "primary": ACCURACY,
    "why_primary": "",
    "test_primary": None,
    "collapsed": (),
    "seeds_apart": "",
    "seeds_needed_seen": None,
    "target_error": None,
    "secondary": (),
    "splits": 1,
    "first_split": None,
    "test_is_fixed": False,
    "by_folds": False,
    "beside_over_splits": False,
}
"""What answers lack that were stored before these were known: nobody had confirmed, looks were not counted, and accuracy
was what was judged."""


@dataclass(frozen=True)
class Answer:
    """Chosen on validation, read on test, conditional on the split unless it is one over splits.

    `verdict` is one of names.ANSWER_VERDICTS; it follows from the row of the comparison with the baseline, so that
    sentence and table cannot disagree. `best` has the lowest validation error, by the `primary` measure, and `difference`
    with its 95 % limits is of that on test, `best` minus `baseline`, a share (or nats, of log-likelihood); None without a baseline, where the best is the baseline, and
    limits where single seeds leave them unknown. `seeds` are those of `best`, `fewest_seeds` of it or the baseline.
    `examples` are test examples, called `unit`. `margin` is the difference of accuracy below which a win is said not to
    matter, None where it is not known. `regimes`: fitting regime at the last epoch, by variant. `better`, `worse`,
    `equal`, `not_shown`: the other variants by what is shown of them against the baseline. `reason`: why there is no
    verdict, or no win, where the comparison says so. `mc_dropout`: what it bought, of each variant with dropout. `looks`: how often
    the exploration's networks were read on test, this time counted, as they became more. `confirmation`: what fresh
    seeds say, which then is the sweep's word on a win. `test_primary`: the primary measure of `best` on test where it is
    not accuracy; `why_primary`: why it is that one, where it has to be said. `collapsed`: variants whose networks give
    nearly all examples one class. `seeds_apart`: better or worse where each seed of `best` is so than each of the
    baseline's, else empty; `seeds_needed_seen`: of each, to show a difference as large as the one that was seen, None
    where no number would, or none is known. `target_error`: the share that was given as reachable and that regimes were
    judged against, None where none was or it was set aside. `secondary`: what the other measures that decide say of `best` against
    the baseline on test, with an error of their own. `splits`: how often the data were split. Where these suffice for a verdict,
    all of the above is over them but `regimes`, `collapsed` and `mc_dropout`: `seeds` are the networks of all
    splits, `examples` the test examples of each, or of all where `test_is_fixed`; `first_split` is what the first one alone says, `by_folds` whether
    they are folds of one partition. `beside_over_splits`: whether `secondary`, techniques and Pareto set are over them as well, which they were not
    in earlier versions.
    """

    verdict: str
    best: str
    baseline: str
    difference: float | None
    low: float | None
    high: float | None
    test_accuracy: float
    seeds: int
    fewest_seeds: int
    examples: int
    unit: str
    split_seed: int | None
    margin: float | None
    regimes: Mapping[str, str]
    better: tuple[str, ...]
    worse: tuple[str, ...]
    equal: tuple[str, ...]
    not_shown: tuple[str, ...]
    not_shown_worse: tuple[str, ...]
    reason: str = ""
    mc_dropout: tuple[Bought, ...] = ()
    looks: int = 1
    confirmation: ConfirmedChoice | None = None
    primary: str = ACCURACY
    why_primary: str = ""
    test_primary: float | None = None
    collapsed: tuple[str, ...] = ()
    seeds_apart: str = ""
    seeds_needed_seen: int | None = None
    target_error: float | None = None
    secondary: tuple[SecondaryVerdict, ...] = ()
    splits: int = 1
    first_split: FirstSplit | None = None
    test_is_fixed: bool = False
    by_folds: bool = False
    beside_over_splits: bool = False

    @property
    def over(self) -> str:
        """`7 splits`, or `5 folds`, of the data that it is over; empty where these do not suffice for a verdict, or are one."""
        return counted(self.splits, "fold" if self.by_folds else "split") if self.first_split else ""

    @property
    def wins(self) -> bool:
        """By fresh seeds where there are any: they alone carry the error then."""
        if self.confirmation is not None:
            return self.confirmation.confirmed
        return self.verdict == WINS

    @property
    def sentence(self) -> str:
        """Without its full stop."""
        return "; ".join(clauses_of(self))

    def to_dict(self) -> dict:
        """Plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping) -> "Answer":
        """Of `to_dict`, also after JSON. Raises KeyError for a value that is missing and always was there."""
        content = LATER | dict(content)
        values = {field.name: content[field.name] for field in fields(cls)}
        values[MC_DROPOUT] = tuple(map(Bought.from_dict, values[MC_DROPOUT]))
        values["secondary"] = tuple(SecondaryVerdict(**one) for one in values["secondary"])
        if values["confirmation"] is not None:
            values["confirmation"] = ConfirmedChoice(**values["confirmation"])
        if values["first_split"] is not None:
            values["first_split"] = FirstSplit(**values["first_split"])
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})


def answer_of(
    validation: Sequence[VariantErrors],
    test: Sequence[VariantErrors],
    comparison: pd.DataFrame,
    regimes: Mapping[str, str],
    *,
    primary: Primary | None = None,
    chosen: str = "",
) -> Answer:
    """Choose on validation, read on test. What decides nothing here (unit, split, margin, what collapsed, a target, what dropout bought,
    looks and fresh seeds) is put into the answer by who knows it.

    Args:
        comparison: names.COMPARISON_COLUMNS of the test split.
        regimes: fitting regime at the last epoch, by variant.
        primary: what the errors are compared by; accuracy unless told.
        chosen: the variant that validation chose earlier, where that was frozen; else it chooses now.
    """
    primary = primary or Primary()
    best = next((v for v in validation if v.variant == chosen), None) or choose_on_validation(validation)
    candidates = not_shown_worse_than_best(validation)
    read_on = next(v for v in test if v.variant == best.variant)
    return _read(
        best.variant, comparison, regimes, BASELINE,
        test_accuracy=1 - float(read_on.wrong.mean()), seeds=len(best.wrong), examples=int(read_on.wrong.shape[1]),
        margin=MARGIN, not_shown_worse=tuple(candidates), primary=primary.name, why_primary=primary.why,
        test_primary=None if primary.name == ACCURACY else primary.value(read_on.rate),
    )  # fmt: skip


def answer_of_tables(leaderboard: pd.DataFrame, comparison: pd.DataFrame, *, examples: int) -> Answer:
    """The answer of a sweep that was judged before answers were stored, from the tables that were.

    Args:
        leaderboard: names.LEADERBOARD_COLUMNS, judged, the lowest validation error first.
        comparison: names.COMPARISON_COLUMNS of both splits.
        examples: how many test examples there are.
    """
    best = leaderboard.iloc[0]
    candidates = leaderboard["variant"][leaderboard["not_shown_worse_than_best"].astype(bool)]
    return _read(
        best["variant"], comparison[comparison["split"] == TEST],
        dict(zip(leaderboard["variant"], leaderboard["fitting_regime"], strict=True)), BASELINE,
        test_accuracy=float(best["test_accuracy"]), seeds=int(best["seeds"]), examples=examples, margin=None,
        not_shown_worse=tuple(candidates),
    )  # fmt: skip


def _read(best: str, comparison: pd.DataFrame, regimes: Mapping[str, str], baseline: str, **known) -> Answer:
    read = comparison[comparison["family"] == TO_BASELINE].set_index("variant")
    others = [variant for variant in regimes if variant not in (best, baseline) and variant in read.index]
    shown = {word: tuple(v for v in others if read.loc[v, "verdict"] == word) for word in (BETTER, WORSE, EQUAL)}
    rest = tuple(v for v in others if not any(v in named for named in shown.values()))
    difference = low = high = None
    fewest, reason, apart, needed = known["seeds"], "", "", None
    if best == baseline:
        verdict = OVERTAKEN if shown[BETTER] else BASELINE_BEST
    elif best not in read.index:
        verdict = NO_BASELINE
    else:
        row = read.loc[best]
        difference, low, high = (_known(row[name]) for name in ("difference", "low", "high"))
        fewest, why = int(min(row["seeds"], row["other_seeds"])), row.get("reason")
        reason = "" if is_missing(why) else str(why)
        apart, needed = row.get("seeds_apart"), row.get("seeds_needed_seen")
        apart, needed = "" if is_missing(apart) else str(apart), None if is_missing(needed) else int(needed)
        verdict = row["verdict"]
        if verdict == BETTER:
            few = fewest < FEWEST_SEEDS_TO_WIN
            verdict, reason = AHEAD if few or reason else WINS, "" if few else reason
    return Answer(
        verdict, best, baseline, difference, low, high, fewest_seeds=fewest, unit="examples", split_seed=None,
        reason=reason, regimes=dict(regimes),
        better=shown[BETTER], worse=shown[WORSE], equal=shown[EQUAL], not_shown=rest, seeds_apart=apart, seeds_needed_seen=needed, **known,
    )  # fmt: skip


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
