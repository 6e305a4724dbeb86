"""A team's cluster on this machine, without containers: PostgreSQL, an MLflow server with accounts, a Ray head and two workers,
the dashboard. Runs until Ctrl-C. Everything it makes lies in one folder, which may be deleted when it has stopped.

Each door is one of 127.0.0.1; Ray, which listens on every interface whatever it is told, asks for a token. Passwords and the
token are drawn once, stand in FOLDER/environment (for its owner's eyes) and on no command line.
"""

import base64
import contextlib
import os
import random
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from glob import glob
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".cluster"
WITHIN = 180.0
"""Seconds that each part has to answer in."""
NOBODY = 65534
"""Whose PostgreSQL is where this is started by root, whom it refuses."""
RAY = "import sys; from ray.scripts.scripts import main; main()"


class ClusterError(Exception):
    """One line: which part did not come, and why."""


@dataclass(frozen=True)
class Ports:
    postgresql: int
    mlflow: int
    ray: int
    dashboard: int
    ray_client: int

    @classmethod
    def free(cls) -> "Ports":
        """None that a system or Ray hands out by itself: they do so by the dozen before the last part is there."""
        with contextlib.ExitStack() as held:
            probes: dict[int, socket.socket] = {}
            while len(probes) < len(fields(cls)):
                port, probe = random.SystemRandom().randrange(20_000, 32_768), held.enter_context(socket.socket())
                with contextlib.suppress(OSError):
                    probe.bind(("127.0.0.1", port))
                    probes[port] = probe
            return cls(*probes)


USUAL = Ports(postgresql=5440, mlflow=5000, ray=6379, dashboard=8501, ray_client=10001)


@contextmanager
def started(folder: Path = FOLDER, ports: Ports = USUAL, *, ray_workers: int = 2) -> Iterator[dict[str, str]]:
    """While this block runs, all parts do; gives the environment of who works with them. Raises ClusterError.

    Args:
        ray_workers: machines of one core beside the head, which trains nothing itself.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    user = drawn_environment(folder, ports)
    with contextlib.ExitStack() as parts:
        parts.enter_context(postgresql(folder, ports.postgresql, user["PGPASSWORD"]))
        parts.enter_context(mlflow_server(folder, ports, user))
        parts.enter_context(ray_machines(folder, ports, user, ray_workers))
        parts.enter_context(_dashboard(folder, ports.dashboard, user))
        yield {name: value for name, value in user.items() if name != "PGPASSWORD"}


def drawn_environment(folder: Path, ports: Ports) -> dict[str, str]:
    """What is drawn stays as long as the folder does: PostgreSQL keeps its password, MLflow its administrator's."""
    file = folder / "environment"
    known = (
        dict(part.split("=", 1) for part in shlex.split(file.read_text(), comments=True) if "=" in part)
        if file.exists()
        else {}
    )
    drawn = {
        name: known.get(name) or secrets.token_hex(16)
        for name in ("MLFLOW_TRACKING_PASSWORD", "RAY_AUTH_TOKEN", "PGPASSWORD")
    }
    user = drawn | {
        "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{ports.mlflow}",
        "MLFLOW_TRACKING_USERNAME": "admin",
        "RAY_AUTH_MODE": "token",
        "RAY_ADDRESS": f"127.0.0.1:{ports.ray}",
        "RAY_USAGE_STATS_ENABLED": "0",
    }
    file.touch(mode=0o600)
    file.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in user.items()))
    return user


@contextmanager
def postgresql(folder: Path, port: int, password: str) -> Iterator[None]:
    place = folder / "postgresql"
    data = place / "data"
    place.mkdir(exist_ok=True)
    somebody = {}
    if os.geteuid() == 0:
        somebody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        os.chown(place, NOBODY, NOBODY)
    if not data.exists():
        secret = place / "password"
        secret.touch(mode=0o600)
        secret.write_text(password)
        if somebody:
            os.chown(secret, NOBODY, NOBODY)
        made = [
            "-D",
            str(data),
            "-U",
            "regtrack",
            "--auth=scram-sha-256",
            f"--pwfile={secret}",
            "--encoding=UTF8",
            "--no-locale",
        ]
        try:
            _run([debian("initdb"), *made], **somebody)
        finally:
            secret.unlink()
    serve = [
        debian("postgres"),
        "-D",
        str(data),
        "-p",
        str(port),
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "unix_socket_directories=",
    ]
    with _process("postgresql", serve, folder, os.environ, stop=signal.SIGINT, **somebody):
        # It takes connections before that, and refuses each: it is starting up.
        _until("postgresql", folder, lambda: _said(folder, "postgresql", "ready to accept connections"))
        yield


@contextmanager
def mlflow_server(folder: Path, ports: Ports, user: Mapping[str, str]) -> Iterator[None]:
    accounts = folder / "accounts.ini"
    accounts.touch(mode=0o600)
    accounts.write_text(
        f"[mlflow]\ndefault_permission = EDIT\ndatabase_uri = sqlite:///{folder}/accounts.db\nadmin_username = admin\n"
        f"admin_password = {user['MLFLOW_TRACKING_PASSWORD']}\nauthorization_function = mlflow.server.auth:authenticate_request_basic_auth\n"
    )
    environment = os.environ | {
        # Not as options: whoever lists this machine's processes would read the password.
        "MLFLOW_BACKEND_STORE_URI": f"postgresql://regtrack:{user['PGPASSWORD']}@127.0.0.1:{ports.postgresql}/postgres",
        "MLFLOW_AUTH_CONFIG_PATH": str(accounts),
        "MLFLOW_FLASK_SERVER_SECRET_KEY": secrets.token_hex(32),
        "MLFLOW_ARTIFACTS_DESTINATION": (folder / "artifacts").as_uri(),
    }  # fmt: skip
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_RUN_ID", "MLFLOW_EXPERIMENT_ID"):
        environment.pop(name, None)
    serve = [
        sys.executable,
        "-m",
        "mlflow",
        "server",
        "--app-name",
        "basic-auth",
        "--host",
        "127.0.0.1",
        "--port",
        str(ports.mlflow),
    ]
    with _process("mlflow", serve, folder, environment):
        # Not its health alone: the first question that accounts and database take part in takes it seconds.
        asked = urllib.request.Request(
            f"http://127.0.0.1:{ports.mlflow}/api/2.0/mlflow/experiments/search?max_results=1"
        )
        login = f"{user['MLFLOW_TRACKING_USERNAME']}:{user['MLFLOW_TRACKING_PASSWORD']}"
        asked.add_header("Authorization", f"Basic {base64.b64encode(login.encode()).decode()}")
        _until("mlflow", folder, lambda: _answers(asked))
        yield


@contextmanager
def ray_machines(folder: Path, ports: Ports, user: Mapping[str, str], workers: int) -> Iterator[None]:
    environment = os.environ | {name: user[name] for name in user if name.startswith("RAY_")}
    head = [
        "start",
        "--block",
        "--head",
        f"--port={ports.ray}",
        f"--ray-client-server-port={ports.ray_client}",
        "--num-cpus=0",
        "--include-dashboard=false",
        "--node-ip-address=127.0.0.1",
    ]
    worker = ["start", "--block", f"--address=127.0.0.1:{ports.ray}", "--num-cpus=1", "--node-ip-address=127.0.0.1"]
    with contextlib.ExitStack() as nodes:
        nodes.enter_context(_process("ray-head", [sys.executable, "-c", RAY, *head], folder, environment))
        _until("ray-head", folder, lambda: _said(folder, "ray-head", "Ray runtime started"))
        for number in range(1, workers + 1):
            name = f"ray-worker-{number}"
            nodes.enter_context(_process(name, [sys.executable, "-c", RAY, *worker], folder, environment))
            _until(name, folder, lambda name=name: _said(folder, name, "Ray runtime started"))
        yield


@contextmanager
def _dashboard(folder: Path, port: int, user: Mapping[str, str]) -> Iterator[None]:
    environment = os.environ | {name: user[name] for name in user if name.startswith("MLFLOW_")}
    serve = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard" / "app.py"), "--server.port", str(port)]
    with _process("dashboard", serve, folder, environment):
        _until("dashboard", folder, lambda: _answers(f"http://127.0.0.1:{port}/_stcore/health"))
        yield


@contextmanager
def _process(
    name: str,
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    *,
    stop: int = signal.SIGTERM,
    **somebody,
) -> Iterator[None]:
    """A part as a group of its own, so that nothing that it started outlives it; what it says is in FOLDER/NAME.log."""
    with open(folder / f"{name}.log", "w") as log:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **somebody,
        )
    try:
        running[name] = process
        yield
    finally:
        del running[name]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, stop)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


running: dict[str, subprocess.Popen] = {}


def _until(name: str, folder: Path, answers) -> None:
    """Raises ClusterError where the part has ended, or does not answer in time."""
    deadline = time.monotonic() + WITHIN
    while True:
        ended = running[name].poll()
        if ended is not None or time.monotonic() > deadline:
            said = (folder / f"{name}.log").read_text(errors="replace").strip().splitlines()
            why = f"ended with exit code {ended}" if ended is not None else f"does not answer for {WITHIN:.0f} s"
            raise ClusterError(f"{name} {why}: {said[-1] if said else 'it said nothing'} ({folder}/{name}.log)")
        with contextlib.suppress(OSError):
            if answers() is not False:
                return
        time.sleep(0.1)


def _answers(address: str | urllib.request.Request) -> bool:
    return urllib.request.urlopen(address, timeout=10).status == 200


def _said(folder: Path, name: str, words: str) -> bool:
    return words in (folder / f"{name}.log").read_text(errors="replace")


def _run(command: Sequence[str], **somebody) -> None:
    done = subprocess.run(command, text=True, stdin=subprocess.DEVNULL, capture_output=True, check=False, **somebody)
    if done.returncode:
        raise ClusterError(f"{Path(command[0]).name}: {(done.stderr or done.stdout).strip().splitlines()[-1]}")


def debian(program: str) -> str:
    """Debian keeps PostgreSQL's programs out of the PATH."""
    folders = [os.environ["PATH"], *sorted(glob("/usr/lib/postgresql/*/bin"), reverse=True)]
    if found := shutil.which(program, path=os.pathsep.join(folders)):
        return found
    raise ClusterError(f"expected PostgreSQL's {program}, received none; apt-get install postgresql")


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print("starting PostgreSQL, the MLflow server, Ray and the dashboard (about a minute)", flush=True)
    with started():
        print(
            f"""
MLflow server   http://127.0.0.1:{USUAL.mlflow}   (user admin; the password stands in .cluster/environment)
dashboard       http://127.0.0.1:{USUAL.dashboard}
Ray             127.0.0.1:{USUAL.ray}, two workers of one core
logs            .cluster/*.log

In another terminal:
  source .cluster/environment
  mlflow run . --env-manager local -P executor=ray

Stop with Ctrl-C; what was stored stays in .cluster and is there at the next start.""",
            flush=True,
        )
        signal.pause()


if __name__ == "__main__":
    try:
        main()
    except ClusterError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        print("stopped")
