from regtrack.diagnosis.triage.kinds.base import Kind

EACH, TOGETHER = 0.2, 0.8
"""The two classes hold at least EACH, so neither has more than four times the other's share, and at least TOGETHER, so
no third class has more than either of them."""


class Ambiguous(Kind):
    """Other trials are split between the given class and the one this trial predicts: it may belong to either.

    Without the trial itself: its own confident slip is a third of the mean of three, and would call itself ambiguous.
    """

    name, title, order = "ambiguous between two classes", "Ambiguous between two classes", 20

    def matches(self, evidence):
        given = evidence.others_of_class(evidence.given_label)
        wrong = evidence.others_of_class(evidence.wrong_class)
        return (given >= EACH) & (wrong >= EACH) & (given + wrong >= TOGETHER)

    def reasons(self, evidence):
        rows = zip(
            evidence.given_label.tolist(),
            evidence.others_of_class(evidence.given_label).tolist(),
            evidence.wrong_class.tolist(),
            evidence.others_of_class(evidence.wrong_class).tolist(),
            evidence.agreement(),
            strict=True,
        )
        return [
            f"Other trials are split between the given class {given} ({p_given:.2f}) and class {wrong} ({p_wrong:.2f}); "
            f"{agreement}."
            for given, p_given, wrong, p_wrong, agreement in rows
        ]
