"""Job: what a variant learns on, with which network, and that the value travels."""

import dataclasses

import cloudpickle
import numpy as np
import pytest

from regtrack.data.loading import load_datasets
from regtrack.errors import VariantError
from regtrack.models import build_model
from regtrack.models.network import Held, OwnFile, OwnFunction, Shipped
from regtrack.training import Job
from regtrack.training.fit import check_trainable
from regtrack.variants import Settings, Variant


def test_augmentation_is_refused_where_the_data_are_no_images(digits):
    """Rows of eight numbers may be pictures or sequences: the data say which, before anything is trained."""
    rows = dataclasses.replace(digits, is_image=False, digest="")
    message = (
        "augment_shift=0.1: RandomTranslation acts on images, and the data digits are none; use image data or leave"
    )
    with pytest.raises(VariantError) as caught:
        Job(rows).dataset_of(Variant(augment_shift=0.1))
    assert str(caught.value).startswith(message)
    with pytest.raises(VariantError, match="acts on images, and the data"):
        check_trainable([Variant(), Variant(augment_shift=0.1)], Job(rows))
    assert Job(digits).dataset_of(Variant(augment_shift=0.1)) is digits
    assert Job(rows).dataset_of(Variant(gaussian_noise=0.1)) is rows


def test_a_variant_learns_on_the_data_of_its_size_or_is_refused():
    """The job's own data unless the variant sets a size; a size that is not there is named beside those that are."""
    own, few = load_datasets("digits", split_seed=0, train_sizes=[200, 90]).values()
    job = Job(own, others=(few,))
    assert job.dataset_of(Variant()) is job.dataset_of(Variant(train_size=200)) is own
    assert job.dataset_of(Variant(train_size=90)) is few
    with pytest.raises(
        VariantError, match=r"that of the data given \(200, 90; 0 is all\), received 80 in train_size=80;"
    ):
        job.dataset_of(Variant(train_size=80))


@pytest.mark.parametrize(
    ("settings", "params", "kind", "keeps"),
    [
        ({"architecture": "cnn"}, {}, Shipped, False),
        ({"architecture": "cnn"}, {"architecture": "python:mine:build"}, OwnFunction, False),
        ({"architecture": "keras:mine.keras", "keep_weights": True}, {}, OwnFile, True),
    ],
)
def test_the_network_is_the_one_that_settings_and_variant_name(digits, settings, params, kind, keeps):
    """The variant's name before the settings'; nothing is imported, opened or built to say which it is."""
    network = Job(digits, Settings(**settings)).network_of(Variant(**params))
    assert type(network) is kind
    assert (network.identity, network.keeps_weights) == ({**settings, **params}["architecture"], keeps)
    assert (network.input_shape, network.n_classes) == ((8, 8), 10)


def test_a_network_that_is_held_stands_in_place_of_the_named_one(digits):
    """Its name is that of the settings; it keeps weights where what holds it says so, whatever the settings say."""

    def build(seed):
        raise AssertionError("built")

    named = Settings(architecture="mine@0123abcd", keep_weights=True)
    network = Job(digits, named, build).network_of(Variant())
    assert (type(network), network.identity, network.digest, network.keeps_weights) == (
        Held,
        "mine@0123abcd",
        "",
        False,
    )
    build.keeps_weights = True
    assert Job(digits, named, build).network_of(Variant()).keeps_weights


def test_a_fresh_network_is_the_model_that_build_model_gives(digits):
    """Same architecture, widths and seed: the same weights bit by bit, twice over."""
    network = Job(digits, Settings(hidden_widths="5")).network_of(Variant(hidden_widths="7"))
    expected = build_model("mlp", (8, 8), 10, hidden_widths="7", seed=3).get_weights()
    for _ in range(2):
        assert all(map(np.array_equal, network.fresh(3).get_weights(), expected))
    assert not np.array_equal(network.fresh(4).get_weights()[0], expected[0])


def test_a_job_comes_back_whole_from_the_bytes_it_travels_as(digits, brief):
    """Data with their digest, settings, passes and a network made in a notebook."""
    width = 6

    def build(seed):
        return build_model("mlp", (8, 8), 10, hidden_widths=str(width), seed=seed)

    back = cloudpickle.loads(cloudpickle.dumps(Job(digits, brief, build, few_passes=3, others=(digits,))))
    assert (back.dataset.digest, back.settings, back.few_passes) == (digits.digest, brief, 3)
    assert back.others[0].train.x is back.dataset.train.x  # what is shared is sent once
    assert back.network_of(Variant()).fresh(0).count_params() == 65 * width + (width + 1) * 10
