"""Groups from arrays: the group of each example beside x and y, of all of them or of each split."""

from collections.abc import Mapping

import numpy as np

from regtrack.data.dividing.groups import Groups
from regtrack.errors import DataError


def groups_of_arrays(arrays: Mapping, sizes: Mapping[str, int], group: str, name: str) -> Groups:
    """The groups of all examples, split after split in the order of `arrays`.

    Args:
        arrays: split -> (n,) whole numbers or text.
        sizes: split -> n, its examples.
        group: what the arrays are called, before _train and so on where there are several.
        name: the data's, for messages.

    Raises:
        DataError: an array has another shape, is of other numbers, or a group is missing.
    """
    found = []
    for split, values in arrays.items():
        title = group if len(arrays) == 1 else f"{group}_{split}"
        array = np.asarray(values)
        if array.shape != (sizes[split],):
            raise DataError(
                f"Expected a group for each of {sizes[split]:,} examples of {name}, received {title} {array.shape}; give an array "
                "of one entry an example."
            )
        missing = [i for i, value in enumerate(array.tolist()) if value is None or value != value or value in ("", b"")]
        if missing:
            raise DataError(
                f"Expected a group for each example of {name}, received {title}[{missing[0]}] = {array[missing[0]]!r}; fill it, or "
                "leave the example out."
            )
        if array.dtype.kind not in "iuUSOb" and not (array.dtype.kind == "f" and (array == np.floor(array)).all()):
            raise DataError(
                f"Expected whole numbers or text in {title} of {name}, received {array.dtype}; convert them."
            )
        found.append(array.astype(np.str_))
    return Groups.of_values(group, np.concatenate(found))
