"""Where trials are trained, as options: executor, workers, stall_minutes, address, gpus."""

from collections.abc import Callable, Mapping

from regtrack.cli.options import filled, option
from regtrack.errors import SettingError
from regtrack.training.executors.executor import Executor
from regtrack.training.executors.local import Local
from regtrack.training.stalling import STALL_MINUTES

LOCAL, RAY = "local", "ray"
HELP = {
    "executor": "local, the cores of this machine, or ray, a Ray cluster [default local]",
    "workers": "trials at a time [default one a core, or one a GPU]",
    "stall_minutes": "minutes after which a trial that tells nothing is ended and fails, and a sweep ends whose cluster has no machine "
    f"for a trial; 0 is never [default {STALL_MINUTES:g}]",
    "address": "of executor=ray: auto, the cluster of this machine; a head's host:port; or local, one for this sweep alone "
    "[default auto]",
    "gpus": "of executor=ray: GPUs a trial, or a share of one [default 0]",
}


def executor_options(command: Callable) -> Callable:
    for name in reversed(HELP):
        command = option(name, HELP[name])(command)
    return command


def split_executor(options: Mapping[str, str]) -> tuple[Executor, dict[str, str]]:
    """(what these options ask for, the other options). Raises SettingError for a bad value, or one without its executor."""
    given = filled({name: value for name, value in options.items() if name in HELP})
    others = {name: value for name, value in options.items() if name not in HELP}
    kind, workers = given.pop("executor", LOCAL), _workers(given.pop("workers", ""))
    if kind not in (LOCAL, RAY):
        raise SettingError(f"executor: expected local or ray, received {kind!r}")
    stall = _minutes(given.pop("stall_minutes", ""))
    if kind == LOCAL:
        for name, value in given.items():
            raise SettingError(f"{name}: needs executor=ray, received {value!r} with executor=local; leave {name} out")
        return Local(workers, stall), others
    from regtrack.training.executors.on_ray import OnRay

    return OnRay(given.get("address", "auto"), workers, _gpus(given.get("gpus", "0")), stall), others


def _workers(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise SettingError(f"workers: expected a whole number from 1, received {text!r}")
    return int(text)


def _minutes(text: str) -> float:
    try:
        minutes = float(text or STALL_MINUTES)
    except ValueError:
        minutes = -1.0
    if not 0 <= minutes < float("inf"):
        raise SettingError(f"stall_minutes: expected a number of minutes such as 60, or 0 for never, received {text!r}")
    return minutes


def _gpus(text: str) -> float:
    """Ray takes a share of one GPU, or whole ones."""
    try:
        gpus = float(text)
    except ValueError:
        gpus = -1.0
    if not (0 <= gpus <= 1 or (gpus.is_integer() and 1 < gpus < 1000)):
        raise SettingError(f"gpus: expected a share of 1, such as 0.5, or a whole number, received {text!r}")
    return gpus
