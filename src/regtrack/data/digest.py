"""The digest of a data set: SHA-256 over all of it, so that equal digests mean equal data."""

import hashlib

import numpy as np

FORMAT = "regtrack.dataset.v1"  # hashed first: a change of this layout gives other digests, never equal ones by chance
ARRAYS = ("x", "given_label", "true_label", "example_id")


def dataset_digest(
    splits: dict,
    class_names: tuple[str, ...],
    columns: tuple[str, ...] = (),
    feature_names: tuple[str, ...] = (),
    divided_by: str = "",
) -> str:
    """64 hex characters over every byte of every split's four arrays, their dtypes and shapes, and the class names;
    of a table also over its cells and the names of its columns and features.

    The data set's name, seed and settings are left out: the same data found elsewhere has the same digest.
    MLflow's own digest reads the first 10,000 numbers only, about 13 images.

    Args:
        splits: split name -> object with the arrays named in `ARRAYS`.
        class_names: in label order.
        columns, feature_names: of a table; () elsewhere, which leaves a digest as it was before tables existed.
        divided_by: what was kept together or in order; "" elsewhere, which leaves a digest as it was.
    """
    sha = hashlib.sha256()
    _feed(sha, "format", FORMAT.encode())
    for split_name, split in splits.items():
        for field in ARRAYS:
            array = getattr(split, field)
            # Little-endian whatever the machine; free of a copy on the machines we meet.
            array = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
            _feed(sha, f"{split_name}.{field}.dtype", array.dtype.str.encode())
            _feed(sha, f"{split_name}.{field}.shape", repr(tuple(map(int, array.shape))).encode())
            _feed(sha, f"{split_name}.{field}", memoryview(array).cast("B"))
    for i, class_name in enumerate(class_names):
        _feed(sha, f"class_names.{i}", class_name.encode())
    for field, values in (("columns", columns), ("feature_names", feature_names)):
        for i, value in enumerate(values):
            _feed(sha, f"{field}.{i}", value.encode())
    if divided_by:
        _feed(sha, "divided_by", divided_by.encode())
    for split_name, split in splits.items() if columns else ():
        _feed(sha, f"{split_name}.rows", _cell_hash(split.rows))
    return sha.hexdigest()


def _cell_hash(rows: np.ndarray) -> bytes:
    """SHA-256 over the shape and the cells, each behind its length: the array's own bytes follow its longest cell."""
    sha = hashlib.sha256(repr(tuple(map(int, rows.shape))).encode())
    for row in rows.tolist():
        sha.update("".join([f"{len(cell)}:{cell}" for cell in row]).encode("utf-8", "surrogatepass"))
    return sha.digest()


def _feed(sha, field: str, payload: bytes | memoryview) -> None:
    """Hash one field as length, name, length, payload: no two layouts can run into the same byte string."""
    name = field.encode()
    sha.update(len(name).to_bytes(8, "little") + name + len(payload).to_bytes(8, "little"))
    sha.update(payload)
