"""A cluster that cannot hold a trial is told before training; Ray would wait without a word."""

import pytest

from regtrack.errors import SettingError
from regtrack.training.executors import on_ray
from regtrack.training.executors.ray_room import GROUP, room_notes, trials_at_a_time


def node(cores: float = 2.0, gpus: float = 0.0, *, alive: bool = True, group: str = "") -> dict:
    """As `ray.nodes` gives it: what a machine has none of is not among its resources."""
    resources = {name: count for name, count in {"CPU": cores, "GPU": gpus, "memory": 1e9}.items() if count}
    return {"Alive": alive, "Resources": resources, "Labels": {GROUP: group} if group else {}}


@pytest.mark.parametrize(
    ("nodes", "gpus"),
    [
        ([node()], 0),
        ([node(), node(0)], 0),
        ([node(), node(2, 1)], 0.5),
        ([node(1, 4)], 4),
        ([node() for _ in range(1000)], 0),
    ],
)
def test_where_a_machine_can_hold_a_trial_nothing_is_said(nodes, gpus):
    """One is enough."""
    assert room_notes(nodes, gpus) == ()


@pytest.mark.parametrize(
    ("nodes", "gpus", "trials"),
    [
        ([], 0, 0),
        ([node(0), node(2), node(0.5), node(3, alive=False)], 0, 2),
        ([node(16, 2), node(2, 8), node(0, 8)], 1, 4),
        ([node(16, 2)], 0.1, 16),
        ([node(16, 1)], 0.1, 10),
        ([node(16, 0.3)], 0.1, 3),
        ([node(8, 3)], 2, 1),
        ([node(2) for _ in range(1000)], 0, 2000),
    ],
)
def test_so_many_trials_fit_on_the_machines_that_live(nodes, gpus, trials):
    """A core and its GPUs each, of one machine."""
    assert trials_at_a_time(nodes, gpus) == trials


@pytest.mark.parametrize(
    ("nodes", "gpus", "message"),
    [
        (
            [node(), node(2, 1, alive=False)],
            1,
            "gpus: expected a machine of the Ray cluster with a core and 1 GPU for each trial, received 0 GPUs at most; start one with "
            "`ray start --address=HEAD --num-gpus=N`, or give less, or leave gpus out",
        ),
        ([node(2, 1), node(2, 1)], 2, "a core and 2 GPUs for each trial, received 1 GPU at most; "),
        ([node(0, 8)], 0.5, "a core and 0.5 GPU for each trial, received 0 GPUs at most; "),
        (
            [node(0)],
            0,
            "address: expected a machine of the Ray cluster with a core for a trial, received none; start one with "
            "`ray start --address=HEAD`, wait for one that is starting, or let the head have cores",
        ),
        ([], 0, "with a core for a trial, received none; "),
    ],
    ids=["no GPU", "GPUs of two machines", "GPUs without a core", "a head alone", "nothing"],
)
def test_where_none_can_it_is_refused_in_a_line(nodes, gpus, message):
    """GPUs of several machines do not add up; one that has gone does not count."""
    with pytest.raises(SettingError) as error:
        room_notes(nodes, gpus)
    assert message in str(error.value)


def test_a_cluster_of_this_machine_alone_is_refused_before_it_is_started(monkeypatch):
    """Where there is no GPU's device; where there may be one Ray says which."""
    monkeypatch.setattr(on_ray, "check_cluster", lambda _: None)
    monkeypatch.setattr(on_ray, "may_be_here", lambda: False)
    with pytest.raises(SettingError, match="1 GPU for each trial, received 0 GPUs at most"):
        on_ray.OnRay("local", gpus=1).check()
    on_ray.OnRay("local").check()
    on_ray.OnRay("head:6379", gpus=1).check()
    monkeypatch.setattr(on_ray, "may_be_here", lambda: True)
    on_ray.OnRay("local", gpus=1).check()


def test_where_a_launcher_may_start_one_it_is_a_note():
    """A group of GPUs that is empty until somebody asks for one is how clusters of machines by the hour are made."""
    assert room_notes([node(0, group="head")], 1) == (
        "no machine of the cluster has a core and 1 GPU for each trial yet: trials wait until its launcher starts one",
    )
    assert room_notes([node(2, group="small")], 0) == ()
