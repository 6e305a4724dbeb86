"""Reader: a store's sweeps and trials as tables, whatever the store holds."""

import numpy as np
import pandas as pd
import pytest
from mlflow.entities import ViewType

from regtrack import names
from regtrack.diagnosis.differences.readings import Readings
from regtrack.errors import StoreError
from regtrack.tracking import interrupted, reader
from regtrack.tracking.tags_of_sweep import read_tags


def test_what_is_not_deleted_has_mlflows_word():
    """Said here without MLflow's import."""
    assert reader.ACTIVE_ONLY == ViewType.ACTIVE_ONLY


class Builder:
    """Writes runs of a made-up sweep, so that a test says all that a table is read from."""

    def __init__(self, client):
        self.client = client
        self.experiment_id = client.get_experiment_by_name("tests").experiment_id
        self.clock = 1_700_000_000_000

    def run(self, role: str, sweep_id: str, status: str = "FINISHED", *, params=None, metrics=None, **tags) -> str:
        tags = {names.ROLE: role, names.SWEEP_ID: sweep_id} | {f"regtrack.{k}": v for k, v in tags.items()}
        self.clock += 1000
        run_id = self.client.create_run(self.experiment_id, start_time=self.clock, tags=tags).info.run_id
        for name, value in (params or {}).items():
            self.client.log_param(run_id, name, value)
        for name, value in (metrics or {}).items():
            self.client.log_metric(run_id, name, value)
        if status != "RUNNING":
            self.client.set_terminated(run_id, status)
        return run_id

    def trial(self, key: str, status: str = "FINISHED", sweep_id: str = "s", **more) -> str:
        return self.run("trial", sweep_id, status, trial_key=key, variant=more.pop("variant", "baseline"), **more)


@pytest.fixture
def build(store) -> Builder:
    return Builder(store)


def test_an_empty_store_has_empty_tables(store, build):
    """No sweep and no trial: tables of the same columns without a row, never an exception."""
    assert reader.sweeps(store).empty
    assert {"run_id", "sweep_id", "status", "started"} <= set(reader.sweeps(store).columns)
    trials = reader.trials(store, build.experiment_id, "none")
    assert trials.empty
    assert {"run_id", "status", "variant", "trial_key", "failure", "seed"} <= set(trials.columns)


def test_sweeps_stand_newest_first_and_other_runs_not_at_all(store, build):
    """Trials, uncertainty runs and a stranger's runs are no sweeps."""
    old = build.run("sweep", "s1", "KILLED", trials_planned="4")
    build.trial("a", sweep_id="s1")
    build.run("uncertainty", "s1")
    store.create_run(build.experiment_id)
    new = build.run("sweep", "s1", "RUNNING", trials_planned="4")
    table = reader.sweeps(store)
    assert table["run_id"].tolist() == [new, old]
    assert table["sweep_id"].tolist() == ["s1", "s1"]
    assert table["status"].tolist() == ["RUNNING", "KILLED"]
    assert table["trials_planned"].tolist() == [4, 4]
    assert table["started"].iloc[0] == pd.Timestamp(build.clock, unit="ms")


def test_a_sweep_run_that_lacks_its_tags_is_still_a_row(store, build):
    """A sweep that was killed between its tags: its own id is its sweep's, nothing is planned."""
    run_id = store.create_run(build.experiment_id, tags={names.ROLE: "sweep"}).info.run_id
    [row] = reader.sweeps(store, [build.experiment_id]).itertuples()
    assert (row.sweep_id, row.trials_planned) == (run_id, 0)


def test_all_pages_are_read(store, build, monkeypatch):
    """A store that answers in pages gives every run."""
    monkeypatch.setattr(reader, "PAGE", 3)
    ids = {build.trial(f"k{i}") for i in range(8)}
    assert set(reader.trials(store, build.experiment_id, "s")["run_id"]) == ids


def test_numbers_are_numbers_and_text_is_text(store, build):
    """Params come from the store as text: those that are numbers are read as such, an empty text is not missing."""
    build.trial("a", params={"l2": "0.001", "seed": "0", "optimizer": "adam", "hidden_widths": ""})
    build.trial("b", params={"l2": "0.0", "seed": "1", "optimizer": "sgd", "hidden_widths": "16"})
    table = reader.trials(store, build.experiment_id, "s")
    assert table["l2"].tolist() == [0.001, 0.0]
    assert table["l2"].dtype == float
    assert table["seed"].dtype == int
    assert table["optimizer"].tolist() == ["adam", "sgd"]
    assert table["hidden_widths"].tolist() == ["", "16"]


def test_a_variant_or_key_that_looks_like_a_number_stays_text(store, build):
    """Labels and keys are names, whatever they look like."""
    build.trial("0123", variant="10")
    [row] = reader.trials(store, build.experiment_id, "s").itertuples()
    assert (row.variant, row.trial_key) == ("10", "0123")


def test_what_a_run_lacks_is_missing_and_never_zero(store, build):
    """A metric that a trial does not have is NaN; one that was logged as NaN is NaN too."""
    build.trial("a", metrics={"test/accuracy": 0.5, "test_mc/accuracy": 0.0, "odd": float("nan")})
    build.trial("b", metrics={"test/accuracy": 0.25})
    table = reader.trials(store, build.experiment_id, "s")
    assert table["test/accuracy"].tolist() == [0.5, 0.25]
    assert table["test_mc/accuracy"].iloc[0] == 0
    assert np.isnan(table["test_mc/accuracy"].iloc[1])
    assert table["odd"].isna().all()
    assert table["failure"].isna().all()


@pytest.mark.parametrize("order", [("FAILED", "FINISHED"), ("KILLED", "FINISHED"), ("FINISHED", "FAILED")])
def test_a_trial_that_was_run_again_stands_once_the_finished_one(store, build, order):
    """Whatever the order of the attempts, the finished run is the trial."""
    ids = {status: build.trial("same", status) for status in order}
    table = reader.trials(store, build.experiment_id, "s")
    assert table["run_id"].tolist() == [ids["FINISHED"]]


def test_a_trial_that_never_finished_stands_once_the_newest(store, build):
    """Of several failed attempts the last one counts, with its own reason."""
    build.trial("same", "FAILED", failure="first")
    newest = build.trial("same", "FAILED", failure="second")
    [row] = reader.trials(store, build.experiment_id, "s").itertuples()
    assert (row.run_id, row.failure) == (newest, "second")


def rows(*trials: tuple) -> list[reader.RunRow]:
    """(key, status, params) of each, in the order they were started."""
    return [
        reader.RunRow(f"run {i}", "1", status, i, {names.TRIAL_KEY: key, names.VARIANT: "baseline"}, params, {}, set())
        for i, (key, status, params) in enumerate(trials)
    ]


@pytest.mark.parametrize(
    ("trials", "standing"),
    [
        ([("old", "FAILED", {"seed": "3"}), ("new", "FINISHED", {"seed": "3"})], ["run 1"]),
        ([("old", "FAILED", {"seed": "3"}), ("new", "RUNNING", {"seed": "3"})], ["run 1"]),
        ([("old", "FINISHED", {"seed": "3"}), ("new", "FAILED", {"seed": "3"})], ["run 0"]),
        ([("old", "FAILED", {"seed": "3"}), ("new", "FINISHED", {"seed": "4"})], ["run 0", "run 1"]),
        ([("old", "FAILED", {"seed": "3"}), ("new", "FINISHED", {"seed": "3", "split": "1"})], ["run 0", "run 1"]),
        ([("old", "FAILED", {"seed": "3", "split": "1"}), ("new", "FINISHED", {"seed": "3", "split": "1"})], ["run 1"]),
        ([("old", "FAILED", {}), ("new", "FINISHED", {})], ["run 0", "run 1"]),
        ([("old", "FINISHED", {"seed": "3"}), ("new", "FINISHED", {"seed": "3"})], ["run 0", "run 1"]),
    ],
    ids=["again", "under way", "before", "another seed", "another split", "of one split", "no seed", "two networks"],
)
def test_a_trial_that_a_later_release_knows_by_another_key_stands_once(trials, standing):
    """A failed attempt under the key of an earlier engine is the same trial of the variant, seed and split; what is finished is
    left out by nobody."""
    assert reader.trials_table(rows(*trials))["run_id"].tolist() == standing


def test_many_trials_with_failed_attempts_by_earlier_keys_stand_once_each():
    """50,000 runs of half as many trials."""
    seeds = range(25_000)
    attempts = [
        (f"{status} {seed}", status, {"seed": str(seed)}) for status in ("FAILED", "FINISHED") for seed in seeds
    ]
    table = reader.trials_table(rows(*attempts))
    assert len(table) == 25_000
    assert table["status"].eq("FINISHED").all()


def test_trials_of_another_sweep_are_left_out(store, build):
    """Only the sweep that was asked for."""
    mine = build.trial("a", sweep_id="mine")
    build.trial("a", sweep_id="other")
    assert reader.trials(store, build.experiment_id, "mine")["run_id"].tolist() == [mine]


def test_what_confirms_a_choice_is_no_trial_of_the_exploration(store, build):
    """Each stage by itself; a run of a store that is older than stages explored."""
    old, new = build.trial("a"), build.trial("b", stage="explore")
    fresh = build.trial("a", stage="confirm")
    assert reader.trials(store, build.experiment_id, "s")["run_id"].tolist() == [old, new]
    assert reader.trials(store, build.experiment_id, "s", names.CONFIRM)["run_id"].tolist() == [fresh]


def readings(store, build) -> Readings:
    return reader.readings("s", read_tags(store, build.experiment_id, "s").values())


def test_looks_are_those_of_the_sweeps_last_judgement(store, build):
    """Each run that resumed a sweep has its own tag, and holds those before it."""
    assert readings(store, build) == Readings()
    for text in ("10+0, 10+16", "10+0"):
        build.run("sweep", "s", looks=text)
    assert readings(store, build) == Readings(((10, 0), (10, 16)))


def test_a_sweep_that_was_judged_before_looks_were_counted_had_one(store, build):
    """At the trials that carry its verdicts; those that came later were not looked at."""
    for key in "ab":
        build.trial(key, fitting_regime="underfit")
    build.trial("c")
    assert readings(store, build) == Readings(((2, 0),))


def test_looks_that_a_person_changed_are_refused(store, build):
    """In one line: without them nobody knows what is left to spend."""
    build.run("sweep", "s", looks="twice")
    with pytest.raises(StoreError) as error:
        readings(store, build)
    assert str(error.value) == (
        "sweep s: expected regtrack.looks such as 10+0, 10+16, received 'twice'; put back what stood there"
    )


def test_a_deleted_run_is_gone(store, build):
    """A trial that a person deleted in the UI is not read."""
    store.delete_run(build.trial("a"))
    assert reader.trials(store, build.experiment_id, "s").empty


def test_resume_latest_takes_the_newest_sweep_and_its_finished_keys(store, build):
    """Only FINISHED trials are done; one's own run is not the latest."""
    build.run("sweep", "old")
    build.run("sweep", "new", "KILLED")
    for key, status in {"a": "FINISHED", "b": "FAILED", "c": "KILLED", "d": "RUNNING"}.items():
        build.trial(key, status, sweep_id="new")
    build.trial("e", sweep_id="old")
    own = build.run("sweep", "own", "RUNNING")
    assert reader.sweep_to_resume(store, build.experiment_id, "latest", own) == ("new", {"a"})
    assert reader.sweep_to_resume(store, build.experiment_id, "old", own) == ("old", {"e"})


def test_resume_finds_a_sweep_by_the_id_of_any_of_its_runs(store, build):
    """A person copies the id from the run's page, which for a resumed sweep is not the sweep's id."""
    again = build.run("sweep", "first-id", "KILLED")
    assert reader.sweep_to_resume(store, build.experiment_id, again, None)[0] == "first-id"


@pytest.mark.parametrize("which", ["latest", "0" * 32, "lates"])
def test_resume_without_such_a_sweep_is_an_error(store, build, which):
    """Nothing to resume, or a mistyped id: expected, received, remedy."""
    with pytest.raises(StoreError) as error:
        reader.sweep_to_resume(store, build.experiment_id, which, None)
    assert str(error.value) == (
        f"resume: expected latest or the id of a sweep in experiment {build.experiment_id}, received {which!r}; "
        "there is no such sweep there: leave resume out to start one"
    )


def test_close_interrupted_ends_what_was_left_and_nothing_else(store, build):
    """Running and failed sweep runs and running trials become KILLED; what ended by itself stays as it is."""
    wanted = {
        build.run("sweep", "s", "RUNNING"): "KILLED",
        build.run("sweep", "s", "FAILED"): "KILLED",
        build.run("sweep", "s", "FINISHED"): "FINISHED",
        build.trial("a", "RUNNING"): "KILLED",
        build.trial("b", "FAILED"): "FAILED",
        build.trial("c", "FINISHED"): "FINISHED",
        build.trial("a", "RUNNING", sweep_id="other"): "RUNNING",
    }
    own = build.run("sweep", "s", "RUNNING")
    interrupted.close_interrupted(store, build.experiment_id, "s", own)
    assert {run_id: store.get_run(run_id).info.status for run_id in wanted} == wanted
    assert store.get_run(own).info.status == "RUNNING"


def test_a_sweep_is_found_by_its_id_by_that_of_a_run_or_as_the_latest(store, build):
    """(experiment, sweep, run), in whatever experiment; of a sweep that was resumed it is the newest run."""
    first = build.run("sweep", "s1", "KILLED")
    again = build.run("sweep", "s1")
    build.trial("a", sweep_id="s1")
    build.experiment_id, own = store.create_experiment("other"), build.experiment_id
    other = build.run("sweep", "s2")
    assert reader.find_sweep(store, "s1") == (own, "s1", again)
    assert reader.find_sweep(store, first) == (own, "s1", first)
    assert reader.find_sweep(store, "s2") == (build.experiment_id, "s2", other)
    assert reader.find_sweep(store, "latest") == (build.experiment_id, "s2", other)


def test_the_store_looks_for_the_one_sweep_that_is_meant(store, build, monkeypatch):
    """Its runs alone are read, by whichever id it is asked for: of thousands of others none."""
    wanted = {build.run("sweep", "s1", "KILLED"), build.run("sweep", "s1")}
    build.run("sweep", "s2")
    read, search = [], reader.search_runs
    monkeypatch.setattr(
        reader, "search_runs", lambda *asked: [read.append(run.info.run_id) or run for run in search(*asked)]
    )
    for which in ("s1", min(wanted)):
        reader.find_sweep(store, which)
    assert set(read) == wanted


@pytest.mark.parametrize("which", ["latest", "s1", "", "it's", '"'])
def test_a_sweep_that_is_not_there_is_named(store, build, which):
    """Trials, reports and uncertainty runs are no sweeps."""
    for role in ("trial", "uncertainty", "report"):
        build.run(role, "s1")
    with pytest.raises(StoreError) as error:
        reader.find_sweep(store, which)
    assert str(error.value) == (
        f"sweep: expected latest or the id of a sweep in this store, received {which!r}; there is none: run one first"
    )


def test_what_is_no_time_and_no_number_of_a_computer_is_read_as_such():
    """A store is anybody's: a run that began in the year 146,140,482 has no time, one of 400 digits is beyond all numbers, and the
    columns stay such that they can be computed with."""
    trial = reader.RunRow(
        "a", "1", "FINISHED", 0, {names.TRIAL_KEY: "k"}, {"l2": "9" * 400, "max_norm": "9" * 30}, {}, set()
    )
    sweep = trial._replace(started=2**62, tags={names.ROLE: names.ROLE_SWEEP, names.SWEEP_ID: "s"})
    assert pd.isna(reader.sweeps_table([sweep, sweep._replace(started=None)])["started"]).all()
    table = reader.trials_table([trial])
    assert (table["l2"].item(), table["max_norm"].item()) == (np.inf, 1e30)
    assert table["l2"].dtype == table["max_norm"].dtype == np.float64
