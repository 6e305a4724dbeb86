"""What does a store of 10,000 runs cost: commands and pages, by sqlite, by PostgreSQL and through an MLflow server?

One sweep is replayed, judged and reported as it would be; its rows are then copied in the database, with ids, artifacts and models
of their own (files are linked, not copied), since 10,000 deliveries would take an hour. `python benchmarks/large_store.py make
STORE [sweeps] [trials]` makes a store of that many sweeps, `one STORE [trials]` one of a single sweep, `wide STORE [examples]` one of many
test examples, `look STORE` measures, `sessions STORE` looks again and again. `postgresql FOLDER ACTION ...` does the same on a database that
is started in FOLDER and stays there, `served FOLDER ...` looks through an MLflow server on it.
Without arguments: both of a sixteenth of the size, on sqlite.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import sqlalchemy as sa
from own_postgresql import database
from server_calls import Meter
from short_trials import server

from regtrack import names
from regtrack.variants import Grid, Settings, Variant

SWEEPS, TRIALS, SEEDS = 80, 124, 4
SEEDS_OF_ONE = 5
"""A grid holds 2,000 variants at most: 10,000 trials of one sweep."""
EXPERIMENT, SMALL, LIMIT = "large-store", 16, 5.0
OF_RUN = ("runs", "tags", "params", "metrics", "latest_metrics")
OF_MODEL = ("logged_models", "logged_model_metrics", "logged_model_params", "logged_model_tags")
ID = re.compile(r"[0-9a-f]{32}")
CHUNK = 20_000
PAGES = Path(__file__).parents[1] / "dashboard" / "views"
COMMANDS = {
    "doctor": ["doctor"],
    "deliver": ["deliver"],
    "report of a sweep": ["report", "--sweep", "latest"],
    "describe": ["describe"],
    "resume, until it would train": ["run", "--resume", "latest"],
}
VIEWS = tuple(sorted((path.stem for path in PAGES.glob("*.py")), key=lambda view: (view != "overview", view)))
"""Every page, the first one first."""


class Copies:
    """Rows of a sweep's runs and models, read once, written again under other ids."""

    def __init__(self, engine: sa.Engine, runs: list[str]):
        self.engine, self.tables = engine, sa.MetaData()
        self.tables.reflect(engine, only=[*OF_RUN, *OF_MODEL, "inputs"])
        with engine.connect() as connection:
            self.rows = {name: self._of(connection, name, "run_uuid", runs) for name in OF_RUN}
            links = self._of(connection, "inputs", "destination_id", runs)
            made = self._of(connection, "inputs", "source_id", runs)
            models = [row["destination_id"] for row in made]
            self.rows |= {name: self._of(connection, name, "model_id", models) for name in OF_MODEL}
        self.rows["inputs"] = links + made
        self.with_ids = {
            name: {key for row in rows for key, value in row.items() if isinstance(value, str) and ID.search(value)}
            for name, rows in self.rows.items()
        }
        """By table, the columns in which an id stands."""
        self.ids = [*runs, *(model.removeprefix("m-") for model in models)]
        self.inputs = [row["input_uuid"] for row in self.rows["inputs"]]

    def _of(self, connection: sa.Connection, name: str, column: str, wanted: list[str]) -> list[dict]:
        table = self.tables.tables[name]
        return [dict(row._mapping) for row in connection.execute(sa.select(table).where(table.c[column].in_(wanted)))]

    def write(self, number: int, changed=lambda name, row: {}, kept: tuple[str, ...] = ()) -> Mapping[str, str]:
        """One more of each row: ids but the `kept` are others, all began earlier. changed: (table, row) -> cells."""
        ids = {one: _another(one, number) for one in {*self.ids, *self.inputs} - {*kept}}

        def cell(value):
            return ID.sub(lambda found: ids.get(found[0], found[0]), value) if isinstance(value, str) else value

        with self.engine.begin() as connection:
            for name in ("runs", "logged_models", *OF_RUN[1:], *OF_MODEL[1:], "inputs"):
                rows = [
                    row | {key: cell(row[key]) for key in self.with_ids[name]} | changed(name, row)
                    for row in self.rows[name]
                ]
                rows = [_earlier(row, number) if name == "runs" else row for row in rows]
                for first in range(0, len(rows), CHUNK):
                    connection.execute(self.tables.tables[name].insert(), rows[first : first + CHUNK])
        return ids


def _another(one: str, number: int) -> str:
    return hashlib.md5(f"{one}-{number}".encode()).hexdigest()


def _earlier(row: dict, number: int) -> dict:
    shift = 3_600_000 * number
    return row | {"start_time": row["start_time"] - shift, "end_time": row["end_time"] and row["end_time"] - shift}


def linked(folder: Path, ids: Mapping[str, str]) -> None:
    """The artifacts of copied runs and models: the same files."""
    for one, other in ids.items():
        for place in (folder / one, folder / "models" / f"m-{one}"):
            if place.is_dir():
                target = place.with_name(place.name.replace(one, other))
                for file in place.rglob("*"):
                    if file.is_file():
                        to = target / file.relative_to(place)
                        to.parent.mkdir(parents=True, exist_ok=True)
                        os.link(file, to)


def replayed(uri: str, folder: Path, plan: Grid, data) -> list[str]:
    """The runs, the sweep's first, of a sweep that was stored, judged and reported."""
    from large_sweep import Networks, Replay

    from regtrack.sweeps.asked import Asked
    from regtrack.sweeps.data import job_of
    from regtrack.sweeps.sweep import run_sweep
    from regtrack.tracking.store import connect, ensure_experiment

    client = connect(uri)
    os.environ["MLFLOW_EXPERIMENT_ID"] = ensure_experiment(client, EXPERIMENT, folder.as_uri())
    asked = Asked(executor=Replay(Networks(data), plan.settings))
    done = run_sweep(plan, job_of(plan, data), client=client, asked=asked, say=lambda _: None)
    return [done.run_id, *done.trials["run_id"]]


def make(uri: str, sweeps: int = SWEEPS, trials: int = TRIALS, *, n_test: int = 360) -> None:
    """A store of so many sweeps of so many trials, in one experiment; one that was begun so is gone on with."""
    from large_sweep import dataset

    folder = _artifacts(uri)
    if begun := _sweeps(uri):
        copies = Copies(_engine(uri), _runs(uri, *begun[0]))
        for number in range(len(begun), sweeps):
            linked(folder, copies.write(number))
        return
    variants = tuple(Variant(l2=round(1e-5 * i, 6)) for i in range(trials // SEEDS))
    grid = Grid(variants, tuple(range(SEEDS)), Settings(dataset="simulated", epochs=5))
    runs = replayed(uri, folder, grid, dataset(270, n_test, 8))
    copies = Copies(_engine(uri), runs)
    for number in range(1, sweeps):
        linked(folder, copies.write(number))


def _sweeps(uri: str) -> list[tuple[str, str]]:
    """(experiment, id) of those in the store, that which others are copies of first."""
    from regtrack.tracking import reader
    from regtrack.tracking.store import connect

    return list(reader.sweeps(connect(uri))[["experiment_id", "sweep_id"]].itertuples(index=False, name=None))


def _runs(uri: str, experiment_id: str, sweep_id: str) -> list[str]:
    from regtrack.tracking import reader
    from regtrack.tracking.store import connect

    return [sweep_id, *reader.trials(connect(uri), experiment_id, sweep_id)["run_id"]]


def one(uri: str, trials: int = SWEEPS * TRIALS) -> None:
    """A store of one sweep of so many trials, as its sweep run says when all have ended and nothing is judged; one that was begun so
    is gone on with."""
    from large_sweep import dataset

    folder, done = _artifacts(uri), 1
    variants = [Variant(l2=1e-6 * (i + 1)) for i in range(trials // SEEDS_OF_ONE)]
    plan = Grid((variants[0],), tuple(range(SEEDS_OF_ONE)), Settings(dataset="simulated", epochs=5))
    if begun := _sweeps(uri):
        from regtrack.tracking.store import connect
        from regtrack.tracking.trials_of_sweep import read_trials

        [(_, sweep)] = begun
        found = read_trials(connect(uri), *begun[0])
        runs, done = found["run_id"][found["variant"] == variants[0].label].tolist(), len(found) // SEEDS_OF_ONE
    else:
        sweep, *runs = replayed(uri, folder, plan, dataset(270, 360, 8))
    copies = Copies(_engine(uri), runs)
    for number, variant in list(enumerate(variants))[done:]:
        own = {names.VARIANT: variant.label, "l2": str(variant.to_params()["l2"])}

        def changed(table: str, row: dict, own=own, number=number) -> dict:
            if table == "tags" and row["key"] == names.TRIAL_KEY:
                return {"value": _another(row["value"], number)}
            return {"value": own[row["key"]]} if table in ("tags", "params") and row["key"] in own else {}

        linked(folder, copies.write(number, changed, (sweep,)))
    whole = Grid(tuple(variants), plan.seeds, plan.settings)
    (folder / sweep / "artifacts" / names.GRID).write_text(whole.to_yaml())


def wide(uri: str, examples: int = 100_000) -> None:
    """A store of one sweep of eight trials with so many test examples."""
    make(uri, 1, 2 * SEEDS, n_test=examples)


def sessions(uri: str, number: int = 20) -> None:
    """Prints the memory of a process that so many people have looked at every page with, one after the other."""
    os.environ["MLFLOW_TRACKING_URI"] = uri
    for session in range(1, number + 1):
        for view in VIEWS:
            app = _opened(view)
            app.run()
            if app.exception:
                raise RuntimeError(app.exception[0].message)
        if session in (1, 2, 5, 10, 15, number):
            resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            print(f"after {session} sessions | {resident / 2**20:.0f} MiB", flush=True)


def _artifacts(uri: str) -> Path:
    return Path(os.environ.get("LARGE_STORE_ARTIFACTS") or Path(uri.removeprefix("sqlite:///")).parent / "artifacts")


def _engine(uri: str) -> sa.Engine:
    return sa.create_engine(uri)


def measured(command: list[str], **environment: str) -> tuple[float, float, float, str]:
    """(seconds, CPU seconds, MiB at most, what it said last) of a process."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said = process.stdout.read().strip().splitlines()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds, cpu = time.perf_counter() - begun, usage.ru_utime + usage.ru_stime
    return seconds, cpu, usage.ru_maxrss / 1024, f"exit {process.returncode}: {said[-1] if said else ''}"


def look(uri: str, *only: str) -> None:
    store = {"MLFLOW_TRACKING_URI": uri, "MLFLOW_EXPERIMENT_NAME": EXPERIMENT}
    for name, arguments in COMMANDS.items():
        if not only or name.split()[0] in only:
            _say(name, *measured([sys.executable, "-m", "regtrack.cli.main", *arguments], **store))
    for view in VIEWS:
        if not only or view in only or "pages" in only:
            seconds, cpu, mib, said = measured([sys.executable, __file__, "page", view], **store)
            try:
                looks = json.loads(said.partition(": ")[2])
            except ValueError:
                _say(view, seconds, cpu, mib, said)
                continue
            for what, (wall, own) in zip(
                ("first look", "again, while what was read is fresh", "later"), looks, strict=True
            ):
                _say(f"{view}: {what}", wall, own, mib, "")


def page(view: str) -> None:
    """Prints the seconds and CPU seconds of a first look, of one that follows at once, and of one when what was read is no longer fresh."""
    import regtrack.tracking.remembered  # noqa: F401  as a server has it
    from regtrack.diagnosis import leaderboard  # noqa: F401

    app, found = _opened(view), []
    for pause in (0, 0, 6):
        time.sleep(pause)
        begun, cpu = time.perf_counter(), time.process_time()
        app.run()
        found.append((round(time.perf_counter() - begun, 3), round(time.process_time() - cpu, 3)))
        if app.exception:
            raise RuntimeError(app.exception[0].message)
    print(json.dumps(found))


def _opened(view: str):
    """A new session on a page, not run yet."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(Path(__file__).parents[1] / "dashboard" / "app.py"), default_timeout=600)
    if view != "overview":
        app.switch_page(f"views/{view}.py")
    return app


def _say(what: str, seconds: float, cpu: float, mib: float, said: str) -> None:
    much = " (!)" if cpu > LIMIT else ""
    print(f"{what} | {seconds:.2f} s | {cpu:.2f} CPU s{much} | {mib:.0f} MiB | {said[:150]}", flush=True)


def postgresql(folder: str, action: str, *given: int | str) -> None:
    """An action on the database that lies in `folder`, artifacts beside it."""
    with _database(folder) as uri:
        ACTIONS[action](uri, *given)


def served(folder: str, *only: str) -> None:
    """`look`, through an MLflow server on that database."""
    with _database(folder) as uri, server(Path(folder), uri) as (address, process):
        meter = Meter(process)
        look(address, *only)
        print(f"the server itself: {meter.read():.1f} CPU s")


def _database(folder: str) -> AbstractContextManager[str]:
    os.environ["LARGE_STORE_ARTIFACTS"] = str(Path(folder).absolute() / "artifacts")
    return database(Path(folder))


def main() -> None:
    with tempfile.TemporaryDirectory() as parent:
        for name, made in (("many", lambda uri: make(uri, SWEEPS // SMALL)), ("one", lambda uri: one(uri, 620))):
            uri = f"sqlite:///{parent}/{name}/mlflow.db"
            (Path(parent) / name).mkdir()
            made(uri)
            look(uri)


def _numbers(texts: list[str]) -> Iterator[int | str]:
    return (int(text) if text.isdecimal() else text for text in texts)


ACTIONS = {"make": make, "one": one, "wide": wide, "look": look, "page": page, "sessions": sessions, "postgresql": postgresql,
           "served": served}  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        ACTIONS[sys.argv[1]](*_numbers(sys.argv[2:]))
