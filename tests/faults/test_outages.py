"""The store goes away in the middle of a sweep, really: nothing is lost, nothing is doubled, training goes on, and it is said.

Trials are replayed, so that an outage meets a known one; disks, locks and servers are real.
"""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from mlflow import MlflowClient
from sqlalchemy import event
from sqlalchemy.engine import Engine
from support.cluster_parts import cluster_folder, with_postgresql
from support.mlflow_server import MlflowServer
from support.servers import free_port

from regtrack import names
from regtrack.errors import StoreError
from regtrack.sweeps import delivering, sweep
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.delivering import INTERRUPTED_SECONDS
from regtrack.sweeps.sweep import run_sweep
from regtrack.tracking.doctor import examine
from regtrack.tracking.patience import SECONDS
from regtrack.tracking.spool import Spool, spool_folders
from regtrack.tracking.store import connect, ensure_experiment
from regtrack.training.executors import local

pytestmark = pytest.mark.usefixtures("without_pages", "replay")
TIMES = "store unreachable for "


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    """The person's own folder."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def outage(tiny, monkeypatch):
    """Run `tiny` as a sweep that `begin` meets before its second trial and `end` when the outage was said again and all is trained.

    Returns what was said; training is done before the store is back.
    """

    monkeypatch.setattr(delivering.Delivering.__init__, "__kwdefaults__", TRIES_SOON)

    def run(client, experiment_id, begin, end) -> list[str]:
        said, trained, ended = [], [], []

        def trials(wanted, *_, **__):
            for i, trial in enumerate(wanted):
                if i == 1:
                    begin()
                yield from tiny.events([trial])
                trained.append(trial)

        def say(text):
            said.append(text)
            # Not awaited here: who trains needs the lock that is held while this is said.
            if text.startswith(TIMES) and len(trained) == 4 and not ended:
                ended.append(end())

        monkeypatch.setattr(local, "run_trials", trials)
        done = run_sweep(tiny.grid, client=client, say=say, asked=Asked(experiment_id=experiment_id))
        assert len(trained) == 4
        assert (done.trials["status"] == "FINISHED").all()
        is_delivered_once(client, experiment_id, done)
        return said

    return run


TRIES_SOON = {"pauses": (1.0, 0.2), "wait_seconds": delivering.WAIT_SECONDS, "clock": time.monotonic}
"""Once that the store is back it is not waited for; before, all has been trained."""
WAITS_BRIEFLY = TRIES_SOON | {"pauses": (0.5,), "wait_seconds": 2.0}


def is_delivered_once(client, experiment_id, done) -> None:
    """One FINISHED run a key; what was begun beside is closed and tagged; nothing waits, nothing is found wrong."""
    runs = client.search_runs([experiment_id], f"tags.`{names.ROLE}` = 'trial'")
    finished = Counter(run.data.tags[names.TRIAL_KEY] for run in runs if run.info.status == "FINISHED")
    assert sorted(finished.values()) == [1, 1, 1, 1]
    rest = [run for run in runs if run.info.status != "FINISHED"]
    assert all(run.info.status == "KILLED" and names.CUT_OFF in run.data.tags for run in rest)
    location = client.get_experiment(experiment_id).artifact_location
    assert Spool(spool_folders(location, done.sweep_id)).waiting() == []
    assert [finding for finding in examine(client) if "stale" in finding.kind] == []


def fill(path: Path) -> None:
    """Until not a byte more finds its place."""
    with path.open("wb", buffering=0) as file:
        for size in (4096, 1):
            with suppress(OSError):
                while file.write(b"x" * size):
                    pass


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 3 MB in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounts a small file system, which takes the rights to")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a small file system")
@pytest.mark.parametrize("why", ["full", "read-only"])
def test_a_disk_of_artifacts_that_is_full_or_read_only_loses_nothing(store, small_disk, outage, home, why):
    """What is finished waits in the person's own folder, since the disk takes it neither; it is delivered when that is mended."""
    experiment_id = ensure_experiment(store, "small", artifact_location=(small_disk / "artifacts").as_uri())
    filler, waiting = small_disk / "filler", []

    def begin():
        while list(small_disk.rglob("*.trial")):  # the first is on its way: what it leaves would be room for another
            time.sleep(0.05)
        if why == "full":
            fill(filler)
        else:
            subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)

    def end():
        waiting.extend(home.rglob("*.trial"))
        if why == "full":
            filler.unlink()
        else:
            subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)

    said = outage(store, experiment_id, begin, end)
    reason = "No space left on device" if why == "full" else "Read-only file system"
    assert any(line.startswith("The store is away (") and reason in line for line in said)
    assert any(line.startswith("The store answers again, after ") for line in said)
    assert len(waiting) == 3
    assert not (home / ".regtrack" / "spool").exists()


@pytest.fixture
def impatient():
    """MLflow tells sqlite to wait 20 s for a lock; here half a second."""

    def sooner(connection, cursor, statement, parameters, context, executemany):
        return re.sub(r"busy_timeout = \d+", "busy_timeout = 500", statement), parameters

    event.listen(Engine, "before_cursor_execute", sooner, retval=True)
    yield
    event.remove(Engine, "before_cursor_execute", sooner)


@pytest.mark.long
def test_a_database_that_is_locked_longer_than_mlflow_waits_loses_nothing(store, outage, capfd, impatient):
    """MLflow gives up; no traceback of it is seen."""
    database = store.tracking_uri.removeprefix("sqlite:///")
    holder = sqlite3.connect(database, timeout=60, check_same_thread=False)
    experiment_id = store.get_experiment_by_name("tests").experiment_id
    said = outage(store, experiment_id, lambda: holder.execute("BEGIN EXCLUSIVE"), holder.rollback)
    holder.close()
    assert any(line.startswith("The store is away (") for line in said), said
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.long
def test_ctrl_c_is_heard_while_a_lock_keeps_the_judgement_waiting(store, tiny, replay, monkeypatch):
    """The 20 s that the database waits for another process's lock are waited by nobody who can hear; what may stand open is
    said."""
    monkeypatch.setattr(delivering, "INTERRUPTED_SECONDS", INTERRUPTED_SECONDS)
    said, locked, real = [], [], sweep.report_sweep
    holder = sqlite3.connect(store.tracking_uri.removeprefix("sqlite:///"), timeout=60, check_same_thread=False)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def judged(*arguments, **named):
        holder.execute("BEGIN EXCLUSIVE")
        locked.append(time.monotonic())
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        return real(*arguments, **named)

    monkeypatch.setattr(sweep, "report_sweep", judged)
    try:
        with pytest.raises(KeyboardInterrupt):
            run_sweep(tiny.grid, client=store, say=said.append)
        seconds = time.monotonic() - locked[0]
    finally:
        signal.signal(signal.SIGINT, before)
        holder.rollback()
        holder.close()
        for thread in threading.enumerate():
            if thread.name in ("aside", "deliveries"):
                thread.join(60)
    assert seconds < 12  # five on a machine without other work
    assert said[-1].startswith("The store did not answer: runs of this sweep may stand as RUNNING; resume closes them")


@pytest.fixture
def server(tmp_path):
    found = MlflowServer(tmp_path / "server")
    found.start()
    yield found
    found.kill()


@pytest.mark.long
def test_a_server_that_hangs_and_goes_on_loses_nothing(server, outage, monkeypatch):
    """SIGSTOP of all its processes: it takes connections and answers nothing. Each call is given up, and it is said why."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.uri)
    client = connect(server.uri)
    experiment_id = ensure_experiment(client, "tests")
    monkeypatch.setenv(SECONDS, "2")  # in place of 30
    said = outage(client, experiment_id, server.hang, server.go_on)
    assert any(line.startswith("The store is away (") and "timed out" in line for line in said), said
    assert any(line.startswith("The store answers again, after ") for line in said)


@pytest.mark.long
def test_postgresql_that_is_stopped_and_started_behind_a_server_loses_nothing(outage, monkeypatch):
    """The server answers, and its database does not: SIGINT to PostgreSQL in the middle of a sweep, and the same folder started
    again."""
    parts, port, password = with_postgresql(), free_port(), "s3cr3t"
    with cluster_folder() as folder, ExitStack() as database:

        def start():
            database.enter_context(parts.postgresql(folder, port, password))

        start()
        server = MlflowServer(folder / "server", database=f"postgresql://regtrack:{password}@127.0.0.1:{port}/postgres")
        server.start()
        try:
            monkeypatch.setenv("MLFLOW_TRACKING_URI", server.uri)
            client = connect(server.uri)
            experiment_id = ensure_experiment(client, "tests")
            monkeypatch.setenv(SECONDS, "10")
            said = outage(client, experiment_id, database.close, start)
        finally:
            server.kill()
    assert any(line.startswith("The store is away (") for line in said), said
    assert any(line.startswith("The store answers again, after ") for line in said)
    assert password not in "".join(said)


@pytest.mark.long
def test_a_server_that_goes_while_the_sweep_is_judged_is_waited_for(server, home, tiny, replay, monkeypatch):
    """Killed as the report begins, when all is in the store: judged anew from its start when it is back, and said."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.uri)
    client, said, real = connect(server.uri), [], sweep.report_sweep
    experiment_id = ensure_experiment(client, "tests")

    def judged(*arguments, **named):
        if not said_of("The store is away ("):
            server.kill()
        return real(*arguments, **named)

    def said_of(words: str) -> list[str]:
        return [line for line in said if line.startswith(words)]

    def say(text: str) -> None:
        said.append(text)
        if text.startswith("The store is away ("):
            server.start()

    monkeypatch.setattr(sweep, "report_sweep", judged)
    done = run_sweep(tiny.grid, client=client, say=say, asked=Asked(experiment_id=experiment_id))
    assert said_of("The store is away (")
    assert said_of("The store answers again, after ")
    assert client.get_run(done.run_id).info.status == "FINISHED"
    is_delivered_once(client, experiment_id, done)


@pytest.mark.long
def test_a_server_that_is_killed_and_comes_back_loses_nothing(server, outage, home, monkeypatch, capfd):
    """SIGKILL of all its processes while trials finish; these wait on this machine until it is started again. The second time it
    does not come back: the sweep ends in words, and `regtrack deliver` brings what waits, however often it is called."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.uri)
    client = connect(server.uri)
    experiment_id = ensure_experiment(client, "tests")
    said = outage(client, experiment_id, server.kill, server.start)
    assert any(line.startswith("The store is away (") for line in said), (
        said
    )  # refused, or cut off in the middle of an answer
    assert "Traceback" not in "".join(capfd.readouterr())

    monkeypatch.setattr(delivering.Delivering.__init__, "__kwdefaults__", WAITS_BRIEFLY)
    other = ensure_experiment(client, "other")
    with pytest.raises(StoreError) as error:
        outage(client, other, server.kill, lambda: None)
    waiting = len([*home.rglob("*.trial")])  # three, and the first where it was still under way
    assert waiting in (3, 4)
    assert f"{waiting} finished trials wait in " in str(error.value)
    assert f"regtrack deliver --store {server.uri} brings it what waits" in str(error.value)
    server.start()
    command = [str(Path(sys.executable).with_name("regtrack")), "deliver", "--store", server.uri]
    first, second = (subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2))
    assert first.endswith(f": {waiting} trials delivered\n")
    assert second == "nothing waits for this store on this machine\n"
    runs = client.search_runs([other], f"tags.`{names.ROLE}` = 'trial' and attributes.status = 'FINISHED'")
    assert len({run.data.tags[names.TRIAL_KEY] for run in runs}) == len(runs) == 4
    again = run_sweep_again(client, other)
    assert (again.trials["status"] == "FINISHED").all()


def run_sweep_again(client: MlflowClient, experiment_id: str):
    """Resumed: nothing is trained."""
    from regtrack.tracking.stored_grid import read_grid

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local, "run_trials", lambda *_, **__: 1 / 0)
        sweep_id = next(run.data.tags[names.SWEEP_ID] for run in client.search_runs([experiment_id]))
        return run_sweep(
            read_grid(client, sweep_id), client=client, say=lambda _: None,
            asked=Asked(resume=sweep_id, experiment_id=experiment_id),
        )  # fmt: skip
