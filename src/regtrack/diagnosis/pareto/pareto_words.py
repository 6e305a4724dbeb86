"""What is said of the Pareto set: whom nobody should choose, because of whom, and in what they are worse."""

from collections.abc import Mapping

import pandas as pd

from regtrack.diagnosis.pareto.dominance import COST
from regtrack.measures.declared import MEASURES
from regtrack.names import MC_DROPOUT
from regtrack.words.lists import listed
from regtrack.words.numbers import fixed

NOT_RECORDED = "what an answer costs was not recorded when this sweep was trained, so that only methods of one variant are set against each other by it"


def pareto_in_words(pareto: pd.DataFrame) -> tuple[str, ...]:
    """Sentences without their full stops; none of a single predictor.

    Args:
        pareto: names.PARETO_COLUMNS.
    """
    if len(pareto) < 2:
        return ()
    beaten = pareto[pareto["beaten_by"].fillna("") != ""]
    if beaten.empty:
        said = f"none of {len(pareto)} ways to answer is shown to be one that nobody should choose"
    else:
        each = [
            f"{predictor_in_words(row)} ({worse_in_words(row)} than {_by(row)})" for row in beaten.to_dict("records")
        ]
        said = f"nobody should choose {listed(each)}: of {len(pareto)} ways to answer these are worse in something and better in nothing that matters"
    return (said, *([NOT_RECORDED] if pareto["cost"].isna().any() else []))


def predictor_in_words(row: Mapping) -> str:
    """The variant, with its passes where there are many."""
    return (
        f"{row['variant']} with {fixed(row['passes'], 0)} passes"
        if row["method"] == MC_DROPOUT
        else str(row["variant"])
    )


def worse_in_words(row: Mapping) -> str:
    """`worse in accuracy and dearer`; "" of one that is not beaten."""
    parts = str(row["worse_in"] or "").split(", ")
    measures = [MEASURES[name].words for name in parts if name in MEASURES]
    told = [f"worse in {' and '.join(measures)}"] if measures else []
    return " and ".join([*told, *(["dearer"] if COST in parts else [])])


def _by(row: Mapping) -> str:
    many = " with its passes" if row["beaten_by_method"] == MC_DROPOUT else ""
    same = "one pass" if row["beaten_by"] == row["variant"] and not many else row["beaten_by"]
    return f"{same}{many}"
