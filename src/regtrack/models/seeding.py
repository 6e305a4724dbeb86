"""Initial weights that follow from a seed, without a global random state of ours."""

import random
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def seeded_initializers(seed: int) -> Iterator[None]:
    """Initial weights of layers made inside follow from `seed`; the caller's own random state is untouched.

    Keras draws the seed of an initializer that has none from Python's `random` (pinned by a test).
    """
    state = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(state)
