"""What each setting shows on validation and on test, with limits that hold for all settings of the sweep together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from regtrack.diagnosis.differences.comparison import VariantErrors, crossed_errors_of
from regtrack.diagnosis.differences.families import FEWEST_DEGREES, TO_BASELINE
from regtrack.diagnosis.primary import Primary
from regtrack.names import BASELINE, NO_BASELINE

LEVEL = 0.95
OWN = ("loss", "validation", "test", "test_low", "test_high")
TO_THE_BASELINE = ("difference", "low", "high", "verdict", "reason")
SETTINGS_COLUMNS = (*OWN, *TO_THE_BASELINE)
"""Of a variant, by its name: what it is itself, and beside the baseline."""


def read_settings(
    validation: Sequence[VariantErrors], test: Sequence[VariantErrors], comparison: pd.DataFrame, primary: Primary
) -> pd.DataFrame:
    """SETTINGS_COLUMNS, a row a variant, by its name: `loss` on validation, which chooses; the primary measure on `validation` and on `test`, with
    `test_low` and `test_high`; `difference` `low` `high` of test from the baseline's, above 0 is better, `verdict` and `reason`.

    Whatever is chosen among the variants, and however it is weighted, is within these limits whenever all of them hold: those of
    the difference are the comparison's (Dunnett over all variants), those of test Bonferroni's over as many. Limits are missing where the
    seeds tell too little.

    Args:
        validation, test: compared by the primary measure, in the same order.
        comparison: names.COMPARISON_COLUMNS of the test split.
    """
    errors = crossed_errors_of(test)
    rows = []
    for place, (chooses, read) in enumerate(zip(validation, test, strict=True)):
        contrast = errors.alone(place)
        ends = contrast.limits(1 - (1 - LEVEL) / len(test))
        unknown = np.isnan(contrast.standard_error) or errors.seed_variances[1][place] < FEWEST_DEGREES / 2
        limits = (np.nan, np.nan) if unknown else sorted(primary.value(float(end)) for end in ends)
        rows.append((chooses.variant, chooses.rate, primary.value(chooses.rate), primary.value(read.rate), *limits))
    found = pd.DataFrame(rows, columns=["variant", *OWN])
    found = found.set_index("variant")
    to_baseline = comparison[comparison["family"] == TO_BASELINE].set_index("variant")[list(TO_THE_BASELINE)]
    words = ["verdict", "reason"]
    found = found.join(to_baseline)
    found[words] = found[words].astype(object).where(found[words].notna(), "")
    if BASELINE in found.index:
        found.loc[BASELINE, ["difference", "low", "high"]] = 0.0
    else:
        found["reason"] = NO_BASELINE
    return found
