"""A packed trial becomes one FINISHED run of its key, whatever was cut off between any two calls before."""

from collections import Counter
from dataclasses import replace

import pytest
from mlflow import MlflowClient
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

from regtrack import names
from regtrack.errors import StoreError
from regtrack.tracking import delivery, reader, written_model
from regtrack.tracking.delivery import cut_off, deliver_trial
from regtrack.tracking.doctor import examine
from regtrack.tracking.models import load_model, logged_model_id
from regtrack.tracking.packed_trial import unpacked
from regtrack.tracking.packing import pack_trial
from regtrack.tracking.spool import Spool, spool_folders
from regtrack.tracking.spooled_delivery import deliver_spooled, waiting_sweeps
from regtrack.tracking.trial_run import TrialRun

CALLS = (
    "create_run", "log_batch", "log_inputs", "create_logged_model", "log_outputs", "finalize_logged_model", "set_tag",
    "set_terminated",
)  # fmt: skip
FILES = (delivery, written_model)
"""Who logs folders of files."""


class Killed(BaseException):
    """Stands for SIGKILL: nothing that comes after is done."""


@pytest.fixture(scope="module")
def packed(tiny):
    """(sweep's id -> the dropout trial of it as bytes)"""
    result = tiny.results[tiny.grid.variants[1], 1]
    epochs = [
        (n, 1000 * n, {name: e[name] for name in names.EPOCH_METRICS}) for n, e in enumerate(result.curve.epochs, 1)
    ]

    def of(sweep_id: str) -> bytes:
        tags = {names.ROLE: names.ROLE_TRIAL, names.SWEEP_ID: sweep_id, names.TRIAL_KEY: "k" * 32, names.VARIANT: "v"}
        run = TrialRun.of("v seed 1", tags, {"seed": 1, "l2": 0.5}, tiny.dataset, tiny.grid.settings)
        return pack_trial(run, epochs, result, tiny.dataset)

    return of


@pytest.fixture
def sweep(store) -> tuple[str, str]:
    """(experiment, id of a sweep's run)"""
    experiment = store.get_experiment_by_name("tests").experiment_id
    run_id = store.create_run(experiment).info.run_id
    store.set_tag(run_id, names.ROLE, names.ROLE_SWEEP)
    store.set_tag(run_id, names.SWEEP_ID, run_id)
    return experiment, run_id


def runs(store, sweep):
    where = f"tags.`{names.SWEEP_ID}` = '{sweep[1]}' and tags.`{names.ROLE}` = 'trial'"
    return store.search_runs([sweep[0]], where)


def killed_after(patch, call: int) -> Counter:
    """The process is killed as soon as its `call`-th call to the store has been answered. Counts them."""
    made = Counter()

    def counted(name, real):
        def wrapped(*arguments, **named):
            answer = real(*arguments, **named)
            made[name] += 1
            if made.total() == call:
                raise Killed
            return answer

        return wrapped

    for name in CALLS:
        patch.setattr(MlflowClient, name, counted(name, getattr(MlflowClient, name)))
    for module in FILES:
        patch.setattr(module, "log_folder", counted("log_folder", module.log_folder))
    return made


def is_whole(store, run, tiny) -> None:
    result = tiny.results[tiny.grid.variants[1], 1]
    assert run.info.status == "FINISHED"
    assert run.data.params == {"seed": "1", "l2": "0.5"}
    for name in names.EPOCH_METRICS:
        assert [m.value for m in store.get_metric_history(run.info.run_id, name)] == list(result.curve[name]), name
    assert "test/accuracy" in run.data.metrics
    assert {file.path for file in store.list_artifacts(run.info.run_id)} == {"fit", "uncertainty"}
    assert len(run.outputs.model_outputs) == 2
    for name in (names.MODEL, names.SERVING):
        assert str(store.get_logged_model(logged_model_id(store, run.info.run_id, name)).status) == "READY"


def test_a_kill_between_any_two_calls_costs_nothing_and_doubles_nothing(store, sweep, packed, tiny):
    """After each of the calls of a delivery: what is delivered again is one whole FINISHED run, what was begun is closed and no
    reader sees it, and the spool is empty."""
    where = store.get_experiment(sweep[0]).artifact_location
    with pytest.MonkeyPatch.context() as patch:
        Spool(spool_folders(where, sweep[1])).put("k" * 32, packed(sweep[1]))
        calls = killed_after(patch, 0)
        assert deliver_spooled(store, *sweep).delivered == 1
    [whole] = runs(store, sweep)
    is_whole(store, whole, tiny)
    for call in range(1, calls.total() + 1):
        killed = store.create_run(sweep[0]).info.run_id
        spool = Spool(spool_folders(where, killed))
        spool.put("k" * 32, packed(killed))
        with pytest.MonkeyPatch.context() as patch:
            killed_after(patch, call)
            with pytest.raises(Killed):
                deliver_spooled(store, sweep[0], killed)
        assert len(spool.waiting()) == 1
        deliver_spooled(store, sweep[0], killed)
        assert spool.waiting() == []
        found = runs(store, (sweep[0], killed))
        [finished] = [run for run in found if run.info.status == "FINISHED"]
        is_whole(store, finished, tiny)
        rest = [run for run in found if run is not finished]
        assert [(run.info.status, names.CUT_OFF in run.data.tags) for run in rest] == [("KILLED", True)] * len(rest)
        assert len(rest) == (call < calls.total())
        table = reader.trials(store, sweep[0], killed)
        assert table["run_id"].tolist() == [finished.info.run_id]
    load_model(f"models:/{logged_model_id(store, finished.info.run_id)}")


def test_a_first_attempt_goes_into_the_run_that_was_seen_while_it_was_trained(store, sweep, packed, tiny):
    """Its first epoch is there and is not logged again; no other run is made."""
    with unpacked(packed(sweep[1])) as trial:
        begun = trial.run.make(store, sweep[0])
        from regtrack.tracking.packed_trial import epoch_metrics

        store.log_batch(begun.run_id, metrics=epoch_metrics(trial.epochs[:1]))
    assert deliver_trial(store, sweep[0], packed(sweep[1]), replace(begun, epochs=1)) == begun.run_id
    [run] = runs(store, sweep)
    is_whole(store, run, tiny)


def test_a_model_is_ready_once_its_metrics_are_there_and_its_run_after_it(store, sweep, packed, monkeypatch):
    """Whoever waits for either reads no half of it."""
    calls = []

    def noted(name, real):
        def wrapped(*arguments, **named):
            calls.append(name)
            return real(*arguments, **named)

        return wrapped

    for name in ("log_batch", "finalize_logged_model", "set_terminated"):
        monkeypatch.setattr(MlflowClient, name, noted(name, getattr(MlflowClient, name)))
    monkeypatch.setattr(written_model, "log_folder", noted("model", written_model.log_folder))
    deliver_trial(store, sweep[0], packed(sweep[1]))
    assert calls == [
        "log_batch",
        "model",
        "model",
        "log_batch",
        "finalize_logged_model",
        "finalize_logged_model",
        "set_terminated",
    ]


def test_a_delivery_asks_the_store_for_nothing_that_it_was_told(store, sweep, packed, tiny, monkeypatch):
    """Each call once, two for the two models, and no run or model is read to learn where it lies."""
    with unpacked(packed(sweep[1])) as trial:
        begun = trial.run.make(store, sweep[0])
    for name in ("get_run", "get_logged_model"):
        monkeypatch.setattr(SqlAlchemyStore, name, lambda *_, **__: pytest.fail("it was told"))
    calls = killed_after(monkeypatch, 0)
    deliver_trial(store, sweep[0], packed(sweep[1]), begun)
    monkeypatch.undo()
    assert calls == {
        "log_folder": 3, "create_logged_model": 2, "log_outputs": 1, "log_batch": 1, "finalize_logged_model": 2,
        "set_terminated": 1,
    }  # fmt: skip
    is_whole(store, store.get_run(begun.run_id), tiny)


def test_a_model_whose_metrics_do_not_get_there_is_failed(store, sweep, packed, monkeypatch):
    """And so is the other of its run; what is raised is what went wrong."""
    ended = []
    monkeypatch.setattr(MlflowClient, "finalize_logged_model", lambda _, model_id, status: ended.append(str(status)))

    def refused(_, run_id, metrics=(), **more):
        if metrics:
            raise OSError("no space")

    monkeypatch.setattr(MlflowClient, "log_batch", refused)
    with pytest.raises(OSError, match="no space"):
        deliver_trial(store, sweep[0], packed(sweep[1]))
    assert ended == ["FAILED", "FAILED"]


def test_an_epoch_that_is_logged_twice_stands_once(store, sweep, packed, tiny):
    """The answer to a flush was lost: the store may have it or not."""
    with unpacked(packed(sweep[1])) as trial:
        begun = trial.run.make(store, sweep[0])
        from regtrack.tracking.packed_trial import epoch_metrics

        store.log_batch(begun.run_id, metrics=epoch_metrics(trial.epochs[:2]))
    deliver_trial(store, sweep[0], packed(sweep[1]), begun)
    is_whole(store, store.get_run(begun.run_id), tiny)


def test_what_another_process_trains_at_this_moment_is_left_alone(store, sweep, packed, other_process):
    """A trial that waits here while its sweep was resumed elsewhere: the run of the living is not closed."""
    with unpacked(packed(sweep[1])) as trial:
        living = trial.run.make(store, sweep[0]).run_id
    store.set_tag(living, names.PROCESS, other_process)
    deliver_trial(store, sweep[0], packed(sweep[1]))
    assert store.get_run(living).info.status == "RUNNING"


@pytest.fixture
def other_process():
    """As a process writes itself that lives elsewhere."""
    return "elsewhere:12:abcdefgh.4026531836.5"


def test_an_attempt_that_was_cut_off_is_read_by_nobody(store, sweep, packed):
    """Whatever its status says, since a call whose answer was lost may come late."""
    with unpacked(packed(sweep[1])) as trial:
        begun = trial.run.make(store, sweep[0])
    assert reader.trials(store, *sweep)["run_id"].tolist() == [begun.run_id]
    cut_off(store, begun.run_id, "its worker was lost")
    store.set_terminated(begun.run_id, "FINISHED")
    assert reader.trials(store, *sweep).empty
    deliver_trial(store, sweep[0], packed(sweep[1]))
    assert len(reader.trials(store, *sweep)) == 1


def test_what_waits_for_another_store_is_named_and_left(store, sweep, packed, tmp_path, monkeypatch):
    """A person's own folder holds what waits for every store: a sweep that this one does not know is not delivered to it."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    home = Spool(spool_folders("mlflow-artifacts:/1", "f" * 32))
    home.put("k" * 32, packed("f" * 32))
    Spool(spool_folders("mlflow-artifacts:/1", sweep[1])).put("k" * 32, packed(sweep[1]))
    assert waiting_sweeps(store) == ([sweep], ["f" * 32])
    [finding] = [one for one in examine(store) if one.kind == "undelivered trials"]
    assert (finding.where, finding.remedy) == (sweep[1], f"regtrack deliver --store {store.tracking_uri}")
    assert finding.what.startswith("1 finished trial of this sweep the store does not have, in ")
    assert deliver_spooled(store, *sweep).delivered == 1
    assert waiting_sweeps(store) == ([], ["f" * 32])


def test_what_is_damaged_stops_at_its_own_message(store, sweep, packed):
    """StoreError with the file's place; the store has not been touched."""
    spool = Spool(spool_folders(store.get_experiment(sweep[0]).artifact_location, sweep[1]))
    spool.put("k" * 32, packed(sweep[1])).write_bytes(b"half")
    with pytest.raises(StoreError, match="is damaged"):
        deliver_spooled(store, *sweep)
    assert runs(store, sweep) == []


def test_what_is_packed_holds_no_pickle_and_no_secret(packed, tiny):
    """Text, tables and archives only; an address is masked as it is in the store."""
    with unpacked(packed("s")) as trial:
        suffixes = {path.suffix for path in trial.folder.rglob("*") if path.is_file()}
    assert suffixes <= {".json", ".parquet", ".keras", ".txt", ".yaml", ".zip", ".py", ""}
    tags = {names.TRIAL_KEY: "k", names.SWEEP_ID: "s"}
    run = TrialRun.of("v", tags, {"dataset": "http://me:s3cr3t@host/x"}, tiny.dataset, tiny.grid.settings)
    assert run.params == {"dataset": "http://me:***@host/x"}
