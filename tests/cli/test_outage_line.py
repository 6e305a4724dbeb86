"""A command under which the store goes away ends in one line."""

import os

import pytest
import requests

from regtrack.cli.outage_line import outages_in_a_line
from regtrack.errors import StoreError
from regtrack.tracking.patience import BRIEF


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (requests.ConnectionError("refused"), "the store went away while it was judged (refused); ask again"),
        (OSError(24, "Too many open files"),
         "this machine refused what is needed while it was judged ([Errno 24] Too many open files); ask again"),
    ],
)  # fmt: skip
def test_an_outage_is_said_and_whose_it_is(error, what):
    """With what was under way and what to do; MLflow's own minutes are not waited for."""
    with pytest.raises(StoreError) as said, outages_in_a_line("it was judged", "ask again"):  # noqa: PT012
        assert os.environ.items() >= BRIEF.items()
        raise error
    assert str(said.value) == what


def test_a_mistake_of_ours_stays_one():
    """It is no outage."""
    with pytest.raises(ZeroDivisionError), outages_in_a_line("it was judged", "ask again"):
        raise ZeroDivisionError
