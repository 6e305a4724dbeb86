"""Which of a sweep's dropout variants speaks for dropout: named beforehand, never by the outcome that is judged."""

from regtrack.diagnosis.claims.evidence import Evidence, NoEvidence
from regtrack.diagnosis.claims.selection import VariantTrials
from regtrack.variants.regularizers.dropout import DEFAULT_PLACEMENT

A_DROPOUT = "`- {dropout_rate: [0.2, 0.5]}` in the grid would tell"


def dropout_alone(evidence: Evidence) -> list[VariantTrials]:
    """By ascending rate. Raises NoEvidence without one."""
    found = evidence.only("dropout")
    if not found:
        raise NoEvidence("The sweep has no finished variant with dropout alone", remedy=A_DROPOUT)
    return found


def the_articles(evidence: Evidence) -> VariantTrials:
    """Dropout alone as the article places it, in front of every layer, at the smallest rate; else the smallest rate
    wherever it is."""
    found = dropout_alone(evidence)
    usual = [variant for variant in found if variant.values["dropout_placement"] == DEFAULT_PLACEMENT]
    return (usual or found)[0]


def the_one_to_keep(evidence: Evidence) -> VariantTrials:
    """The dropout variant of the lowest validation error: dropout alone, or where there is none, with whatever else."""
    with_dropout = [variant for variant in evidence.variants if "dropout" in variant.active]
    found = evidence.only("dropout") or with_dropout
    if not found:
        raise NoEvidence("The sweep has no finished variant with dropout", remedy=A_DROPOUT)
    return evidence.chosen_on_validation(found)
