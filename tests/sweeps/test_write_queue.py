"""WriteQueue: which writes may be under way at once."""

from regtrack.sweeps.write_queue import Write, WriteQueue


def queue_of(*trials) -> tuple[WriteQueue, list[Write]]:
    queue, writes = WriteQueue(), [Write(print, of) for of in trials]
    for write in writes:
        queue.put(write)
    return queue, writes


def test_a_trials_writes_keep_their_order_and_others_need_not_wait_for_them():
    """Of a, a, b: a's first and b's begin; a's second when its first has ended."""
    queue, (first, second, other) = queue_of("a", "a", "b")
    assert [queue.begin(), queue.begin(), queue.begin()] == [first, other, None]
    queue.end(first)
    assert queue.begin() is second


def test_what_is_of_no_trial_is_alone():
    """It begins when all before it has ended, and nothing after it begins before it has."""
    queue, (before, alone, after) = queue_of("a", None, "b")
    assert [queue.begin(), queue.begin()] == [before, None]
    queue.end(before)
    assert [queue.begin(), queue.begin()] == [alone, None]
    queue.end(alone)
    assert queue.begin() is after


def test_what_has_not_begun_can_be_dropped():
    """What is under way stays, and can be ended."""
    queue, (first, second, other) = queue_of("a", "a", "b")
    queue.begin()
    assert queue.drop_waiting() == [second, other]
    queue.end(first)
    assert not len(queue)
