"""Which curves the report draws of a regularizer that stands in many combinations."""

from types import SimpleNamespace

import pandas as pd

from regtrack import names
from regtrack.sweeps.figures import MOST_CURVES, _responses


def judged(combinations: int, best: str) -> SimpleNamespace:
    """l2 at three strengths, beside the baseline and beside so many dropout rates less one."""
    helds = ["baseline", *(f"dropout={i / 10:g}" for i in range(1, combinations))]
    rows = [
        ("l2", held, strength, f"l2={strength:g} {held}", names.WELL_FIT, 5, "val_error_last", 0.1, 0.09, 0.11)
        for held in helds
        for strength in (1e-5, 1e-4, 1e-3)
    ]
    table = pd.DataFrame(rows, columns=list(names.RESPONSE_COLUMNS))
    return SimpleNamespace(response=table, answer=SimpleNamespace(best=best))


def asked(found) -> list[str]:
    return [figure.question for figure in found if "validation error" in figure.question]


def test_few_curves_are_all_drawn():
    """Each beside what it is held with."""
    found = _responses(judged(MOST_CURVES, "elsewhere"), "5 seeds.", 1000)
    assert len(asked(found)) == MOST_CURVES
    assert not any("curves of" in figure.caption for figure in found)


def test_of_many_curves_those_of_the_baseline_and_of_the_best_are_drawn():
    """And the caption says of how many."""
    found = _responses(judged(MOST_CURVES + 1, "l2=0.0001 dropout=0.2"), "5 seeds.", 1000)
    assert asked(found) == [
        "How does l2 change the validation error?",
        "How does l2 change the validation error, beside dropout=0.2?",
    ]
    assert all("One of 7 curves of l2" in figure.caption for figure in found)
