"""Help beside the measures, in the words of docs/glossary.md: a test holds the two together."""

MEANINGS = {
    "variant": "one point of the grid: regularization, and any setting it changes",
    "seed": "replicate: initial weights, order of examples, dropout masks",
    "selected epoch": "best validation cross-entropy; its weights are the stored model",
    "generalization gap": "validation error minus train error, both in inference mode",
    "cross-entropy": "data term (nats), regularization term, their sum",
    "confidence": "largest class probability, [0, 1]; higher is surer",
    "high-confidence error": "wrong with confidence at or above the threshold (0.9 unless set)",
    "expected calibration error": "mean distance of accuracy from confidence over equal-width bins of the top label",
    "balanced accuracy": "mean recall over the classes, [0, 1]; higher is better, and a rare class counts like a common one",
    "AURC": "area under the risk-coverage curve; lower is better",
    "fitting regime": "underfit, well fit (or well fit as far as this sweep can tell), overfit or undetermined, over a variant's "
    "seeds; at the last epoch unless said",
    "reference error": "the validation error known to be reachable: a target, or the sweep's cross-fitted best",
    "tolerance": "largest generalization gap, and largest distance from the reference error, that are let pass",
    "better": "shown to differ after Holm's correction over all comparisons",
    "clause": "one question of a regime's verdict: estimate, limits, threshold, answer",
    "strength": "which values of a parameter regularize more",
}


def help_of(word: str) -> str:
    """The glossary's meaning of a word."""
    return f"{word}: {MEANINGS[word]}"
