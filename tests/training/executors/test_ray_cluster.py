"""The token of a cluster that is started for one sweep."""

import os

import pytest

from regtrack.training.executors.ray_cluster import AUTHENTICATION, TOKEN, drawn_token, no_statistics

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
