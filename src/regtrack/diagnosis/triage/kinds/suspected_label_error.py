from regtrack.diagnosis.triage.kinds.base import Kind


class SuspectedLabelError(Kind):
    """Confident learning over the sweep counts the given label as wrong: the network may be right."""

    name, title, order = "suspected label error", "Suspected label error", 10
    because = (
        "The sweep gives the given {given} a probability of {given_probability:.2f} and {rival} {rival_probability:.2f}"
    )

    def matches(self, evidence):
        return evidence.suspected

    def rival(self, evidence):
        return evidence.suggested_label
