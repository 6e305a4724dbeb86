"""Trials on a real cluster of this machine: three nodes, whose workers and machines are lost."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
from support.sweeps import trials_here

from regtrack.data import load_dataset
from regtrack.errors import SettingError, TrainingError
from regtrack.training import fit
from regtrack.training.beforehand import check_beforehand
from regtrack.training.events import (
    ClusterGoesOn,
    ClusterIsHeld,
    ClusterWaits,
    EpochEnded,
    OfTheCluster,
    TrialFailed,
    TrialFinished,
    TrialStarted,
)
from regtrack.training.executors import on_ray as module
from regtrack.training.executors.on_ray import OnRay
from regtrack.training.executors.ray_cluster import Head
from regtrack.training.executors.ray_line import Line
from regtrack.training.executors.ray_wait import Wait
from regtrack.training.job import Job
from regtrack.training.stalling import no_sign_of_life
from regtrack.variants import Settings, Variant

pytest.importorskip("ray", reason="the extra ray is in the developers' requirements")
pytestmark = pytest.mark.long  # a node costs seconds to start, and a lost one a quarter of a minute to be given up

PLAIN, DROPOUT = Variant(), Variant(dropout_rate=0.2)
TRIALS = [(variant, seed) for variant in (PLAIN, DROPOUT) for seed in (0, 1)]


@pytest.fixture(scope="module")
def job():
    settings = Settings(hidden_widths="16-12", epochs=3, n_passes=8, learning_rate=0.01)
    return Job(load_dataset("digits", split_seed=0, train_size=200), settings)


@pytest.fixture(scope="module")
def cluster():
    """A head that runs nothing and one machine of two cores."""
    from regtrack.training.executors.ray_cluster import no_statistics

    no_statistics()
    from ray.cluster_utils import Cluster

    # A machine that is gone, and refuses, is asked five times before it is given up: each second, and not each three.
    often = {"health_check_initial_delay_ms": 1000, "health_check_period_ms": 1000}
    head = {"num_cpus": 0, "include_dashboard": False, "_system_config": often}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    cluster.add_node(num_cpus=2)
    cluster.wait_for_nodes()
    yield cluster
    cluster.shutdown()


@pytest.fixture(scope="module")
def on_ray(cluster):
    executor = OnRay(cluster.address)
    executor.check()
    with executor.at_hand():
        yield executor


def slow(mark: Path, seed: int, how=lambda: None):
    """A network whose first maker at seed 1 leaves its process number in `mark` and waits; whoever comes after goes on."""

    def build(built_at):
        import keras

        if built_at == seed and not mark.exists():
            mark.write_text(str(os.getpid()))
            how()
        return keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])

    return build


def wait_for(mark: Path) -> int:
    while not (mark.exists() and mark.read_text()):
        time.sleep(0.05)
    return int(mark.read_text())


def numbers(event) -> list:
    """All that a result says, but for seconds and the archive's dates."""
    result = event.result
    curve = [{name: value for name, value in epoch.items() if name != "seconds"} for epoch in result.curve.epochs]
    probs = [one.probs.tolist() for one in result.predictions] + [
        one.mc.mean_probs.tolist() for one in result.predictions if one.mc
    ]
    return [result.variant, result.seed, curve, probs, result.weights]


def test_a_trial_gives_the_same_bits_on_a_cluster(on_ray, job):
    """Every number of four trials, with dropout and without, is that of this process, and so of this machine's workers
    (tests/training/test_pool.py)."""
    assert on_ray.notes_on([PLAIN, DROPOUT], job) == ()
    found = {(e.variant, e.seed): numbers(e) for e in on_ray.run(TRIALS, job) if isinstance(e, TrialFinished)}
    here = {(e.variant, e.seed): numbers(e) for e in trials_here(TRIALS, job) if isinstance(e, TrialFinished)}
    assert found == here


def test_what_happens_to_a_trial_is_told_in_order(on_ray, job):
    """It started, each epoch once from 1, it finished."""
    events = list(on_ray.run(TRIALS[:1], job))
    assert [type(event) for event in events] == [TrialStarted, EpochEnded, EpochEnded, EpochEnded, TrialFinished]
    assert [event.epoch for event in events[1:4]] == [1, 2, 3]


def test_a_cluster_that_others_hold_is_said_and_what_they_let_go_is_taken(on_ray, job, monkeypatch):
    """How much of it Ray says is free, and how much there is: both cores are held by a task that is not the sweep's."""
    import ray

    monkeypatch.setattr(Head, "EVERY", 0.2)
    monkeypatch.setattr(Line, "AFTER", 0.4)
    monkeypatch.setattr(Wait, "AGAIN", 600.0)  # once, however long the cores take to be free and a process to begin
    others, events = ray.remote(lambda: time.sleep(600)).options(num_cpus=2).remote(), []
    while "CPU" in ray.available_resources():
        time.sleep(0.05)
    for event in on_ray.run(TRIALS[:1], job):
        events.append(event)
        if isinstance(event, ClusterIsHeld):
            ray.cancel(others, force=True)
    assert events[0].free_of == {"CPU": (0.0, 2.0)}
    assert [type(event) for event in events if isinstance(event, OfTheCluster)] == [ClusterIsHeld, ClusterGoesOn]
    told = [type(event) for event in events if not isinstance(event, OfTheCluster)]
    assert told == [TrialStarted, EpochEnded, EpochEnded, EpochEnded, TrialFinished]


def test_an_exception_of_a_trial_fails_it_once_and_no_other(on_ray, tmp_path, job):
    """A person's own error would come again: it is not tried again, and its words and its traceback are told."""
    counted = tmp_path / "built"

    def build(seed):
        import keras

        if seed == 1:
            with counted.open("a") as file:
                file.write("x")
            print("built before")
            raise ValueError("no such luck")
        return keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])

    events = list(on_ray.run([(PLAIN, 0), (PLAIN, 1)], Job(job.dataset, job.settings, build)))
    failed = [event for event in events if isinstance(event, TrialFailed)]
    assert [(event.variant, event.seed) for event in failed] == [(PLAIN, 1)]
    assert "no such luck" in failed[0].reason
    assert "Traceback" in failed[0].details
    assert failed[0].details.endswith("built before")
    assert [event.seed for event in events if isinstance(event, TrialFinished)] == [0]
    assert counted.read_text() == "x"


def test_a_killed_worker_loses_nothing(on_ray, tmp_path, job):
    """Its trial is begun anew: every event once, and the numbers of an undisturbed one."""
    mark = tmp_path / "process"
    disturbed = Job(job.dataset, job.settings, slow(mark, 1, lambda: os.kill(os.getpid(), signal.SIGKILL)))
    events = list(on_ray.run([(PLAIN, 0), (PLAIN, 1)], disturbed))
    for seed in (0, 1):
        told = [event for event in events if getattr(event, "seed", None) == seed]
        assert [type(event) for event in told] == [TrialStarted, EpochEnded, EpochEnded, EpochEnded, TrialFinished]
    undisturbed = Job(job.dataset, job.settings, slow(mark, 1))
    again = [numbers(e) for e in on_ray.run([(PLAIN, 1)], undisturbed) if isinstance(e, TrialFinished)]
    assert [numbers(e) for e in events if isinstance(e, TrialFinished) and e.seed == 1] == again


def test_a_worker_that_dies_each_time_fails_its_trial_alone(on_ray, job, monkeypatch, capfd):
    """After a bounded number of new beginnings, here one; the reason says that its worker was lost, the end of what that wrote is
    kept, and Ray itself tells the terminal nothing."""
    monkeypatch.setattr(module, "TRIED_AGAIN", 1)

    def build(seed):
        import keras

        if seed == 1:
            os.write(2, b"last words")
            os._exit(7)
        return keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])

    events = list(on_ray.run([(PLAIN, 1), (PLAIN, 0)], Job(job.dataset, job.settings, build)))
    failed = [event for event in events if isinstance(event, TrialFailed)]
    assert [event.seed for event in failed] == [1]
    assert failed[0].reason.startswith("its worker was lost, and 1 more after it: ")
    assert "last words" in failed[0].details
    assert "".join(capfd.readouterr()) == ""
    assert [event.seed for event in events if isinstance(event, TrialFinished)] == [0]


def test_a_lost_machine_loses_nothing(cluster, on_ray, tmp_path, job):
    """A machine ends amid its trial; another one begins it anew."""
    mark = tmp_path / "process"
    cluster.add_node(num_cpus=2)  # the trial may run on either: whichever it is goes
    waiting = Job(job.dataset, job.settings, slow(mark, 0, lambda: time.sleep(600)))
    events = []
    for event in on_ray.run([(PLAIN, 0)], waiting):
        events.append(event)
        if isinstance(event, TrialStarted):
            cluster.remove_node(_machine_of(cluster, wait_for(mark)), allow_graceful=False)
    assert [type(event) for event in events] == [TrialStarted, EpochEnded, EpochEnded, EpochEnded, TrialFinished]


def test_without_a_last_machine_it_is_said_and_the_next_one_goes_on(cluster, on_ray, tmp_path, job):
    """Amid a trial, which is told once and whole: that it was silent meanwhile is not held against it."""
    import ray

    mark, events = tmp_path / "process", []
    for event in on_ray.run([(PLAIN, 0)], Job(job.dataset, job.settings, slow(mark, 0, lambda: time.sleep(600)))):
        events.append(event)
        if isinstance(event, TrialStarted):
            wait_for(mark)
            for node in list(cluster.worker_nodes):
                cluster.remove_node(node, allow_graceful=False)
        elif event == ClusterWaits(0, 0):
            assert [node for node in ray.nodes() if node["Alive"] and "CPU" in node["Resources"]] == []
            cluster.add_node(num_cpus=2)
    assert [type(event) for event in events if isinstance(event, ClusterGoesOn)] == [ClusterGoesOn]
    told = [type(event) for event in events if not isinstance(event, OfTheCluster)]
    assert told == [TrialStarted, EpochEnded, EpochEnded, EpochEnded, TrialFinished]


def _machine_of(cluster, process: int):
    """The node whose raylet is the parent of this process."""
    parent = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    for node in cluster.worker_nodes:
        raylets = [info.process.pid for info in node.all_processes["raylet"]]
        if parent in raylets:
            return node
    raise AssertionError(f"no machine started process {process}")


def test_leaving_early_ends_what_runs(on_ray, tmp_path, job):
    """No process of a trial is left at work."""
    mark = tmp_path / "process"
    events = on_ray.run([(PLAIN, 0)], Job(job.dataset, job.settings, slow(mark, 0, lambda: time.sleep(600))))
    next(events)
    process = wait_for(mark)
    events.close()
    while Path(f"/proc/{process}").exists():
        time.sleep(0.05)


def test_a_trial_that_tells_nothing_is_ended_and_fails(on_ray, tmp_path, job, monkeypatch):
    """Its process is gone."""
    mark = tmp_path / "process"
    hanging = Job(job.dataset, job.settings, slow(mark, 1, lambda: time.sleep(600)))
    events = on_ray.run([(PLAIN, 1)], hanging)
    assert isinstance(next(events), TrialStarted)
    process = wait_for(mark)
    monkeypatch.setattr(on_ray, "stall_minutes", 1 / 60)
    [failed] = events
    assert (failed.seed, failed.reason) == (1, no_sign_of_life(1 / 60))
    while Path(f"/proc/{process}").exists():
        time.sleep(0.05)


def test_a_machine_that_was_not_asked_before_asks_itself(on_ray, job, monkeypatch):
    """One that joins later and has another TensorFlow than the sweep's own machine: the words of those that were asked."""
    here = module.look(job, [PLAIN])
    other = replace(here, versions=here.versions | {"tensorflow": "0.1"})
    monkeypatch.setattr(module, "look", lambda *_: other)
    with pytest.raises(SettingError) as error:
        list(on_ray.run([(PLAIN, 0)], job))
    assert str(error.value).startswith(
        f"executor: expected tensorflow 0.1 on every machine, received {here.versions['tensorflow']} on "
    )


def test_variants_are_checked_by_another_process(on_ray, job, monkeypatch):
    """This one needs no TensorFlow for it."""

    def checked_here(*_):
        raise AssertionError("checked in the sweep's own process")

    monkeypatch.setattr(fit, "check_trainable", checked_here)
    assert check_beforehand([PLAIN, DROPOUT], job) == {PLAIN: (), DROPOUT: ()}


def test_another_network_by_the_same_name_is_refused_before_training(on_ray, tmp_path, monkeypatch, job):
    """A machine that has no such file says so; nothing is trained."""
    monkeypatch.chdir(tmp_path)
    import keras

    keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(10)]).save("own.keras")
    settings = job.settings.model_copy(update={"architecture": "keras:own.keras"})
    with pytest.raises(SettingError) as error:
        on_ray.notes_on([PLAIN], Job(job.dataset, settings))
    assert str(error.value).startswith("executor: expected the network keras:own.keras of this machine on every other")


@pytest.fixture
def relay_that(monkeypatch):
    """Puts `does` in place of what a relay tells when a trial has started, which Ray's client hears in the sweep's own process."""

    def put(does) -> None:
        class Relay(module.Relay):
            def next(self):
                event = super().next()
                return does() if isinstance(event, TrialStarted) else event

        monkeypatch.setattr(module, "Relay", Relay)

    return put


def test_what_the_cluster_refuses_is_refused_in_its_own_words_by_a_relay_too(on_ray, relay_that, job):
    """No traceback of Ray's around it."""

    def refuse():
        raise SettingError("executor: expected this, received that; do so")

    relay_that(refuse)
    with pytest.raises(SettingError) as error:
        list(module.relayed(TRIALS[:1], job, on_ray))
    assert str(error.value) == "executor: expected this, received that; do so"


def test_a_relay_that_is_lost_ends_the_sweep_in_a_line(on_ray, relay_that, job):
    """What is finished is kept; how to go on is said."""
    relay_that(lambda: os._exit(1))
    with pytest.raises(TrainingError) as error:
        list(module.relayed(TRIALS[:1], job, on_ray))
    assert str(error.value).startswith("the machine of the Ray cluster that told this one of its trials is gone (")
    assert str(error.value).endswith("; go on with resume=latest")
    assert "\n" not in str(error.value)
