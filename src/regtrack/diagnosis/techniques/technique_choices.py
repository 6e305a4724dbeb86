"""Each technique by the setting that validation chooses of it, with what its tries cost, and these against each other on test."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from regtrack.diagnosis.choosing import lowest
from regtrack.diagnosis.differences.families import AMONG_ALL
from regtrack.diagnosis.differences.other_side import turned_round
from regtrack.diagnosis.techniques.settings_tried import Tried
from regtrack.names import BASELINE, COMPARISON_COLUMNS, FIT_SECONDS, TECHNIQUES_COLUMNS, TEST


def choose_of_each(tried: Sequence[Tried], read: pd.DataFrame, trials: pd.DataFrame, *, primary: str) -> pd.DataFrame:
    """names.TECHNIQUES_COLUMNS, a row a technique, the best on validation first.

    What is chosen of a technique is one of all variants, and the more settings were tried the luckier it is: so its verdict and
    limits are those that it has among all variants, and not among the chosen ones.

    Args:
        tried: every technique with its settings.
        read: what `settings_read` tells of each variant.
        trials: finished ones, a row a trial.
        primary: the measure that chooses and is judged, by name.
    """
    seconds = trials.get(FIT_SECONDS, pd.Series(np.nan, trials.index)).astype(float)
    rows = []
    for one in tried:
        chosen = lowest(read.loc[list(one.variants), "loss"].to_dict())
        own, told = trials["variant"].isin(one.variants), read.loc[chosen]
        rows.append(
            {
                "technique": one.technique,
                "settings": len(one.variants),
                "trainings": int(own.sum()),
                "fit_seconds": float(seconds[own].sum(skipna=False)),
                "chosen": chosen,
                "seeds": int((trials["variant"] == chosen).sum()),
                "primary": primary,
                **told[["validation", "test", "test_low", "test_high"]],
                "other": BASELINE,
                **told[["difference", "low", "high", "verdict", "reason"]],
                "loss": told["loss"],
            }
        )
    found = pd.DataFrame(rows).sort_values("loss", kind="stable", ignore_index=True)
    return found[list(TECHNIQUES_COLUMNS)]


def pairs_of_techniques(techniques: pd.DataFrame, comparison: pd.DataFrame) -> pd.DataFrame:
    """names.TECHNIQUE_PAIRS_COLUMNS: the chosen settings against each other on test, a row a pair,
    the first being the one that is better on validation. Verdicts and limits are those of every pair of variants.

    Args:
        techniques: names.TECHNIQUES_COLUMNS, the best on validation first.
        comparison: names.COMPARISON_COLUMNS.
    """
    of_all = comparison[(comparison["family"] == AMONG_ALL) & (comparison["split"] == TEST)]
    place = {chosen: i for i, chosen in enumerate(techniques["chosen"])}
    of_all = of_all[of_all["variant"].isin(place) & of_all["other"].isin(place)]
    rows = [
        row if place[row["variant"]] < place[row["other"]] else turned_round(row) for row in of_all.to_dict("records")
    ]
    rows.sort(key=lambda row: (place[row["variant"]], place[row["other"]]))
    found = pd.DataFrame(rows, columns=list(COMPARISON_COLUMNS))
    names = dict(zip(techniques["chosen"], techniques["technique"], strict=True))
    found.insert(0, "technique", found["variant"].map(names))
    found.insert(1, "other_technique", found["other"].map(names))
    return found
