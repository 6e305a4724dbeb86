"""Foreign: what anybody may have written is read without a surprise. A library's error is the one that its caller expects."""

import json
import lzma
import os
import struct
import zipfile
import zlib
from pathlib import Path

UNREADABLE_ARCHIVE = (
    OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
    RuntimeError,  # encrypted; and as NotImplementedError of a later version of zip, or of another way to pack
)  # fmt: skip
"""What Python raises of a zip archive that is damaged, cut off, or of a kind that it does not read."""


def from_json(text: str | bytes) -> object:
    """The values of a JSON text. Raises ValueError, also where its brackets are nested deeper than Python follows."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("its brackets are nested too deep") from None


def given_path(text: str) -> Path:
    """The path that a person gave, `~` and `~user` as their homes; of a user whom nobody knows it is a folder's name."""
    return Path(os.path.expanduser(text))


def is_file(path: str | Path) -> bool:
    """Whether there is one. Of a name that no system takes there is none, where `Path` raises."""
    return os.path.isfile(path)


def is_folder(path: str | Path) -> bool:
    """As `is_file`."""
    return os.path.isdir(path)
