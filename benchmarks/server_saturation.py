"""How many workers can one tracking server serve, and which lever moves that? A seeded simulation, event by event, from the costs
that `server_calls.py` measured.

Each worker trains, hands its trial over and trains the next: nobody waits for the store, what is finished waits in the spool. A
sweep delivers by four threads, a trial's calls one after the other; each call takes the network's time, then one of
the server's processes, then the database. `--svg FILE` draws throughput against workers.
"""

import argparse
import heapq
import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from rich.console import Console
from rich.table import Table

from regtrack.sweeps.delivering import SIDE_BY_SIDE

SECONDS = (1.0, 10.0, 60.0, 600.0)
"""Of a trial."""
WORKERS = 1_000
HORIZON = 120.0
"""Simulated seconds, or twice a trial's where that is longer; the first tenth is not counted."""
JITTER = 0.2
"""A trial takes its seconds, give or take this share, evenly."""
KEEPS_UP = 0.98
"""Share of the finished trials that are stored by the end, from which on a server is said to keep up."""


@dataclass(frozen=True)
class Call:
    """One request's seconds: `network` on the way and at the sender, when it holds nothing of the server; `server` of one of its
    processes; `database` of one of the database's lanes. `proxied`: an artifact on its way through the server."""

    network: float
    server: float
    database: float
    proxied: bool = False


@dataclass(frozen=True)
class Store:
    """senders: threads that deliver, over all sweeps. lanes: processes of each server that run at a time, `servers` of them.
    database_lanes: writes that the database takes at a time."""

    calls: tuple[Call, ...]
    senders: int = 1
    lanes: int = 4
    servers: int = 1
    database_lanes: int = 4

    @property
    def most(self) -> float:
        """Trials a second that its narrowest part can take, whoever waits."""
        server, database = sum(call.server for call in self.calls), sum(call.database for call in self.calls)
        alone = sum(call.network + call.server + call.database for call in self.calls)
        rates = [self.senders / alone]
        rates += [self.lanes * self.servers / server] if server else []
        return min([*rates, self.database_lanes / database] if database else rates)


@dataclass(frozen=True)
class Outcome:
    """`stored` trials a second; `waited` seconds of a trial from its end until the store has it, mean; `waiting` trials at the end;
    `busy` share of the time that server and database worked."""

    arrived: float
    stored: float
    waited: float
    waiting: int
    busy: dict[str, float]

    @property
    def keeps_up(self) -> bool:
        return self.stored >= KEEPS_UP * self.arrived


@dataclass
class _Station:
    """Lanes that are held, and who waits for one, first come first served."""

    lanes: int
    held: int = 0
    queue: deque = field(default_factory=deque)
    worked: float = 0.0


def of_workers(workers: int, seconds: float, horizon: float, seed: int) -> Iterator[float]:
    """When trials end: of workers that train one after the other, each begun at a moment of its own."""
    rng = random.Random(seed)
    ends = [rng.random() * seconds for _ in range(workers)]
    heapq.heapify(ends)
    while ends[0] < horizon:
        yield ends[0]
        heapq.heapreplace(ends, ends[0] + seconds * rng.uniform(1 - JITTER, 1 + JITTER))


def at_random(rate: float, horizon: float, seed: int) -> Iterator[float]:
    """Arrivals of a Poisson process, `rate` a second: what queueing theory has a formula for."""
    rng, now = random.Random(seed), 0.0
    while (now := now + rng.expovariate(rate)) < horizon:
        yield now


def simulate(arrivals: Iterator[float], store: Store, horizon: float = HORIZON) -> Outcome:
    """What becomes of these trials until `horizon`, in seconds; what arrives in its first tenth is served and not counted."""
    senders, server = _Station(store.senders), _Station(store.lanes * store.servers)
    database = _Station(store.database_lanes)
    events: list[tuple[float, int, Callable[[], None]]] = []
    order, now, begin = count(), 0.0, horizon / 10
    arrived = stored = waiting = 0
    waits: list[float] = []

    def at(time: float, then: Callable[[], None]) -> None:
        heapq.heappush(events, (time, next(order), then))

    def take(station: _Station, then: Callable[[], None]) -> None:
        if station.held < station.lanes:
            station.held += 1
            then()
        else:
            station.queue.append(then)

    def leave(station: _Station) -> None:
        if station.queue:
            station.queue.popleft()()
        else:
            station.held -= 1

    def hold(station: _Station, seconds: float, then: Callable[[], None]) -> None:
        def left():
            station.worked += seconds
            leave(station)
            then()

        take(station, lambda: at(now + seconds, left))

    def deliver(came: float, number: int = 0) -> None:
        nonlocal stored, waiting
        if number < len(store.calls):
            call = store.calls[number]
            following = lambda: deliver(came, number + 1)  # noqa: E731
            behind = (lambda: hold(database, call.database, following)) if call.database else following
            at(now + call.network, lambda: hold(server, call.server, behind))
            return
        waiting -= 1
        if now >= begin:
            stored += 1
        if came >= begin:
            waits.append(now - came)
        leave(senders)

    def arrive() -> None:
        nonlocal arrived, waiting
        came = now
        arrived += came >= begin
        waiting += 1
        take(senders, lambda: deliver(came))
        if (following := next(arrivals, None)) is not None:
            at(following, arrive)

    if (first := next(arrivals, None)) is not None:
        at(first, arrive)
    while events and events[0][0] < horizon:
        now, _, then = heapq.heappop(events)
        then()
    span = horizon - begin
    busy = {"server": server.worked / horizon / server.lanes, "database": database.worked / horizon / database.lanes}
    waited = sum(waits) / len(waits) if waits else float("nan")
    return Outcome(arrived / span, stored / span, waited, waiting, busy)


def most_workers(store: Store, seconds: float) -> int:
    """So many workers whose trials take so long it keeps up with: what its narrowest part takes."""
    return int(store.most * seconds)


MEASURED = {
    # of a trial: (calls, seconds of this process, of the server, of the database), see server_calls.py
    "sqlite": (15, 0.112, 0.324, 0.0),
    "PostgreSQL": (15, 0.115, 0.300, 0.035),
}
PROXIED = (0.47, 3)
"""Share of the server's seconds that artifacts on their way through it take, and the calls that carry them."""
DELAY = 0.001
"""Seconds of the network, of a call."""


def measured(kind: str) -> tuple[Call, ...]:
    """The calls of a trial, alike but for those that carry artifacts."""
    number, here, server, database = MEASURED[kind]
    share, carrying = PROXIED
    others = number - carrying
    one = Call(DELAY + here / number, (1 - share) * server / others, database / others)
    return (one,) * others + (Call(DELAY + here / number, share * server / carrying, 0.0, proxied=True),) * carrying


def batched(calls: Sequence[Call], into: int) -> tuple[Call, ...]:
    """As if the server took a trial's calls together, which MLflow's does not: half of what a call costs there is taken to be the
    request itself, which was not measured."""
    plain, proxied = [call for call in calls if not call.proxied], [call for call in calls if call.proxied]
    network, server = sum(call.network for call in plain) / len(plain), sum(call.server for call in plain) / 2
    return (Call(network, server / into, sum(call.database for call in plain) / into),) * into + tuple(proxied)


def to_s3(calls: Sequence[Call]) -> tuple[Call, ...]:
    """Artifacts go to where they lie, and not through the server: what they cost there is left to whoever sends them."""
    return tuple(Call(call.network + call.server, 0.0, 0.0) if call.proxied else call for call in calls)


def levers() -> dict[str, Store]:
    sqlite, postgresql = measured("sqlite"), measured("PostgreSQL")
    one, four = Store(postgresql, senders=SIDE_BY_SIDE), Store(postgresql, senders=4 * SIDE_BY_SIDE)
    return {
        "one sweep, sqlite behind the server": replace(one, calls=sqlite, lanes=1, database_lanes=1),
        "one sweep, PostgreSQL": one,
        "the same, one trial at a time": replace(one, senders=1),
        "the same, its calls batched into 4": replace(one, calls=batched(postgresql, 4)),
        "the same, artifacts direct to S3": replace(one, calls=to_s3(postgresql)),
        "4 sweeps": four,
        "4, batched": replace(four, calls=batched(postgresql, 4)),
        "4, artifacts direct to S3": replace(four, calls=to_s3(postgresql)),
        "4, 4 servers on one PostgreSQL": replace(four, servers=4),
        "16, 4 servers, batched, direct to S3": Store(
            to_s3(batched(postgresql, 4)), senders=16 * SIDE_BY_SIDE, servers=4
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--svg", help="file to write the chart to")
    given = parser.parse_args()
    title = f"{given.workers:,} workers, seed {given.seed}: stored trials a second (waiting at the end)"
    table = Table(
        "", "most, trials/s", *(f"{seconds:g} s a trial" for seconds in SECONDS), "workers at 60 s", title=title
    )
    for name, store in levers().items():
        cells = []
        for seconds in SECONDS:
            horizon = max(HORIZON, 2 * seconds)
            found = simulate(of_workers(given.workers, seconds, horizon, given.seed), store, horizon)
            cells.append(
                f"{found.stored:.1f}" + ("" if found.keeps_up else f" of {found.arrived:.0f} ({found.waiting:,})")
            )
        table.add_row(name, f"{store.most:.1f}", *cells, f"{most_workers(store, 60):,}")
    Console(width=150).print(table)
    if given.svg:
        drawn(given.seed).save(given.svg)


def drawn(seed: int):
    """Stored trials a second against workers, of 60 s a trial: where each line leaves the dashed one its store is full."""
    import altair as alt
    import pandas as pd

    counts = (10, 30, 100, 300, 1_000, 3_000, 10_000)
    shown = (
        "one sweep, PostgreSQL",
        "4 sweeps",
        "4, 4 servers on one PostgreSQL",
        "16, 4 servers, batched, direct to S3",
    )
    stores = levers()
    rows = [
        (name, workers, simulate(of_workers(workers, 60.0, HORIZON, seed), stores[name], HORIZON).stored)
        for name in shown
        for workers in counts
    ]
    table = pd.DataFrame(
        [*rows, *(("what is trained", workers, workers / 60) for workers in counts)],
        columns=["store", "workers", "rate"],
    )
    x = alt.X("workers", title="workers, 60 s a trial", scale=alt.Scale(type="log"))
    y = alt.Y("rate", title="trials stored a second", scale=alt.Scale(type="log"))
    dash = alt.condition(alt.datum.store == "what is trained", alt.value([4, 4]), alt.value([0]))
    return (
        alt.Chart(table, width=520, height=320)
        .mark_line(point=True)
        .encode(x, y, alt.Color("store", sort=None, title=""), strokeDash=dash)
    )


if __name__ == "__main__":
    main()
