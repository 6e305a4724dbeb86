import numpy as np

from regtrack.diagnosis.claims.base import Claim, Outcome
from regtrack.diagnosis.claims.evidence import NoEvidence
from regtrack.diagnosis.claims.measured import of_contrast
from regtrack.diagnosis.claims.verdicts import FEWEST_SEEDS, judge, too_few, too_wide
from regtrack.names import NOT_SUPPORTED, SUPPORTED, UNDETERMINED_HERE
from regtrack.variants.settings import AXES

AXIS = AXES.index("learning_rate_schedule")
DECAYING, CONSTANT = "cosine", "constant"


class ScheduleChangesWinner(Claim):
    """One of ours. Both winners are chosen on validation; their difference under one schedule minus that under the other
    is read on test: one contrast, whatever the number of variants."""

    name, order = "schedule_changes_winner", 160
    title = "A decaying learning rate changes which regularizer wins"
    measure = (
        "test accuracy of the winner under the decaying rate minus that of the winner under the constant one, difference "
        "under the decaying rate minus difference under the constant one; where both are one variant, against its "
        "runner-up; over crossed seeds and examples"
    )
    unit = "points"
    would_tell = (
        "every variant a second time in the grid with `learning_rate_schedule: constant`, such as `- {learning_rate_schedule: "
        "constant}` and `- {max_norm: 1, learning_rate_schedule: constant}` beside `- {}` and `- {max_norm: 1}`, would tell"
    )
    margin = 1.0

    def find(self, evidence):
        pairs = _pairs(evidence.variants)
        if len(pairs) < 2:
            raise NoEvidence("The sweep has fewer than two variants under both schedules, cosine and constant")
        errors, places = evidence.errors("validation", *(v for pair in pairs for v in pair))
        rates = errors.rates[places].reshape(-1, 2)  # (n_pairs, schedule)
        decaying, constant = (int(i) for i in np.argmin(rates, axis=0))
        same = decaying == constant
        by_both = np.argsort(rates.sum(axis=1), kind="stable")
        rival = int(by_both[by_both != decaying][0]) if same else constant
        compared = [*pairs[decaying], *pairs[rival]]
        # Accuracy of the first minus that of the rival is minus the difference of their errors.
        simple = [of_contrast(*evidence.contrast("test", [-100, 100], compared[i::2])) for i in (0, 1)]
        measured = of_contrast(*evidence.contrast("test", [-100, 100, 100, -100], compared))
        verdict, ending = self._same_winner(simple, measured) if same else self._two_winners(simple, measured)
        first, second = (_name(pairs[i]) for i in (decaying, rival))
        head = (
            f"On validation {first} is best under both schedules, {second} next"
            if same
            else f"On validation {first} is best under a decaying rate and {second} under a constant one"
        )
        reason = (
            f"{head}; {first} is ahead of {second} on test by {simple[0].told('points')} under a decaying rate and by "
            f"{simple[1].told('points')} under a constant one, {measured.told('points')} apart, {len(pairs)} variants "
            f"under both, {measured.seeds} seeds: {ending}."
        )
        return Outcome(measured, verdict, reason, tuple(compared))

    def _two_winners(self, simple, measured):
        verdict, ending = judge(measured, direction=1, margin=self.margin, margin_text="1 point")
        if verdict == SUPPORTED and not simple[0].effect >= 0 >= simple[1].effect:
            return UNDETERMINED_HERE, f"test does not repeat the change of winner; {too_wide(measured)}"
        return verdict, ending

    def _same_winner(self, simple, measured):
        if measured.seeds >= FEWEST_SEEDS and all(m.low > 0 for m in simple):
            return NOT_SUPPORTED, "it wins under both"
        ending = too_few(measured.seeds) if measured.seeds < FEWEST_SEEDS else too_wide(measured)
        return UNDETERMINED_HERE, ending


def _name(pair) -> str:
    """Without the schedule: one of the two is at the sweep's own and does not name it."""
    return min((variant.variant for variant in pair), key=len)


def _pairs(variants):
    """[(variant under the decaying rate, the same under the constant one)], all else equal, at the most common settings
    so that all can be compared with each other."""
    found = {}
    for variant in variants:
        if variant.setting[AXIS] != DECAYING:
            continue
        wanted = (*variant.setting[:AXIS], CONSTANT, *variant.setting[AXIS + 1 :])
        twin = [v for v in variants if v.setting == wanted and dict(v.values) == dict(variant.values)]
        if twin:
            found.setdefault(variant.setting, []).append((variant, twin[0]))
    return max(found.values(), key=len, default=[])
