"""Trials that are told of through Ray's client, when the cluster answers no more."""

from types import SimpleNamespace

import pytest

from regtrack.errors import TrainingError
from regtrack.training.executors.on_ray import OnRay, relayed
from regtrack.training.executors.ray_cluster import no_statistics
from regtrack.variants import Variant

pytest.importorskip("ray", reason="the extra ray is in the developers' requirements")


def test_a_cluster_that_answers_no_more_is_said_and_nothing_else_is_asked(monkeypatch):
    """What Ray is asked without a connection it asks of another cluster, which it looks for or starts: nobody is told to end the relay."""
    no_statistics()
    import ray

    def gone(_):
        raise ConnectionError("Client is shutting down.")

    def of_another(*_):
        raise AssertionError("asked of another cluster")

    relay = SimpleNamespace(next=SimpleNamespace(remote=lambda: None))
    made = SimpleNamespace(remote=lambda *_: relay)
    monkeypatch.setattr(ray, "remote", lambda _: SimpleNamespace(options=lambda **_: made))
    monkeypatch.setattr(ray, "get", gone)
    monkeypatch.setattr(ray, "kill", of_another)
    asked = OnRay("ray://there:1")
    job = SimpleNamespace()
    asked._shared = job, []
    assert not ray.is_initialized()
    with pytest.raises(TrainingError) as error:
        list(relayed([(Variant(), 0)], job, asked))
    assert str(error.value) == (
        "the Ray cluster at ray://there:1 answers no more (ConnectionError: Client is shutting down.); start it again and go on with "
        "resume=latest"
    )
