"""What Monte Carlo dropout bought on a variant, beside what is cheaper: as a value, and in one sentence made from it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from regtrack.diagnosis.methods import NLL
from regtrack.names import DETERMINISTIC, ENSEMBLE, MC_DROPOUT, TEMPERATURE
from regtrack.uncertainty.temperature import FEWEST_ERRORS
from regtrack.words.intervals import with_interval
from regtrack.words.lists import counted
from regtrack.words.numbers import fixed, is_missing

VALIDATION, TEST = "validation", "test"
NARROWEST = 1e-9
"""Half width below which the seeds agree to the last example, as few do by chance on few examples."""
NO_INTERVAL = "a mean of probabilities never raises it; by how much has no interval that holds"


@dataclass(frozen=True)
class Change:
    """From one deterministic pass, with its 95 % limits; None where one seed leaves them unknown, and of an ensemble."""

    difference: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Bought:
    """On test: what `passes` of Monte Carlo dropout changed of accuracy (share) and NLL (nats), what a temperature (None
    where none could be fitted) and the ensemble of `trainings` seeds (None with one seed) changed of NLL; and the method
    of the lowest NLL on `lowest_on`: "validation", or "test" in an older store."""

    variant: str
    passes: int
    accuracy: Change
    negative_log_likelihood: Change
    temperature: Change | None
    ensemble: Change | None
    trainings: int
    lowest: str
    lowest_on: str
    lowest_with_temperature: bool
    lowest_passes: int
    lowest_trainings: int

    @classmethod
    def from_dict(cls, content: Mapping) -> "Bought":
        """Of `asdict`, also after JSON."""
        changes = ("accuracy", NLL, TEMPERATURE, ENSEMBLE)
        return cls(**content | {name: content[name] and Change(**content[name]) for name in changes})


def bought_of(methods: pd.DataFrame, variant: str) -> Bought:
    """Of names.METHODS_COLUMNS of one variant with dropout."""
    nll = methods[methods["measure"] == NLL]
    fitted = methods[(methods["measure"] == "fitted_temperature") & (methods["method"] == DETERMINISTIC)]
    accuracy = methods[methods["measure"] == "accuracy"]
    many, of_accuracy = (
        table[(table["method"] == MC_DROPOUT) & ~table["temperature"]].sort_values("passes").iloc[-1]
        for table in (nll, accuracy)
    )
    ensemble = nll[(nll["method"] == ENSEMBLE) & ~nll["temperature"]]
    on_validation = methods[methods["measure"] == f"val_{NLL}"]
    known = on_validation if len(on_validation) else nll  # an older store's table has test alone
    lowest = known.sort_values("value", kind="stable").iloc[0]
    scaled = nll[(nll["method"] == DETERMINISTIC) & nll["temperature"]].iloc[0]
    return Bought(
        variant=variant,
        passes=int(many["passes"]),
        accuracy=_change(of_accuracy),
        negative_log_likelihood=_change(many),
        temperature=_change(scaled) if fitted["value"].notna().all() else None,
        ensemble=_change(ensemble.iloc[0]) if len(ensemble) else None,
        trainings=int(ensemble["trainings"].iloc[0]) if len(ensemble) else 1,
        lowest=str(lowest["method"]),
        lowest_on=VALIDATION if len(on_validation) else TEST,
        lowest_with_temperature=bool(lowest["temperature"]),
        lowest_passes=int(lowest["passes"]),
        lowest_trainings=int(lowest["trainings"]),
    )


def _change(row: pd.Series) -> Change:
    limits = (row["difference_low"], row["difference_high"])
    return Change(float(row["difference"]), *(None if is_missing(limit) else float(limit) for limit in limits))


def bought_in_words(bought: Bought) -> str:
    """One sentence: what the passes bought, and whether a cheaper method bought more."""
    parts = [
        f"{bought.variant}: {bought.passes} passes changed accuracy by {_told(bought.accuracy, ' points', scale=100)} and NLL by "
        f"{_told(bought.negative_log_likelihood, ' nats')}",
        f"temperature scaling (1 pass) changed NLL by {_told(bought.temperature)}"
        if bought.temperature
        else f"temperature scaling was not fitted, since fewer than {FEWEST_ERRORS} validation examples are wrong",
    ]
    if bought.ensemble:
        changed = fixed(bought.ensemble.difference, 4, sign=True)  # older stores hold limits, which were too narrow
        parts.append(f"the ensemble of {bought.trainings} seeds by {changed} ({NO_INTERVAL})")
    name = bought.lowest.replace("_", " ") + (" with temperature" if bought.lowest_with_temperature else "")
    cost = f"{counted(bought.lowest_passes, 'pass', 'passes')}, {counted(bought.lowest_trainings, 'training')}"
    dearest = " (Monte Carlo dropout)" if bought.lowest == MC_DROPOUT else ""
    return "; ".join([*parts, f"lowest {bought.lowest_on} NLL: {name}, {cost}{dearest}"]) + "."


def _told(change: Change, unit: str = "", *, scale: int = 1) -> str:
    """Args: scale: of what is stored, 100 of a share that is told in points."""
    if change.low is None or change.high - change.low < 2 * NARROWEST:
        why = "one seed, so no interval" if change.low is None else "too few seeds and examples for an interval"
        return f"{fixed(scale * change.difference, 4 if scale == 1 else 2, sign=True)}{unit} ({why})"
    shown = "" if change.low > 0 or change.high < 0 else " (no change shown)"
    return f"{with_interval(change.difference, change.low, change.high, scale=scale, sign=True)}{unit}{shown}"
