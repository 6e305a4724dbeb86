"""The data that settings ask for, and what variants with a train_size of their own learn on instead."""

from collections.abc import Callable, Sequence

from regtrack.data import Dataset
from regtrack.data.loading import load_datasets
from regtrack.variants.settings import Settings
from regtrack.variants.variant import Variant


def load_data(settings: Settings, variants: Sequence[Variant] = ()) -> tuple[Dataset, dict[int, Dataset]]:
    """The settings' data, and by train_size this and every other size that a variant names. One reading of the source.

    Raises DataError for a source or a size that cannot be had.
    """
    own = [variant.overrides["train_size"] for variant in variants if "train_size" in variant.overrides]
    by_train_size = load_datasets(
        settings.dataset,
        split_seed=settings.split_seed,
        train_sizes=[settings.train_size, *own],
        label_noise=settings.label_noise,
    )
    return by_train_size[settings.train_size], by_train_size


def say_of(dataset: Dataset, say: Callable[[str], None]) -> None:
    """The data's summary, then its notes, each whole: a summary cuts them."""
    say(dataset.summary(with_notes=False))
    if dataset.label_noise:
        say(f"note: {dataset.label_noise:.0%} of the labels are changed on purpose, in every split (label_noise)")
    for note in dataset.notes:
        say(f"note: {note}")
