"""load_dataset: a spec -> a Dataset, split, scaled, and with labels corrupted where asked; load_datasets: of several
sizes."""

from collections.abc import Iterable

from regtrack.data.building import dataset_fields
from regtrack.data.dataset import Dataset
from regtrack.data.finished_dataset import as_finished
from regtrack.data.folds import Fold, with_fold
from regtrack.data.label_noise import check_share
from regtrack.data.raw import RawData
from regtrack.data.spec import read_source
from regtrack.data.streams import checked_seed


def load_dataset(
    spec: str, *, split_seed: int, train_size: int = 0, label_noise: float = 0.0, fold: str = ""
) -> Dataset:
    """Read a source, split it, scale it by the train split, and corrupt labels where asked.

    Args:
        spec: `name` or `name:argument`, e.g. "digits", "table:mine.csv?target=class", "images:photos?size=64".
        split_seed: non-negative integer; decides splits, subset and label noise, each by its own stream: changing
            train_size or label_noise moves neither validation nor test, nor their noise.
        train_size: examples of the train split, stratified; 0 means all. Subsets are nested as `take_stratified` says.
        label_noise: share of given labels changed to another class in every split, in [0, 1); true_label is kept.
        fold: `2/5` is the second of five folds, which is tested on, or validated on where the source brings test; "" draws.

    Returns:
        A `Dataset`; x is float32, raw / scale, or what the source's encoder makes of the train rows. Its `notes` say
        what a person should know before training.

    Raises:
        DataError: the source is unknown, missing or damaged, or a setting does not fit it.
    """
    [dataset] = _load(spec, split_seed, [train_size], label_noise, fold)
    return dataset


def load_datasets(
    spec: str, *, split_seed: int, train_sizes: Iterable[int], label_noise: float = 0.0, fold: str = ""
) -> dict[int, Dataset]:
    """`load_dataset` for each of `train_sizes`, by size, from one reading of the source.

    Validation and test of equal scale are the same objects, so that many sizes cost little more memory than their
    train splits.
    """
    sizes = list(dict.fromkeys(train_sizes))
    return dict(zip(sizes, _load(spec, split_seed, sizes, label_noise, fold), strict=True))


def _load(spec: str, split_seed: int, train_sizes: list[int], label_noise: float, fold: str) -> list[Dataset]:
    checked_seed(split_seed), check_share(label_noise)  # before reading anything
    part = Fold.of_text(fold)
    source = read_source(spec)
    if isinstance(source, Dataset):  # a function made it, splits and all
        return [
            as_finished(source, split_seed=split_seed, train_size=size, label_noise=label_noise, fold=fold)
            for size in train_sizes
        ]
    if part:
        source = with_fold(source, part, split_seed=split_seed)
    return datasets_from(source, split_seed=split_seed, train_sizes=train_sizes, label_noise=label_noise)


def datasets_from(raw: RawData, *, split_seed: int, train_sizes: list[int], label_noise: float) -> list[Dataset]:
    """A Dataset of `raw` for each of `train_sizes`. Raises DataError as `load_dataset`."""
    fields = dataset_fields(raw, split_seed=split_seed, train_sizes=train_sizes, label_noise=label_noise)
    return [Dataset(**of_size) for of_size in fields]
