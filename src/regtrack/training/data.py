"""Which data a trial learns on: the sweep's, or that of its variant's own train_size."""

from collections.abc import Mapping

from regtrack.data import Dataset
from regtrack.errors import VariantError
from regtrack.variants.effects import AtInput
from regtrack.variants.variant import Variant


def dataset_of(variant: Variant, dataset: Dataset, by_train_size: Mapping[int, Dataset]) -> Dataset:
    """`dataset`, unless the variant sets train_size for itself: then the data of that size.

    Raises VariantError where there is none (a Dataset does not know its source, and cannot be drawn from again), or
    where the variant acts on images and the data are none.
    """
    found = {**by_train_size, dataset.train_size: dataset}
    size = variant.overrides.get("train_size", dataset.train_size)
    if size not in found:
        raise VariantError(
            f"expected that of the data given ({', '.join(map(str, found))}; 0 is all), received {size} in "
            f"{variant.label}; fit it on load_dataset(..., train_size={size}), or run a grid, which loads its sizes",
            parameter="train_size",
        )
    _check_images(variant, found[size])
    return found[size]


def _check_images(variant: Variant, dataset: Dataset) -> None:
    """A model cannot tell the rows of a picture from the steps of a sequence: the data can."""
    names = [effect.layer.class_name for effect in variant.effects() if isinstance(effect, AtInput)]
    if names and not dataset.is_image:
        raise VariantError(
            f"{names[0]} acts on images, and the data {dataset.name} are none; use image data or leave it out",
            variant=variant.label,
        )
