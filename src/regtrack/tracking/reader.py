"""Reader: a store's sweeps and trials as tables. Reads only; never imports TensorFlow, nor MLflow, which comes with a client: whoever
reads by SQL does without."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from regtrack import names
from regtrack.diagnosis.differences.readings import Readings
from regtrack.errors import StoreError
from regtrack.masking import mask
from regtrack.measures.primaries import PRIMARIES
from regtrack.tracking.bulk_history import histories_at_once
from regtrack.tracking.links import sweep_filter

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

PAGE = 1000
ACTIVE_ONLY = 1
"""mlflow.entities.ViewType's word for what is not deleted."""
SWEEP_ROLES = (names.ROLE_SWEEP, names.ROLE_UNCERTAINTY)
"""Of runs that stand for their trials."""
EVALUATION = {names.SWEEP_ID, names.MODEL_URI}
"""What tells an evaluation from that of an earlier version, which has no trial."""


def search_runs(
    client: MlflowClient, experiment_ids: list[str], filter_string: str, view: int = ACTIVE_ONLY
) -> list[Run]:
    """Every run that MLflow finds, however many pages."""
    return list(found_runs(client, experiment_ids, filter_string, view))


def found_runs(
    client: MlflowClient, experiment_ids: list[str], filter_string: str = "", view: int = ACTIVE_ONLY
) -> Iterator[Run]:
    """As `search_runs`, a page in memory at a time; none where there is no experiment."""
    token = None
    while experiment_ids:
        page = client.search_runs(experiment_ids, filter_string, view, max_results=PAGE, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


class RunRow(NamedTuple):
    """What a table is read from: a run, however it was read. `started` is in milliseconds since 1970.

    `datasets` are the names of its MLflow dataset inputs, read for sweeps alone.
    """

    run_id: str
    experiment_id: str
    status: str
    started: int | None
    tags: dict[str, str]
    params: dict[str, str]
    metrics: dict[str, float]
    datasets: set[str]


def row_of(run: Run) -> RunRow:
    info, data = run.info, run.data
    datasets = {found.dataset.name for found in run.inputs.dataset_inputs} if run.inputs else set()
    return RunRow(
        info.run_id, info.experiment_id, info.status, info.start_time, data.tags, data.params, data.metrics, datasets
    )


def sweeps(client: MlflowClient, experiment_ids: list[str] | None = None) -> pd.DataFrame:
    """A row a sweep run, newest first: run_id, sweep_id, experiment_id, status, started, trials_planned, dataset,
    model_uri, primary.

    A model that was trained elsewhere and evaluated here counts as a sweep of one trial: its `model_uri` is not "". A run
    that an entry point has only claimed, and that has no sweep's id yet, does not count. `primary` is the measure that is
    to be judged; accuracy where none is recorded, as in old stores.
    """
    experiment_ids = experiment_ids or all_experiments(client)
    roles = SWEEP_ROLES if experiment_ids else ()
    runs = [run for role in roles for run in search_runs(client, experiment_ids, f"tags.`{names.ROLE}` = '{role}'")]
    return sweeps_table(map(row_of, runs))


def sweeps_by_id(client: MlflowClient, which: str, experiment_ids: list[str] | None = None) -> pd.DataFrame:
    """As `sweeps`, of those runs whose id, or whose sweep's id, `which` is. The store looks for them: it may hold thousands."""
    if "'" in which:  # no id, and nothing that a filter could hold
        return sweeps_table(())
    ids = experiment_ids or all_experiments(client)
    filters = (*(sweep_filter(which, role) for role in SWEEP_ROLES), f"attributes.run_id = '{which}'")
    found = {run.info.run_id: run for one in filters for run in search_runs(client, ids, one)}
    return sweeps_table(row_of(run) for run in found.values() if run.data.tags.get(names.ROLE) in SWEEP_ROLES)


def all_experiments(client: MlflowClient, view: int = ACTIVE_ONLY) -> list[str]:
    """The ids of the experiments that are not deleted, or of all in this view."""
    ids, token = [], None
    while True:
        page = client.search_experiments(view, max_results=PAGE, page_token=token)
        ids, token = ids + [experiment.experiment_id for experiment in page], page.token
        if not token:
            return ids


def sweeps_table(runs: Iterable[RunRow]) -> pd.DataFrame:
    """The table of `sweeps` of these runs."""
    columns = [
        "run_id", "sweep_id", "experiment_id", "status", "started", "trials_planned", "dataset", "model_uri", "primary",
    ]  # fmt: skip
    rows = [
        (
            run.run_id,
            run.tags.get(names.SWEEP_ID, run.run_id),
            run.experiment_id,
            run.status,
            pd.to_datetime(
                run.started, unit="ms", errors="coerce"
            ),  # missing where it is no time: stores are anybody's
            _count(run.tags.get(names.TRIALS_PLANNED)),
            ", ".join(sorted(run.datasets)) or None,
            run.tags.get(names.MODEL_URI, ""),
            run.tags.get(names.PRIMARY) if run.tags.get(names.PRIMARY) in PRIMARIES else names.ACCURACY,
        )
        for run in runs
        if _stands_for_trials(run.tags)
    ]
    return pd.DataFrame(rows, columns=columns).sort_values("started", ascending=False, ignore_index=True)


def _stands_for_trials(tags: dict[str, str]) -> bool:
    if tags.get(names.ROLE) == names.ROLE_UNCERTAINTY:
        return tags.keys() >= EVALUATION
    return (
        names.SWEEP_ID in tags or names.PROCESS not in tags
    )  # with a process alone it was claimed, see cli.project_run


def _count(text: str | None) -> int:
    """A tag is whatever a person made of it."""
    return int(text) if text and text.isdecimal() else 0


def trials(client: MlflowClient, experiment_id: str, sweep_id: str, stage: str = names.EXPLORE) -> pd.DataFrame:
    """A row a trial: run_id, status, started, variant, trial_key, failure, then its params and latest metrics by name.

    A trial that was run again (after a failure, by a resumed sweep) stands once: the finished run, else the newest; also where a
    later release knows it by another key. An attempt that was cut off, and that another took the place of, does not stand. Params that are numbers are numbers. What a
    run lacks is missing (NaN), never 0. Those of one `stage` only: what confirms a choice is no part of the exploration that made
    it.
    """
    runs = search_runs(
        client,
        [experiment_id],
        sweep_filter(sweep_id),
    )
    return trials_table(map(row_of, runs), stage)


def trials_table(runs: Iterable[RunRow], stage: str = names.EXPLORE) -> pd.DataFrame:
    """The table of `trials` of those of these runs that are of this stage."""
    first = ["run_id", "status", "started", "variant", "trial_key", "failure"]
    rows = [
        {
            "run_id": run.run_id,
            "status": run.status,
            "started": run.started,
            "variant": run.tags.get(names.VARIANT),
            "trial_key": run.tags.get(names.TRIAL_KEY),
            "failure": mask(run.tags.get(names.FAILURE) or "") or None,  # an earlier version stored it as it came
        }
        | run.params
        | run.metrics
        for run in runs
        if run.tags.get(names.STAGE, names.EXPLORE) == stage and names.CUT_OFF not in run.tags
    ]
    if not rows:
        return pd.DataFrame(columns=[*first, names.SEED])
    table = pd.DataFrame(rows, columns=[*first, *sorted(set().union(*rows).difference(first))])
    for name in table.columns.difference(["run_id", "trial_key", "variant", "status", "failure"]):
        if table[name].eq("").any():
            continue  # such as hidden_widths: to_numeric would read an empty text as missing
        try:
            read = pd.to_numeric(table[name])
        except (ValueError, TypeError):
            continue
        # Whole numbers of more than 64 bits would stay Python's, with which no column can be computed.
        table[name] = pd.to_numeric(table[name], errors="coerce") if read.dtype == object else read
    table = table.copy()  # one block: adding a column to hundreds of pieces is slow
    table["_finished"] = table["status"].eq(names.FINISHED)
    table = table.sort_values(["_finished", "started"], ascending=False).drop_duplicates("trial_key")
    table = table[table["_finished"] | ~_stands_above(table)]
    return table.drop(columns="_finished").sort_values(["started", "run_id"], ignore_index=True)


def _stands_above(table: pd.DataFrame) -> pd.Series:
    """Whether a row's trial, by its variant, seed and split, stands above it: a key holds the engine, which another release may have
    changed. What does not say its variant or seed is nobody's again."""
    trial = ["variant", *(name for name in (names.SEED, names.SPLIT) if name in table)]
    known = table["variant"].notna() & (table[names.SEED].notna() if names.SEED in table else False)
    return known & table.duplicated(trial)


def tags(client: MlflowClient, run_id: str) -> dict[str, str]:
    """A run's tags. Raises MLflow's own error where there is no such run."""
    return client.get_run(run_id).data.tags


def artifact_uri(client: MlflowClient, run_id: str) -> str:
    """Where a run's artifacts lie, as the store says. Raises MLflow's own error where there is no such run."""
    return client.get_run(run_id).info.artifact_uri


def experiment_name(client: MlflowClient, experiment_id: str) -> str:
    """Raises MLflow's own error where there is no such experiment."""
    return client.get_experiment(experiment_id).name


HISTORY_COLUMNS = ("run_id", "metric", "step", "value")


def history(client: MlflowClient, run_ids: Iterable[str], metrics: Iterable[str]) -> pd.DataFrame:
    """HISTORY_COLUMNS: a row a (run, metric, step) that was logged, in that order, also while the run goes on.

    Of several values of one step the last that was logged counts.
    """
    run_ids = tuple(run_ids)
    return history_table(value for metric in metrics for value in _history(client, run_ids, metric))


def _history(client: MlflowClient, run_ids: tuple[str, ...], metric: str) -> list[tuple[str, str, int, int, float]]:
    at_once = histories_at_once(client, run_ids, metric) if len(run_ids) > 1 else None
    if at_once is not None:
        return at_once
    return [
        (run_id, found.key, found.step, found.timestamp, found.value)
        for run_id in run_ids
        for found in client.get_metric_history(run_id, metric)
    ]


def history_table(values: Iterable[tuple[str, str, int, int, float]]) -> pd.DataFrame:
    """The table of `history` of (run_id, metric, step, milliseconds, value)."""
    place = ["run_id", "metric", "step"]
    table = pd.DataFrame(list(values), columns=[*place, "time", "value"]).sort_values([*place, "time", "value"])
    return table.drop_duplicates(place, keep="last", ignore_index=True)[list(HISTORY_COLUMNS)]


def find_sweep(client: MlflowClient, which: str) -> tuple[str, str, str]:
    """(experiment_id, sweep_id, run_id) of the newest sweep run that is meant. Raises StoreError if there is none.

    `which` is "latest" or the id of a sweep or of a run of it, in any experiment of the store.
    """
    table = sweeps(client) if which == "latest" else sweeps_by_id(client, which)
    if which != "latest" and len(table) and table["model_uri"].iloc[0]:
        raise StoreError(
            f"sweep: expected a sweep that trained its models, received {which!r}, which evaluates "
            f"{table['model_uri'].iloc[0]}; look at it in the dashboard"
        )
    table = table[table["model_uri"] == ""]
    if table.empty:
        raise StoreError(
            f"sweep: expected latest or the id of a sweep in this store, received {which!r}; there is none: run one first"
        )
    row = table.iloc[0]
    return row["experiment_id"], row["sweep_id"], row["run_id"]


def recorded_primary(client: MlflowClient, experiment_id: str, sweep_id: str) -> str:
    """The primary measure that was written before the sweep's first trial; "" where none was, as in old stores."""
    runs = search_runs(
        client,
        [experiment_id],
        sweep_filter(sweep_id, names.ROLE_SWEEP),
    )
    found = [
        run.data.tags[names.PRIMARY]
        for run in sorted(runs, key=_started)
        if run.data.tags.get(names.PRIMARY) in PRIMARIES
    ]
    return found[0] if found else ""


def confirm_seeds(client: MlflowClient, sweep_id: str) -> int:
    """Fresh seeds of each that the newest sweep run was asked for, 0 where none were; a tag is whatever a person made of
    it."""
    _, _, run_id = find_sweep(client, sweep_id)
    return _count(tags(client, run_id).get(names.CONFIRM_SEEDS))


def _started(run: Run) -> int:
    return run.info.start_time or 0


def readings(sweep_id: str, tagged: Iterable[dict[str, str]], tag: str = names.LOOKS) -> Readings:
    """The looks so far at a sweep's test examples, or at those of all splits of its data (names.SPLIT_LOOKS), by the tags of each of its
    runs (`read_tags`). Raises StoreError where the tag was changed to something else.

    One that was judged before looks were counted had one, at the trials that carry its verdicts.
    """
    tagged = list(tagged)
    texts = [own[tag] for own in tagged if tag in own]
    try:
        known = [Readings.from_text(text) for text in texts]
    except ValueError:
        raise StoreError(
            f"sweep {sweep_id}: expected {tag} such as 10+0, 10+16, received {', '.join(map(repr, texts))}; put "
            "back what stood there"
        ) from None
    judged = {own.get(names.TRIAL_KEY) for own in tagged if names.FITTING_REGIME in own}
    uncounted = Readings().then(len(judged), 0) if judged and tag == names.LOOKS else Readings()
    return max(known, key=lambda found: len(found.of_looks), default=uncounted)


def sweep_to_resume(client: MlflowClient, experiment_id: str, which: str, own_run: str | None) -> tuple[str, set[str]]:
    """(sweep_id, trial keys already FINISHED) of the sweep to go on with. Raises StoreError if there is none.

    `which` is "latest" or a sweep's id.
    """
    own = [experiment_id]
    table = sweeps(client, own) if which == "latest" else sweeps_by_id(client, which, own)
    table = table[(table["run_id"] != own_run) & (table["model_uri"] == "")]
    if table.empty:
        raise StoreError(
            f"resume: expected latest or the id of a sweep in experiment {experiment_id}, received {which!r}; "
            "there is no such sweep there: leave resume out to start one"
        )
    sweep_id = table["sweep_id"].iloc[0]
    return sweep_id, finished_keys(trials(client, experiment_id, sweep_id))


def finished_keys(trials: pd.DataFrame) -> set[str]:
    """The keys of the FINISHED ones of a table of trials."""
    return set(trials.loc[trials["status"] == names.FINISHED, "trial_key"])
