"""The simulation of workers against one server: held to what queueing theory, and counting, know."""

import pytest
from support.project import load_script

simulation = load_script("benchmarks/server_saturation.py")
Call, Store = simulation.Call, simulation.Store


@pytest.mark.parametrize("load", [0.4, 0.8])
def test_one_server_at_random_arrivals_waits_as_the_formula_of_md1_says(load):
    """M/D/1: a mean wait of load x service / 2 (1 - load) before the service, within a tenth or so."""
    service = 0.02
    store = Store((Call(0.0, service, 0.0),), senders=10**9, lanes=1)
    found = simulation.simulate(simulation.at_random(load / service, 1_000.0, seed=1), store, 1_000.0)
    assert found.waited - service == pytest.approx(load * service / (2 * (1 - load)), rel=0.12)
    assert found.busy["server"] == pytest.approx(load, rel=0.03)
    assert found.keeps_up


def test_more_workers_than_a_server_can_serve_leave_the_rest_waiting():
    """A server of 10 trials a second, 30 of which come: it stores 10, and twice as many wait."""
    store = Store((Call(0.0, 0.1, 0.0),), senders=10**9, lanes=1)
    found = simulation.simulate(simulation.of_workers(300, 10.0, 120.0, seed=0), store, 120.0)
    assert store.most == pytest.approx(10)
    assert simulation.most_workers(store, 10.0) == 100
    assert found.stored == pytest.approx(10, rel=0.02)
    assert found.waiting == pytest.approx(20 * 120, rel=0.1)
    assert not found.keeps_up


@pytest.mark.parametrize(
    ("store", "rate"),
    [
        (Store((Call(0.3, 0.1, 0.1),) * 2, senders=1), 1.0),
        (Store((Call(0.3, 0.1, 0.1),) * 2, senders=2), 2.0),
        (Store((Call(0.3, 0.1, 0.1),) * 2, senders=100, lanes=1), 5.0),
        (Store((Call(0.3, 0.1, 0.1),) * 2, senders=100, lanes=1, servers=2, database_lanes=9), 10.0),
        (Store((Call(0.3, 0.1, 0.1),) * 2, senders=100, lanes=9, database_lanes=1), 5.0),
        (Store(simulation.to_s3((Call(0.3, 0.1, 0.0), Call(0.3, 0.4, 0.0, proxied=True))), senders=100, lanes=1), 10.0),
    ],
    ids=["one sender", "two", "server", "two servers", "database", "direct"],
)
def test_the_narrowest_part_says_how_many_trials_are_stored(store, rate):
    """Known by counting: whoever is busy all the time, a sender with its calls, a server's lane, a database's."""
    assert store.most == pytest.approx(rate)
    found = simulation.simulate(simulation.at_random(3 * rate, 600.0, seed=2), store, 600.0)
    assert found.stored == pytest.approx(rate, rel=0.03)


def test_workers_train_one_trial_after_the_other():
    """1,000 workers of 10 s a trial, of moments of their own: a hundred trials a second, and the same for the same seed."""
    ends = list(simulation.of_workers(1_000, 10.0, 100.0, seed=3))
    assert len(ends) == pytest.approx(10_000, rel=0.02)
    assert ends == sorted(ends) == list(simulation.of_workers(1_000, 10.0, 100.0, seed=3))
