"""What must hold between the parts of a Dataset. Each check raises DataError: expected, received, what to do."""

import math

import numpy as np

from regtrack.errors import DataError


def check_class_names(class_names) -> tuple[str, ...]:
    """The names as a tuple; at least two, all different, all strings."""
    names = (class_names,) if isinstance(class_names, str) else tuple(class_names)
    if len(names) < 2 or len(set(names)) < len(names) or not all(isinstance(name, str) for name in names):
        raise DataError(
            f"Expected at least two different class names (strings), received {names!r}; name every class once."
        )
    return names


def check_scale(scale: float) -> None:
    """Finite and above 0: x * scale must give back the source's units."""
    if not (math.isfinite(scale) and scale > 0):
        raise DataError(
            f"Expected a finite scale above 0, received {scale!r}; use the largest absolute value of the train split."
        )


def check_split(name: str, split, *, n_classes: int, input_shape: tuple[int, ...], is_image: bool) -> None:
    """One split: equal lengths, one input shape, finite inputs, labels 0..C-1, at least one example."""
    labels = {"given_label": split.given_label, "true_label": split.true_label}
    shapes = {field: a.shape for field, a in (labels | {"example_id": split.example_id}).items()}
    # x of no axis (a single number) has no length to compare with.
    if split.x.ndim == 0 or any(shape != (len(split.x),) for shape in shapes.values()):
        received = ", ".join(f"{field} {shape}" for field, shape in ({"x": split.x.shape} | shapes).items())
        raise DataError(
            f"Expected one label of each kind and one id for each example of {name}, received {received}; "
            "give arrays of equal length."
        )
    if len(split) == 0:
        raise DataError(f"Expected at least one example in {name}, received none; use a larger data set.")
    if split.x.shape[1:] != input_shape or (is_image and len(input_shape) not in (2, 3)):
        wanted = "images (height, width[, channels])" if is_image else "examples"
        raise DataError(
            f"Expected {wanted} of one shape in every split, received {split.x.shape[1:]} in {name} and {input_shape} "
            "in train; bring all examples to one shape."
        )
    if not np.isfinite(split.x).all():
        n_bad = int(np.sum(~np.isfinite(split.x)))
        raise DataError(
            f"Expected finite inputs in {name}, received {n_bad} NaN or infinite numbers; drop or fill them first."
        )
    for field, values in labels.items():
        if values.min() < 0 or values.max() >= n_classes:
            raise DataError(
                f"Expected {field} of {name} from 0 to {n_classes - 1} ({n_classes} class names), received "
                f"{values.min()} to {values.max()}; renumber the labels or name every class."
            )


def check_columns(splits: dict, *, columns: tuple[str, ...], feature_names: tuple[str, ...]) -> None:
    """A table's rows fit its columns in every split, and feature names fit the inputs; without columns, no rows."""
    for name, split in splits.items():
        wanted = (len(split), len(columns)) if columns else None
        received = None if split.rows is None else split.rows.shape
        if received != wanted:
            raise DataError(
                f"Expected rows of {name} with a cell for each of {len(columns)} columns, {wanted}, received {received}; "
                "give rows and columns together, or neither."
            )
        if feature_names and split.x.shape[1:] != (len(feature_names),):
            raise DataError(
                f"Expected a name for each input column, {split.x.shape[1:]} in {name}, received {len(feature_names)} "
                "feature names; name every column once."
            )


def check_unique_ids(splits: dict) -> None:
    """No example_id twice, within a split or across: an example in train and test would make every score lie."""
    ids = np.concatenate([split.example_id for split in splits.values()])
    values, counts = np.unique(ids, return_counts=True)
    if len(values) < len(ids):
        first = int(values[counts > 1][0])
        where = " and ".join(name for name, split in splits.items() if first in split.example_id)
        raise DataError(
            f"Expected every example_id once over all splits, received {len(ids) - len(values)} repeated, first "
            f"{first} in {where}; give each example its own id and put it in one split only."
        )


def check_digest(given: str, computed: str) -> str:
    """The computed digest; a given one must equal it ("" means none given)."""
    if given and given != computed:
        raise DataError(
            f"Expected digest {computed} for this data, received {given}; leave digest out to have it computed."
        )
    return computed
