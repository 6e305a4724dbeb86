"""Help beside the measures, in the words of docs/glossary.md: a test holds the two together."""

from regtrack import names
from regtrack.measures.declared import MEASURES

MEANINGS = {measure.words: measure.meaning for measure in MEASURES.values()} | {
    "variant": "one point of the grid: regularization, and any setting it changes",
    "seed": "replicate: initial weights, order of examples, dropout masks",
    "confidence": "largest class probability, [0, 1]; higher is surer",
    "high-confidence error": "wrong with confidence at or above the threshold (0.9 unless set)",
    "fitting regime": "underfit, well fit (or well fit as far as this sweep can tell), overfit or undetermined, over a variant's "
    "seeds; at the last epoch unless said",
    "reference error": "the validation error known to be reachable: a target, or the sweep's cross-fitted best",
    "tolerance": "largest generalization gap, and largest distance from the reference error, that are let pass",
    names.BETTER: "shown to differ, all comparisons with the baseline taken together (Dunnett)",
    "clause": "one question of a regime's verdict: estimate, limits, threshold, answer",
    "strength": "which values of a parameter regularize more",
}


def help_of(word: str) -> str:
    """The glossary's meaning of a word."""
    return f"{word}: {MEANINGS[word]}"
