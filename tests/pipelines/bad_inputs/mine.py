"""A person's own module: models and data that cannot be used, each for the reason that its name says."""

import keras
import numpy as np
from keras import layers as L


# First, because the table knows its line.
def fails(input_shape, n_classes):
    return n_classes / 0


def chain(*layers, shape=(8, 8)):
    return keras.Sequential([keras.Input(shape), L.Flatten(), *layers], name="m")


def build(input_shape, n_classes):
    return chain(L.Dense(4, activation="relu"), L.Dense(n_classes), shape=input_shape)


def logistic(input_shape, n_classes):
    return chain(L.Dense(n_classes), shape=input_shape)


def channels_first(input_shape, n_classes):
    image = L.Reshape((2, input_shape[0] // 2, input_shape[1]))
    # In groups: what XLA computes, for without them it takes a processor of some kinds alone.
    conv = L.Conv2D(2, 3, groups=2, data_format="channels_first", name="first")
    return keras.Sequential([keras.Input(input_shape), image, conv, L.Flatten(), L.Dense(n_classes)], name="m")


def one(input_shape):
    return chain(L.Dense(10), shape=input_shape)


def nothing(input_shape, n_classes):
    chain(L.Dense(n_classes), shape=input_shape)


def layer(input_shape, n_classes):
    return L.Dense(n_classes)


def unbuilt(input_shape, n_classes):
    return keras.Sequential([L.Flatten(), L.Dense(n_classes)], name="m")


class Hidden(keras.Model):
    def call(self, x):
        return x


def subclassed(input_shape, n_classes):
    return Hidden(name="m")


def two_inputs(input_shape, n_classes):
    a, b = keras.Input(input_shape, name="a"), keras.Input(input_shape, name="b")
    return keras.Model([a, b], L.Dense(n_classes)(L.Flatten()(a + b)), name="m")


def two_outputs(input_shape, n_classes):
    inputs = keras.Input(input_shape)
    x = L.Flatten()(inputs)
    return keras.Model(inputs, [L.Dense(n_classes, name="digit")(x), L.Dense(2, name="parity")(x)], name="m")


def flat(input_shape, n_classes):
    return keras.Sequential([keras.Input((64,)), L.Dense(n_classes)], name="m")


def batch_of_four(input_shape, n_classes):
    return keras.Sequential([keras.Input(input_shape, batch_size=4), L.Flatten(), L.Dense(n_classes)], name="m")


def three_classes(input_shape, n_classes):
    return chain(L.Dense(3))


def no_flatten(input_shape, n_classes):
    return keras.Sequential([keras.Input(input_shape), L.Dense(n_classes)], name="m")


def sigmoid(input_shape, n_classes):
    return chain(L.Dense(n_classes, activation="sigmoid"))


def relu_end(input_shape, n_classes):
    return chain(L.Dense(n_classes, activation="relu"))


def nan(input_shape, n_classes):
    return chain(L.Dense(n_classes, bias_initializer=keras.initializers.Constant(np.nan)))


def mixed(input_shape, n_classes):
    return chain(L.Dense(4, dtype="mixed_float16", name="half"), L.Dense(n_classes))


def frozen(input_shape, n_classes):
    model = chain(L.Dense(n_classes))
    model.trainable = False
    return model


def embedding(input_shape, n_classes):
    return chain(L.Embedding(4, 2), L.Flatten(), L.Dense(n_classes))


def no_kernel(input_shape, n_classes):
    inputs = keras.Input(input_shape)
    x = L.Flatten()(L.BatchNormalization()(inputs))
    return keras.Model(inputs, L.Softmax()(x[:, :n_classes]), name="m")


def normed(input_shape, n_classes):
    hidden = (L.Dense(4, name="hidden"), L.BatchNormalization(name="norm"), L.ReLU())
    return chain(*hidden, L.Dense(n_classes, activation="softmax"))


def recurrent(input_shape, n_classes):
    return keras.Sequential(
        [keras.Input(input_shape), L.LSTM(4, dropout=0.1, name="lstm"), L.Dense(n_classes)], name="m"
    )


def anonymous(input_shape, n_classes):
    return chain(L.Lambda(lambda x: x * 2, name="twice"), L.Dense(n_classes))


@keras.saving.register_keras_serializable("mine")
class Block(L.Dense):
    pass


def own_layer(input_shape, n_classes):
    return chain(Block(4), L.Dense(n_classes))


def penalty_of_a_row(kernel):
    return keras.ops.sum(kernel, axis=0)


rate = 0.1


def data():
    return np.ones((30, 4)), np.arange(30) % 3


def data_that_fails():
    raise KeyError("colour")


def data_of_one():
    return np.ones((30, 4))


def data_of_lists():
    return [[1, 2], [3]], [0, 1]
