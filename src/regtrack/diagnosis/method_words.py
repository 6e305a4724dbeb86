"""What is said of the methods of a variant: what is shown against one pass, and what the ensemble gains on what costs as much."""

import pandas as pd

from regtrack.diagnosis.method_verdicts import ONE_ENSEMBLE
from regtrack.measures.declared import MEASURES
from regtrack.measures.primaries import COMPARED
from regtrack.names import BEST_SINGLE, BETTER, DETERMINISTIC, ENSEMBLE, MC_DROPOUT, NO_VERDICT, WORSE
from regtrack.words.intervals import with_interval
from regtrack.words.lists import counted, listed


def methods_in_words(table: pd.DataFrame) -> tuple[str, ...]:
    """Sentences without their full stops; none without rows.

    Args:
        table: names.METHOD_VERDICTS_COLUMNS of one variant.
    """
    against = table[table["other"] == DETERMINISTIC]
    ensemble = table[table["method"] == ENSEMBLE]
    return (*_against_one_pass(against), *_at_equal_cost(ensemble))


def method_name(row: dict) -> str:
    """`100 passes`, `temperature`, `5 passes with temperature`, `the ensemble of 5`."""
    tempered = " with temperature" if row["temperature"] else ""
    if row["method"] == DETERMINISTIC:
        return "temperature" if row["temperature"] else "one pass"
    if row["method"] == ENSEMBLE:
        return f"the ensemble of {row['trainings']}{tempered}"
    return counted(int(row["passes"]), "pass", "passes") + tempered


def other_name(row: dict) -> str:
    """`one pass`, `the best of its 5 networks`, `5 passes`."""
    if row["other"] == BEST_SINGLE:
        return f"the best of its {row['other_trainings']} networks"
    return counted(int(row["other_passes"]), "pass", "passes") if row["other"] == MC_DROPOUT else "one pass"


def difference_told(row: dict, *, sign: bool = True, unit: bool = True) -> str:
    """With its limits and unit; without its sign where the verdict tells it, without the unit where a heading does."""
    words = COMPARED[row["measure"]]
    value, low, high = (row[name] for name in ("difference", "low", "high"))
    if not sign and value < 0:
        value, low, high = -value, -high, -low
    told = with_interval(value, low, high, scale=words.scale, sign=sign)
    return words.with_unit(told) if unit else told


def _against_one_pass(table: pd.DataFrame) -> list[str]:
    rows = table.to_dict("records")
    if not rows:
        return []
    seeds = rows[0]["seeds"]
    if all(row["verdict"] == NO_VERDICT for row in rows):
        return [f"no verdict on any method against one pass of the same networks: {rows[0]['reason']}"]
    told = []
    for method in dict.fromkeys(map(method_name, rows)):
        shown = [row for row in rows if method_name(row) == method and row["verdict"] in (BETTER, WORSE)]
        parts = [f"{row['verdict']} in {MEASURES[row['measure']].words} by {difference_told(row, sign=False)}" for row in shown]  # fmt: skip
        if parts:
            told.append(f"{method}: {listed(parts)}")
    refused = dict.fromkeys(row["reason"] for row in rows if row["verdict"] == NO_VERDICT)
    head = f"against one pass of the same {counted(int(seeds), 'network')}"
    if not told:
        return [f"{head} no method is shown to differ", *(f"no verdict where there is {reason}" for reason in refused)]
    return [f"{head}, all measures together, {'; '.join(told)}; nothing else is shown"]


def _at_equal_cost(table: pd.DataFrame) -> list[str]:
    found = []
    for other, own in table.groupby("other", sort=False):
        rows = own.to_dict("records")
        costs = "as many trainings" if other == BEST_SINGLE else "as many passes"
        parts = [
            f"{difference_told(row)} of {COMPARED[row['measure']].gained}" for row in rows if row["low"] == row["low"]
        ]
        if parts:
            found.append(
                f"{method_name(rows[0])} differs from {other_name(rows[0])} ({costs}), over these test examples alone, by {listed(parts)}: "
                f"no verdict, since {ONE_ENSEMBLE}"
            )
    return found
