"""Choosing: the variant of a sweep that answer, confirmation and leaderboard mean, by its validation examples alone."""

from collections.abc import Sequence

from regtrack.diagnosis.differences.comparison import VariantErrors

DECIMALS = 9
"""Of two means over the same counts the last bits differ: equals are to be equal."""


def choose_on_validation(validation: Sequence[VariantErrors]) -> VariantErrors:
    """Of the lowest rate by what is compared, the first of equals; all of them compared by the same."""
    return min(validation, key=lambda variant: round(variant.rate, DECIMALS))
