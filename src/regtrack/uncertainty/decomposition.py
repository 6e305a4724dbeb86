"""How unsure is the network, and is it the data's fault or the model's?

Total uncertainty is the entropy of the mean prediction. It splits exactly into the part that every pass agrees on
(the expected entropy: the data) and the part by which the passes disagree (the mutual information between the label
and the weights: the model):

    predictive_entropy = expected_entropy + mutual_information

Conventions: `probs` is (n_passes, n_examples, n_classes); entropies are in nats; arithmetic is float64 whatever came
in, because a mutual information is a small difference of large numbers. Each measure has a form that takes already
reduced statistics (`*_from_*`), so that a streaming computation, which never holds all passes, shares its formula.

References: Gal, "Uncertainty in Deep Learning" (2016), section 3.3; Houlsby et al., "Bayesian Active Learning for
Classification and Preference Learning" (2011), for the mutual information (BALD).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "entropy",
    "expected_entropy",
    "mutual_information",
    "mutual_information_corrected",
    "mutual_information_from_entropies",
    "predictive_entropy",
    "predictive_entropy_from_mean",
    "require_probabilities",
    "std_probs",
    "std_probs_from_squared_deviations",
    "variation_ratio",
    "variation_ratio_from_votes",
    "vote_counts",
]

_SUM_TOLERANCE = 1e-2  # wide enough for a softmax in bfloat16, far too narrow for logits
_ROUNDING = 1e-5  # nats; a float32 running sum stays inside it


def require_probabilities(p: ArrayLike, shape: str) -> NDArray:
    """Return `p` as an array, or refuse it: the place where logits, NaNs and swapped axes are caught.

    Args:
        p: probabilities, classes on the last axis.
        shape: the expected shape in words, e.g. "(n_passes, n_examples, n_classes)"; its commas give the rank.

    Returns:
        `p` as an array of unchanged dtype.

    Raises:
        ValueError: wrong rank, an empty axis, a negative or non-finite entry, or a last axis that does not sum to 1
            within 0.01.
    """
    p = np.asarray(p)
    if p.ndim != shape.count(",") + 1 or p.size == 0:
        raise ValueError(f"expected probabilities of shape {shape} with no empty axis, received shape {p.shape}")
    smallest, sums = p.min(), p.sum(axis=-1, dtype=np.float64)
    # Written so that a NaN fails the test.
    if not (smallest >= 0 and np.all(np.abs(sums - 1) <= _SUM_TOLERANCE)):
        raise ValueError(
            f"expected probabilities, non-negative and summing to 1 over the last axis of {shape}; received a smallest "
            f"value of {smallest} and sums between {sums.min()} and {sums.max()}. Apply a softmax to logits first."
        )
    return p


def entropy(p: ArrayLike, axis: int = -1) -> NDArray[np.float64]:
    """Shannon entropy along `axis`: -sum(p log p) with 0 log 0 = 0 exactly, and no epsilon.

    The hot loop of everything here, so `p` is not validated; NaN in gives NaN out.

    Args:
        p: non-negative, summing to 1 along `axis`; any shape.
        axis: the axis of the classes.

    Returns:
        `p`'s shape without `axis`; nats, [0, ln C], higher is less sure.

    Reference: Shannon (1948), section 6.
    """
    p = np.asarray(p, dtype=np.float64)
    log_p = np.zeros_like(p)
    np.log(p, out=log_p, where=p != 0)
    return 0.0 - np.sum(p * log_p, axis=axis)  # 0.0 - x and not -x: a certain prediction has entropy 0.0, not -0.0


def predictive_entropy(probs: ArrayLike) -> NDArray[np.float64]:
    """Total uncertainty: the entropy of the mean over passes.

    Args:
        probs: (n_passes, n_examples, n_classes).

    Returns:
        (n_examples,); nats, [0, ln C], lower is surer.

    Raises:
        ValueError: `probs` is not an array of probabilities of that shape.

    Reference: Gal (2016), section 3.3.1.
    """
    return entropy(_passes(probs).mean(axis=0, dtype=np.float64))


def predictive_entropy_from_mean(mean_probs: ArrayLike) -> NDArray[np.float64]:
    """`predictive_entropy` of passes whose mean, (n_examples, n_classes), is known; also that of a deterministic model.

    Returns:
        (n_examples,); nats, [0, ln C], lower is surer.

    Raises:
        ValueError: `mean_probs` is not an array of probabilities of that shape.
    """
    return entropy(require_probabilities(mean_probs, "(n_examples, n_classes)"))


def expected_entropy(probs: ArrayLike) -> NDArray[np.float64]:
    """The data part: the mean over passes of each pass's entropy.

    Args:
        probs: (n_passes, n_examples, n_classes).

    Returns:
        (n_examples,); nats, [0, predictive entropy], lower is surer.

    Raises:
        ValueError: `probs` is not an array of probabilities of that shape.

    Reference: Gal (2016), section 3.3.1; Houlsby et al. (2011), second term of BALD.
    """
    return _expected_entropy(_passes(probs))


def mutual_information(probs: ArrayLike) -> NDArray[np.float64]:
    """The model part (BALD): predictive minus expected entropy, what knowing the weights would tell of the label.

    Biased low with few passes, see `mutual_information_corrected`; exactly 0 of information with one pass.

    Args:
        probs: (n_passes, n_examples, n_classes).

    Returns:
        (n_examples,); nats, [0, min(ln C, ln n_passes)], lower is surer. Rounding below 0 is clipped.

    Raises:
        ValueError: `probs` is not an array of probabilities of that shape.

    Reference: Houlsby et al. (2011), the BALD objective.
    """
    probs = _passes(probs)
    return mutual_information_from_entropies(entropy(probs.mean(axis=0, dtype=np.float64)), _expected_entropy(probs))


def mutual_information_from_entropies(predictive: ArrayLike, expected: ArrayLike) -> NDArray[np.float64]:
    """`mutual_information` of passes whose predictive and expected entropy, both (n_examples,), are known.

    Returns:
        (n_examples,); nats, >= 0. A difference in [-1e-5, 0) is rounding and becomes 0.

    Raises:
        ValueError: the shapes differ, or a difference is below -1e-5. Entropy is concave, so that is never rounding:
            the two did not come from the same passes.
    """
    predictive, expected = np.asarray(predictive, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    if predictive.shape != expected.shape:
        raise ValueError(
            f"expected two entropies of one shape (n_examples,), received {predictive.shape} and {expected.shape}"
        )
    difference = predictive - expected
    if np.any(difference < -_ROUNDING):
        raise ValueError(
            "expected predictive entropy >= expected entropy, as it is for any one set of passes; received a "
            f"difference of {np.nanmin(difference)} nats. Pass (predictive, expected), both of the same passes."
        )
    return np.maximum(difference, 0.0)


def mutual_information_corrected(
    mi: ArrayLike, mean_probs: ArrayLike, std_probs: ArrayLike, n_passes: int
) -> NDArray[np.float64]:
    """Mutual information with its bias of a finite number of passes taken out: mi + Σ_c std_c² / (2 mean_c n_passes).

    The mean of T passes is pulled towards those passes, so its entropy, and with it the mutual information, comes out
    low, to second order in the spread of the mean by that sum. For passes that are saturated and contradict each other
    it is Miller's (K - 1) / (2 T) of a plug-in entropy. It is not capped, so it may exceed ln C: show it for comparing
    numbers of passes, rank by the plain value. What is left of the bias: 0.3 % where passes disagree mildly; of
    saturated passes that contradict each other over 10 classes 25 % at 5 passes, 10 to 15 % at 10, 2 to 6 % at 20, below
    2 % from 50 on (multiplying by T / (T - 1), the rule for mild disagreement, leaves 27, 18, 10 and 4 %).

    Args:
        mi: (n_examples,); nats.
        mean_probs, std_probs: (n_examples, n_classes) of the same passes; std with ddof = 1.
        n_passes: how many passes they are from, >= 1.

    Returns:
        (n_examples,); nats, >= 0; NaN where `n_passes` is 1, of which nothing can be said.

    Raises:
        ValueError: `n_passes` is below 1, or the shapes differ.

    Reference: Miller (1955) for the plug-in entropy; the same delta method applied to the mean of passes.
    """
    mi, mean, std = (np.asarray(array, dtype=np.float64) for array in (mi, mean_probs, std_probs))
    if n_passes < 1:
        raise ValueError(f"expected n_passes >= 1, received {n_passes}")
    if mean.shape != std.shape or mi.shape != mean.shape[:-1]:
        raise ValueError(
            "expected mi (n_examples,) beside mean_probs and std_probs (n_examples, n_classes), received shapes "
            f"{mi.shape}, {mean.shape} and {std.shape}"
        )
    if n_passes == 1:
        return np.full(mi.shape, np.nan)
    shares = np.divide(std**2, mean, out=np.zeros_like(mean), where=mean > 0)
    return mi + shares.sum(axis=-1) / (2 * n_passes)


def vote_counts(probs: ArrayLike) -> NDArray[np.int64]:
    """How many passes vote for each class; a pass votes for its argmax, the lowest class among equals.

    Counts of batches of passes add up, which is how a streaming computation gets its variation ratio.

    Args:
        probs: (n_passes, n_examples, n_classes).

    Returns:
        (n_examples, n_classes); each row sums to n_passes.

    Raises:
        ValueError: `probs` is not an array of probabilities of that shape.
    """
    probs = _passes(probs)
    _, n_examples, n_classes = probs.shape
    votes = probs.argmax(axis=-1)  # (n_passes, n_examples)
    cells = (votes + n_classes * np.arange(n_examples)).ravel()  # one cell for each (example, class)
    return np.bincount(cells, minlength=n_examples * n_classes).reshape(n_examples, n_classes)


def variation_ratio(probs: ArrayLike) -> NDArray[np.float64]:
    """The share of passes that do not vote for the class most voted for.

    Args:
        probs: (n_passes, n_examples, n_classes).

    Returns:
        (n_examples,); [0, 1), at most 1 - 1/min(C, n_passes); lower is surer. 0 with one pass, which has none to
        disagree with.

    Raises:
        ValueError: `probs` is not an array of probabilities of that shape.

    Reference: Freeman, "Elementary Applied Statistics" (1965); Gal (2016), section 3.3.1.
    """
    return variation_ratio_from_votes(vote_counts(probs))


def variation_ratio_from_votes(votes: ArrayLike) -> NDArray[np.float64]:
    """`variation_ratio` of passes whose votes, (n_examples, n_classes), are counted.

    Returns:
        (n_examples,); [0, 1), lower is surer.

    Raises:
        ValueError: wrong rank, or an example without a vote.
    """
    votes = np.asarray(votes)
    if votes.ndim != 2 or votes.size == 0:
        raise ValueError(f"expected votes of shape (n_examples, n_classes), received shape {votes.shape}")
    total = votes.sum(axis=1)
    if not np.all(total > 0):
        raise ValueError("expected at least one vote for each example, received an example with none")
    return (total - votes.max(axis=1)) / total


def std_probs(probs: ArrayLike, *, ddof: int = 1) -> NDArray[np.float64]:
    """Standard deviation over passes of each class's probability.

    Args:
        probs: (n_passes, n_examples, n_classes).
        ddof: the divisor is n_passes - ddof. 1, the default, estimates the spread of the infinitely many passes these
            are drawn from; 0 describes these passes only.

    Returns:
        (n_examples, n_classes); probability; [0, 1/2] for ddof=0, up to 1/sqrt(2) for ddof=1 (two opposite passes);
        lower is surer; NaN where n_passes <= ddof: one pass says nothing of spread.

    Raises:
        ValueError: `probs` is not an array of probabilities of that shape.
    """
    probs = _passes(probs)
    squared_deviations = len(probs) * probs.var(axis=0, dtype=np.float64)
    return std_probs_from_squared_deviations(squared_deviations, len(probs), ddof=ddof)


def std_probs_from_squared_deviations(
    squared_deviations: ArrayLike, n_passes: int, *, ddof: int = 1
) -> NDArray[np.float64]:
    """`std_probs` from the running sum of squared deviations from the mean (Welford's M2), (n_examples, n_classes).

    Not from a sum of squares: mean(p²) - mean(p)² loses every digit where the network is saturated.

    Returns:
        (n_examples, n_classes); probability; NaN where n_passes <= ddof.
    """
    squared_deviations = np.asarray(squared_deviations, dtype=np.float64)
    if n_passes <= ddof:
        return np.full(squared_deviations.shape, np.nan)
    return np.sqrt(squared_deviations / (n_passes - ddof))


def _passes(probs: ArrayLike) -> NDArray:
    return require_probabilities(probs, "(n_passes, n_examples, n_classes)")


def _expected_entropy(probs: NDArray) -> NDArray[np.float64]:
    # One pass at a time: vectorised over examples, and no float64 copy of all passes.
    total = np.zeros(probs.shape[1])
    for one_pass in probs:  # (n_examples, n_classes)
        total += entropy(one_pass)
    return total / len(probs)
