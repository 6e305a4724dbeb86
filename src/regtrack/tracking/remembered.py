"""Remembered: runs that had ended are kept, and a server is asked for what came since. Its own search is what takes long: 300
runs take it 1.5 s whoever asks and however, what is newer than them 0.01 s."""

import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Run, ViewType

from regtrack import names
from regtrack.tracking import reader
from regtrack.tracking.links import sweep_filter
from regtrack.tracking.reader import RunRow, row_of, search_runs

TRUSTED_SECONDS = 60.0
"""After so long all is read again: what is newer tells of no tag that a person changed on a run that had ended, nor of a run
that began and ended between two looks on a machine whose clock goes behind."""
TRUSTED_TIMES = 20
"""And for so many times as long as the reading took: that of ten thousand trials takes a server a minute or two, and a page that is
looked at all day would do little else."""
MOST_SEARCHES = 8
"""Sweeps that are kept, in each stage."""


@dataclass
class _Known:
    """What a search found. `until` is when all of it is to be read again, `stamp` what it was read under."""

    until: float
    stamp: object
    rows: dict[str, RunRow]
    newest: int = 0
    open: set[str] = field(default_factory=set)


class RememberedRuns:
    """Trials of a store that is asked through MLflow's client. One for all sessions of a process."""

    def __init__(self, client: MlflowClient, *, clock: Callable[[], float] = time.monotonic):
        self._client, self._clock = client, clock
        self._known: OrderedDict[tuple, _Known] = OrderedDict()
        self._lock = Lock()

    def trials(self, experiment_id: str, sweep_id: str, stage: str = names.EXPLORE) -> pd.DataFrame:
        """As reader.trials. A sweep that is judged again, which changes runs that had ended, is read again."""
        judged = [
            (run.info.run_id, run.info.status, sorted(run.data.tags.items()))
            for run in search_runs(self._client, [experiment_id], sweep_filter(sweep_id, names.ROLE_SWEEP))
        ]
        return reader.trials_table(self._rows([experiment_id], sweep_filter(sweep_id), judged), stage)

    def _rows(self, experiments: list[str], filter_string: str, stamp: object = None) -> list[RunRow]:
        """Those of reader's search, in its order: the newest first."""
        key = (*experiments, filter_string)
        with self._lock:  # sessions that come together wait for one answer
            known = self._known.get(key)
            begun = self._clock()
            if known is None or known.stamp != stamp or begun > known.until:
                known = _Known(0.0, stamp, {})
                self._learn(known, search_runs(self._client, experiments, filter_string))
                took = self._clock() - begun
                known.until = begun + max(TRUSTED_SECONDS, TRUSTED_TIMES * took)
                self._known[key] = known
            else:
                self._learn_what_is_new(known, experiments, filter_string)
            self._known.move_to_end(key)
            while len(self._known) > MOST_SEARCHES:
                self._known.popitem(last=False)
            return sorted(known.rows.values(), key=lambda row: (-(row.started or 0), row.run_id))

    def _learn_what_is_new(self, known: _Known, experiments: list[str], filter_string: str) -> None:
        running = search_runs(self._client, experiments, f"{filter_string} and attributes.status = '{names.RUNNING}'")
        ended = search_runs(self._client, experiments, f"{filter_string} and attributes.end_time >= {known.newest}")
        lost = known.open - {run.info.run_id for run in (*running, *ended)}
        self._learn(known, [*running, *ended])
        if lost:  # deleted, or ended by a clock that goes far behind
            whole = search_runs(self._client, experiments, filter_string)
            known.rows, known.open = {}, set()
            self._learn(known, whole)
        for run in search_runs(self._client, experiments, filter_string, ViewType.DELETED_ONLY):
            known.rows.pop(run.info.run_id, None)
            known.open.discard(run.info.run_id)

    @staticmethod
    def _learn(known: _Known, runs: list[Run]) -> None:
        for run in runs:
            row = row_of(run)
            known.rows[row.run_id] = row._replace(params=_shared(row.params), metrics=_shared(row.metrics))
            (known.open.discard if run.info.end_time else known.open.add)(row.run_id)
            known.newest = max(known.newest, run.info.end_time or 0)


def _shared(cells: dict) -> dict:
    """Thousands of runs have the same names."""
    return {sys.intern(name): value for name, value in cells.items()}
