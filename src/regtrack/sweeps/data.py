"""The data that settings ask for, and what a grid's trials share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from regtrack.data import Dataset, load_dataset
from regtrack.data.loading import load_datasets
from regtrack.training.job import Job
from regtrack.variants.grid import Grid
from regtrack.variants.settings import Settings
from regtrack.words.note import as_note

if TYPE_CHECKING:
    import keras


def load_data(settings: Settings) -> Dataset:
    """Raises DataError for a source or a size that cannot be had."""
    return load_dataset(
        settings.dataset,
        split_seed=settings.split_seed,
        train_size=settings.train_size,
        label_noise=settings.label_noise,
        fold=settings.fold,
    )


def job_of(grid: Grid, dataset: Dataset | None = None, build: Callable[[int], keras.Model] | None = None) -> Job:
    """What the grid's trials share, with data of every training size that a variant names. One reading of the source.

    Args:
        dataset: in place of the one that the settings name, which then only say what it is called.
        build: seed -> a person's own model, in place of the settings' architecture, which then is its name.
    Raises:
        DataError: a source or a size that cannot be had.
    """
    settings, others = grid.settings, ()
    if dataset is None:
        own = [variant.overrides["train_size"] for variant in grid.variants if "train_size" in variant.overrides]
        dataset, *others = load_datasets(
            settings.dataset,
            split_seed=settings.split_seed,
            train_sizes=[settings.train_size, *own],
            label_noise=settings.label_noise,
            fold=settings.fold,
        ).values()
    return Job(dataset, settings, build, few_passes=len(grid.seeds), others=tuple(others))


def say_of(dataset: Dataset, say: Callable[[str], None]) -> None:
    """The data's summary, then its notes, each whole: a summary cuts them."""
    say(dataset.summary(with_notes=False))
    if dataset.label_noise:
        say(as_note(f"{dataset.label_noise:.0%} of the labels are changed on purpose, in every split (label_noise)"))
    for note in dataset.notes:
        say(as_note(note))
