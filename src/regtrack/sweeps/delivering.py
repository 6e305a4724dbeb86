"""Delivering: threads of its own write a sweep to the store, so that an outage of the store stops nothing but that.

Whoever trains hands over what is to be written and goes on; signals reach the main thread at once, and never cut a write in two.
"""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from regtrack.errors import StoreError
from regtrack.sweeps.write_queue import Write, WriteQueue
from regtrack.tracking.listening import done_aside
from regtrack.tracking.outages import is_of_the_store, outage
from regtrack.tracking.spool import Spool
from regtrack.words.failures import cut
from regtrack.words.lists import counted

PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between two tries, the last one again and again."""
SIDE_BY_SIDE = 4
"""Trials that a server, or a database that is one, is told of at a time: their calls wait for answers, most of it."""
WAIT_SECONDS = 600.0
"""How long a sweep whose training is done waits for a store that is away."""
AWAY, IN_THE_WAY = "The store is away", "This machine's own disk, memory or network is in the way"
INTERRUPTED_SECONDS, CLOSING_SECONDS = 4.0, 30.0
"""How long the end may take of a sweep that a person stopped, and of any other."""
MOST_OF_REASON = 160


class Delivering:
    """In place of `tracking.writer.AtOnce`: a trial's writes go one after the other, each again until the store has taken it.

    Args:
        say: prints a line; called from the threads, too.
        spool: where finished trials wait.
        how_to_deliver: what a person types when a sweep had to end with trials undelivered.
        side_by_side: of how many trials the store is told at a time.
    """

    def __init__(
        self,
        say: Callable[[str], None],
        spool: Spool,
        how_to_deliver: str,
        *,
        side_by_side: int = 1,
        pauses: Sequence[float] = PAUSES,
        wait_seconds: float = WAIT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.say, self.spool, self.how_to_deliver, self.side_by_side = say, spool, how_to_deliver, side_by_side
        self.pauses, self.wait_seconds, self.clock = pauses, wait_seconds, clock
        self._writes = WriteQueue()
        self._changed = threading.Condition()
        self._asks: Write | None = None  # the one that tries for all whether the store answers again
        self._away_since: float | None = None
        self._reason = ""
        self._error: BaseException | None = None
        self._undelivered = 0
        self._stopping = self._stopped = False
        self._in_memory = False
        self._threads: list[threading.Thread] = []

    def submit(self, write: Callable[[int], object], *, of: object = None, finishes: bool = False) -> None:
        self._put(Write(write, of, finishes))

    def keep(self, key: str, packed: bytes) -> Path | bytes:
        """Durable from here on, whatever becomes of the store or of this process; where no disk takes it, in memory alone."""
        try:
            return self.spool.put(key, packed)
        except OSError as error:
            if not self._in_memory:
                self._in_memory = True
                self.say(
                    f"Finished trials cannot be kept on this machine's disk ({error}): until the store has them they are in memory "
                    "alone"
                )
            return packed

    def check(self) -> None:
        """Raises what the store refused, of what was handed over."""
        with self._changed:
            error, self._error = self._error, None
        if error:
            raise error

    def call(self, do: Callable[[], object]):
        """Do this when all before it is done, and wait for its result; a signal is heard meanwhile, and cuts nothing off."""
        write = Write(lambda _: do(), once=True)
        self._put(write)
        with self._changed:
            while not write.done:
                self._changed.wait()
        if write.error:
            raise write.error
        return write.result

    def patiently(self, do: Callable[[], object]):
        """The result of `do`, which reads the store or judges what is in it, when all before it is delivered. Where the store is
        away meanwhile it is done anew, from its start, for as long as `drain` would wait; a signal is heard at once.

        Raises what the store refuses, and StoreError where it stays away.
        """
        self.drain()
        tries = 0
        while True:
            began = self.clock()
            try:
                result = done_aside(do)
            except Exception as error:
                if not outage(error):
                    raise
                tries += 1
                self._say_away(error, began, f"what is finished is kept, and it is tried for {self.wait_seconds:.0f} s")
                away = self.clock() - self._away_since
                if away > self.wait_seconds:
                    raise StoreError(
                        f"the sweep could not be judged for {away:.0f} s ({self._reason}); what is finished is kept; when that "
                        f"is mended: {self.how_to_deliver}"
                    ) from None
                self._pause(tries)
            else:
                self._answered()
                return result

    def drain(self) -> None:
        """Until the store has everything. Raises what it refused; and StoreError where it stays away: what is finished waits."""
        began, said = self.clock(), False
        with self._changed:
            while self._writes and not self._error:
                if self._away_since is not None and not said:
                    self.say(f"All is trained; waiting up to {self.wait_seconds:.0f} s for the store")
                    began, said = self.clock(), True
                if self._away_since is not None and self.clock() - began > self.wait_seconds:
                    raise StoreError(
                        f"the store did not answer for {self.clock() - self._away_since:.0f} s ({self._reason}), and "
                        f"{self._waiting_in_words()}; when it answers: {self.how_to_deliver}"
                    )
                self._changed.wait(0.2 if self._away_since is not None else 1.0)
        self.check()

    def end(self, close: Callable[[], list[str]], *, interrupted: bool) -> None:
        """Deliver what can be delivered at once, then close the sweep's runs, within seconds; say what is left.

        Args:
            close: returns the ids of the runs that it could not close.
        """
        budget = INTERRUPTED_SECONDS if interrupted else CLOSING_SECONDS
        deadline = self.clock() + budget
        closing = Write(lambda _: close(), once=True)
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
            while self._writes and self._away_since is None and self.clock() < deadline - budget / 2:
                self._changed.wait(0.05)
            self._undelivered += sum(write.finishes for write in self._writes.drop_waiting())
        self._put(closing)
        with self._changed:
            while not closing.done and self.clock() < deadline:
                self._changed.wait(0.05)
            self._undelivered += sum(write.finishes for write in self._writes)
            self._stopped = True
            self._changed.notify_all()
        self._say_what_is_left(closing)
        if closing.error:
            raise closing.error

    def _say_what_is_left(self, closing: Write) -> None:
        if self._undelivered:
            self.say(f"{self._waiting_in_words(self._undelivered)}; when the store answers: {self.how_to_deliver}")
        elif closing.done:
            self.spool.tidy()
        if not closing.done or closing.result:
            what = counted(len(closing.result), "run") if closing.done and closing.result else "runs of this sweep"
            self.say(
                f"The store did not answer: {what} may stand as RUNNING; resume closes them, and so does regtrack doctor --fix"
            )

    def _waiting_in_words(self, n: int | None = None) -> str:
        n = sum(write.finishes for write in self._writes) if n is None else n
        folders = sorted({str(path.parent) for path in self.spool.waiting()})
        where = f" in {' and '.join(folders)}" if folders else ""
        lost = " (some in memory alone: they are lost)" if self._in_memory else ""
        return f"{counted(n, 'finished trial')} wait{'s' if n == 1 else ''}{where}{lost}"

    def _put(self, write: Write) -> None:
        with self._changed:
            self._writes.put(write)
            if len(self._threads) < self.side_by_side:
                self._threads.append(threading.Thread(target=self._work, name="deliveries", daemon=True))
                self._threads[-1].start()
            self._changed.notify_all()

    def _work(self) -> None:
        while write := self._next():
            while not write.done:
                began = self.clock()
                try:
                    write.result = write.do(write.before)
                except BaseException as error:  # what it is is for whoever waits, or for the main thread
                    if not self._is_to_be_tried_again(write, error, began):
                        self._ended(write, error)
                else:
                    self._answered(write)
                    self._ended(write)

    def _next(self) -> Write | None:
        """What to do next, as soon as there is something; None when all is done. While the store is away nothing more begins."""
        with self._changed:
            while self._asks or not (write := self._writes.begin()):
                if self._stopped and not self._writes:
                    return None
                self._changed.wait()
            return write

    def _ended(self, write: Write, error: BaseException | None = None) -> None:
        with self._changed:
            if write.once:
                write.error = error
            elif error and not outage(error):
                self._error = self._error or error
            elif error:  # away, and there is no time left
                self._undelivered += write.finishes
            write.done = True
            self._writes.end(write)
            if self._asks is write:
                self._asks = None
            self._changed.notify_all()

    def _is_to_be_tried_again(self, write: Write, error: BaseException, began: float) -> bool:
        if not outage(error) or write.once or self._stopping:
            return False
        write.before += 1
        with self._changed:
            if self._asks not in (None, write):
                while self._asks and not self._stopping:
                    self._changed.wait()
                return not self._stopping
            self._asks = write
        self._say_away(error, began, "training goes on, and what is finished is kept")
        self._pause(write.before)
        return not self._stopping

    def _say_away(self, error: BaseException, began: float, meanwhile: str) -> None:
        with self._changed:
            if self._away_since is None:
                self._away_since, self._reason = began, cut(outage(error), MOST_OF_REASON)
                self.say(f"{AWAY if is_of_the_store(error) else IN_THE_WAY} ({self._reason}); {meanwhile}")
            else:
                n = sum(one.finishes for one in self._writes)
                waiting = f", {counted(n, 'trial')} waiting" if n else ""
                self.say(f"store unreachable for {self.clock() - self._away_since:.0f} s{waiting}")

    def _pause(self, tries: int) -> None:
        """Before the next try; ends early when the sweep does."""
        with self._changed:
            until = self.clock() + self.pauses[min(tries, len(self.pauses)) - 1]
            while not self._stopping and self.clock() < until:
                self._changed.wait(until - self.clock())

    def _answered(self, write: Write | None = None) -> None:
        """Args: write: what was taken; where another asks for all, it may have been under way since before the outage."""
        with self._changed:
            if self._away_since is not None and self._asks in (None, write):
                self.say(f"The store answers again, after {self.clock() - self._away_since:.0f} s")
                self._away_since = None
