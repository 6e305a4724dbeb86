"""The other side: a comparison turned round is that of the two in the other order."""

import numpy as np
import pandas as pd

from regtrack.diagnosis.differences.comparison import VariantErrors, compare_variants
from regtrack.diagnosis.differences.families import AMONG_ALL
from regtrack.diagnosis.differences.other_side import turned_round
from regtrack.names import BETTER, COMPARISON_COLUMNS, WORSE


def test_turned_round_it_is_what_the_other_order_gives():
    """Every column, of variants with other numbers of seeds, one of them with a seed far off; the verdict is the other one."""
    rng = np.random.default_rng(0)
    worse = rng.random((6, 400)) < 0.30
    worse[5] = rng.random(400) < 0.95
    worse = VariantErrors("worse", worse, tuple(range(6)))
    better = VariantErrors("better", rng.random((7, 400)) < 0.05, tuple(range(7)))
    tables = (compare_variants(pair, split="test") for pair in ((better, worse), (worse, better)))
    one, other = (table[table["family"] == AMONG_ALL].iloc[0] for table in tables)
    assert {one["verdict"], other["verdict"]} <= {BETTER, WORSE}
    assert one["other_outlying_seeds"] or one["outlying_seeds"]
    turned = pd.DataFrame([turned_round(one)])[list(COMPARISON_COLUMNS)]
    pd.testing.assert_frame_equal(turned, pd.DataFrame([dict(other)])[list(COMPARISON_COLUMNS)])
