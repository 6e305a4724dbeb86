"""Ray's cluster: found, asked whether it would have us, joined and left. A mistake is said in seconds, where Ray waits."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from threading import Thread

from regtrack.errors import SettingError

AUTO, LOCAL, CLIENT = "auto", "local", "ray://"
PATIENCE = 2.0
"""Seconds that an address has to answer in."""
AUTHENTICATION, TOKEN = "RAY_AUTH_MODE", "RAY_AUTH_TOKEN"


def check_cluster(address: str) -> None:
    """Raises SettingError: Ray is not installed, there is no cluster there, or it does not take our token."""
    if find_spec("ray") is None:
        raise SettingError(
            "executor: ray needs the package ray, received an environment without it; pip install 'regtrack[ray]', or leave "
            "executor out"
        )
    if address == LOCAL:
        return
    if address.startswith(CLIENT):
        raise SettingError(
            f"address: expected auto, local or host:port, received {address}: Ray's client cannot hear a trial's epochs as they "
            "come; start the sweep on a machine of the cluster (ray job submit), or give the head's own host:port, 6379 unless "
            "it was chosen"
        )
    place = _running_here() if address == AUTO else address
    if place is None:
        raise SettingError(
            "address: expected a Ray cluster on this machine, received none; start one with `ray start --head`, or give the "
            "host:port of one, or address=local, which starts one for this sweep"
        )
    _check_listening(place)
    _check_token(place)


@contextmanager
def joined(address: str, cores: int | None) -> Iterator[None]:
    """This process is part of the cluster; of one that it starts itself with LOCAL, `cores` is how many trials it runs at a
    time. Raises SettingError as `check_cluster`."""
    check_cluster(address)
    quiet_ray()
    if address == LOCAL and TOKEN not in os.environ:
        # Ray listens on all interfaces whatever it is told: without a token anybody who reaches the machine could run code.
        os.environ |= {AUTHENTICATION: "token", TOKEN: secrets.token_hex(16)}
    import ray

    started = {"num_cpus": cores, "include_dashboard": False} if address == LOCAL else {}
    try:
        ray.init(address, log_to_driver=False, logging_level="error", **started)
    except Exception as error:
        raise SettingError(f"address: expected a Ray cluster at {address}, received: {error}") from error
    try:
        yield
    finally:
        ray.shutdown()


def quiet_ray() -> None:
    """No usage statistics leave the machine, and Ray's own log lines stay in its files. Before Ray is imported."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")


def _running_here() -> str | None:
    """host:port of the cluster that Ray's commands on this machine would take."""
    if given := os.environ.get("RAY_ADDRESS"):
        return given
    quiet_ray()
    from ray._private import services

    return services.canonicalize_bootstrap_address(None)


def _check_listening(place: str) -> None:
    host, _, port = place.rpartition(":")
    if not host or not port.isdecimal():
        raise SettingError(
            f"address: expected auto, local or host:port, received {place!r}; a head's port is 6379 unless chosen"
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE).close()
    except (OSError, OverflowError) as error:
        raise SettingError(
            f"address: expected a Ray cluster at {place}, received no answer ({error}); start it with `ray start --head`, or "
            "correct host and port"
        ) from None


def _check_token(place: str) -> None:
    """With a wrong token `ray.init` says nothing for 20 seconds, and then not why. Something that is no Ray never answers."""
    quiet_ray()
    answer: list = []

    def ask():
        from ray._raylet import GcsClient

        try:
            answer.append(GcsClient(address=place))
        except Exception as error:
            answer.append(error)

    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(2 * PATIENCE)
    if not answer:
        raise SettingError(f"address: expected a Ray cluster at {place}, received something else that listens there")
    from ray.exceptions import AuthenticationError

    if isinstance(answer[0], AuthenticationError):
        given = "a wrong one" if os.environ.get(TOKEN) or os.environ.get(f"{TOKEN}_PATH") else "none"
        raise SettingError(
            f"address: expected the token of the cluster at {place}, received {given}; set {AUTHENTICATION}=token and {TOKEN} "
            f"(or {TOKEN}_PATH) to what the cluster was started with"
        )
    if isinstance(answer[0], Exception):
        raise SettingError(f"address: expected a Ray cluster at {place}, received: {answer[0]}")
