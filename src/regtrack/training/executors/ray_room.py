"""Room: whether a machine of a Ray cluster can hold a trial. Ray would let a task that fits nowhere wait for ever, without a word."""

from collections.abc import Mapping, Sequence

from regtrack.errors import SettingError

GROUP = "ray.io/node-group"
"""The label of a machine that Ray's launchers started, and may start more of: on Kubernetes, or by `ray up`."""
CORES, GPUS = "CPU", "GPU"


def room_notes(nodes: Sequence[Mapping], gpus: float) -> tuple[str, ...]:
    """What a person ought to know where no machine has a core and the GPUs of a trial, but one may come by itself.

    Args:
        nodes: as `ray.nodes` gives them. gpus: of each trial.
    Raises:
        SettingError: no machine can hold a trial, and nobody starts one that can.
    """
    most = most_gpus(nodes)
    if most is not None and most >= gpus:
        return ()
    wanted, received = (
        "a core for a trial",
        "none; start one with `ray start --address=HEAD`, wait for one that is starting, or let the head have cores",
    )
    if gpus:
        wanted = f"a core and {_counted(gpus)} for each trial"
        received = f"{_counted(most or 0)} at most; start one with `ray start --address=HEAD --num-gpus=N`, or give less, or leave gpus out"
    if any(GROUP in node.get("Labels", {}) for node in nodes if node["Alive"]):
        return (f"no machine of the cluster has {wanted} yet: trials wait until its launcher starts one",)
    name = "gpus" if gpus else "address"
    raise SettingError(f"{name}: expected a machine of the Ray cluster with {wanted}, received {received}")


def most_gpus(nodes: Sequence[Mapping]) -> float | None:
    """Of one machine that lives and has a core; None where none has."""
    holders = [node["Resources"] for node in nodes if node["Alive"] and node["Resources"].get(CORES, 0) >= 1]
    return max((resources.get(GPUS, 0) for resources in holders), default=None)


def _counted(gpus: float) -> str:
    return f"{gpus:g} GPU{'s' * (gpus > 1 or not gpus)}"
