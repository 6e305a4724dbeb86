"""Writes what was said of a sweep to its run, and to each trial what concerns it: the MLflow UI alone tells the story."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.judgement import Judgement
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.names import NOTE
from regtrack.scratch import passing_folder
from regtrack.tracking.artifact_files import folders_of
from regtrack.tracking.artifacts import json_bytes, table_bytes, write_json, write_table, write_text
from regtrack.tracking.what_differs import log_files_that_differ, log_tags_that_differ
from regtrack.tracking.writer import log

COLOR = "mlflow.runColor"


@dataclass(frozen=True)
class Shown:
    """What a person sees of a judgement beside its tables.

    `pages`: by artifact, text: the report and the claims. `note`: the sweep's, markdown; `notes`: by trial's run id, those of the
    confirmation too. `hues`: by variant, so that the runs of one share a colour.
    """

    pages: Mapping[str, str]
    note: str
    notes: Mapping[str, str]
    hues: Mapping[str, str]


def write_judgement(
    client: MlflowClient,
    run_id: str,
    record: SweepRecord,
    judgement: Judgement,
    methods: Mapping[str, pd.DataFrame],
    shown: Shown,
    *,
    tagged: Mapping[str, Mapping[str, str]],
) -> None:
    """Log the sweep's tables, next grid, report and note to `run_id`; tags, note, regime and errors to each trial that lacks them.

    Args:
        methods: by artifact, the tables of methods; not written where they are empty, as what is said over splits.
        tagged: run id -> tags, of each run of the sweep, as the store has them.
    """
    tables = {names.LEADERBOARD: judgement.leaderboard, names.COMPARISON: judgement.comparison,
              names.SECONDARY: judgement.secondary, names.CLASS_DIFFERENCES: judgement.class_differences,
              names.RESPONSE: judgement.response, names.CLAIMS: judgement.claims,
              names.HIGH_CONFIDENCE_ERRORS: judgement.triage.errors, names.LABEL_SUSPICION: judgement.triage.suspicion,
              names.PROMISED_ERRORS: judgement.triage.promised, names.OVER_SPLITS: judgement.over_splits,
              names.TECHNIQUES: judgement.by_technique.chosen,
              names.EXPECTED_BEST: judgement.by_technique.expected_best,
              names.PARETO: judgement.by_technique.pareto} | methods  # fmt: skip
    if judgement.answer.beside_over_splits:  # of one split they are rows of the comparison
        tables[names.TECHNIQUE_PAIRS] = judgement.by_technique.pairs
    with passing_folder() as folder:
        for artifact, table in tables.items():
            if len(table) or artifact not in (*methods, names.OVER_SPLITS):
                write_table(table, Path(folder), artifact)
        write_json(judgement.answer.to_dict(), Path(folder), names.ANSWER)
        write_text(judgement.next_grid.text, Path(folder), names.NEXT_GRID)
        for artifact, text in shown.pages.items():
            write_text(text, Path(folder), artifact)
        client.log_artifacts(run_id, folder)
    regimes = {
        variant: json_bytes(_regime_of(variant, judgement), names.REGIME)
        for variant in record.trials["variant"].unique()
    }
    errors, folders = _Errors(judgement.triage.errors), folders_of(client, record.trials["run_id"])
    for trial in record.trials.itertuples():
        own = table_bytes(errors.of(trial.variant, trial.seed), names.HIGH_CONFIDENCE_ERRORS)
        files = {names.REGIME: regimes[trial.variant], names.HIGH_CONFIDENCE_ERRORS: own}
        log_files_that_differ(client, trial.run_id, files, folders[trial.run_id])
    # Judged are the exploration's trials: of those that confirm there is no table.
    confirming = (trial for trial in record.confirming.itertuples() if trial.run_id in shown.notes)
    for trial in (*record.trials.itertuples(), *confirming):
        tags = _tags(trial.run_id, trial.variant, judgement, shown)
        log_tags_that_differ(client, trial.run_id, tags, tagged.get(trial.run_id, {}))
    log(client, run_id, tags={NOTE: shown.note})


def _regime_of(variant: str, judgement: Judgement) -> dict:
    regimes = {"last": judgement.regimes[variant], "selected": judgement.selected_regimes[variant]}
    return {kind: regime.to_dict() for kind, regime in regimes.items()} | {"advice": asdict(judgement.advice[variant])}


class _Errors:
    """The table of high-confidence errors, converted once for the hundreds of files that it is cut into."""

    def __init__(self, errors: pd.DataFrame):
        self._table = pa.Table.from_pandas(errors, preserve_index=False)
        self._rows = errors.groupby(["variant", "seed"]).indices

    def of(self, variant: str, seed: int) -> pa.Table:
        rows = self._rows.get((variant, seed))
        return self._table.slice(0, 0) if rows is None else self._table.take(rows)


def _tags(run_id: str, variant: str, judgement: Judgement, shown: Shown) -> dict[str, str]:
    """What the MLflow UI shows of a trial."""
    regimes = {names.FITTING_REGIME: judgement.regimes, names.FITTING_REGIME_SELECTED: judgement.selected_regimes}
    tags = {name: of_variant[variant].verdict for name, of_variant in regimes.items()}
    return tags | {NOTE: shown.notes[run_id]} | ({COLOR: shown.hues[variant]} if variant in shown.hues else {})
