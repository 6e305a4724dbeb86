"""claims: what the article says of each technique, held against one sweep."""

import pandas as pd

from regtrack.diagnosis.claims.article import CLAIMS
from regtrack.diagnosis.claims.evidence import Evidence
from regtrack.names import CLAIMS_COLUMNS


def evaluate_claims(evidence: Evidence) -> pd.DataFrame:
    """Every claim with what one sweep says of it: names.CLAIMS_COLUMNS, a row a claim, always the same rows.

    `effect` with its 95 % limits is in `unit`, missing where the sweep cannot measure it; `seeds` are those the effect
    is a mean over; `verdict` is "supported", "not supported" or "undetermined here" (see `verdicts`); `reason` one
    sentence; `run_ids` the trials behind it. Of several variants a claim names its comparison beforehand, by their
    params or on validation, so no adjustment for many comparisons is due; rows are not adjusted for each other.
    """
    rows = [claim.row(evidence) for claim in CLAIMS.values()]
    table = pd.DataFrame(rows, columns=list(CLAIMS_COLUMNS))
    return table.astype({"effect": float, "low": float, "high": float, "seeds": int})
