"""Two folders of an MLflow model, ours and MLflow's own."""

import re
from pathlib import Path


def assert_same_folder(ours: Path, theirs: Path) -> None:
    """The same files of the same bytes, but for when each was made and as which model."""
    files = sorted(file.relative_to(theirs) for file in theirs.rglob("*") if file.is_file())
    assert files == sorted(file.relative_to(ours) for file in ours.rglob("*") if file.is_file())
    for file in files:
        found, expected = ((folder / file).read_bytes() for folder in (ours, theirs))
        if file.name == "MLmodel":
            found, expected = (re.sub(rb"(utc_time_created|model_uuid): .*", b"", text) for text in (found, expected))
        assert found == expected, file
