"""Suiting: what a variant does around the network, held against network, data and budget before anything is trained."""

import keras

from regtrack import names
from regtrack.data import Dataset
from regtrack.errors import VariantError
from regtrack.models.network import Network
from regtrack.models.probe import takes_whole_numbers
from regtrack.training.averaging import averaged_epochs
from regtrack.variants.effects import AtInput, AveragedWeights, MixedExamples
from regtrack.variants.settings import Settings
from regtrack.variants.variant import Variant


def check_suiting(variant: Variant, settings: Settings, network: Network, model: keras.Model, dataset: Dataset) -> None:
    """Raise VariantError, of the parameter at fault, where what the variant asks for would do nothing or harm.

    Args:
        settings: the variant's own.
        model: `network`'s, ready to be trained.
    """
    for effect in variant.effects():
        if isinstance(effect, MixedExamples):
            _check_mixing(effect, settings, model)
        elif isinstance(effect, AveragedWeights) and effect.way == "tail":
            _check_tail(effect, settings)
        elif isinstance(effect, AtInput) and effect.from_0_to_1:
            _check_range(effect, network, dataset)


def _check_mixing(effect: MixedExamples, settings: Settings, model: keras.Model) -> None:
    if settings.batch_size < 2:
        raise VariantError(
            f"mixes each example with another of its batch, received batch_size {settings.batch_size}; give batch_size 2 or more",
            parameter=effect.name,
        )
    if takes_whole_numbers(model):
        raise VariantError(
            f"mixes numbers, and model {model.name!r} looks whole ones up, such as token ids; leave {effect.name} out",
            parameter=effect.name,
        )


def _check_tail(effect: AveragedWeights, settings: Settings) -> None:
    if averaged_epochs(effect.value, settings.epochs) < 2:
        raise VariantError(
            f"expected a share of two epochs or more, received {effect.value:g} of {settings.epochs}; give "
            f"{min(2 / settings.epochs, 1):.2g} or more, or more epochs",
            parameter="swa",
        )


def _check_range(effect: AtInput, network: Network, dataset: Dataset) -> None:
    name = effect.layer.class_name
    if network.reads == names.SOURCE:
        raise VariantError(
            f"{name} takes numbers from 0 to 1, and the model is given the source's own; give inputs=scaled with a model "
            f"that reads those, or leave {name} out"
        )
    low = float(dataset.train.x.min())
    if low < 0:
        raise VariantError(f"{name} takes numbers from 0 to 1, received images down to {low:.3g}; leave {name} out")
