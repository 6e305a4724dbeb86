"""How long MLflow's client waits for a server: what regtrack sets, and for how long."""

import logging
import os

import pytest

from regtrack.tracking import patience as module
from regtrack.tracking.patience import BRIEF, FIRST_CONTACT, SECONDS, TRIES, brief_patience, for_a_while, set_patience


@pytest.fixture(autouse=True)
def unset(monkeypatch):
    """Nobody has set anything; what is set here does not last."""
    monkeypatch.setattr(module, "_set_here", {})
    for name in (TRIES, SECONDS):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_what_a_person_sets_counts_and_what_regtrack_sets_does_not(monkeypatch):
    """A slow server is given more by MLflow's own settings; a page's patience is that of no first contact, and of no sweep."""
    monkeypatch.setenv(TRIES, "3")
    set_patience({TRIES: "1", SECONDS: "20"})
    for block, seconds in ((for_a_while(FIRST_CONTACT), "5"), (brief_patience(), "30")):
        with block:
            assert (os.environ[TRIES], os.environ[SECONDS]) == ("3", seconds)
        assert (os.environ[TRIES], os.environ[SECONDS]) == ("3", "20")
    monkeypatch.setenv(SECONDS, "2")  # by a person, later
    with brief_patience():
        assert os.environ[SECONDS] == "2"


def test_first_contact_is_given_five_seconds():
    """One try, whatever kind of server."""
    assert FIRST_CONTACT == {TRIES: "0", SECONDS: "5"}
    assert module.CONNECT_SECONDS == 5


def test_a_sweep_is_patient_briefly_and_quietly_while_it_lasts():
    """One more try of half a minute, and no traceback of another library's; after it everything is as it was."""
    loggers = [logging.getLogger(name) for name in module.TALKATIVE]
    with brief_patience():
        assert {name: os.environ[name] for name in BRIEF} == {TRIES: "1", SECONDS: "30"}
        assert all(logger.disabled for logger in loggers)
    assert not any(name in os.environ for name in BRIEF)
    assert not any(logger.disabled for logger in loggers)


def test_what_a_person_set_is_there_all_the_while(monkeypatch):
    """Another thread that asks the store as the block ends never finds MLflow's own minutes."""
    removed = []

    class Watched(dict):
        def pop(self, name, *default):
            removed.append(name)
            return super().pop(name, *default)

    monkeypatch.setattr(os, "environ", Watched(os.environ, **{SECONDS: "2"}))
    with for_a_while(BRIEF):
        assert os.environ[SECONDS] == "2"
    assert removed == [TRIES]
