"""What would do nothing or harm is refused before anything is trained, in words that help."""

import dataclasses

import keras
import numpy as np
import pytest

from regtrack.data import load_dataset
from regtrack.errors import VariantError
from regtrack.training.fit import check_trainable
from regtrack.training.job import Job
from regtrack.variants import Settings, Variant

CASES = {
    "a batch of one": ({"mixup": 0.2}, {"batch_size": 1}, r"mixup: mixes each example .* batch_size 1; give batch_size 2"),
    "a tail of one epoch": ({"swa": 0.3}, {"epochs": 3}, r"swa: expected a share of two epochs .* 0\.3 of 3; give 0\.67 or"),
    "the source's numbers": ({"rand_augment": 0.2}, {"inputs": "source"}, r"RandAugment takes numbers from 0 to 1, and the"),
}  # fmt: skip


@pytest.mark.parametrize(("params", "settings", "message"), CASES.values(), ids=list(CASES))
def test_refused(params, settings, message, digits):
    """By budget and units."""
    with pytest.raises(VariantError, match=message):
        check_trainable([Variant(**params)], Job(digits, Settings(hidden_widths="8", **settings)))


@pytest.mark.parametrize("name", ["cutmix", "random_erasing", "rand_augment"])
def test_what_acts_on_images_is_refused_on_other_data(name):
    """A table's rows have no rectangle."""
    with pytest.raises(VariantError, match="acts on images, and the data wine are none"):
        check_trainable([Variant(**{name: 0.5})], Job(load_dataset("sklearn:wine", split_seed=0), Settings()))


def test_images_below_zero_are_refused(digits):
    """RandAugment would cut them off."""
    train = dataclasses.replace(digits.train, x=digits.train.x - np.float32(0.5))
    with pytest.raises(VariantError, match=r"RandAugment takes numbers from 0 to 1, received images down to -0\.5"):
        check_trainable(
            [Variant(rand_augment=0.2)], Job(dataclasses.replace(digits, train=train, digest=""), Settings())
        )


def test_tokens_are_not_mixed(digits):
    """Half of one word and half of another is none."""

    def build(seed):
        layers = [keras.layers.Flatten(), keras.layers.Embedding(20, 4), keras.layers.GlobalAveragePooling1D()]
        return keras.Sequential([keras.Input((8, 8)), *layers, keras.layers.Dense(10, activation="softmax")])

    with pytest.raises(VariantError, match=r"mixup: mixes numbers, and model .* looks whole ones up"):
        check_trainable([Variant(mixup=0.2)], Job(digits, Settings(inputs="source"), build))
