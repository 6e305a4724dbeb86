from regtrack.diagnosis.triage.kinds.base import Kind


class SuspectedLabelError(Kind):
    """Confident learning over the sweep counts the given label as wrong: the network may be right."""

    name, title, order = "suspected label error", "Suspected label error", 10

    def matches(self, evidence):
        return evidence.suspected

    def reasons(self, evidence):
        rows = zip(
            evidence.given_label.tolist(),
            evidence.of_class(evidence.given_label).tolist(),
            evidence.suggested_label.tolist(),
            evidence.of_class(evidence.suggested_label).tolist(),
            evidence.agreement(),
            strict=True,
        )
        return [
            f"The sweep gives the given class {given} a probability of {p_given:.2f} and class {suggested} "
            f"{p_suggested:.2f}; {agreement}."
            for given, p_given, suggested, p_suggested, agreement in rows
        ]
