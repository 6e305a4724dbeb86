"""The token of a cluster that is started for one sweep."""

import os

import pytest

from regtrack.errors import SettingError
from regtrack.training.executors import ray_cluster as module
from regtrack.training.executors.ray_cluster import (
    AUTHENTICATION,
    CLIENT_TRIES,
    TOKEN,
    drawn_token,
    joined,
    no_statistics,
)

pytest.importorskip("ray", reason="the extra ray is in the developers' requirements")


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Whether Ray has a token, and knows that it is to be asked for, in a process that asked it before."""
    no_statistics()
    from ray._raylet import AuthenticationMode, AuthenticationTokenLoader, get_authentication_mode

    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (AUTHENTICATION, TOKEN, f"{TOKEN}_PATH"):
        monkeypatch.delenv(name, raising=False)

    def asked() -> tuple[bool, bool]:
        has = AuthenticationTokenLoader.instance().has_token(ignore_auth_mode=True)
        return has, get_authentication_mode() == AuthenticationMode.TOKEN

    return asked


def test_a_token_is_drawn_also_where_ray_was_used_before_and_is_gone_after(asked):
    """Ray reads its environment once a process; the next sweep of it, on another cluster, is asked with that one's."""
    assert asked() == (False, False)
    drawn = []
    for _ in range(2):
        with drawn_token():
            assert asked() == (True, True)
            assert os.environ[AUTHENTICATION] == "token"
            drawn.append(os.environ[TOKEN])
        assert asked() == (False, False)
        assert not {AUTHENTICATION, TOKEN} & os.environ.keys()
    assert len(set(drawn)) == 2


def test_a_token_that_was_given_is_left(asked, monkeypatch):
    """By its text or its file, with whatever stands beside it."""
    monkeypatch.setenv(f"{TOKEN}_PATH", "/somewhere")
    with drawn_token():
        assert not {AUTHENTICATION, TOKEN} & os.environ.keys()


@pytest.mark.parametrize(("failing", "asked"), [(0, 1), (CLIENT_TRIES - 1, CLIENT_TRIES), (CLIENT_TRIES, CLIENT_TRIES)])
def test_a_client_whose_process_does_not_come_up_is_asked_for_again(monkeypatch, failing, asked):
    """As Ray says it, which is a matter of chance; after a few times it is told in a line."""
    no_statistics()
    import ray

    calls = []

    def init(address, **_):
        calls.append(address)
        if len(calls) <= failing:
            raise ConnectionAbortedError("Initialization failure from server")

    monkeypatch.setattr(module, "check_cluster", lambda address: None)
    monkeypatch.setattr(ray, "init", init)
    monkeypatch.setattr(ray, "shutdown", lambda: None)
    if failing < CLIENT_TRIES:
        with joined("ray://there:1", None):
            pass
    else:
        with (
            pytest.raises(SettingError, match="expected a Ray cluster at ray://there:1, received: Init"),
            joined("ray://there:1", None),
        ):
            pass
    assert calls == ["ray://there:1"] * asked
