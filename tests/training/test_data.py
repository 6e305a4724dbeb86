"""dataset_of: what a variant learns on, and whether it can act on such data."""

import dataclasses

import pytest

from regtrack.errors import VariantError
from regtrack.training.data import dataset_of
from regtrack.training.fit import check_trainable
from regtrack.variants import Settings, Variant


def test_augmentation_is_refused_where_the_data_are_no_images(digits):
    """Rows of eight numbers may be pictures or sequences: the data say which, before anything is trained."""
    rows = dataclasses.replace(digits, is_image=False, digest="")
    message = (
        "augment_shift=0.1: RandomTranslation acts on images, and the data digits are none; use image data or leave"
    )
    with pytest.raises(VariantError) as caught:
        dataset_of(Variant(augment_shift=0.1), rows, {})
    assert str(caught.value).startswith(message)
    with pytest.raises(VariantError, match="acts on images, and the data"):
        check_trainable([Variant(), Variant(augment_shift=0.1)], rows, Settings())
    assert dataset_of(Variant(augment_shift=0.1), digits, {}) is digits
    assert dataset_of(Variant(gaussian_noise=0.1), rows, {}) is rows
