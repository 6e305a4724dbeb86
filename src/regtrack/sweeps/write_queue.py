"""WriteQueue: what the store is to be told, in the order of events; what is of different trials may be told side by side."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(eq=False)
class Write:
    do: Callable[[int], object]
    """Takes how often it was tried before."""
    of: object = None
    """The trial that it is of: its writes go one after the other. None: nothing goes beside it."""
    finishes: bool = False
    """Whether it brings a finished trial."""
    once: bool = False
    """Somebody waits for it: its error is theirs, and it is not tried again."""
    before: int = 0
    under_way: bool = False
    done: bool = False
    result: object = None
    error: BaseException | None = None


class WriteQueue:
    """Not safe by itself: whoever shares it between threads holds a lock."""

    def __init__(self):
        self._writes: deque[Write] = deque()

    def __len__(self) -> int:
        return len(self._writes)

    def __iter__(self) -> Iterator[Write]:
        return iter(self._writes)

    def put(self, write: Write) -> None:
        self._writes.append(write)

    def begin(self) -> Write | None:
        """The first that may begin now: all before it of its trial is done, and all before it where it is of none, and no such one is
        before it. It stays in the queue until `end`. None where whatever waits has to."""
        busy = set()
        for place, write in enumerate(self._writes):
            if write.of is None and place:
                return None
            if not write.under_way and write.of not in busy:
                write.under_way = True
                return write
            if write.of is None:
                return None
            busy.add(write.of)
        return None

    def end(self, write: Write) -> None:
        self._writes.remove(write)

    def drop_waiting(self) -> list[Write]:
        """What has not begun, which is in the queue no longer."""
        dropped = [write for write in self._writes if not write.under_way]
        self._writes = deque(write for write in self._writes if write.under_way)
        return dropped
