"""What stands beside the verdicts against the baseline: seeds that lie apart though nothing is shown, and seeds far from
their own."""

import pandas as pd

from regtrack.diagnosis.differences.families import TO_BASELINE
from regtrack.measures.primaries import PrimaryWords, words_of_comparison
from regtrack.names import COMPARISON_COLUMNS, NO_VERDICT, NOT_SHOWN, TEST
from regtrack.words.numbers import fixed, is_missing


def beside_verdicts(comparison: pd.DataFrame) -> list[str]:
    """A sentence a fact, without its full stop, on test; those of the variants in the table's order.

    Args:
        comparison: names.COMPARISON_COLUMNS; what an earlier version did not know of says nothing.
    """
    table = comparison.reindex(columns=list(COMPARISON_COLUMNS))
    table, by = table[table["split"] == TEST], words_of_comparison(table)
    against = table[table["family"] == TO_BASELINE].to_dict("records")
    found = [_apart_words(row) for row in against if lies_apart(row)]
    far = _seeds_far_off(table)
    to_baseline = {row["variant"]: row for row in against}
    return found + [_far_words(variant, seeds, to_baseline.get(variant), by) for variant, seeds in far.items()]


def _seeds_far_off(table: pd.DataFrame) -> dict[str, str]:
    """Variant -> its seeds far from their own, by name. The last variant, and the baseline, stand in no pair's `variant`."""
    pairs = [("variant", "outlying_seeds"), ("other", "other_outlying_seeds")]
    told = [(row[who], row[seeds]) for who, seeds in pairs for row in table.to_dict("records")]
    return {variant: seeds for variant, seeds in told if is_told(seeds)}


def _apart_words(row: dict) -> str:
    """`all 5 seeds of l2=0.1 are worse than each of baseline's; 9 seeds of each would show a difference as large`."""
    all_ = "both" if row["seeds"] == 2 else f"all {row['seeds']}"
    apart = f"{all_} seeds of {row['variant']} are {row['seeds_apart']} than each of {row['other']}'s"
    needed = needed_words(row["seeds_needed_seen"])
    return f"{apart}, and still {row['verdict'] if row['verdict'] == NOT_SHOWN else 'there is no verdict'}" + (
        f": {needed}" if needed else ""
    )


def needed_words(seeds: float | None) -> str:
    """What would show a true difference as large as the one that was seen; empty where it is not known."""
    return "" if is_missing(seeds) else f"{seeds:.0f} seeds of each would show a difference as large as the one seen"


def seeds_by_name(text: str) -> str:
    """`seed 3`, `seeds 3, 4`: names with commas between, as they are stored."""
    return f"seed{'s' * (',' in text)} {text}"


def _far_words(variant: str, seeds: str, row: dict | None, by: PrimaryWords) -> str:
    """`row`: the variant against the baseline; None for the baseline itself, and without one."""
    verb = "are" if "," in seeds else "is"
    words = f"{seeds_by_name(seeds)} of {variant} {verb} far worse than its others, stuck or failed, and counted all the same"
    if row is None:
        return words
    mean, middle = (fixed(by.scale * row[name], by.decimals, sign=True) for name in ("difference", "difference_iqm"))
    return f"{words}: it differs from {row['other']} by {by.with_unit(mean)} in the mean, {middle} in the interquartile mean"


def is_told(value: object) -> bool:
    return not is_missing(value) and bool(value)


def is_open(row: dict) -> bool:
    """Whether a verdict is still to come: what would bring it is then worth a line."""
    return row["verdict"] in (NOT_SHOWN, NO_VERDICT)


def lies_apart(row: dict) -> bool:
    """Whether all its seeds are better, or worse, than each of the other's though no verdict says so: one seed always is."""
    return is_open(row) and row["seeds"] > 1 and is_told(row["seeds_apart"])
