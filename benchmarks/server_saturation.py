"""How many workers can one tracking server serve, and which lever moves that? A seeded simulation, event by event, from the costs
that `server_calls.py` measured.

Each worker trains, hands its trial over and trains the next: nobody waits for the store, what is finished waits in the spool. A
sweep delivers by so many threads (today one), a trial's calls one after the other; each call takes the network's time, then one of
the server's processes, then the database. `--svg FILE` draws throughput against workers.
"""

import heapq
import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

SECONDS = (1.0, 10.0, 60.0, 600.0)
"""Of a trial."""
WORKERS = 1_000
HORIZON = 600.0
"""Simulated seconds; the first tenth is not counted."""
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
