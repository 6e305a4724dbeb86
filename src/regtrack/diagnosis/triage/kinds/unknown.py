import numpy as np

from regtrack.diagnosis.triage.kinds.base import Kind


class Unknown(Kind):
    """Nothing above explains it; it matches every error, and is asked last."""

    name, title, order = "unknown", "Unknown", 1000
    because = (
        "No rule explains it: the sweep gives the given {given} {given_probability:.2f} and {rival} "
        "{rival_probability:.2f}"
    )

    def matches(self, evidence):
        return np.ones(len(evidence), bool)
