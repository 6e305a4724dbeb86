"""Only what a run does not hold yet is written to it."""

import os
from pathlib import Path

import pytest

from regtrack.tracking.addresses import local_folder
from regtrack.tracking.artifact_files import folders_of
from regtrack.tracking.what_differs import log_files_that_differ, log_tags_that_differ

FILES = {"fit/a.json": b"{}", "b.bin": b"\x00\x01"}


class Spy:
    """Passes on what is asked of a client, and keeps what is written."""

    def __init__(self, client):
        self._client, self.written = client, []

    def __getattr__(self, name):
        return getattr(self._client, name)

    def log_artifacts(self, run_id, folder):
        self.written.append("files")
        self._client.log_artifacts(run_id, folder)

    def log_batch(self, run_id, *, tags, **rest):
        self.written += [tag.key for tag in tags]
        self._client.log_batch(run_id, tags=tags, **rest)


@pytest.fixture
def run_id(store) -> str:
    return store.create_run(store.get_experiment_by_name("tests").experiment_id).info.run_id


def test_files_are_written_where_a_byte_differs_or_one_is_missing(store, run_id):
    """The first time, not again, and again once one of them has changed; the run holds the bytes then, and the store is asked nothing."""
    spy, address = Spy(store), folders_of(store, [run_id])[run_id]
    for files, written in (
        (FILES, {*FILES}), (FILES, set()), (FILES | {"b.bin": b"\x00\x02"}, {"b.bin"}), (FILES | {"c": b""}, {"b.bin", "c"}),
    ):  # fmt: skip
        log_files_that_differ(spy, run_id, files, address)
        paths = {artifact: local_folder(address) / artifact for artifact in files}
        assert {artifact for artifact, path in paths.items() if path.stat().st_mtime_ns} == written
        for artifact, content in files.items():
            assert Path(store.download_artifacts(run_id, artifact)).read_bytes() == content
            os.utime(paths[artifact], ns=(0, 0))
    assert spy.written == []


def test_files_that_lie_on_another_machine_are_written_whatever_they_hold(store, run_id):
    """To ask for them would cost as much."""
    spy = Spy(store)
    for _ in range(2):
        log_files_that_differ(spy, run_id, FILES, "s3://bucket/run/artifacts")
    assert spy.written == ["files", "files"]


def test_tags_are_written_where_they_differ(store, run_id):
    """One that stands there as it is masked counts as equal; without any to write nothing is asked of the store."""
    spy = Spy(store)
    wanted = {"a": "1", "b": "http://name:secret@host/"}
    log_tags_that_differ(spy, run_id, wanted, {})
    held = store.get_run(run_id).data.tags
    assert "secret" not in held["b"]
    log_tags_that_differ(spy, run_id, wanted | {"a": "2"}, held)
    assert spy.written == ["a", "b", "a"]
    assert store.get_run(run_id).data.tags["a"] == "2"
