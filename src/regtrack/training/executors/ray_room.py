"""Room: whether a machine of a Ray cluster can hold a trial. Ray would let a task that fits nowhere wait for ever, without a word."""

from collections.abc import Mapping, Sequence

from regtrack.errors import SettingError

GROUP = "ray.io/node-group"
"""The label of a machine that Ray's launchers started, and may start more of: on Kubernetes, or by `ray up`."""
CORES, GPUS = "CPU", "GPU"
SLACK = 1e-9
"""Three shares of 0.1 are 0.3 to Ray, and less to a float."""


def room_notes(nodes: Sequence[Mapping], gpus: float) -> tuple[str, ...]:
    """What a person ought to know where no machine has a core and the GPUs of a trial, but one may come by itself.

    Args:
        nodes: as `ray.nodes` gives them. gpus: of each trial.
    Raises:
        SettingError: no machine can hold a trial, and nobody starts one that can.
    """
    if trials_at_a_time(nodes, gpus):
        return ()
    most = max((resources.get(GPUS, 0) for resources in _with_a_core(nodes)), default=0)
    wanted, received = (
        "a core for a trial",
        "none; start one with `ray start --address=HEAD`, wait for one that is starting, or let the head have cores",
    )
    if gpus:
        wanted = f"a core and {_counted(gpus)} for each trial"
        received = f"{_counted(most)} at most; start one with `ray start --address=HEAD --num-gpus=N`, or give less, or leave gpus out"
    if any(GROUP in node.get("Labels", {}) for node in nodes if node["Alive"]):
        return (f"no machine of the cluster has {wanted} yet: trials wait until its launcher starts one",)
    name = "gpus" if gpus else "address"
    raise SettingError(f"{name}: expected a machine of the Ray cluster with {wanted}, received {received}")


def needs(gpus: float) -> str:
    """What a trial has to have, in Ray's own words."""
    return f"needs 1 {CORES}, {gpus:g} {GPUS}"


def trials_at_a_time(nodes: Sequence[Mapping], gpus: float) -> int:
    """How many trials the machines that live can hold, a core and `gpus` for each."""
    held = 0
    for resources in _with_a_core(nodes):
        by_gpus = int(resources.get(GPUS, 0) / gpus + SLACK) if gpus else resources[CORES]
        held += min(int(resources[CORES]), int(by_gpus))
    return held


def _with_a_core(nodes: Sequence[Mapping]) -> list[Mapping]:
    """The resources of the machines that live and have one."""
    return [node["Resources"] for node in nodes if node["Alive"] and node["Resources"].get(CORES, 0) >= 1]


def _counted(gpus: float) -> str:
    return f"{gpus:g} GPU{'s' * (gpus > 1 or not gpus)}"
