"""Job: what all trials of a sweep share, as one value; with a variant and a seed it determines a trial.

It travels whole to each process that trains, and is put together and sent without TensorFlow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from regtrack.data import Dataset
from regtrack.errors import VariantError
from regtrack.models.network import Held, Network, network_named
from regtrack.variants.settings import Settings
from regtrack.variants.variant import Variant

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, eq=False)
class Job:
    """Data, settings and network that trials share.

    dataset: what is learned on by every variant that sets no train_size of its own.
    settings: of all trials; a variant may set some for itself (`settings_of`).
    build: seed -> a person's own Keras model, in place of the one that settings and variants name;
        `settings.architecture` is then its name.
    few_passes: how many Monte Carlo passes an ensemble is compared with: as many as it has networks, one a seed.
    others: the same data at the training sizes that variants set for themselves.
    """

    dataset: Dataset
    settings: Settings = field(default_factory=Settings)
    build: Callable[[int], keras.Model] | None = None
    few_passes: int = 5
    others: tuple[Dataset, ...] = ()

    def dataset_of(self, variant: Variant) -> Dataset:
        """What the variant learns on: `dataset`, or the data of the train_size that it sets for itself.

        Raises VariantError where there is none (a Dataset does not know its source, and cannot be drawn from again), or
        where the variant acts on images and the data are none.
        """
        found = {dataset.train_size: dataset for dataset in (self.dataset, *self.others)}
        size = variant.overrides.get("train_size", self.dataset.train_size)
        if size not in found:
            raise VariantError(
                f"expected that of the data given ({', '.join(map(str, found))}; 0 is all), received {size} "
                f"in {variant.label}; fit it on load_dataset(..., train_size={size}), or run a grid, which loads its sizes",
                parameter="train_size",
            )
        _check_images(variant, found[size])
        return found[size]

    def settings_of(self, variant: Variant) -> Settings:
        """The job's settings with the variant's own in their place."""
        return variant.settings(self.settings)

    def updates_of(self, variant: Variant) -> int:
        """Updates of the weights in a trial of the variant, over its whole budget of epochs. Raises as `dataset_of`."""
        settings = self.settings_of(variant)
        return -(-len(self.dataset_of(variant).train) // settings.batch_size) * settings.epochs

    def network_of(self, variant: Variant) -> Network:
        """Where the variant's network comes from; what the variant puts in is not in it yet. Raises VariantError as
        `dataset_of`."""
        own, data = self.settings_of(variant), self.dataset_of(variant)
        shared = {
            "input_shape": data.input_shape,
            "n_classes": data.n_classes,
            "existing_regularization": own.existing_regularization,
            "inputs": own.inputs,
        }
        if self.build:
            return Held(identity=own.architecture, build=self.build, **shared)
        named = {"hidden_widths": own.hidden_widths, "keep_weights": own.keep_weights}
        return network_named(own.architecture, **named, **shared)


def _check_images(variant: Variant, dataset: Dataset) -> None:
    """A model cannot tell the rows of a picture from the steps of a sequence: the data can."""
    names = [name for effect in variant.effects() if (name := getattr(effect, "on_images", ""))]
    if names and not dataset.is_image:
        raise VariantError(
            f"{names[0]} acts on images, and the data {dataset.name} are none; use image data or leave it out",
            variant=variant.label,
        )
