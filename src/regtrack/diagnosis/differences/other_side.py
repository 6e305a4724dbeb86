"""The other side: a comparison of two variants told of the second one."""

from collections.abc import Mapping

from regtrack.names import BETTER, WORSE

OTHER_WAY = {BETTER: WORSE, WORSE: BETTER}
EXCHANGED = (
    ("variant", "other"), ("seeds", "other_seeds"), ("fixed", "broken"), ("outlying_seeds", "other_outlying_seeds"),
)  # fmt: skip


def turned_round(row: Mapping) -> dict:
    """What is compared of (variant, other) as it is of (other, variant).

    Args:
        row: names.COMPARISON_COLUMNS.
    """
    turned = dict(row)
    for a, b in EXCHANGED:
        turned[a], turned[b] = row[b], row[a]
    for a, b in (("low", "high"), ("low_alone", "high_alone")):
        turned[a], turned[b] = -row[b], -row[a]
    return turned | {
        "difference": -row["difference"],
        "difference_iqm": -row["difference_iqm"],
        "probability_of_improvement": 1 - row["probability_of_improvement"],
        "verdict": OTHER_WAY.get(row["verdict"], row["verdict"]),
        "seeds_apart": OTHER_WAY.get(row["seeds_apart"], row["seeds_apart"]),
    }
