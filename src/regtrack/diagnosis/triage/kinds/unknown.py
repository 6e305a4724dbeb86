import numpy as np

from regtrack.diagnosis.triage.kinds.base import Kind


class Unknown(Kind):
    """Nothing above explains it; it matches every error, and is asked last."""

    name, title, order = "unknown", "Unknown", 1000

    def matches(self, evidence):
        return np.ones(len(evidence), bool)

    def reasons(self, evidence):
        rows = zip(
            evidence.given_label.tolist(),
            evidence.of_class(evidence.given_label).tolist(),
            evidence.wrong_class.tolist(),
            evidence.of_class(evidence.wrong_class).tolist(),
            evidence.agreement(),
            strict=True,
        )
        return [
            f"No rule explains it: the sweep gives the given class {given} {p_given:.2f} and class {wrong} "
            f"{p_wrong:.2f}; {agreement}."
            for given, p_given, wrong, p_wrong, agreement in rows
        ]
