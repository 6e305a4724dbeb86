"""A sweep's tags, the fastest way that its store allows."""

import pytest

from regtrack import names
from regtrack.tracking import sql_reader
from regtrack.tracking.tags_of_sweep import read_tags


@pytest.mark.parametrize("by_client", [False, True], ids=["a local database", "any other store"])
def test_tags_are_the_same_whichever_way_they_are_read(told, monkeypatch, by_client):
    """Of the sweep's own run and of each trial, as MLflow has them; those of another sweep, or of none, are not there."""
    if by_client:

        def refused(*_):
            raise sql_reader.ClientNeeded("no database")

        monkeypatch.setattr(sql_reader, "tags_of_sweep", refused)
    sweep = told.sweep
    found = read_tags(told.client, sweep.experiment_id, sweep.sweep_id)
    assert set(found) == {sweep.run_id, *sweep.trials["run_id"]}
    for run_id, tags in found.items():
        assert tags == told.client.get_run(run_id).data.tags
    assert found[sweep.run_id][names.ROLE] == names.ROLE_SWEEP
    assert read_tags(told.client, sweep.experiment_id, "0" * 32) == {}
