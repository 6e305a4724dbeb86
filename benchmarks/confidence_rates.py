"""Are the figures about confidence right? Ensemble intervals, temperature on few examples, mutual information of few passes.

Simulated networks whose truth is known by drawing many more. Prints peer (the rule that is usual, and was ours before) | ours | what
would be right; ± is the Monte Carlo standard error of a rate of 0.9.

    python benchmarks/confidence_rates.py [sweeps]     (docs/uncertainty.md says how many its tables have)
"""

import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from scipy import special
from scipy.optimize import minimize_scalar

from regtrack.diagnosis.differences.jackknife import jackknifed
from regtrack.uncertainty.calibration import negative_log_likelihood
from regtrack.uncertainty.decomposition import mutual_information, mutual_information_corrected, std_probs
from regtrack.uncertainty.temperature import LIMITS, apply_temperature, fit_temperature

TRUTHS, FITS = 1_000, 60
"""Draws of 5,000 examples that the truth is the mean of, and temperatures that are fitted."""
MEASURES = ("accuracy", "NLL", "accuracy - one pass", "NLL - one pass")


def networks(rng, seeds: int, n: int, unlike: float) -> tuple[np.ndarray, np.ndarray]:
    """(probs (seeds, n, 10), labels (n,)): heavy-tailed margins, each seed with biases for classes (t of 4 degrees) and
    a boldness of its own, both of size `unlike`."""
    shared, labels = rng.normal(size=(n, 10)), rng.integers(0, 10, n)
    shared[np.arange(n), labels] += 1.5 + 1.5 * rng.standard_t(5, size=n)
    biases, boldness = rng.standard_t(4, size=(seeds, 1, 10)) * unlike, np.exp(rng.normal(size=(seeds, 1, 1)) * unlike)
    return special.softmax((shared + 0.7 * rng.normal(size=(seeds, n, 10)) + biases) * boldness, axis=-1), labels


def scores(probs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(4, n): MEASURES of the ensemble of probs (seeds, n, 10), example by example."""

    def of(one):
        return one.argmax(-1) == labels, -np.log(np.take_along_axis(one, labels[..., None], -1)[..., 0])

    (right, nll), own = of(probs.mean(axis=0)), [of(one) for one in probs]
    mean_right, mean_nll = np.mean([r for r, _ in own], axis=0), np.mean([x for _, x in own], axis=0)
    return np.stack([right * 1.0, nll, right - mean_right, nll - mean_nll])


def ensembles(sweeps: int) -> None:
    error = np.sqrt(0.9 * 0.1 / sweeps)
    print(
        f"\nlimits of 95 % of an ensemble hold the truth in (± {error:.3f}, {sweeps:,} sweeps): {', '.join(MEASURES)}"
    )
    for unlike in (0.1, 0.3):
        for seeds in (5, 10):
            for n in (300, 5000):
                rng = np.random.default_rng([seeds, n, int(10 * unlike)])
                truth = np.mean([scores(*networks(rng, seeds, 5000, unlike)).mean(1) for _ in range(TRUTHS)], axis=0)
                inside = np.zeros((2, 4))
                for _ in range(sweeps):
                    probs, labels = networks(rng, seeds, n, unlike)
                    each = scores(probs, labels)
                    without = np.array([scores(np.delete(probs, s, 0), labels).mean(1) for s in range(seeds)])
                    of_examples = each.var(axis=1, ddof=1) / n
                    inside[0] += np.abs(each.mean(1) - truth) <= 1.96 * np.sqrt(of_examples)
                    found = [jackknifed(*one, n) for one in zip(each.mean(1), without.T, of_examples, strict=True)]
                    inside[1] += [f.low <= t <= f.high for f, t in zip(found, truth, strict=True)]
                peer, ours = (" ".join(f"{rate:.3f}" for rate in row / sweeps) for row in inside)
                print(
                    f"  {seeds:2d} seeds unlike by {unlike}, {n:4d} examples | over examples {peer} | jackknife {ours} | 0.95"
                )


def temperature() -> None:
    print("\nNLL of new examples after temperature / before, median and 95 % quantile of fits")
    for n_classes, margin in ((2, 4), (2, 8), (10, 6), (10, 12)):
        for bold in (0.5, 1.0, 2.0):
            for n in (20, 300, 2000):
                rng = np.random.default_rng([n_classes, margin, int(10 * bold), n])
                ratios = np.array([_ratios(rng, n_classes, margin, bold, n) for _ in range(FITS)])
                peer, ours = (f"{np.median(r):.2f} {np.quantile(r, 0.95):5.2f}" for r in ratios.T)
                print(
                    f"  {n_classes:2d} classes {margin:2d} apart, {bold} x too bold, {n:4d} examples | likeliest {peer} | ours {ours} | <= 1"
                )


def _ratios(rng, n_classes: int, margin: float, bold: float, n: int) -> tuple[float, float]:
    (val, val_labels), (test, labels) = (_bold(rng, n_classes, margin, bold, size) for size in (n, 3000))
    likeliest = minimize_scalar(
        lambda log_t: negative_log_likelihood(apply_temperature(val, np.exp(log_t)), val_labels),
        bounds=tuple(np.log(LIMITS)), method="bounded",
    ).x  # fmt: skip
    before = negative_log_likelihood(test, labels)
    fitted = np.exp(likeliest), fit_temperature(val, val_labels)
    return tuple(negative_log_likelihood(apply_temperature(test, t), labels) / before for t in fitted)


def _bold(rng, n_classes: int, margin: float, bold: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels drawn from probabilities; what a network says of them is noisier and `bold` times as sure."""
    logits = rng.standard_t(5, size=(n, n_classes))
    logits[np.arange(n), rng.integers(0, n_classes, n)] += margin
    truth = special.softmax(logits, axis=1)
    labels = (truth.cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1)
    return special.softmax(bold * (logits + 0.5 * rng.normal(size=logits.shape)), axis=1), labels


def information() -> None:
    print("\nmutual information of few passes, as a share of that of many")
    shares = np.array([0.5, 0.2, 0.1, *np.full(7, 0.2 / 7)])
    mild = np.array([20.0, 10.0, 10.0])
    mean = mild / mild.sum()
    exact = -np.sum(mean * (np.log(mean) - special.digamma(mild + 1) + special.digamma(mild.sum() + 1)))
    cases = {
        "mild disagreement": (lambda rng, t: rng.dirichlet(mild, size=(t, 3000)), exact),
        "saturated, contradicting": (
            lambda rng, t: np.eye(10)[rng.choice(10, (t, 3000), p=shares)], -np.sum(shares * np.log(shares))),
    }  # fmt: skip
    for name, (draw, truth) in cases.items():
        for passes in (5, 10, 20, 50, 100):
            probs = draw(np.random.default_rng(passes), passes)
            plain = mutual_information(probs)
            ours = mutual_information_corrected(plain, probs.mean(axis=0), std_probs(probs), passes).mean() / truth
            peer = plain.mean() / truth
            print(
                f"  {name}, {passes:3d} passes | plain {peer:.3f}, x T/(T - 1) {peer * passes / (passes - 1):.3f} | {ours:.3f} | 1"
            )


def main(sweeps: int = 200) -> None:
    ensembles(sweeps), temperature(), information()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
