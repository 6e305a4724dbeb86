"""From a source's raw data to the fields of a Dataset: everything between reading and the finished value."""

import math
from dataclasses import replace

import numpy as np

from regtrack.data.class_counts import check_class_counts
from regtrack.data.label_noise import check_share, corrupt_labels
from regtrack.data.notes.findings import find_notes
from regtrack.data.raw import Encoded, RawData
from regtrack.data.raw_checks import check_raw
from regtrack.data.split import Split
from regtrack.data.splitting import split_rows
from regtrack.data.streams import checked_seed, stream
from regtrack.data.units import whole_columns
from regtrack.errors import DataError


def dataset_fields(raw: RawData, *, split_seed: int, train_sizes: list[int], label_noise: float) -> list[dict]:
    """The fields of a Dataset of `raw` for each of `train_sizes`: checked, split, scaled or encoded, given noise, noted upon.

    Raises:
        DataError: as `load_dataset`.
    """
    split_seed, label_noise = checked_seed(split_seed), check_share(label_noise)
    check_raw(raw)
    check_class_counts(raw)
    rows_of = [split_rows(raw, split_seed=split_seed, train_size=size) for size in train_sizes]  # all, before the work

    def build(name: str, index: np.ndarray, x: np.ndarray, scale: float) -> Split:
        # One pass from the source's dtype to float32: no float64 copy of the images.
        x = np.divide(x[index], scale, dtype=np.float32, casting="same_kind")
        true_label = raw.labels[index].astype(np.int64)
        noise_seed = stream(f"noise/{name}", split_seed=split_seed)
        given_label = corrupt_labels(true_label, share=label_noise, n_classes=len(raw.class_names), seed=noise_seed)
        cells = None if raw.cells is None else raw.cells[index]
        for array in (x, true_label, given_label, index):
            array.setflags(write=False)  # ours alone, so that Split need not copy them
        return Split(x, given_label, true_label, index, cells)

    is_whole = raw.encode is None and whole_columns(raw.x)
    held_out: dict[float, dict[str, Split]] = {}  # by scale, which is all that a train subset changes of them
    fields = []
    for train_size, rows in zip(train_sizes, rows_of, strict=True):
        if raw.encode is None:
            encoded = Encoded(raw.x, ())
            scale = _fit_scale(raw.x[rows.train], raw.name) if raw.is_scaled else 1.0
        else:
            encoded, scale = raw.encode(rows.train), 1.0
            if encoded.units and not raw.is_scaled:
                encoding = encoded.encoding.unscaled() if encoded.encoding else None
                encoded = replace(encoded, x=encoded.units.source(encoded.x), units=None, encoding=encoding)
        if scale not in held_out or raw.encode is not None:  # an encoder may change any column with its train rows
            held_out[scale] = {
                name: build(name, getattr(rows, name), encoded.x, scale) for name in ("validation", "test")
            }
        train = build("train", rows.train, encoded.x, scale)
        splits = {"train": train, **held_out[scale]}
        found = find_notes(splits, raw, feature_names=encoded.feature_names)
        divided = raw.division.notes(vars(rows), raw.labels) if raw.division else ()
        of_size = dict(
            name=raw.name,
            **splits,
            class_names=raw.class_names,
            scale=scale,
            is_image=raw.is_image,
            split_seed=split_seed,
            train_size=int(train_size),
            label_noise=label_noise,
            notes=(*divided, *raw.notes, *encoded.notes, *found),
            columns=raw.columns,
            feature_names=encoded.feature_names,
            encoding=encoded.encoding,
            pixel_range=raw.pixel_range,
            is_whole=is_whole,
            column_units=encoded.units,
            divided_by=raw.division.rule if raw.division else "",
        )
        fields.append(of_size)
    return fields


def _fit_scale(train_x: np.ndarray, name: str) -> float:
    """The largest absolute value of the train split, in the source's units; above 0 and finite, else DataError.

    One number for all of x, and from the train split only: neither validation nor test may leak into the inputs.
    """
    # Not max(abs(x)): that copies everything, and abs(-128) is -128 in int8.
    scale = max(float(train_x.max()), -float(train_x.min()))
    if scale == 0:
        raise DataError(
            f"Expected inputs with at least one other than 0 in the train split of {name}, received only 0; check the "
            "files."
        )
    if not math.isfinite(scale):
        raise DataError(
            f"Expected finite inputs in the train split of {name}, received a largest absolute value of {scale}; drop or fill NaN and infinite numbers, and check the files."
        )
    return scale
