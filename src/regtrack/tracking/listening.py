"""Work that Ctrl-C need not wait for: a locked database or a server that hangs is waited for in C, where Python hears no signal."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def done_aside(do: Callable[[], T], *, seconds: float | None = None) -> T:
    """What `do()` gives or raises, from a thread of its own. Whoever waits here hears a signal at once; the thread is left then, and
    ends with its work or with the process. Raises TimeoutError, and leaves it, where it takes longer than `seconds`."""
    answer: Future[T] = Future()

    def work() -> None:
        try:
            answer.set_result(do())
        except BaseException as error:  # whatever it is, it is for whoever waits
            answer.set_exception(error)

    threading.Thread(target=work, name="aside", daemon=True).start()
    return answer.result(seconds)
