import math
from dataclasses import replace

import numpy as np

from regtrack.data.arrays import GROUP, raw_from_mapping
from regtrack.data.query import SHARES, Query, existing_path, parse_query, refuse_idle_shares
from regtrack.data.shares import check_shares
from regtrack.data.sources.base import Source
from regtrack.data.swelling import swollen
from regtrack.data.tables.standardizing import standardized
from regtrack.errors import DataError
from regtrack.foreign import UNREADABLE_ARCHIVE


class Npz(Source):
    """Arrays in a file that numpy wrote, `npz:path` with x and y, or with splits of its own."""

    name = "npz"
    suffixes = (".npz",)
    options = ("is_image", "scale", "group", *SHARES)
    example = "npz:data/mine.npz"

    def check(self, argument):
        existing_path(self._query(argument))

    def load(self, argument):
        """The arrays of an .npz file: x, y and maybe class_names, or x_train, y_train, x_validation (x_val), x_test, ....

        An array `group` (or group_train, ...) names each example's group, of which none stands in two splits.

        Nothing in the file is executed: arrays of Python objects are refused.

        Args:
            argument: path, with `?is_image=true|false`, `&scale=one|columns|none` (one number for all of x, the
                default; each column of an (n, d) x by its own mean and standard deviation; as they are), `&group=NAME`
                (the groups' array, where it has another name), `&validation_share=`, `&test_share=`.

        Raises:
            DataError: there is no such file, it is damaged, or its arrays make no classification data.
        """
        query = self._query(argument)
        is_image = {"": None, "true": True, "false": False}[query.choice("is_image", ("true", "false"))]
        scale = query.choice("scale", ("one", "columns", "none"), "one")
        shares = {key: query.share(key) for key in SHARES}
        check_shares(**shares)
        path = existing_path(query)
        raw = raw_from_mapping(
            _read(path), name=path.stem, is_image=is_image, group=query.one("group", GROUP), **shares
        )
        refuse_idle_shares(query, raw)
        return standardized(raw) if scale == "columns" else replace(raw, is_scaled=scale == "one")

    def _query(self, argument: str) -> Query:
        return parse_query(self.name, argument, self.options, example=self.example)


def _read(path) -> dict[str, np.ndarray]:
    try:
        file = np.load(path, allow_pickle=False)
        if not isinstance(file, np.lib.npyio.NpzFile):
            raise DataError(
                f"Expected an .npz archive of named arrays at {path}, received a single array; save it with "
                "numpy.savez(path, x=x, y=y)."
            )
        with file:
            _refuse_swollen(file, path)
            return {key: _array(file, key, path) for key in file.files}
    except UNREADABLE_ARCHIVE as error:
        # numpy takes what is neither .npy nor .npz for a pickle, and says so
        reason = "neither .npz nor .npy" if "pickle" in str(error) else " ".join(str(error).split())
        raise DataError(
            f"Expected an .npz file at {path}, received one that cannot be read ({reason}); write it again with "
            "numpy.savez(path, x=x, y=y)."
        ) from error


def _refuse_swollen(file: np.lib.npyio.NpzFile, path) -> None:
    """DataError for an archive that unpacks to far more than it weighs, or an array whose header promises more than there
    is: numpy takes the memory for it before it reads."""
    problem = swollen(path, sum(member.file_size for member in file.zip.infolist()))
    if problem:
        raise DataError(
            f"Expected arrays that fit in memory at {path}, received {problem}; save the examples that are needed, as "
            "float32 or uint8."
        )
    for member in file.zip.infolist():
        with file.zip.open(member) as stream:
            if member.filename.endswith(".npy") and (promised := _promised_bytes(stream)) > member.file_size:
                raise DataError(
                    f"Expected {member.filename} in {path} to hold the {promised:,} bytes its header promises, received "
                    f"{member.file_size:,}; the file is damaged: write it again."
                )


def _promised_bytes(stream) -> int:
    """Size of the array that an .npy header announces."""
    header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    version = np.lib.format.read_magic(stream)
    if version not in header:
        return 0  # (3, 0): names of fields that are not latin-1, which no example has; numpy says what it finds
    shape, _, dtype = header[version](stream)
    return 0 if dtype.hasobject else math.prod(shape) * dtype.itemsize


def _array(file, key: str, path) -> np.ndarray:
    try:
        return file[key]
    except ValueError as error:
        if "Object arrays" not in str(error):
            raise
        raise DataError(
            f"Expected plain arrays in {path}, received an array of Python objects, {key}, which could run code when "
            f"read; save it as numbers or text: numpy.savez(path, {key}={key}.astype(str), ...)."
        ) from error
