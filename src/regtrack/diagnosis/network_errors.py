"""Errors of networks: what each variant's networks get wrong on the same examples, as it is compared."""

from collections.abc import Iterable

import numpy as np

from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.diagnosis.held_out import TrialPredictions
from regtrack.diagnosis.primary import Primary


def errors_of_networks(
    networks: Iterable[TrialPredictions], labels: np.ndarray, *, mc: bool = False, primary: Primary | None = None
) -> list[VariantErrors]:
    """A value a variant, in the order they come, its networks by seed as they come.

    Args:
        labels: (n,) of the examples that all of them predicted.
        mc: of the mean over passes with dropout on; variants of which one network has none are left out.
        primary: what they are compared by; accuracy unless told.
    """
    of_variant: dict[str, list[TrialPredictions]] = {}
    for network in networks:
        of_variant.setdefault(network.variant, []).append(network)
    found = []
    for variant, own in of_variant.items():
        probs = [network.mc_mean_probs if mc else network.probs for network in own]
        if all(p is not None for p in probs):
            seeds = [network.seed for network in own]
            found.append((primary or Primary()).errors(variant, probs, labels, seeds))
    return found
