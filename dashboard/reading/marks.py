"""The user's own marks of examples: a label error, ambiguous, or fine. A CSV file of theirs; the store stays untouched.

The file is `~/.regtrack/marks.csv`, or what REGTRACK_MARKS names. Its columns are COLUMNS, a row an example, keyed by
the data's digest and the example's id: the same data in another sweep or store has the same marks.
"""

import csv
import fcntl
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from regtrack.errors import MarksError
from regtrack.foreign import given_path

LABEL_ERROR, AMBIGUOUS, FINE = "label error", "ambiguous", "fine"
MARKS = (LABEL_ERROR, AMBIGUOUS, FINE)
MOST_CHARACTERS = 2000
KNOWN_COLUMNS = ("example_id", "given_label", "given_class", "suggested_label", "suggested_class")
"""What the store knows of an example that is to be relabelled."""
RELABEL_COLUMNS = ("dataset_digest", *KNOWN_COLUMNS, "note")


@dataclass(frozen=True)
class Mark:
    """`marked` is the time it was set, ISO 8601 in UTC."""

    dataset_digest: str
    example_id: int
    mark: str
    note: str = ""
    marked: str = ""


COLUMNS = tuple(field.name for field in fields(Mark))


def path() -> Path:
    """Where the marks are."""
    given = os.environ.get("REGTRACK_MARKS", "").strip()
    return given_path(given).absolute() if given else Path.home() / ".regtrack" / "marks.csv"


def read(dataset_digest: str) -> dict[int, Mark]:
    """example_id -> mark, of this data. No file yet means no marks. Raises MarksError for one that is no file of marks."""
    return {mark.example_id: mark for mark in _all() if mark.dataset_digest == dataset_digest}


def put(dataset_digest: str, example_id: int, mark: str, note: str = "") -> None:
    """Set the mark of an example, in place of one it has. Raises MarksError."""
    if mark not in MARKS:
        raise MarksError(f"mark: expected one of {', '.join(MARKS)}, received {mark!r}")
    if len(note) > MOST_CHARACTERS:
        raise MarksError(f"note: expected at most {MOST_CHARACTERS} characters, received {len(note)}; shorten it")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    _change(dataset_digest, example_id, Mark(dataset_digest, int(example_id), mark, note, now))


def remove(dataset_digest: str, example_id: int) -> None:
    """Take the mark of an example away, if it has one. Raises MarksError."""
    _change(dataset_digest, example_id, None)


def to_relabel(dataset_digest: str, examples: pd.DataFrame) -> pd.DataFrame:
    """A row an example marked as label error, by id: RELABEL_COLUMNS.

    Args:
        examples: KNOWN_COLUMNS; what it lacks of an example is missing.
    """
    marked = [mark for mark in read(dataset_digest).values() if mark.mark == LABEL_ERROR]
    rows = pd.DataFrame([astuple(mark) for mark in marked], columns=list(COLUMNS)).astype({"example_id": "int64"})
    known = examples.reindex(columns=list(KNOWN_COLUMNS)).drop_duplicates("example_id")
    found = rows.merge(known.astype({"example_id": "int64"}), on="example_id", how="left")
    return found.sort_values("example_id", ignore_index=True)[list(RELABEL_COLUMNS)]


def _all() -> list[Mark]:
    file = path()
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise MarksError(
            f"marks: {file} cannot be read ({error}); mend it, or name another in REGTRACK_MARKS"
        ) from None
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if not rows:
        return []
    try:
        if tuple(rows[0]) != COLUMNS:
            raise ValueError(f"its first line is {','.join(rows[0])[:80]!r}")
        return [_mark(row) for row in rows[1:] if row]
    except ValueError as error:
        raise MarksError(
            f"marks: expected a CSV file with the columns {', '.join(COLUMNS)} at {file}, received another ({error}); "
            "mend it, or name another in REGTRACK_MARKS"
        ) from None


def _mark(row: list[str]) -> Mark:
    if len(row) != len(COLUMNS) or row[2] not in MARKS:
        raise ValueError(f"a line is {','.join(row)[:80]!r}")
    return Mark(row[0], int(row[1]), *row[2:])


def _change(dataset_digest: str, example_id: int, new: Mark | None) -> None:
    with _alone():
        kept = [mark for mark in _all() if (mark.dataset_digest, mark.example_id) != (dataset_digest, int(example_id))]
        _write([*kept, *([new] if new else [])])


@contextmanager
def _alone() -> Iterator[None]:
    """Two pages that mark at the same time lose nothing: the second waits, then reads what the first wrote."""
    file = path()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = open(file.with_name(f"{file.name}.lock"), "a")  # noqa: SIM115 closed below, after the work inside
    except OSError as error:
        raise MarksError(f"marks: {file} cannot be written ({error}); name another in REGTRACK_MARKS") from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(marks: list[Mark]) -> None:
    """Whole or not at all: written beside, then put in place."""
    file = path()
    try:
        handle, beside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with open(handle, "w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows([COLUMNS, *map(astuple, marks)])
                out.flush()
                os.fsync(out.fileno())
            os.replace(beside, file)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise MarksError(f"marks: {file} cannot be written ({error}); name another in REGTRACK_MARKS") from None
