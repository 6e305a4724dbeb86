"""IDX files (the MNIST family's format), gzipped or not, verified by the checksum of their decompressed bytes."""

import gzip
import hashlib
import math
import zlib
from pathlib import Path

import numpy as np

from regtrack.errors import DataError

UBYTE = 0x08  # the only element type these data sets use


def find_idx(folder: Path, name: str) -> Path | None:
    """The file `name`, or `name`.gz, in `folder`; None if neither is there. Plain first: nothing to decompress."""
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def read_idx(path: Path, *, sha256: str, remedy: str) -> np.ndarray:
    """The uint8 array in an IDX file, with the shape its header states.

    Args:
        path: the file; decompressed if it ends in .gz.
        sha256: hex checksum of the decompressed bytes. Compressed bytes differ between packagers, these do not.
        remedy: what to do about a damaged file, the end of the sentence.

    Raises:
        DataError: the file cannot be read or decompressed, its checksum is another one, or it is no IDX file.
    """
    expected = f"Expected {path} to have SHA-256 {sha256} (decompressed)"
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(
            f"{expected}, received a gzip file that is cut short or damaged ({error}); {remedy}."
        ) from error
    except OSError as error:
        raise DataError(f"{expected}, received an unreadable file ({error}); {remedy}.") from error
    received = hashlib.sha256(content).hexdigest()
    if received != sha256:
        raise DataError(f"{expected}, received {received}: the file is damaged or another one; {remedy}.")
    return _parse(content, path, remedy)


def _parse(content: bytes, path: Path, remedy: str) -> np.ndarray:
    """Two zero bytes, element type, number of axes, one big-endian uint32 an axis, then the elements row by row."""
    n_axes = content[3] if len(content) >= 4 and content[:3] == bytes([0, 0, UBYTE]) else 0
    start = 4 + 4 * n_axes
    if n_axes and len(content) >= start:
        shape = tuple(int.from_bytes(content[i : i + 4], "big") for i in range(4, start, 4))
        if len(content) == start + math.prod(shape):
            return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape)
    raise DataError(
        f"Expected an IDX file of unsigned bytes in {path}, received {len(content)} bytes starting "
        f"{content[:4].hex(' ')}; {remedy}."
    )
