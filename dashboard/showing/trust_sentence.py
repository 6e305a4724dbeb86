"""Whether a variant's confidence can be trusted, in one sentence from what was measured."""

import pandas as pd

from regtrack.measures.declared import MEASURES
from regtrack.names import DETERMINISTIC

ECE = MEASURES["expected_calibration_error"]


def trust_in_words(variant: str, ece: float, methods: pd.DataFrame) -> str:
    """Of one pass with dropout off.

    Args:
        ece: of the leaderboard, mean over the seeds; NaN where none is logged.
        methods: names.METHODS_COLUMNS of the variant; empty where it has no dropout or nothing is judged.
    """
    found = methods[(methods["method"] == DETERMINISTIC) & (methods["measure"] == ECE.name)]
    found = found[~found["temperature"].astype(bool)]
    if len(found):
        value, limit = (f"{found.iloc[0][name]:.{ECE.digits}f}" for name in ("value", "reference_q95"))
        calibrated = f"a calibrated network stays below {limit} in 19 of 20 test sets of this size"
        if found.iloc[0]["value"] > found.iloc[0]["reference_q95"]:
            return f"Not as it is: the confidence of {variant} is off by {value} on average (ECE), and {calibrated}."
        return f"Nothing speaks against it: the confidence of {variant} is off by {value} on average (ECE), and {calibrated}."
    if pd.isna(ece):
        return f"Not known: no calibration error is logged of {variant}."
    return f"The confidence of {variant} is off by {ece:.{ECE.digits}f} on average (ECE, one pass)."
