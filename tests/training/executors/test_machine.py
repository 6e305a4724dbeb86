"""What machines of one sweep are to have in common."""

from dataclasses import replace

import pytest

from regtrack.data import load_dataset
from regtrack.errors import SettingError
from regtrack.training.executors.machine import look, refuse_other
from regtrack.training.job import Job
from regtrack.variants import Settings, Variant


@pytest.fixture(scope="module")
def job():
    return Job(load_dataset("digits", split_seed=0, train_size=100), Settings(train_size=100))


def test_another_version_or_another_network_is_refused_by_the_machines_name(job):
    """The package that differs, what was expected and received, and what to do; the same is taken."""
    here = look(job, [Variant()])
    refuse_other(here, here, "10.0.0.7", job)
    with pytest.raises(SettingError) as error:
        refuse_other(replace(here, versions=here.versions | {"keras": "9"}), here, "10.0.0.7", job)
    assert str(error.value) == (
        f"executor: expected keras {here.versions['keras']} on every machine, received 9 on 10.0.0.7; install the same there"
    )
    with pytest.raises(
        SettingError, match=r"expected the network mlp of this machine .* received on 10.0.0.7: gone; start"
    ):
        refuse_other(replace(here, networks={Variant(): "gone"}), here, "10.0.0.7", job)
