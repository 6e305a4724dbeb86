"""The file that a trial's process writes to on a machine of a cluster."""

import os

from regtrack.training.executors.trial_log import end_of_log, log_name, written_to
from regtrack.variants import Variant
from regtrack.words.failures import MOST_DETAILS


def test_what_a_process_writes_inside_is_kept_and_what_it_writes_after_is_not(tmp_path, capfd):
    """On both streams; of much, the end; an earlier attempt's is overwritten, and reading takes it away."""
    path = tmp_path / "log"
    path.write_text("earlier")
    with written_to(path):
        os.write(1, b"one")
        os.write(2, b"two" + b"x" * MOST_DETAILS)
    os.write(1, b"after")
    assert end_of_log(path) == "x" * MOST_DETAILS
    assert not path.exists()
    assert end_of_log(path) == ""
    assert capfd.readouterr().out == "after"


def test_a_trial_has_one_name_wherever_it_is_tried():
    """Another seed, variant or sweep has another; nothing of them is a path."""
    given = [("a", Variant(), 0), ("a", Variant(), 1), ("a", Variant(l2=0.1), 0), ("../b", Variant(), 0)]
    names = [log_name(*one) for one in given]
    assert names == [log_name(*one) for one in given]
    assert len(set(names)) == 4
    assert not any("/" in name for name in names)
