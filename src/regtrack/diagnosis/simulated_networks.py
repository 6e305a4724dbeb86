"""Networks whose truth is known, by two laws that share nothing with what judges them: their probabilities on several splits."""

from dataclasses import dataclass

import numpy as np
from scipy import special

STUCK = 0.04
"""Share of stuck networks, of every variant alike."""
WRONG_LABELS = 0.01

Split = tuple[list[np.ndarray], np.ndarray]
"""Of each variant probabilities (seeds, n, classes) float32, and the labels (n,)."""


@dataclass(frozen=True)
class Items:
    """`variants` of `seeds` networks (of the baseline and of each other variant, where two are given) on `n` items of a split, of
    `classes` the first of which is five times as frequent as the last. Networks of some ability and boldness answer items of some difficulty, logits with
    tails of Student's t.

    `margin`: of a network's logit of the right class over the others, the larger the more are right. `spread`: of ability over seeds,
    logits; `boldness` of the logarithm of the factor that all logits of a network have. `gain`: what variant 1 has more of margin;
    `sharper`: of the logarithm of boldness, by which it is bolder.
    """

    variants: int
    seeds: int | tuple[int, int]
    n: int
    classes: int = 3
    margin: float = 2.5
    spread: float = 0.25
    boldness: float = 0.15
    law: str = ""
    gain: float = 0.0
    sharper: float = 0.0

    def splits(self, rng: np.random.Generator, count: int) -> list[Split]:
        """The same networks on so many splits of other items, every class in each."""
        shape = (self.variants, max(self.seeds) if isinstance(self.seeds, tuple) else self.seeds)
        ability, bold = (sd * self._strays(rng, shape) for sd in (self.spread, self.boldness))
        ability[1] += self.gain
        bold[1] += self.sharper
        stuck = (self.law == "one stuck") & (rng.random(shape) < STUCK)
        return [self._split(rng, ability, np.where(stuck, np.log(0.02), bold)) for _ in range(count)]

    def _split(self, rng: np.random.Generator, ability: np.ndarray, bold: np.ndarray) -> Split:
        frequent = np.linspace(5, 1, self.classes)
        drawn = rng.choice(self.classes, self.n - self.classes, p=frequent / frequent.sum())
        labels = np.concatenate([np.arange(self.classes), drawn])
        ease = self.margin + 1.5 * rng.standard_normal(self.n) + 0.5 * rng.standard_normal((self.variants, self.n))
        logits = 0.6 * rng.standard_t(4, (*ability.shape, self.n, self.classes)).astype(np.float32)
        logits[:, :, np.arange(self.n), labels] += ease[:, None] + ability[..., None]
        logits *= np.exp(bold)[..., None, None]
        logits -= logits.max(axis=-1, keepdims=True)
        probs = np.exp(logits, dtype=np.float32)
        return _of_each(probs / probs.sum(axis=-1, keepdims=True), self.seeds), labels

    def _strays(self, rng: np.random.Generator, shape) -> np.ndarray:
        if self.law == "heavy tails":
            return rng.standard_t(3, shape) / np.sqrt(3)
        times = np.where((self.law == "half noisy") & (np.arange(shape[0]) % 2 == 1), 3.0, 1.0)
        return times[:, None] * rng.standard_normal(shape)


@dataclass(frozen=True)
class Margins:
    """`variants` of `seeds` networks on `n` examples of two classes: margins with heavy tails, one label in a hundred wrong."""

    variants: int
    seeds: int
    n: int
    spread: float = 0.3
    law: str = "margins"
    classes: int = 2
    gain: float = 0.0
    """What variant 1 has more of margin."""

    def splits(self, rng: np.random.Generator, count: int) -> list[Split]:
        """The same networks on so many splits of other examples."""
        of_networks = self.spread * rng.standard_normal((self.variants, self.seeds, 1))
        of_networks[1] += self.gain
        return [self._split(rng, of_networks) for _ in range(count)]

    def _split(self, rng: np.random.Generator, of_networks: np.ndarray) -> Split:
        n = self.n
        examples = 4 * (0.9 * rng.standard_normal(n) + 0.44 * rng.standard_normal((self.variants, 1, n)))
        margins = 5 + examples + of_networks + 1.5 * rng.standard_t(3, (self.variants, self.seeds, n))
        of_right = special.expit(margins)
        labels = (np.arange(n) % 2 + rng.integers(0, 2)) % 2
        given = np.where(rng.random(n) < WRONG_LABELS, 1 - labels, labels)
        probs = np.where(labels[:, None] == np.arange(2), of_right[..., None], 1 - of_right[..., None])
        return _of_each(probs.astype(np.float32), self.seeds), given


def _of_each(probs: np.ndarray, seeds: int | tuple[int, int]) -> list[np.ndarray]:
    """Of (variants, seeds, n, classes) a variant's own networks each."""
    if not isinstance(seeds, tuple):
        return list(probs)
    return [own[: seeds[min(v, 1)]] for v, own in enumerate(probs)]
