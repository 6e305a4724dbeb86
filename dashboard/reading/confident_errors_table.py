"""High-confidence errors of the test split as the gallery filters them: one method, then one row an example."""

import pandas as pd

from reading import networks, store
from reading.sweep import Sweep
from regtrack import names
from regtrack.diagnosis.triage.kinds import name_now


def stored_errors(sweep: Sweep) -> pd.DataFrame:
    """The judged sweep's, of test, their kinds by today's names. Raises StoreError where there are none yet."""
    table = store.table(sweep.uri, sweep.run_id, names.HIGH_CONFIDENCE_ERRORS)
    table = table[table["split"] == names.TEST]
    return table.assign(kind=table["kind"].map(name_now, na_action="ignore"))


def stored_promises(sweep: Sweep) -> pd.DataFrame:
    """names.PROMISED_ERRORS_COLUMNS of test. Raises StoreError where there are none yet, or the store is older."""
    table = store.table(sweep.uri, sweep.run_id, names.PROMISED_ERRORS)
    return table[table["split"] == names.TEST]


def stored_suspicion(sweep: Sweep) -> pd.DataFrame:
    """names.LABEL_SUSPICION_COLUMNS of test. Raises StoreError where there are none yet."""
    table = store.table(sweep.uri, sweep.run_id, names.LABEL_SUSPICION)
    return table[table["split"] == names.TEST]


def by_method(errors: pd.DataFrame, method: str, threshold: float) -> pd.DataFrame:
    """The rows that are wrong by this method at this confidence or above, with `said`, `sure` and `seeds_agreeing`:
    of the row's variant, how many seeds make the same error of it."""
    prefix = "mc_" if method == names.MC_DROPOUT else ""
    table = errors.assign(said=errors[f"{prefix}predicted_class"], sure=errors[f"{prefix}confidence"])
    table = table.dropna(subset=["said", "sure"]).astype({"said": "int64"})
    table = table[(table["said"] != table["given_label"]) & (table["sure"] >= threshold)]
    seeds = table.groupby(["variant", "example_id", "said"])["seed"].transform("nunique")
    return table.assign(seeds_agreeing=seeds)


def one_an_example(table: pd.DataFrame) -> pd.DataFrame:
    """The surest row of each example, the surest first; of equally sure ones those that more networks make."""
    order = ["sure", "trials_confidently_wrong", "example_id"]
    return table.sort_values(order, ascending=[False, False, True], kind="stable").drop_duplicates("example_id")


def taken_for(table: pd.DataFrame, examples: networks.Examples) -> pd.DataFrame:
    """charts.confusion.COLUMNS: how many examples of each given label are taken for each class."""
    counts = table.drop_duplicates(["example_id", "said"]).groupby(["given_label", "said"]).size()
    rows = [(examples.named(given), examples.named(said), int(count)) for (given, said), count in counts.items()]
    return pd.DataFrame(rows, columns=["given", "predicted", "count"])
