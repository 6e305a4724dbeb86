"""Arrays in memory -> RawData: what `Dataset.from_arrays`, `npz:` and `python:` have in common."""

from collections.abc import Mapping, Sequence

import numpy as np

from regtrack.data.dividing.array_groups import groups_of_arrays
from regtrack.data.labels import encode_labels
from regtrack.data.raw import RawData
from regtrack.data.shares import check_shares, held_out_size
from regtrack.errors import DataError

SPLIT_KEYS = {"train": ("train",), "validation": ("validation", "val"), "test": ("test",)}
GROUP = "group"
"""The array that names each example's group, or GROUP_train and so on, where nobody gives it another name."""
LEAST_SIDE = 8  # the digits'; a smaller square is more likely a table of numbers


def raw_from_arrays(
    x,
    y,
    *,
    class_names: Sequence[str] | None = None,
    name: str,
    is_image: bool | None = None,
    validation_share: float = 0.2,
    test_share: float = 0.2,
    group=None,
    time: str | None = None,
) -> RawData:
    """RawData of x and y, validation and test to be drawn; see `Dataset.from_arrays`."""
    check_shares(validation_share, test_share)
    if hasattr(x, "columns") and hasattr(x, "iloc"):  # a pandas DataFrame, told without importing pandas
        from regtrack.data.tables.frames import raw_from_frame

        if is_image:
            raise DataError(
                f"Expected an array for images in x of {name}, received a DataFrame; give x.to_numpy() in the images' shape."
            )
        return raw_from_frame(
            x,
            y,
            class_names=class_names,
            name=name,
            validation_share=validation_share,
            test_share=test_share,
            group=group,
            time=time,
        )
    if time is not None:
        raise DataError(
            f"Expected time for a DataFrame only, of which it names a column, received it for an array in {name}; give x as a "
            "DataFrame, or leave time out."
        )
    groups = {} if group is None else {"train": group}
    return _raw(
        {"train": (x, y)},
        class_names,
        name,
        is_image,
        groups=groups,
        validation_share=validation_share,
        test_share=test_share,
    )


def raw_from_mapping(
    arrays: Mapping,
    *,
    name: str,
    is_image: bool | None = None,
    validation_share: float = 0.2,
    test_share: float = 0.2,
    group: str = GROUP,
) -> RawData:
    """RawData of named arrays: x and y; or x_train, y_train and own splits x_validation (x_val), x_test.

    Without test, or without validation, that split is drawn from train. `class_names` is optional, and so is what `group`
    names: each example's group (of each split, GROUP_train and so on), which no two splits share.

    Raises:
        DataError: names are missing, unknown or mixed.
    """
    check_shares(validation_share, test_share)
    arrays = dict(arrays)
    class_names = arrays.pop("class_names", None)
    axes = ("x", "y", group)
    known = {f"{axis}_{key}": (axis, split) for split, keys in SPLIT_KEYS.items() for key in keys for axis in axes}
    known |= {axis: (axis, "whole") for axis in axes}
    if group != GROUP and not any(known.get(key, ("",))[0] == group for key in arrays):
        raise DataError(
            f"Expected an array {group} (or {group}_train and so on) in {name}, as group= says, received {', '.join(arrays)}; "
            "name one of them, or leave group out."
        )
    unknown = sorted(set(map(str, arrays)) - set(known))
    if unknown:
        raise DataError(
            f"Expected arrays named x, y, class_names, group, or x_train, y_train, x_validation (or x_val), x_test and so on in "
            f"{name}, received {', '.join(unknown)}; rename or remove them."
        )
    parts: dict[str, dict] = {}
    for key, value in arrays.items():
        axis, split = known[key]
        if axis in parts.setdefault(split, {}):
            raise DataError(f"Expected validation once in {name}, received x_validation and x_val; keep one of them.")
        parts[split][axis] = value
    halves = [f"{ {'x': 'y', 'y': 'x'}[next(iter(part.keys() - {group}))]}_{split}".removesuffix("_whole")
              for split, part in parts.items() if len(part.keys() - {group}) == 1]  # fmt: skip
    if halves:
        raise DataError(
            f"Expected x and y of each split in {name}, received no {', '.join(halves)}; add what is missing."
        )
    if 0 < sum(group in part for part in parts.values()) < len(parts):
        raise DataError(
            f"Expected {group} of every split in {name}, received none of {', '.join(s for s in parts if group not in parts[s])}; "
            "add what is missing."
        )
    received = ", ".join(arrays) or "nothing"
    if ("whole" in parts) == ("train" in parts) or ("whole" in parts and len(parts) > 1):
        raise DataError(
            f"Expected x and y, or x_train and y_train with own splits, in {name}, received {received}; give either."
        )
    pairs = {"train" if split == "whole" else split: (part["x"], part["y"]) for split, part in parts.items()}
    groups = {"train" if split == "whole" else split: part[group] for split, part in parts.items() if group in part}
    return _raw(
        pairs,
        class_names,
        name,
        is_image,
        groups=groups,
        group=group,
        validation_share=validation_share,
        test_share=test_share,
    )


def guess_is_image(x: np.ndarray) -> bool:
    """(n, height, width, 1|3|4), (n, height, width) of uint8, or (n, side, side) with side >= LEAST_SIDE."""
    if x.ndim == 4:
        return x.shape[3] in (1, 3, 4)
    return x.ndim == 3 and (x.dtype == np.uint8 or (x.shape[1] == x.shape[2] >= LEAST_SIDE))


def _raw(
    pairs: dict,
    class_names,
    name: str,
    is_image: bool | None,
    *,
    groups: Mapping,
    group: str = GROUP,
    validation_share: float,
    test_share: float,
) -> RawData:
    """RawData of split -> (x, y), train among them; the rows stand in the order train, validation, test. `groups` is split -> the
    group of each example, of every split or of none."""
    order = [split for split in SPLIT_KEYS if split in pairs]
    xs = {split: _numbers(pairs[split][0], _title("x", split, order), name) for split in order}
    ys = {split: np.asarray(pairs[split][1]) for split in order}
    for split in order:
        if ys[split].ndim == 0 or len(xs[split]) != len(ys[split]):
            raise DataError(
                f"Expected a label for each example of {name}, received {_title('x', split, order)} {xs[split].shape} "
                f"and {_title('y', split, order)} {ys[split].shape}; give arrays of equal length."
            )
        if xs[split].shape[1:] != xs["train"].shape[1:] or ys[split].shape[1:] != ys["train"].shape[1:]:
            raise DataError(
                f"Expected examples of one shape in every split of {name}, received x {xs[split].shape[1:]}, y "
                f"{ys[split].shape[1:]} in {split} and x {xs['train'].shape[1:]}, y {ys['train'].shape[1:]} in train; "
                "bring them to one shape."
            )
    labels, class_names, notes = encode_labels(np.concatenate(list(ys.values())), name=name, class_names=class_names)
    x = np.concatenate(list(xs.values())) if len(order) > 1 else xs["train"]
    is_image = guess_is_image(x) if is_image is None else is_image
    if is_image and x.ndim not in (3, 4):
        raise DataError(
            f"Expected images (n, height, width[, channels]) in x of {name}, received {x.shape}; reshape them, or "
            "leave is_image out."
        )
    n_train = len(xs["train"])
    sizes_of = {split: len(x) for split, x in xs.items()}
    sizes = {"validation": held_out_size(validation_share, n_train), "test": held_out_size(test_share, n_train)}
    return RawData(
        name=name,
        x=x,
        labels=labels,
        class_names=class_names,
        is_image=bool(is_image),
        validation_size=len(xs["validation"]) if "validation" in xs else sizes["validation"],
        test_size=len(xs["test"]) if "test" in xs else sizes["test"],
        has_official_test="test" in xs,
        has_official_validation="validation" in xs,
        notes=notes,
        division=groups_of_arrays({split: groups[split] for split in order}, sizes_of, group, name) if groups else None,
    )


def _title(axis: str, split: str, order: list[str]) -> str:
    return axis if order == ["train"] else f"{axis}_{split}"


def _numbers(x, title: str, name: str) -> np.ndarray:
    """x as an array of numbers with an example axis and at least one number an example."""
    try:
        array = np.asarray(x)
    except ValueError as error:  # lists of unequal lengths
        raise DataError(
            f"Expected {title} of {name} as an array of one shape, received examples of different shapes; bring them to "
            "one shape."
        ) from error
    if array.dtype.kind not in "iufb":
        raise DataError(
            f"Expected numbers in {title} of {name}, received {array.dtype} ({type(x).__name__}); convert them (a sparse "
            "matrix with .toarray()), or give a DataFrame or table:path, whose text columns are encoded."
        )
    if array.ndim == 0 or array.size == 0:
        raise DataError(
            f"Expected examples in {title} of {name}, received an array of shape {array.shape}; give (n, ...) numbers."
        )
    return array
