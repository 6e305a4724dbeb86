from regtrack.diagnosis.triage.kinds.base import Kind


class Disagreement(Kind):
    """Confident learning over the sweep counts the given label as wrong. Where data are hard it counts right ones too: the
    label may be wrong, or the example hard, and only looking tells which."""

    name, title, order = "mislabelled or hard", "The sweep disagrees with this label: mislabelled or hard", 10
    formerly = ("suspected label error",)
    because = (
        "The sweep gives the given {given} a probability of {given_probability:.2f} and {rival} {rival_probability:.2f}"
    )

    def matches(self, evidence):
        return evidence.suspected

    def rival(self, evidence):
        return evidence.suggested_label
