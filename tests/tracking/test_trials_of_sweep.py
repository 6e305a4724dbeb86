"""A sweep's trials, the fastest way that its store allows."""

import pandas as pd
import pytest

from regtrack import names
from regtrack.tracking import reader, sql_reader
from regtrack.tracking.trials_of_sweep import read_trials


@pytest.mark.parametrize("by_client", [False, True], ids=["a local database", "any other store"])
def test_trials_are_the_same_whichever_way_they_are_read(told, monkeypatch, by_client):
    """By SQL where that is possible, through the client where it is not, explored and confirming ones alike."""
    if by_client:

        def refused(*_):
            raise sql_reader.ClientNeeded("no database")

        monkeypatch.setattr(sql_reader, "trials", refused)
    where = told.client, told.sweep.experiment_id, told.sweep.sweep_id
    for stage in (names.EXPLORE, names.CONFIRM):
        pd.testing.assert_frame_equal(read_trials(*where, stage), reader.trials(*where, stage))
    assert len(read_trials(*where)) == len(told.tiny.grid.trials)
