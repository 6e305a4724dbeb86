"""run_sweep: every trial in the store, resumed without doing anything twice, failures kept, nothing left open.

Trials of `tiny` were really trained; most tests replay their events instead of starting workers, and keep no networks.
"""

import dataclasses
from collections import Counter
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.criteria import Criteria
from regtrack.errors import DataError, ModelError, RegtrackError, SettingError, StoreError, TrainingError, VariantError
from regtrack.sweeps import sweep as module
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.sweep import run_sweep
from regtrack.sweeps.uncertainty import run_uncertainty
from regtrack.tracking import packing, reader
from regtrack.tracking.artifacts import read_table
from regtrack.tracking.models import load_model, logged_model_id
from regtrack.tracking.packing import write_models
from regtrack.training.events import ClusterWaits, TrialStarted
from regtrack.training.executors import local
from regtrack.variants import Grid, Settings, Variant
from regtrack.words.markdown import MLFLOW, escaped

pytestmark = pytest.mark.usefixtures("without_pages")


def statuses(client: MlflowClient, role: str, experiment: str = "tests") -> Counter:
    experiment_id = client.get_experiment_by_name(experiment).experiment_id
    runs = client.search_runs([experiment_id], f"tags.`{names.ROLE}` = '{role}'")
    return Counter(run.info.status for run in runs)


def sweep(client, grid, **more):
    return run_sweep(grid, client=client, say=more.pop("say", lambda text: None), asked=Asked(**more))


@pytest.fixture
def ended(told, replay, tmp_path, monkeypatch) -> MlflowClient:
    """A store of one's own in which the sweep `told` has ended, in the experiment of its name; what goes on there is replayed."""
    client = told.copied_to(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", client.tracking_uri)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "told")
    yield client
    mlflow.set_tracking_uri(None)


def test_a_sweep_leaves_its_trials_leaderboard_and_note(store, tiny, replay):
    """One FINISHED run a trial, flat, in the chosen experiment; leaderboard, the winner first, and links on the FINISHED sweep
    run."""
    said = []
    done = sweep(store, tiny.grid, say=said.append)
    assert statuses(store, "trial") == {"FINISHED": 4}
    assert statuses(store, "sweep") == {"FINISHED": 1}
    assert done.experiment_id == store.get_experiment_by_name("tests").experiment_id
    assert (done.sweep_id, len(done.trials), len(done.reported.leaderboard)) == (done.run_id, 4, 2)
    run = store.get_run(done.run_id)
    stored = read_table(f"{run.info.artifact_uri.removeprefix('file://')}/{names.LEADERBOARD}", names.LEADERBOARD)
    pd.testing.assert_frame_equal(stored.to_pandas(), done.reported.leaderboard, check_dtype=False)
    assert done.reported.leaderboard["val_error"].is_monotonic_increasing
    assert done.reported.leaderboard["seeds"].tolist() == [2, 2]
    note = run.data.tags["mlflow.note.content"]
    assert all(escaped(variant.label, MLFLOW) in note for variant in tiny.grid.variants)
    assert done.reported.chart_link in note
    assert "compare-runs" in note
    assert any(line.startswith("digits") for line in said)


def test_trials_go_to_the_experiment_of_the_project_run_which_mlflow_ends(store, tiny, replay, monkeypatch):
    """Under `mlflow run` its run is the sweep; its own params are left alone and its status is MLflow's to set."""
    other = store.create_experiment("chosen by mlflow")
    run_id = store.create_run(other).info.run_id
    store.log_param(run_id, "epochs", "'3'")
    monkeypatch.setenv("MLFLOW_RUN_ID", run_id)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", other)
    done = sweep(store, tiny.grid)
    assert (done.run_id, done.experiment_id) == (run_id, other)
    assert len(reader.trials(store, other, run_id)) == 4
    run = store.get_run(run_id)
    assert (run.info.status, run.data.params) == ("RUNNING", {"epochs": "'3'"})


def test_resume_runs_only_what_is_missing_under_the_same_sweep(store, tiny, replay):
    """Interrupted after two trials: the third is KILLED and run again, the first two are not."""
    replay.stop_after = 2
    with pytest.raises(KeyboardInterrupt):
        sweep(store, tiny.grid)
    assert statuses(store, "trial") == {"FINISHED": 2, "KILLED": 1}
    assert statuses(store, "sweep") == {"KILLED": 1}
    first = reader.sweeps(store).iloc[0]

    replay.stop_after, replay.ran, said = None, [], []
    done = sweep(store, tiny.grid, resume="latest", say=said.append)
    assert replay.ran == list(tiny.grid.trials[2:])
    assert said[0] == f"Resuming sweep {first['sweep_id']}: 2 of 4 trials done"
    assert (done.sweep_id, done.run_id != first["run_id"]) == (first["sweep_id"], True)
    assert statuses(store, "sweep") == {"KILLED": 1, "FINISHED": 1}
    assert statuses(store, "trial") == {"FINISHED": 4, "KILLED": 1}
    assert (done.trials["status"] == "FINISHED").all()
    assert done.reported.leaderboard["seeds"].tolist() == [2, 2]


def test_resume_closes_what_a_killed_process_left_running(ended, told, replay):
    """After SIGKILL nothing could be closed: its sweep run and its trial become KILLED."""
    done = told.sweep
    tags = {names.ROLE: "trial", names.SWEEP_ID: done.sweep_id, names.TRIAL_KEY: "k", names.VARIANT: "baseline"}
    left = ended.create_run(done.experiment_id, tags=tags).info.run_id
    ended.set_terminated(done.run_id, "FAILED")
    again = sweep(ended, told.tiny.grid, resume=done.sweep_id)
    assert replay.ran == []
    assert [ended.get_run(run_id).info.status for run_id in (left, done.run_id)] == ["KILLED", "KILLED"]
    assert ended.get_run(again.run_id).info.status == "FINISHED"


def test_resume_runs_failed_trials_again(store, tiny, replay):
    """Only FINISHED keys are skipped; the trial then stands once, as finished."""
    failing = tiny.grid.trials[1]
    replay.fail = {failing}
    sweep(store, tiny.grid)
    replay.fail, replay.ran = set(), []
    done = sweep(store, tiny.grid, resume="latest")
    assert replay.ran == [failing]
    assert len(done.trials) == 4
    assert done.trials["failure"].isna().all()


def test_resume_with_more_seeds_adds_them(store, tiny, replay):
    """A sweep grows: what was trained stays, the rest is added."""
    sweep(store, dataclasses.replace(tiny.grid, seeds=(0,)))
    replay.ran = []
    done = sweep(store, tiny.grid, resume="latest")
    assert [seed for _, seed in replay.ran] == [1, 1]
    assert done.reported.leaderboard["seeds"].tolist() == [2, 2]


def test_resume_with_more_variants_reports_them_too(store, tiny, replay):
    """The grid that was last resumed with counts: the report has the new variant, in that grid's order."""
    baseline, other = tiny.grid.variants
    sweep(store, dataclasses.replace(tiny.grid, variants=(other,)))
    replay.ran = []
    done = sweep(store, tiny.grid, resume="latest")
    assert [variant for variant, _ in replay.ran] == [baseline, baseline]
    assert done.reported.record.trials["variant"].tolist() == [baseline.label] * 2 + [other.label] * 2
    assert sorted(done.reported.leaderboard["variant"]) == sorted([baseline.label, other.label])


def test_fresh_seeds_are_refused_where_another_measure_than_chooses_them_is_asked_for(ended, told):
    """A resumed sweep chooses by what was recorded before training: said before anything more is trained or written."""
    asked = {"resume": told.sweep.sweep_id, "criteria": Criteria(primary="balanced_accuracy")}
    with pytest.raises(
        SettingError, match=r"primary: expected accuracy, which was recorded.*received balanced_accuracy"
    ):
        sweep(ended, told.tiny.grid, confirm=8, **asked)
    assert statuses(ended, "sweep", "told") == {"FINISHED": 1}
    assert statuses(ended, "trial", "told") == {"FINISHED": 4}


def test_a_resumed_sweep_keeps_the_primary_measure_that_it_began_with(store, tiny, replay):
    """One that is asked for with results in sight is judged by, and said to be chosen after training."""
    fewer = Grid(tiny.grid.variants, tiny.grid.seeds[:1], tiny.grid.settings)
    first = sweep(store, fewer, criteria=Criteria(primary="accuracy"))
    again = sweep(store, tiny.grid, resume="latest", criteria=Criteria(primary="balanced_accuracy"))
    for run_id in {first.run_id, again.run_id}:
        assert store.get_run(run_id).data.tags[names.PRIMARY] == "accuracy"
    assert again.reported.answer.primary == "balanced_accuracy"
    assert again.reported.answer.why_primary == "chosen after training: accuracy was recorded before it"


def test_resume_with_other_settings_is_refused(ended, told, tiny, replay):
    """Trials of other settings under one sweep would be averaged with these: one line, nothing trained or closed."""
    other = dataclasses.replace(tiny.grid, settings=tiny.grid.settings.model_copy(update={"epochs": 2}))
    with pytest.raises(StoreError) as error:
        sweep(ended, other, resume="latest")
    assert str(error.value) == (
        f"resume: sweep {told.sweep.sweep_id} holds 4 finished trials of another grid or other settings: epochs is "
        f"{tiny.grid.settings.epochs} there, 2 here; leave that out, or leave resume out to start another"
    )
    assert replay.ran == []
    assert statuses(ended, "trial", "told") == {"FINISHED": 4}


def test_register_puts_the_best_variants_best_seed_into_the_registry(store, tiny, replay, monkeypatch):
    """The winner by validation error, of its seeds the one with the best validation cross-entropy."""
    monkeypatch.setattr(packing, "write_models", write_models)  # the networks are kept here
    done = sweep(store, tiny.grid, register="winner")
    assert done.registered == "winner version 1"
    version = store.get_model_version("winner", "1")
    of_best = done.trials[done.trials["variant"] == done.reported.leaderboard["variant"].iloc[0]]
    best = of_best.loc[of_best["fit/selected_val_cross_entropy"].idxmin()]
    assert version.run_id == best["run_id"]


def test_a_failed_trial_is_kept_and_the_sweep_goes_on(store, tiny, replay):
    """FAILED with reason and curve; the leaderboard counts the finished seeds."""
    replay.fail = {tiny.grid.trials[0]}
    done = sweep(store, tiny.grid)
    assert statuses(store, "trial") == {"FINISHED": 3, "FAILED": 1}
    [failed] = done.trials[done.trials["status"] == "FAILED"].itertuples()
    assert failed.failure == "it diverged"
    assert len(store.get_metric_history(failed.run_id, names.TRAIN_ACCURACY)) == 1
    assert sorted(done.reported.leaderboard["seeds"]) == [1, 2]


def test_when_every_trial_fails_the_sweep_fails(store, tiny, replay):
    """TrainingError with the first reason; the trials stay, the sweep's run is FAILED."""
    replay.fail = set(tiny.grid.trials)
    with pytest.raises(TrainingError) as error:
        sweep(store, tiny.grid)
    assert str(error.value) == "no trial finished; 4 failed, the first because: it diverged"
    assert statuses(store, "trial") == {"FAILED": 4}
    assert statuses(store, "sweep") == {"FAILED": 1}


def test_an_error_of_ours_fails_the_sweep_and_leaves_nothing_running(store, tiny, replay, monkeypatch):
    """Whatever happens, no run is left RUNNING."""
    monkeypatch.setattr(module, "report_sweep", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sweep(store, tiny.grid)
    assert statuses(store, "sweep") == {"FAILED": 1}
    assert statuses(store, "trial") == {"FINISHED": 4}


def test_what_this_machine_refuses_is_not_said_to_be_the_stores(store, tiny, replay, monkeypatch):
    """No more files while trials run: one line with the reason, and how to go on; what was finished is kept."""

    def trials(wanted, *_, **__):
        yield from tiny.events(wanted[:1])
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(local, "run_trials", trials)
    with pytest.raises(TrainingError) as error:
        sweep(store, tiny.grid)
    assert str(error.value).startswith(
        "this machine refused what the sweep needs ([Errno 24] Too many open files); what is finished is kept: "
    )
    assert "resume=" in str(error.value)
    assert statuses(store, "trial") == {"FINISHED": 1}
    assert statuses(store, "sweep") == {"FAILED": 1}


def test_trials_that_no_machine_could_run_have_not_failed(store, tiny, replay, monkeypatch):
    """A cluster without a machine is told and ends the sweep; what had begun is closed, the rest has no run, and resume runs all."""
    said = []

    def trials(wanted, *_, **__):
        yield from tiny.events(wanted[:1])
        yield TrialStarted(*wanted[1])
        yield ClusterWaits(0, 0)
        raise TrainingError("no machine of the Ray cluster could run a trial")

    with monkeypatch.context() as patch:
        patch.setattr(local, "run_trials", trials)
        with pytest.raises(TrainingError, match="no machine of the Ray cluster could run a trial"):
            sweep(store, tiny.grid, say=said.append)
    assert any(line.startswith("no machine of the cluster can run a trial") for line in said)
    assert statuses(store, "trial") == {"FINISHED": 1, "KILLED": 1}
    assert statuses(store, "sweep") == {"FAILED": 1}
    sweep(store, tiny.grid, resume="latest")
    assert statuses(store, "trial") == {"FINISHED": 4, "KILLED": 1}


BAD = {
    "data": (
        {"settings": Settings(dataset="nowhere")}, {}, DataError,
        "Expected a data set among digits, fashion_mnist, images, keras, npz, python, sklearn, table, received 'nowhere'; "
        "choose one of these; your own data is images:photos?size=64x64, npz:data/mine.npz, "
        "python:package.module:function or table:data/mine.csv?target=class.",
    ),
    "too many examples": ({"settings": Settings(train_size=5000)}, {}, DataError, None),
    "too many examples in a variant": (
        {"variants": (Variant(), Variant(train_size=5000))}, {}, DataError,
        "Expected train_size to be 0 (all) or an integer from 10 (one example a class) to 1077 (what validation and "
        "test leave), received 5000; choose a size in that range.",
    ),
    "network": ({"settings": Settings(architecture="resnet")}, {}, ModelError, None),
    "optimizer": (
        {"variants": (Variant(), Variant(weight_decay=0.1)), "settings": Settings(optimizer="sgd")}, {}, VariantError,
        "weight_decay: is AdamW's and needs optimizer adam, received optimizer sgd; set optimizer to adam or drop "
        "weight_decay",
    ),
    "patience": (
        {"variants": (Variant(early_stopping=9),), "settings": Settings(epochs=5)}, {}, VariantError,
        "early_stopping: a patience of 9 epochs can never end a budget of 5; use a smaller patience or more epochs",
    ),
    "own function": (
        {"variants": (Variant(kernel_regularizer="python:no.such.module:function"),)}, {}, RegtrackError, None,
    ),
    "registered name": (
        {}, {"register": "a/b"}, SettingError,
        "register: expected a name without / and : that starts with no dot, received 'a/b'",
    ),
    "resume": ({}, {"resume": "yesterday"}, StoreError, None),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_bad_value_is_refused_before_anything_is_trained(store, tiny, replay, what):
    """Data, network, variants, resume, register: an error of the tree in one line, and no trial exists."""
    change, more, kind, message = BAD[what]
    with pytest.raises(kind) as error:
        sweep(store, dataclasses.replace(tiny.grid, **change), **more)
    assert message is None or str(error.value) == message
    assert "\n" not in str(error.value)
    assert replay.ran == []
    assert statuses(store, "trial") == {}
    assert statuses(store, "sweep")["RUNNING"] == 0


def test_unusual_values_are_remarked_on(store, tiny, replay):
    """A rate outside the article's range is allowed, and said."""
    variant = Variant(dropout_rate=0.7)
    grid = Grid((variant,), (0,), tiny.grid.settings)
    replay.fail, said = {(variant, 0)}, []
    replay.tiny = dataclasses.replace(tiny, results={(variant, 0): tiny.results[tiny.grid.trials[0]]})
    with pytest.raises(TrainingError):
        sweep(store, grid, say=said.append)
    assert "Note: dropout=0.7: dropout_rate=0.7 is outside the usual 10% to 50% for dense layers" in said


@pytest.mark.long
def test_a_train_size_of_a_variant_is_that_of_a_sweep(store, trained_here):
    """The trial of a variant with a train_size has every number, prediction and weight of the trial
    of a sweep whose settings have it, is logged with that data, and its model knows it."""
    settings, few = Settings(train_size=100, epochs=2, n_passes=10, label_noise=0.1), Variant(dropout_rate=0.2)
    grid = Grid((Variant(), Variant(dropout_rate=0.2, train_size=50)), (3,), settings)
    both = sweep(store, grid)
    alone = sweep(store, Grid((few,), (3,), settings.model_copy(update={"train_size": 50})))
    runs = []
    for done, label in ((both, "dropout=0.2+train_size=50"), (alone, "dropout=0.2")):
        [run_id] = done.trials.loc[done.trials["variant"] == label, "run_id"]
        runs.append(store.get_run(run_id))
    own, expected = runs
    clock = {names.FIT_SECONDS, names.MC_SECONDS, names.MC_DOUBLING_RATIO}
    numbers = [{name: v for name, v in run.data.metrics.items() if name not in clock} for run in runs]
    assert numbers[0] == numbers[1]
    for name in names.EPOCH_METRICS:
        histories = [[m.value for m in store.get_metric_history(run.info.run_id, name)] for run in runs]
        assert histories[0] == histories[1]
        assert len(histories[0]) == 2
    paths = [f"{run.info.artifact_uri.removeprefix('file://')}/{names.PREDICTIONS}" for run in runs]
    first, second = (read_table(path, names.PREDICTIONS) for path in paths)
    assert first.equals(second)
    for a, b in zip(*(weights_of(store, run) for run in runs), strict=True):
        assert a.tobytes() == b.tobytes()
    digests = [run.data.tags[names.DATASET_DIGEST] for run in runs]
    assert digests[0] == digests[1] != store.get_run(both.run_id).data.tags[names.DATASET_DIGEST]
    assert own.data.params[names.N_TRAIN] == expected.data.params[names.N_TRAIN] == "50"
    model = f"models:/{logged_model_id(store, own.info.run_id)}"
    assert run_uncertainty(model, {}, seed=3, client=store).dataset.digest == digests[0]

    again = sweep(store, grid, resume=both.sweep_id)
    assert set(again.trials["run_id"]) == set(both.trials["run_id"])


def weights_of(store, run):
    return load_model(f"models:/{logged_model_id(store, run.info.run_id)}").get_weights()


def test_real_workers_one_diverges_one_dies_the_sweep_is_finished(store, tmp_path, monkeypatch):
    """With real processes: a diverged and a crashed trial are FAILED with reason and curve, the third is FINISHED."""
    (tmp_path / "deadly.py").write_text(
        "import os, sys\nimport keras\n\ndef penalty(kernel):\n"
        "    if sys.argv[0].endswith('worker.py'):\n        os._exit(7)\n    return 0.0 * keras.ops.sum(kernel)\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    diverging = Variant(optimizer="sgd", learning_rate=1e30)
    crashing = Variant(kernel_regularizer="python:deadly:penalty")
    grid = Grid((diverging, crashing, Variant()), (0,), Settings(train_size=100, epochs=2, batch_size=32))
    done = sweep(store, grid, executor=local.Local(1))
    table = done.trials.set_index("variant")
    assert table["status"].to_dict() == {
        diverging.label: "FAILED", crashing.label: "FAILED", "baseline": "FINISHED"
    }  # fmt: skip
    assert table.loc[diverging.label, "failure"] == (
        "cross-entropy or penalty became non-finite in epoch 1; lower learning_rate"
    )
    assert len(store.get_metric_history(table.loc[diverging.label, "run_id"], names.TRAIN_CROSS_ENTROPY)) == 1
    assert table.loc[crashing.label, "failure"].startswith("its worker process ended: exit code 7")
    assert statuses(store, "sweep") == {"FINISHED": 1}
    assert done.reported.leaderboard["variant"].tolist() == ["baseline"]


@pytest.mark.parametrize("stop", [1, 3])
def test_a_store_that_is_deleted_meanwhile_ends_the_sweep_in_words(store, tiny, replay, monkeypatch, stop):
    """After a first trial or before the last: no DONE over a store that is gone, and no empty file in its place."""
    database = Path(store.tracking_uri.removeprefix("sqlite:///"))

    def deleting(trials, *_, **__):
        for i, trial in enumerate(trials):
            if i == stop:
                for file in database.parent.glob(f"{database.name}*"):
                    file.unlink()
            yield from tiny.events([trial])

    monkeypatch.setattr(local, "run_trials", deleting)
    with pytest.raises(StoreError) as error:
        sweep(store, tiny.grid)
    assert str(error.value).startswith(f"the store at {database} was deleted or moved while this ran")
    assert not database.exists()
