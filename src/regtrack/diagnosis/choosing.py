"""Choosing: the variant of a sweep that answer, confirmation and leaderboard mean, by its validation examples alone."""

from collections.abc import Mapping, Sequence

from regtrack.diagnosis.differences.comparison import VariantErrors

DECIMALS = 9
"""Of two means over the same counts the last bits differ: equals are to be equal."""


def choose_on_validation(validation: Sequence[VariantErrors]) -> VariantErrors:
    """Of the lowest rate by what is compared, the first of equals; all of them compared by the same."""
    of = {variant.variant: variant for variant in validation}
    return of[lowest({name: variant.rate for name, variant in of.items()})]


def lowest(rates: Mapping[str, float]) -> str:
    """The variant of the lowest of these rates, the first of equals."""
    return min(rates, key=lambda variant: round(rates[variant], DECIMALS))
