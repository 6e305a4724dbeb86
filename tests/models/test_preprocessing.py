"""preprocessing_of: what a model begins with that is made for the source's own numbers is found however it is written."""

import keras
import numpy as np
import pytest

from regtrack.models.network import Held, Shipped
from regtrack.models.preprocessing import preprocessing_of

L, ops = keras.layers, keras.ops


def chain(*layers, shape=(8, 8, 3), dtype="float32"):
    return keras.Sequential([keras.Input(shape, dtype=dtype), *layers, L.Flatten(), L.Dense(2, name="out")])


def of_op(operation):
    inputs = keras.Input((8, 8, 3))
    return keras.Model(inputs, L.Dense(2)(L.Flatten()(operation(inputs))))


def adapted():
    layer = L.Normalization(name="norm")
    layer.adapt(np.arange(48.0).reshape(4, 12))
    return layer


@pytest.mark.parametrize(("build", "found"), [
    (lambda: chain(L.Rescaling(1 / 255, name="to_one")), "Rescaling 'to_one'"),
    (lambda: chain(L.Rescaling([1 / 255] * 3, name="by_channel")), "Rescaling 'by_channel'"),
    (lambda: chain(L.Rescaling(1.0, offset=-127.5, name="shift")), "Rescaling 'shift'"),
    (lambda: chain(L.RandomFlip(), L.Rescaling(1 / 127.5, -1, name="behind")), "Rescaling 'behind'"),
    (lambda: chain(chain(L.Rescaling(1 / 255, name="deep"), L.Conv2D(2, 3)), L.Dropout(0.1)), "Rescaling 'deep' in sequential"),
    (lambda: chain(adapted(), shape=(12,)), "Normalization 'norm'"),
    (lambda: chain(L.Discretization([0.0, 10.0], name="bins"), shape=(4,)), "Discretization 'bins'"),
    (lambda: chain(L.Embedding(9, 2, name="words"), shape=(5,)), "Embedding 'words'"),
    (lambda: chain(L.Masking(), L.TimeDistributed(L.Rescaling(0.1), name="each"), shape=(5, 3)), "TimeDistributed 'each'"),
    (lambda: chain(shape=(5,), dtype="int32"), "an input of int32"),
    (lambda: chain(shape=(5,), dtype="uint8"), "an input of uint8"),
    (lambda: of_op(lambda x: x / 255.0), "the operation TrueDivide of a constant"),
    (lambda: of_op(lambda x: (1 / 255) * x), "the operation Multiply of a constant"),
    (lambda: of_op(keras.applications.mobilenet_v2.preprocess_input), "the operation TrueDivide of a constant"),
    (lambda: of_op(keras.applications.resnet50.preprocess_input), "the operation Add of a constant"),
])  # fmt: skip
def test_what_is_made_for_the_sources_numbers_is_found(build, found):
    """Alone, behind layers without weights, in a nested model, as a calculation, by the input's own kind of number."""
    assert preprocessing_of(build()).startswith(found)


@pytest.mark.parametrize("build", [
    lambda: chain(),
    lambda: chain(L.Conv2D(2, 3), L.Rescaling(1 / 255)),
    lambda: chain(L.BatchNormalization(), L.Rescaling(1 / 255)),
    lambda: chain(L.Rescaling(2.0, offset=-1.0)),
    lambda: chain(L.RandomFlip(), L.Conv2D(2, 3)),
    lambda: of_op(lambda x: 2.0 * x - 1.0),
    lambda: of_op(lambda x: x + L.Conv2D(3, 1)(x) / 255.0),
], ids=["none", "behind weights", "behind batch norm", "made for 0 to 1", "augmentation", "calculation for 0 to 1", "branch"])  # fmt: skip
def test_what_says_nothing_of_the_source_is_not(build):
    """Behind the first weights numbers have no units any more; what makes numbers of 0 to 1 larger is made for those."""
    assert preprocessing_of(build()) == ""


@pytest.mark.parametrize("name", ["EfficientNetB0", "MobileNetV3Small"])
def test_keras_own_applications_that_hold_it_are_known(name):
    """They begin with Rescaling(1/255) and Normalization, or with Rescaling(1/127.5, -1)."""
    model = getattr(keras.applications, name)(weights=None, input_shape=(32, 32, 3), classes=2)
    inputs = keras.Input((32, 32, 3))
    nested = keras.Model(inputs, model(L.RandomFlip()(inputs)))
    assert preprocessing_of(model).startswith("Rescaling")
    assert preprocessing_of(nested).startswith("Rescaling")


def test_a_network_reads_by_what_it_begins_with_unless_it_is_told():
    """Source with preprocessing, scaled without and for shipped ones; what is set is heeded both ways."""
    shared = {"input_shape": (8, 8, 3), "n_classes": 2}

    def reads(build, **more):
        return Held(identity="held", build=lambda seed: build(), **shared, **more).reads

    rescaling, none = (lambda: chain(L.Rescaling(1 / 255))), chain
    assert (reads(rescaling), reads(none)) == ("source", "scaled")
    assert (reads(rescaling, inputs="scaled"), reads(none, inputs="source")) == ("scaled", "source")
    assert Shipped(identity="mlp", **shared).reads == "scaled"
