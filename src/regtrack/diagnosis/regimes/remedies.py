"""Remedies: what would settle a regime, as values and in words."""

from typing import ClassVar

from regtrack.words.numbers import span
from regtrack.words.said import Said

MORE_SEEDS = "more_seeds"
MORE_EXAMPLES = "more_examples"
NEITHER = "neither"
FEWEST_SEEDS_FIRST = "fewest_seeds_first"
EPOCHS_FOR_A_CURVE = "epochs_for_a_curve"
TWICE_THE_EPOCHS = "twice_the_epochs"
HALF_AS_MANY_EPOCHS = "half_as_many_epochs"
NOT_ONE_CLASS = "not_one_class"
REFERENCE = "reference"
ANOTHER_VARIANT = "another_variant"
FREER_NETWORK = "freer_network"
TIGHTER_NETWORK = "tighter_network"
TARGET = "target"


def _stands(clause: str, distance: float, unit: str, threshold: float) -> str:
    nats = "nats " if unit == "nats" else ""
    return f"{clause.replace('_', ' ')} stands {distance:.4f} {nats}from its threshold of {threshold:g}"


def _more_seeds(few: int, many: int | None, seeds: int, **clause) -> str:
    return f"seeds: {span(few, many)} in all (it has {seeds}); {_stands(**clause)}"


def _more_examples(needed: int, examples: int, **clause) -> str:
    return f"validation examples: about {needed:,} (it has {examples:,}), no number of seeds alone; {_stands(**clause)}"


def _neither(most_seeds: int, **clause) -> str:
    return f"neither seeds (up to {most_seeds}) nor examples alone: {_stands(**clause)}; a tolerance or margin elsewhere would"


class Remedy(Said):
    """Of the clause that is open: its name as `clause`, its `distance` from the `threshold`, and their `unit`."""

    WORDS: ClassVar = {
        MORE_SEEDS: _more_seeds,
        MORE_EXAMPLES: _more_examples,
        NEITHER: _neither,
        FEWEST_SEEDS_FIRST: "seeds: {fewest} at least (it has {seeds}), 5 for the usual effects",
        EPOCHS_FOR_A_CURVE: "epochs: at least 4, and 3 seeds, so that a rise of validation cross-entropy can be told",
        TWICE_THE_EPOCHS: "epochs: twice as many; validation cross-entropy still falls steeply",
        HALF_AS_MANY_EPOCHS: "epochs: half as many again; validation cross-entropy has not ended falling",
        NOT_ONE_CLASS: "another learning rate, class weights or network: this one gives nearly all examples one class",
        REFERENCE: "a second variant or target_error: what is reachable is not known",
        ANOTHER_VARIANT: "another variant: this one is far from the reference, and none in the sweep does better with a "
        "smaller gap",
        FREER_NETWORK: "a larger network without regularization, 3 seeds: if it does no better, this one is not too small",
        TIGHTER_NETWORK: "a more strongly regularized or smaller network with a smaller gap, 3 seeds: if it does no "
        "better, the gap costs nothing",
        TARGET: "target_error: a validation error that is known to be reachable",
    }
