"""Looking again: how much of the family's error each look at test may spend, as seeds are added."""

SHARES = (0.80, 0.16, 0.04)
"""Of alpha, by look: one-sided 0.020, 0.004 and 0.001 of 0.025. Unspent, 5, 10 and 20 seeds would add up to 0.059."""


def alpha_of_look(looks: int, alpha: float) -> float:
    """What this look may spend of `alpha`: looks = 1 is the first; 0 from the fourth on, which can tell no more.

    Raises:
        ValueError: less than one look.
    """
    if looks < 1:
        raise ValueError(f"expected looks >= 1, this one counted, received {looks}")
    return SHARES[looks - 1] * alpha if looks <= len(SHARES) else 0.0
