"""The spool: what is put there is whole, is taken once, and finds a place where the first is none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from regtrack.errors import StoreError
from regtrack.tracking import spool as module
from regtrack.tracking.spool import DeliveredElsewhere, Spool, claimed, key_of, spool_folders, spooled_sweeps

PACKED = bytes(range(256)) * 100


def test_what_is_put_comes_back(tmp_path):
    """Its bytes, by its key, the oldest first; nothing else is left in the folder."""
    spool = Spool([tmp_path / "spool" / "s1"])
    first, second = spool.put("b" * 32, PACKED), spool.put("a" * 32, b"more")
    os.utime(first, ns=(1, 1))
    assert spool.waiting() == [first, second]
    assert key_of(first) == "b" * 32
    with claimed(first) as packed:
        assert packed == PACKED
    assert sorted(path.name for path in first.parent.iterdir()) == sorted([first.name, second.name])


def test_half_a_trial_is_never_there(tmp_path, monkeypatch):
    """A process that is killed while it writes leaves no file of a trial: it is renamed when all of it is on the disk."""
    spool, flushed = Spool([tmp_path]), []

    def fsync(descriptor):
        flushed.append(os.fstat(descriptor).st_size)
        assert spool.waiting() == []
        raise SystemExit(137)

    monkeypatch.setattr(module.os, "fsync", fsync)
    with pytest.raises(SystemExit):
        spool.put("a" * 32, PACKED)
    assert flushed == [len(PACKED)]
    assert spool.waiting() == []


@pytest.mark.parametrize("damage", ["cut", "changed", "renamed"])
def test_what_is_damaged_is_refused(tmp_path, damage):
    """By its checksum, with the way on: half a file, other bytes, another trial's name."""
    path = Spool([tmp_path]).put("a" * 32, PACKED)
    if damage == "renamed":
        other = Spool([tmp_path]).put("b" * 32, b"other")
        os.replace(other, path)
    else:
        path.write_bytes(PACKED[:-1] if damage == "cut" else b"x" + PACKED[1:])
    with (
        pytest.raises(StoreError, match=r"is damaged: its checksum is another; delete it \(rm .*\) and resume"),
        claimed(path),
    ):
        pass


@pytest.mark.parametrize("why", ["a file is in the way", "no space"])
def test_where_the_first_folder_takes_nothing_the_next_does(tmp_path, why, monkeypatch):
    """A folder of artifacts that is full or that nobody may write to; what waits in either is found."""
    bad, good, written = tmp_path / "bad", tmp_path / "good", os.replace
    if why == "a file is in the way":
        bad.write_text("")
    else:

        def full(source, target):
            if Path(target).parent == bad:
                raise OSError(28, "No space left on device")
            written(source, target)

        monkeypatch.setattr(module.os, "replace", full)
    spool = Spool([bad, good])
    path = spool.put("a" * 32, PACKED)
    assert path.parent == good
    assert spool.waiting() == [path]
    assert why == "a file is in the way" or list(bad.iterdir()) == []


def test_where_no_folder_takes_it_the_last_ones_error_is_raised(tmp_path):
    """Whoever holds the trial decides what to do."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        Spool([tmp_path / "file" / "a", tmp_path / "file" / "b"]).put("a" * 32, PACKED)


def test_two_processes_do_not_deliver_the_same_trial(tmp_path):
    """While one holds it, another is told so; one that dies holds nothing; what is delivered does not wait any more."""
    path = Spool([tmp_path]).put("a" * 32, PACKED)
    code = (
        "import sys; from pathlib import Path; from regtrack.tracking.spool import claimed\n"
        f"with claimed(Path({str(path)!r})): print('holds', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    try:
        assert other.stdout.readline() == "holds\n"
        with pytest.raises(DeliveredElsewhere), claimed(path):
            pass
    finally:
        other.kill()
        other.communicate()
    with claimed(path) as packed:
        assert packed == PACKED
        path.unlink()
    with claimed(path) as packed:
        assert packed is None


def test_it_lies_beside_the_artifacts_where_these_are_on_this_machine(tmp_path, monkeypatch):
    """Else in the person's own folder, which is where it goes, too, when the first is full."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    home = tmp_path / "home" / ".regtrack" / "spool" / "s1"
    beside = tmp_path / "mlartifacts" / "tests" / ".regtrack-spool" / "s1"
    assert spool_folders((tmp_path / "mlartifacts" / "tests").as_uri(), "s1") == (beside, home)
    for elsewhere in ("mlflow-artifacts:/1", "s3://bucket/1"):
        assert spool_folders(elsewhere, "s1") == (home,)


def test_the_sweeps_that_have_something_waiting_are_found_and_empty_folders_go(tmp_path, monkeypatch):
    """Beside the artifacts of any experiment and in the person's own folder."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    location = (tmp_path / "artifacts").as_uri()
    here, home = (Spool([folder]) for folder in spool_folders(location, "s1"))
    here.put("a" * 32, PACKED)
    path = Spool([spool_folders(location, "s2")[1]]).put("b" * 32, PACKED)
    assert spooled_sweeps([location]) == ["s1", "s2"]
    path.unlink()
    for sweep_id in ("s1", "s2"):
        Spool(spool_folders(location, sweep_id)).tidy()
    assert spooled_sweeps([location]) == ["s1"]
    assert not path.parent.parent.exists()
    assert home.waiting() == []
