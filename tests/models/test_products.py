"""Products of a pass, counted by hand for every kind of kernel."""

import keras
import pytest

from regtrack.models.products import products_of

L = keras.layers


def functional(shape, *layers) -> keras.Model:
    x = inputs = keras.Input(shape)
    for layer in layers:
        x = layer(x)
    return keras.Model(inputs, x)


@pytest.mark.parametrize(
    ("shape", "layers", "products"),
    [
        ((8,), (L.Dense(4), L.ReLU(), L.Dropout(0.5), L.Dense(3)), 8 * 4 + 4 * 3),
        ((5, 8), (L.Dense(4),), 5 * 8 * 4),
        ((6, 6, 2), (L.Conv2D(4, 3), L.Flatten(), L.Dense(3)), 4 * 4 * 3 * 3 * 2 * 4 + 4 * 4 * 4 * 3),
        ((6, 6, 2), (L.Conv2D(4, 3, strides=2, padding="same"),), 3 * 3 * 3 * 3 * 2 * 4),
        ((6, 6, 4), (L.Conv2D(4, 3, groups=2, padding="same"),), 6 * 6 * 3 * 3 * 2 * 4),
        ((3, 3, 2), (L.Conv2DTranspose(4, 2, strides=2),), 3 * 3 * 2 * 2 * 2 * 4),
        ((6, 6, 2), (L.DepthwiseConv2D(3, depth_multiplier=2),), 4 * 4 * 3 * 3 * 2 * 2),
        ((6, 6, 2), (L.SeparableConv2D(4, 3),), 4 * 4 * (3 * 3 * 2 + 2 * 4)),
        ((7, 3), (L.LSTM(5),), 7 * (3 * 20 + 5 * 20)),
        ((7, 3), (L.Bidirectional(L.SimpleRNN(5)),), 7 * 2 * (3 * 5 + 5 * 5)),
        ((7, 3), (L.TimeDistributed(L.Dense(5)),), 7 * 3 * 5),
        ((7, 3), (L.EinsumDense("abc,cd->abd", output_shape=(None, 5)),), 7 * 3 * 5),
        ((7, 3), (L.EinsumDense("...x,xy->...y", output_shape=5),), 7 * 3 * 5),
        ((8,), (L.SpectralNormalization(L.Dense(4)),), 8 * 4),
    ],
)
def test_every_kind_of_kernel_by_hand(shape, layers, products):
    """Elements of the kernel times the places, or the steps, at which each is used."""
    assert products_of(functional(shape, *layers)) == products


def test_a_shared_layer_counts_as_often_as_it_is_called_and_a_nested_model_is_opened():
    """Twice the same Dense, and a model within a model."""
    inner, shared = functional((4,), L.Dense(4)), L.Dense(4)
    assert products_of(functional((4,), shared, shared, inner, L.Dense(2))) == 3 * 16 + 8


def test_a_sequential_model_is_read_too():
    """The same network, the same number."""
    assert products_of(keras.Sequential([keras.Input((8,)), L.Dense(4), L.Dense(3)])) == 8 * 4 + 4 * 3


def test_what_is_not_known_is_not_guessed():
    """Attention multiplies more than its kernels say, and a sequence without a length has no number."""
    inputs = keras.Input((5, 8))
    assert products_of(keras.Model(inputs, L.MultiHeadAttention(2, 4)(inputs, inputs))) is None
    assert products_of(functional((None, 3), L.GRU(5))) is None
