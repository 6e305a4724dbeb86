"""load_dataset: a spec -> a Dataset, split, scaled, and with labels corrupted where asked; load_datasets: of several
sizes."""

import math
from collections.abc import Iterable

import numpy as np

from regtrack.data.dataset import Dataset, Split
from regtrack.data.label_noise import check_share, corrupt_labels
from regtrack.data.raw import RawData
from regtrack.data.sources import read_source
from regtrack.data.splitting import split_rows
from regtrack.data.streams import checked_seed, stream
from regtrack.errors import DataError


def load_dataset(spec: str, *, split_seed: int, train_size: int = 0, label_noise: float = 0.0) -> Dataset:
    """Read a source, split it, scale it by the train split, and corrupt labels where asked.

    Args:
        spec: `name` or `name:argument`, e.g. "digits", "fashion_mnist", "fashion_mnist:/folder/of/idx/files".
        split_seed: non-negative integer; decides splits, subset and label noise, each by its own stream: changing
            train_size or label_noise moves neither validation nor test, nor their noise.
        train_size: examples of the train split, stratified; 0 means all. Subsets are nested as `take_stratified` says.
        label_noise: share of given labels changed to another class in every split, in [0, 1); true_label is kept.

    Returns:
        A `Dataset`; x is float32, raw / scale.

    Raises:
        DataError: the source is unknown, missing or damaged, or a setting does not fit it.
    """
    [dataset] = _load(spec, split_seed, [train_size], label_noise)
    return dataset


def load_datasets(
    spec: str, *, split_seed: int, train_sizes: Iterable[int], label_noise: float = 0.0
) -> dict[int, Dataset]:
    """`load_dataset` for each of `train_sizes`, by size, from one reading of the source.

    Validation and test of equal scale are the same objects, so that many sizes cost little more memory than their
    train splits.
    """
    sizes = list(dict.fromkeys(train_sizes))
    return dict(zip(sizes, _load(spec, split_seed, sizes, label_noise), strict=True))


def _load(spec: str, split_seed: int, train_sizes: list[int], label_noise: float) -> list[Dataset]:
    split_seed, label_noise = checked_seed(split_seed), check_share(label_noise)  # before reading anything
    raw = _checked(read_source(spec))
    rows_of = [split_rows(raw, split_seed=split_seed, train_size=size) for size in train_sizes]  # all, before the work

    def build(name: str, index: np.ndarray, scale: float) -> Split:
        # One pass from the source's dtype to float32: no float64 copy of the images.
        x = np.divide(raw.x[index], scale, dtype=np.float32, casting="same_kind")
        true_label = raw.labels[index].astype(np.int64)
        noise_seed = stream(f"noise/{name}", split_seed=split_seed)
        given_label = corrupt_labels(true_label, share=label_noise, n_classes=len(raw.class_names), seed=noise_seed)
        for array in (x, true_label, given_label, index):
            array.setflags(write=False)  # ours alone, so that Split need not copy them
        return Split(x, given_label, true_label, index)

    held_out: dict[float, dict[str, Split]] = {}  # by scale, which is all that a train subset changes of them
    datasets = []
    for train_size, rows in zip(train_sizes, rows_of, strict=True):
        scale = _fit_scale(raw.x[rows.train], raw.name)
        if scale not in held_out:
            held_out[scale] = {name: build(name, getattr(rows, name), scale) for name in ("validation", "test")}
        dataset = Dataset(
            name=raw.name,
            train=build("train", rows.train, scale),
            **held_out[scale],
            class_names=raw.class_names,
            scale=scale,
            is_image=raw.is_image,
            split_seed=split_seed,
            train_size=int(train_size),
            label_noise=label_noise,
        )
        datasets.append(dataset)
    return datasets


def _checked(raw: RawData) -> RawData:
    """The source itself; DataError where its rows, labels and class names do not fit (a faulty source file)."""
    labels, n_classes = raw.labels, len(raw.class_names)
    fits = raw.x.ndim > 0 and labels.shape == (len(raw.x),) and labels.dtype.kind in "iu" and len(labels) > 0
    if not fits or labels.min() < 0 or labels.max() >= n_classes:
        span = f"{labels.min()} to {labels.max()}" if labels.size else "none"
        raise DataError(
            f"Expected {raw.name} to give one integer label 0..{n_classes - 1} an example, received x {raw.x.shape}, "
            f"labels {labels.dtype}{labels.shape} ({span}); correct the source."
        )
    return raw


def _fit_scale(train_x: np.ndarray, name: str) -> float:
    """The largest absolute value of the train split, in the source's units; above 0 and finite, else DataError.

    One number for all of x, and from the train split only: neither validation nor test may leak into the inputs.
    """
    # Not max(abs(x)): that copies everything, and abs(-128) is -128 in int8.
    scale = max(float(train_x.max()), -float(train_x.min()))
    if not (math.isfinite(scale) and scale > 0):
        raise DataError(
            f"Expected finite inputs with at least one other than 0 in the train split of {name}, received a largest "
            f"absolute value of {scale}; drop or fill NaN and infinite numbers, and check the files."
        )
    return scale
