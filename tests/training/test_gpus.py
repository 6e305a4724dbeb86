"""GPUs by what TensorFlow lists of them: none was at hand."""

import pytest
import tensorflow as tf

from regtrack.training import gpus, worker_process
from regtrack.training.executors.local import Local
from regtrack.training.job import Job
from regtrack.training.pool import available_cores, run_trials, workers_by_default
from regtrack.variants import Variant


@pytest.fixture
def listed(monkeypatch):
    """listed(n): TensorFlow lists so many GPUs; the list that it gives holds those that this process was told to see."""
    seen = []
    monkeypatch.setattr(gpus, "may_be_here", lambda: True)
    monkeypatch.setattr(tf.config, "set_visible_devices", lambda device, kind: seen.append((device, kind)))

    def listed(n):
        names = [f"GPU {i}" for i in range(n)]
        monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: names if kind == "GPU" else ["CPU"])
        return seen

    return listed


def test_workers_take_turns_with_what_is_listed(listed):
    """Each sees one GPU, the third of three on two the first again."""
    seen = listed(2)
    assert gpus.gpu_count() == 2
    for worker in range(3):
        gpus.take_gpu(worker)
    assert seen == [("GPU 0", "GPU"), ("GPU 1", "GPU"), ("GPU 0", "GPU")]


def test_without_a_gpu_nothing_is_set(listed):
    """As on any machine with processors alone."""
    seen = listed(0)
    gpus.take_gpu(0)
    assert (gpus.gpu_count(), seen) == (0, [])


@pytest.mark.parametrize(
    ("devices", "expected"), [((), False), (("nvidiactl",), False), (("nvidiactl", "nvidia0"), True)]
)
def test_tensorflow_is_asked_where_there_is_a_device(devices, expected, tmp_path, monkeypatch):
    """To ask it costs seconds: a sweep's own process imports it for nothing else."""
    for device in devices:
        (tmp_path / device).touch()
    monkeypatch.setattr(gpus, "DEVICES", (f"{tmp_path}/nvidia[0-9]*", f"{tmp_path}/kfd"))
    monkeypatch.setattr(gpus.sys, "platform", "linux")
    assert gpus.may_be_here() == expected


@pytest.mark.parametrize(("n", "expected"), [(0, available_cores()), (1, 1), (3, 3)])
def test_one_worker_a_gpu_else_one_a_core(n, expected, listed):
    """However many cores stand beside the GPUs."""
    listed(n)
    assert workers_by_default() == expected


@pytest.mark.parametrize(("workers", "expected"), [(None, {0, 1, 2}), (2, {0, 1})])
def test_each_worker_is_told_its_number(workers, expected, listed, digits, brief, monkeypatch):
    """As many as there are GPUs, or as were asked for; one that was lost is replaced by one of its number."""
    listed(3)
    monkeypatch.setattr(worker_process, "WORKER", "support.light_worker")
    numbers, start = [], worker_process.WorkerProcess.start

    def record(packed, number, *more):
        numbers.append(number)
        worker = start(packed, number, *more)
        if len(numbers) == 2:
            worker.process.kill()
        return worker

    monkeypatch.setattr(worker_process.WorkerProcess, "start", record)
    list(run_trials([(Variant(), seed) for seed in range(9)], Job(digits, brief), workers=workers))
    assert set(numbers) == expected
    assert numbers[len(expected) :] == [1]


def test_what_they_mean_is_said_in_the_log(listed):
    """How many trials run at a time, asked for or not; nothing where there is none."""
    assert Local(4).notes_on([], None) == ()
    listed(2)
    for workers, expected in ((None, 2), (4, 4)):
        assert Local(workers).notes_on([], None) == (
            f"TensorFlow sees GPUs (2): trials run {expected} at a time, each on one, and take its memory as they need it",
        )


def test_memory_grows_in_every_worker(monkeypatch):
    """TensorFlow is told by the environment, whatever it held before."""
    monkeypatch.setenv("TF_FORCE_GPU_ALLOW_GROWTH", "false")
    assert worker_process.environment()["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"
