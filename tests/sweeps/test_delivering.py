"""Delivering: writes go to the store in order, each until it is taken; an outage, a refusal and a stop are told apart.

The store is a list, the writes are functions: what is promised is of the thread alone.
"""

import itertools
import threading
import time

import pytest
import requests

from regtrack.errors import StoreError
from regtrack.sweeps import delivering as module
from regtrack.sweeps.delivering import Delivering
from regtrack.tracking.spool import Spool


@pytest.fixture
def said():
    return []


@pytest.fixture
def deliver(request, said, tmp_path):
    """One whose pauses are short, of as many trials side by side as a test asks for; ended with the test. Its clock goes on by a
    millisecond whenever it is looked at: a busy machine makes no outage longer."""
    side_by_side, pauses, looks = getattr(request, "param", 1), (0.01, 0.02), itertools.count()
    made = Delivering(
        said.append, Spool([tmp_path / "spool"]), "regtrack deliver", side_by_side=side_by_side, pauses=pauses,
        wait_seconds=0.2, clock=lambda: next(looks) / 1000,
    )  # fmt: skip
    yield made
    if not made._stopped:
        made.end(list, interrupted=True)


def away(times: int, store: list, what):
    """A write that meets an outage so often before the store takes it."""

    def write(before: int) -> None:
        if before < times:
            raise requests.ConnectionError("connection refused")
        store.append((what, before))

    return write


def test_writes_come_in_order_each_until_it_is_taken(deliver, said):
    """During an outage nothing overtakes; each is told how often it was tried; the outage and its end are said, in words."""
    store, handed_over = [], threading.Event()
    deliver.submit(lambda _: handed_over.wait(60))
    for what, times in (("a", 0), ("b", 3), ("c", 0)):
        deliver.submit(away(times, store, what), finishes=what != "a")
    handed_over.set()
    deliver.drain()
    assert store == [("a", 0), ("b", 3), ("c", 0)]
    assert said[0] == "The store is away (connection refused); training goes on, and what is finished is kept"
    assert "store unreachable for 0 s, 2 trials waiting" in said
    assert said[-1].startswith("The store answers again, after ")


@pytest.mark.parametrize("deliver", [3], indirect=True)
def test_trials_are_told_side_by_side_and_each_in_its_order(deliver):
    """Three trials' writes are under way at once; a trial's second begins when its first has ended."""
    together, store = threading.Barrier(3, timeout=60), []
    for trial in "abc":
        deliver.submit(lambda _: together.wait(), of=trial)
        deliver.submit(lambda _, trial=trial: store.append(trial), of=trial)
    deliver.drain()
    assert sorted(store) == ["a", "b", "c"]


@pytest.mark.parametrize("deliver", [3], indirect=True)
def test_one_of_many_asks_whether_the_store_answers_again(deliver, said):
    """Three trials meet an outage at once: one line says so and one that it is over, and only one of them asks meanwhile."""
    together, store, tries = threading.Barrier(3, timeout=60), [], []

    def meets_it(trial):
        def write(before: int) -> None:
            tries.append((trial, before, bool(store)))
            if not before:
                together.wait()
                raise requests.ConnectionError("connection refused")
            if before < 4 and not store:
                raise requests.ConnectionError("connection refused")
            store.append(trial)

        return write

    for trial in "abc":
        deliver.submit(meets_it(trial), of=trial)
    deliver.drain()
    assert sorted(store) == ["a", "b", "c"]
    assert {trial for trial, before, then in tries if before and not then} == {store[0]}
    assert sum(line.startswith("The store is away") for line in said) == 1
    assert sum(line.startswith("The store answers again") for line in said) == 1


def test_who_hands_over_does_not_wait(deliver):
    """Training goes on while a write blocks."""
    blocked, done = threading.Event(), []
    deliver.submit(lambda _: done.append(blocked.wait(60)))
    for _ in range(1000):
        deliver.submit(lambda _: None)
    assert done == []
    blocked.set()
    deliver.drain()


def test_a_refusal_ends_the_sweep_and_what_came_after_is_delivered(deliver):
    """It is raised once, where whoever trains asks; trying again would change nothing."""
    store, tries = [], []

    def refused(before):
        tries.append(before)
        raise ZeroDivisionError

    deliver.submit(refused)
    deliver.submit(away(0, store, "a"))
    with pytest.raises(ZeroDivisionError):
        deliver.drain()
    deliver.drain()
    assert (tries, store) == ([0], [("a", 0)])


def test_a_store_that_stays_away_ends_the_sweep_in_words(deliver, said, tmp_path):
    """After the time that was said: how many wait where, and the command that delivers them; nothing is lost."""
    path = deliver.keep("a" * 32, b"packed")
    deliver.submit(away(10**6, [], "a"), finishes=True)
    with pytest.raises(StoreError) as error:
        deliver.drain()
    assert str(error.value).startswith("the store did not answer for ")
    assert str(error.value).endswith(
        f"(connection refused), and 1 finished trial waits in {tmp_path}/spool; when it answers: regtrack deliver"
    )
    assert "All is trained; waiting up to 0 s for the store" in said
    deliver.end(lambda: ["run"], interrupted=False)
    assert path.read_bytes() == b"packed"
    assert said[-2] == f"1 finished trial waits in {tmp_path}/spool; when the store answers: regtrack deliver"
    assert said[-1].startswith("The store did not answer: 1 run may stand as RUNNING; resume closes them")


def test_what_is_asked_for_is_answered_in_its_turn(deliver):
    """`call` gives the result, or raises the error, of whatever kind, once."""
    store = []
    deliver.submit(away(1, store, "a"))
    assert deliver.call(lambda: list(store)) == [("a", 1)]

    def failing():
        store.append("tried")
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        deliver.call(failing)
    assert store == [("a", 1), "tried"]
    deliver.drain()


def test_what_is_judged_is_judged_anew_until_the_store_answers(deliver, said):
    """From its start, after what was handed over before; the outage and its end are said, and no trial is said to wait."""
    store = []
    deliver.submit(away(0, store, "a"))
    tries = iter([requests.ConnectionError("connection refused")] * 3)

    def judge():
        store.append("judged")
        for error in tries:
            raise error
        return "a win"

    assert deliver.patiently(judge) == "a win"
    assert store == [("a", 0), *["judged"] * 4]
    assert said[0] == ("The store is away (connection refused); what is finished is kept, and it is tried for 0 s")
    assert said[1:3] == ["store unreachable for 0 s"] * 2
    assert said[3].startswith("The store answers again, after ")
    with pytest.raises(ZeroDivisionError):  # a mistake of ours is none of the store's
        deliver.patiently(lambda: 1 / 0)


def test_where_the_store_stays_away_nothing_is_judged_and_the_command_is_said(deliver):
    """After the time that was said, with the reason and what goes on."""

    def judge():
        raise requests.ConnectionError("connection refused")

    with pytest.raises(StoreError) as error:
        deliver.patiently(judge)
    assert str(error.value) == (
        "the sweep could not be judged for 0 s (connection refused); what is finished is kept; when that is mended: "
        "regtrack deliver"
    )


def test_a_disk_of_this_machine_is_not_said_to_be_the_stores(deliver, said):
    """What did not come by way of the store or its artifacts is worded as what it is, and tried again all the same."""
    errors = iter([OSError(28, "No space left on device", "/tmp/x")])

    def judge():
        for error in errors:
            raise error

    deliver.patiently(judge)
    assert said[0].startswith(
        "This machine's own disk, memory or network is in the way ([Errno 28] No space left on device: '/tmp/x'); "
    )


def test_an_end_delivers_what_it_can_and_then_closes(deliver, said, tmp_path):
    """A person's Ctrl-C while the store answers: finished trials get there first; the empty spool goes."""
    store = []
    path = deliver.keep("a" * 32, b"packed")
    deliver.submit(lambda _: (time.sleep(0.1), store.append("a"), path.unlink()), finishes=True)
    deliver.end(lambda: store.append("closed") or [], interrupted=True)
    assert store == ["a", "closed"]
    assert said == []
    assert not (tmp_path / "spool").exists()


def test_an_end_during_an_outage_takes_no_longer_than_it_may(said, tmp_path, monkeypatch):
    """Whether the store refuses at once, with a long pause ahead, or swallows every call: closed within seconds, and said."""
    monkeypatch.setattr(module, "INTERRUPTED_SECONDS", 0.5)
    for hangs in (False, True):
        made = Delivering(said.append, Spool([tmp_path / "spool"]), "regtrack deliver", pauses=(100.0,))
        released, met = threading.Event(), threading.Event()

        def write(_, hangs=hangs, released=released, met=met):
            met.set()
            if hangs:
                released.wait(60)
            raise OSError("away")

        made.submit(write, finishes=True)
        assert met.wait(60)
        began = time.monotonic()
        made.end(list, interrupted=True)
        assert time.monotonic() - began < 10  # one on a machine without other work
        released.set()
        assert any("1 finished trial waits" in line for line in said)
        said.clear()


def test_an_error_of_closing_is_raised(deliver):
    """A mistake of ours in closing is not swallowed."""
    with pytest.raises(ZeroDivisionError):
        deliver.end(lambda: 1 / 0, interrupted=False)


def test_where_no_disk_takes_it_a_trial_stays_in_memory_and_that_is_said(said, tmp_path):
    """Once, with the reason; it is delivered as any other."""
    (tmp_path / "file").write_text("")
    made = Delivering(said.append, Spool([tmp_path / "file" / "spool"]), "regtrack deliver")
    assert [made.keep("a" * 32, b"one"), made.keep("b" * 32, b"two")] == [b"one", b"two"]
    [line] = said
    assert line.startswith("Finished trials cannot be kept on this machine's disk (")
    made.end(list, interrupted=False)
