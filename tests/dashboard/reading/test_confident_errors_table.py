"""Confident errors as pages read them: older stores' kinds by today's names."""

import pandas as pd
from reading.confident_errors_table import stored_errors
from reading.sweep import Sweep

from regtrack import names
from regtrack.tracking.artifacts import write_table


def test_an_older_stores_kind_has_todays_name(store, tmp_path):
    """`suspected label error` is read as what it is called now; others and what is missing stay."""
    kinds = ["suspected label error", "mislabelled or hard", "unknown", None]
    row = dict.fromkeys(names.HIGH_CONFIDENCE_ERRORS_COLUMNS, 0) | {"variant": "v", "mc_outcome": None}
    table = pd.DataFrame([row | {"split": names.TEST, "example_id": i, "kind": kind} for i, kind in enumerate(kinds)])
    write_table(table, tmp_path / "logged", names.HIGH_CONFIDENCE_ERRORS)
    run_id = store.create_run(store.get_experiment_by_name("tests").experiment_id).info.run_id
    store.log_artifacts(run_id, str(tmp_path / "logged"))
    sweep = Sweep(store.tracking_uri, "1", run_id, run_id, "FINISHED", pd.Timestamp.now(), 1, pd.DataFrame(), pd.DataFrame(), True)  # fmt: skip
    found = stored_errors(sweep)["kind"]
    assert found.tolist()[:3] == ["mislabelled or hard", "mislabelled or hard", "unknown"]
    assert found.isna().tolist() == [False, False, False, True]
