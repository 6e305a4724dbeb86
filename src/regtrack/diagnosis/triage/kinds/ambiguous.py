from regtrack.diagnosis.triage.kinds.base import Kind

EACH, TOGETHER = 0.2, 0.8
"""The two classes hold at least EACH, so neither has more than four times the other's share, and at least TOGETHER, so
no third class has more than either of them."""


class Ambiguous(Kind):
    """Other trials are split between the given class and the one this trial predicts: it may belong to either.

    Without the trial itself: its own confident slip is a third of the mean of three, and would call itself ambiguous.
    """

    name, title, order = "ambiguous between two classes", "Ambiguous between two classes", 20
    because = (
        "Other trials are split between the given {given} ({given_probability:.2f}) and {rival} "
        "({rival_probability:.2f})"
    )

    def matches(self, evidence):
        given = evidence.others_of_class(evidence.given_label)
        wrong = evidence.others_of_class(evidence.wrong_class)
        return (given >= EACH) & (wrong >= EACH) & (given + wrong >= TOGETHER)

    def probability(self, evidence, label):
        return evidence.others_of_class(label)
