"""Where trials are trained, as options."""

import pytest

from regtrack.cli.executors import split_executor
from regtrack.errors import SettingError
from regtrack.training.executors.local import Local
from regtrack.training.executors.on_ray import OnRay


@pytest.mark.parametrize(("text", "workers"), [("", None), (" ", None), ("1", 1), (" 4 ", 4)])
def test_workers_are_a_whole_number_from_1(text, workers):
    """Not given means one a core; what is no executor's is left to others."""
    assert split_executor({"workers": text, "epochs": "3"}) == (Local(workers), {"epochs": "3"})


@pytest.mark.parametrize(
    ("given", "executor"),
    [
        ({"stall_minutes": "0"}, Local(stall_minutes=0)),
        ({"stall_minutes": "90.5", "workers": "2"}, Local(2, stall_minutes=90.5)),
        ({"executor": "ray"}, OnRay("auto")),
        ({"executor": "ray", "address": "local", "workers": "2"}, OnRay("local", workers=2)),
        ({"executor": "ray", "address": "head:6379", "gpus": "0.5"}, OnRay("head:6379", gpus=0.5)),
        ({"executor": "ray", "stall_minutes": "5"}, OnRay(stall_minutes=5)),
    ],
)
def test_an_executor_is_asked_for_by_name(given, executor):
    """Ray with the address of its cluster, how many trials at a time, and the GPUs of each; this machine, which needs no name, with
    how long a trial may be silent."""
    assert split_executor(given)[0] == executor


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"workers": text}, f"workers: expected a whole number from 1, received {text!r}")
        for text in ("0", "-1", "two", "1.5", "²")
    ]
    + [
        ({"executor": "dask"}, "executor: expected local or ray, received 'dask'"),
        (
            {"address": "auto"},
            "address: needs executor=ray, received 'auto' with executor=local; leave address out",
        ),
        (
            {"gpus": "1", "executor": "local"},
            "gpus: needs executor=ray, received '1' with executor=local; leave gpus out",
        ),
    ]
    + [
        (
            {"stall_minutes": text},
            f"stall_minutes: expected a number of minutes such as 60, or 0 for never, received {text!r}",
        )
        for text in ("-1", "nan", "inf", "soon")
    ]
    + [
        (
            {"executor": "ray", "gpus": text},
            f"gpus: expected a share of 1, such as 0.5, or a whole number, received {text!r}",
        )
        for text in ("1.5", "-1", "nan", "inf", "two")
    ],
)
def test_anything_else_is_refused(given, message):
    """One line: expected, received."""
    with pytest.raises(SettingError) as error:
        split_executor(given)
    assert str(error.value) == message
