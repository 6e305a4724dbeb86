"""Against the folk rule: why the article's rule says otherwise than the evidence, as a value and in words."""

from typing import ClassVar

from regtrack.diagnosis.regimes.regime import Clause
from regtrack.names import OVERFIT, UNDERFIT, UNDETERMINED, WELL_FIT, WELL_FIT_HERE
from regtrack.words.said import Said

NOT_SHOWN = "not_shown"
WITHIN_TOLERANCE = "within_tolerance"
COSTS_NOTHING = "costs_nothing"
ABOVE_REACHABLE = "above_reachable"
NOT_ABOVE_REACHABLE = "not_above_reachable"


class AgainstRule(Said):
    """`article` is the regime that the article's rule gives; `gap` and `excess`, the train error above the reference,
    are shares."""

    WORDS: ClassVar = {
        NOT_SHOWN: "the article's rule says {article}; the evidence does not suffice to say so",
        WITHIN_TOLERANCE: "the article's rule says {article}; the gap of {gap:.3f} is within the tolerance of {tolerance:g}",
        COSTS_NOTHING: "the article's rule says {article}; the gap of {gap:.3f} costs nothing: validation error is as good "
        "as the reference and does not rise",
        ABOVE_REACHABLE: "the article's rule says {article}; train error is {excess:.3f} above what is reachable, whatever "
        "the gap",
        NOT_ABOVE_REACHABLE: "the article's rule says {article}; train error is not above what is reachable (difference "
        "{excess:.3f}), and the gap is {gap:.3f}",
    }


def against_rule(verdict: str, article: str, underfit: Clause, gap: Clause) -> AgainstRule | None:
    """None where both say the same; well fit as far as a sweep can tell is well fit to a rule that knows no other."""
    if verdict == article or (article, verdict) == (WELL_FIT, WELL_FIT_HERE):
        return None
    if verdict == UNDETERMINED:
        return AgainstRule(NOT_SHOWN, {"article": article})
    values = {"article": article, "gap": gap.estimate, "tolerance": gap.threshold, "excess": underfit.estimate}
    if article == OVERFIT and verdict in (WELL_FIT, WELL_FIT_HERE):
        return AgainstRule(WITHIN_TOLERANCE if gap.answer is False else COSTS_NOTHING, values)
    return AgainstRule(ABOVE_REACHABLE if verdict == UNDERFIT else NOT_ABOVE_REACHABLE, values)
