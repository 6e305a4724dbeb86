"""What anybody may have written is read, or is the error that its caller expects."""

import io
import zipfile
from pathlib import Path

import pytest

from regtrack.errors import GridError, ModelError
from regtrack.foreign import UNREADABLE_ARCHIVE, from_json, given_path, is_file, is_folder
from regtrack.models.own_file import file_digest
from regtrack.variants import Grid


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "", "{", b"\xff"])
def test_json_that_cannot_be_read_is_a_value_error(text):
    """Nested deeper than Python follows, cut off, or no text."""
    with pytest.raises(ValueError, match=r".") as caught:
        from_json(text)
    assert not isinstance(caught.value, RecursionError)


@pytest.mark.parametrize("text", ["~nobody-of-this-name/x", "x" * 5000, "a\0b", ""])
def test_a_path_that_cannot_be_is_not_there(text):
    """A home that nobody has, a name longer than any system takes, a NUL: nothing is there, and nothing is raised."""
    assert not is_file(given_path(text))
    assert not is_folder(f"{given_path(text)}/none")


def test_a_file_that_cannot_be_read_is_refused_in_a_line(tmp_path):
    """A grid and a model that the system does not give: of another user, or, as here, one of its own."""
    unreadable = Path("/proc/self/mem")
    if not unreadable.exists():
        pytest.skip("the system has no such file")
    (tmp_path / "m.keras").symlink_to(unreadable)
    with pytest.raises(GridError, match="expected a file that can be read, received Input/output error"):
        Grid.from_yaml(unreadable)
    with pytest.raises(ModelError, match=r"cannot be read \(Input/output error\)"):
        file_digest(f"keras:{tmp_path}/m.keras")


def archive(**changed) -> bytes:
    """One stored file, with bits of its header as given."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as whole:
        whole.writestr("a", b"text")
    found = bytearray(file.getvalue())
    central = found.index(b"PK\x01\x02")
    for place, value in changed.items():
        at = {"version": 6, "flags": 8, "method": 10}[place]
        found[central + at] = value
        found[at - 2] = value
    return bytes(found)


@pytest.mark.parametrize("changed", [{"flags": 1}, {"version": 126}, {"method": 99}, {"method": 14}, {"method": 8}])
def test_an_archive_of_another_kind_is_unreadable(changed):
    """Encrypted, of a later version of zip, packed in a way that Python does not know, or in another than its header says."""
    with pytest.raises(UNREADABLE_ARCHIVE), zipfile.ZipFile(io.BytesIO(archive(**changed))) as opened:
        opened.read("a")
