"""Ray's cluster: found, asked whether it would have us, joined and left. A mistake is said in seconds, where Ray waits."""

import logging
import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.util import find_spec

from regtrack.errors import SettingError, TrainingError

AUTO, LOCAL, CLIENT = "auto", "local", "ray://"
CLIENTS = "ray.client_builder", *(f"ray.util.client.{part}" for part in ("dataclient", "logsclient", "worker"))
"""Loggers of Ray's client: what it is sent, and that it tries again, are no lines of a sweep. One sets its own level."""
CLIENT_TRIES = 3
PATIENCE = 1.0
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
        _check_listening(address.removeprefix(CLIENT))
        return  # how Ray's client is answered is known when it has joined
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
    no_statistics()
    import ray

    started = {"num_cpus": cores, "include_dashboard": False} if address == LOCAL else {}
    if address.startswith(CLIENT):  # which would take a level that it is given for the cluster's
        for part in CLIENTS:
            logging.getLogger(part).disabled = True
    else:
        started["logging_level"] = "error"
    with drawn_token() if address == LOCAL else nullcontext():
        try:
            with _own_signals():
                _begin(address, log_to_driver=False, **started)
        except Exception as error:
            raise SettingError(f"address: expected a Ray cluster at {address}, received: {error}") from error
        try:
            with _unheard():
                yield
        finally:
            ray.shutdown()


def _begin(address: str, **started) -> None:
    """Ray's client is answered by a process that the cluster forks for it, and that now and then does not come up (Ray's issue
    63202: one in fourteen): it is asked for again."""
    import ray

    for _ in range(CLIENT_TRIES - 1):
        try:
            ray.init(address, **started)
            return
        except ConnectionAbortedError:
            continue
    ray.init(address, **started)


@contextmanager
def drawn_token() -> Iterator[None]:
    """In this block the environment holds a token for a cluster of its own, unless one was given: Ray listens on all interfaces
    whatever it is told, and anybody who reaches the machine could run code. After it the environment is as it was, or the next
    cluster, which has no token or another, would be asked with this one."""
    if any(os.environ.get(name) for name in (TOKEN, f"{TOKEN}_PATH")):
        yield
        return
    before = {name: os.environ.get(name) for name in (AUTHENTICATION, TOKEN)}
    os.environ |= {AUTHENTICATION: "token", TOKEN: secrets.token_hex(16)}
    _read_again()
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        _read_again()


def _read_again() -> None:
    """Ray reads both once a process, when it is imported or first asked: by whoever used it before, with other ones or none."""
    from ray._raylet import AuthenticationTokenLoader, Config

    Config.initialize("")  # first, so that no thread looks for a token that has gone while it is told to have one
    AuthenticationTokenLoader.instance().reset_cache()


class Head:
    """The machine that a cluster cannot do without. Ray ends a process that does not find it for 60 seconds, without a word to
    the process itself: runs would be left that look alive."""

    EVERY = 5.0
    """Seconds between two looks."""
    GIVEN_UP = 30.0
    """Seconds without an answer."""

    def __init__(self):
        import ray

        self._place = ray.get_runtime_context().gcs_address
        self._answered = self._asked = time.monotonic()

    def check(self) -> bool:
        """Whether it was asked just now, and answered. Raises TrainingError when it is given up."""
        now = time.monotonic()
        if now - self._asked < self.EVERY:
            return False
        self._asked = now
        host, _, port = self._place.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE).close()
            self._answered = now
            return True
        except OSError as error:
            if now - self._answered > self.GIVEN_UP:
                raise TrainingError(
                    f"the head of the Ray cluster at {self._place} is gone for {now - self._answered:.0f} s ({error}); start the "
                    "cluster again and go on with resume=latest"
                ) from None
            return False


def no_statistics() -> None:
    """No usage statistics leave the machine. Before Ray is imported."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"


@contextmanager
def _own_signals() -> Iterator[None]:
    """How SIGTERM ends this process is not for Ray to say."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, handler)


@contextmanager
def _unheard() -> Iterator[None]:
    """What machines report of workers that died, Ray prints amid the lines of a sweep, whatever `log_to_driver` is; the sweep says it
    of the trial that it concerns, and no setting of Ray's stops it."""
    from ray._private import worker

    prints, worker.print_to_stdstream = worker.print_to_stdstream, lambda *_, **__: None
    try:
        yield
    finally:
        worker.print_to_stdstream = prints


@contextmanager
def _silent() -> Iterator[None]:
    """Ray's library of C++ writes to the standard error what is said in a line of our own."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _running_here() -> str | None:
    """host:port of the cluster that Ray's commands on this machine would take."""
    if given := os.environ.get("RAY_ADDRESS"):
        return given
    no_statistics()
    from ray._private import services

    return services.canonicalize_bootstrap_address(None)


def _check_listening(place: str) -> None:
    host, _, port = place.rpartition(":")
    if not host or not port.isdecimal():
        raise SettingError(
            f"address: expected auto, local, host:port or ray://host:port, received {place!r}; a head's port is 6379 unless chosen"
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
    no_statistics()
    _read_again()  # the token may have been set since, as was said the last time
    answer: list = []

    def ask():
        from ray._raylet import GcsClient

        try:
            answer.append(GcsClient(address=place))
        except Exception as error:
            answer.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    with _silent():
        asking.start()
        asking.join(4 * PATIENCE)
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
