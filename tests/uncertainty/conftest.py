"""Models that the engine was not made for, each with dropout of its own kind. Keras is imported only when one is built:
most tests of this folder are plain numpy."""

import os

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def plain(keras, L):
    """Dropout on the input itself."""
    return keras.Sequential(
        [keras.Input((6,)), L.Dropout(0.3), L.Dense(5, activation="relu"), L.Dropout(0.2), L.Dense(3, "softmax")]
    )


def resnet(keras, L):
    """Convolutions, batch norm and a skip, dropout of maps and of units."""
    inputs = keras.Input((8, 8, 2))
    x = skip = L.Conv2D(4, 3, padding="same", activation="relu")(inputs)
    for _ in range(2):
        x = L.Activation("relu")(L.BatchNormalization()(L.Conv2D(4, 3, padding="same", use_bias=False)(x)))
        x = skip = L.Add()([L.SpatialDropout2D(0.2)(x), skip])
    x = L.Dropout(0.5)(L.BatchNormalization()(L.GlobalAveragePooling2D()(x)))
    return keras.Model(inputs, L.Dense(3, activation="softmax")(x))


def lstm(keras, L):
    """Padded sequences: the mask of the embedding has to reach the LSTM through the dropout."""
    inputs = keras.Input((7,), dtype="int32")
    x = L.Dropout(0.3)(L.Embedding(6, 4, mask_zero=True)(inputs))
    x = L.Dropout(0.3)(L.LSTM(5)(x))
    return keras.Model(inputs, L.Dense(3, activation="softmax")(x))


def masked_nested(keras, L):
    """The same, with dropout and LSTM in a nested model, so that the mask goes in unseen."""
    read = keras.Input((7, 4))
    reader = keras.Model(read, L.LSTM(5)(L.Dropout(0.3)(read)))
    inputs = keras.Input((7,), dtype="int32")
    x = reader(L.Embedding(6, 4, mask_zero=True)(inputs))
    return keras.Model(inputs, L.Dense(3, activation="softmax")(x))


def bidirectional(keras, L):
    """A layer with several outputs, and a wrapper."""
    inputs = keras.Input((5, 3))
    x, *state = L.LSTM(4, return_sequences=True, return_state=True)(L.SpatialDropout1D(0.3)(inputs))
    x = L.Bidirectional(L.GRU(3))(x, initial_state=None)
    return keras.Model(inputs, L.Dense(3, activation="softmax")(L.Concatenate()([x, L.Dropout(0.4)(state[0])])))


def conv1d(keras, L):
    """Sequences of any length."""
    inputs = keras.Input((None, 3))
    x = L.SpatialDropout1D(0.3)(L.Conv1D(6, 3, activation="relu")(inputs))
    x = L.Dropout(0.2)(L.Conv1D(5, 3, activation="relu")(x))
    return keras.Model(inputs, L.Dense(3, activation="softmax")(L.GlobalMaxPooling1D()(x)))


def conv3d(keras, L):
    inputs = keras.Input((4, 4, 4, 1))
    x = L.SpatialDropout3D(0.3)(L.Conv3D(3, 2, activation="relu")(inputs))
    x = L.GaussianDropout(0.3)(L.Flatten()(x))
    return keras.Model(inputs, L.Dense(3, activation="softmax")(x))


def selu(keras, L):
    """A self-normalizing network."""
    layers = [L.Dense(8, "selu", kernel_initializer="lecun_normal"), L.AlphaDropout(0.2), L.Dense(8, "selu")]
    return keras.Sequential([keras.Input((6,)), *layers, L.AlphaDropout(0.1), L.Dense(3, "softmax")])


def two_towers(keras, L):
    """Inputs of two shapes by name, not in the alphabet's order, one tower without dropout."""
    words, image = keras.Input((4,), name="words"), keras.Input((5, 5, 1), name="image")
    seen = L.Flatten()(L.Conv2D(2, 3, activation="relu")(image))
    read = L.Dropout(0.4)(L.Dense(6, activation="relu")(words))
    return keras.Model([words, image], L.Dense(3, activation="softmax")(L.Concatenate()([read, seen])))


def shared_encoder(keras, L):
    """One encoder with batch norm and dropout called on two inputs."""
    read = keras.Input((4,))
    encoder = keras.Model(read, L.Dropout(0.3)(L.BatchNormalization()(L.Dense(5, activation="relu")(read))))
    left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    x = L.Subtract()([encoder(left), encoder(right)])
    return keras.Model({"left": left, "right": right}, L.Dense(3, activation="softmax")(x))


def nested(keras, L):
    """A model in a model in a model, layers of equal names in each."""

    def block(n, part=None):
        inputs = keras.Input((n,))
        x = L.Dropout(0.3, name="drop")(L.BatchNormalization(name="bn")(L.Dense(5, "relu", name="dense")(inputs)))
        return keras.Model(inputs, part(x) if part else x)

    inputs = keras.Input((6,))
    return keras.Model(inputs, L.Dense(3, activation="softmax", name="dense")(block(6, block(5))(inputs)))


def nested_sequential(keras, L):
    """Sequential in sequential; the one without dropout comes first."""
    encoder = keras.Sequential([keras.Input((6,)), L.Dense(5, "relu"), L.BatchNormalization()])
    head = keras.Sequential([keras.Input((5,)), L.Dropout(0.4), L.Dense(4, "relu")])
    return keras.Sequential([keras.Input((6,)), encoder, head, L.Dense(3), L.Softmax()])


def shared_dropout(keras, L):
    """One dropout layer used in two places."""
    inputs = keras.Input((6,))
    drop = L.Dropout(0.3)
    x = drop(L.Dense(6, activation="relu")(drop(inputs)))
    return keras.Model(inputs, L.Dense(3, activation="softmax")(x))


def two_outputs(keras, L):
    """One output never meets dropout."""
    inputs = keras.Input((6,))
    x = L.Dense(5, activation="relu")(inputs)
    sure, unsure = L.Dense(2, name="sure")(x), L.Dense(3, "softmax", name="unsure")(L.Dropout(0.5)(x))
    return keras.Model(inputs, {"unsure": unsure, "sure": sure})


def augmented(keras, L):
    """Augmentation and noise in front."""
    inputs = keras.Input((6, 6, 1))
    x = L.GaussianNoise(0.5)(L.RandomFlip("horizontal")(L.Rescaling(2.0)(inputs)))
    x = L.Dropout(0.3)(L.Flatten()(L.Conv2D(3, 3, activation="relu")(x)))
    return keras.Model(inputs, L.Dense(3, activation="softmax")(x))


def attention(keras, L):
    """Attention without dropout inside, layer norm, a skip, and dropout with one mask along the sequence."""
    inputs = keras.Input((5, 4))
    x = L.LayerNormalization()(inputs + L.Dropout(0.3)(L.MultiHeadAttention(2, 2)(inputs, inputs)))
    x = L.Dropout(0.2, noise_shape=(None, 1, 4))(x)
    return keras.Model(inputs, L.Dense(3, activation="softmax")(L.GlobalAveragePooling1D()(x)))


def penalized(keras, L):
    """Losses of the layers, operations that are no layers, a frozen part, and rate 0 beside another rate."""
    inputs = keras.Input((6,))
    scale = L.Normalization(mean=0.3, variance=2.0)
    frozen = L.Dense(6, activation="relu", activity_regularizer="l2")
    frozen.trainable = False
    x = frozen(L.Dropout(0.0)(scale(inputs))) * 0.5 + inputs
    x = L.Dense(6, kernel_regularizer="l2", activity_regularizer="l1")(L.Dropout(0.4)(x))
    return keras.Model(inputs, [L.Dense(3, activation="softmax")(x)])


def half_precision(keras, L):
    """Activations of 16 bits."""
    inputs = keras.Input((6,))
    x = L.Dropout(0.3, dtype="mixed_bfloat16")(L.Dense(8, activation="relu", dtype="mixed_bfloat16")(inputs))
    return keras.Model(inputs, L.Dense(3, activation="softmax", dtype="float32")(x))


BUILDERS = (
    plain, resnet, lstm, masked_nested, bidirectional, conv1d, conv3d, selu, two_towers, shared_encoder, nested,
    nested_sequential, shared_dropout, two_outputs, augmented, attention, penalized, half_precision,
)  # fmt: skip
ZOO = {builder.__name__: builder for builder in BUILDERS}


def as_if_trained(model, seed=0):
    """Biases and batch norm statistics away from where they start."""
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        if weight.name in ("moving_mean", "bias", "beta"):
            weight.assign(rng.normal(0, 0.5, weight.shape))
        if weight.name in ("moving_variance", "gamma"):
            weight.assign(rng.uniform(0.5, 2, weight.shape))
    return model


def inputs_for(model, n=9, seed=1):
    """Random inputs in the structure that the model takes; padded at the end where they are words."""
    import keras

    rng = np.random.default_rng(seed)

    def array(tensor):
        shape = (n, *(size or 11 for size in tensor.shape[1:]))
        if tensor.dtype == "int32":
            return np.where(np.arange(shape[1]) < rng.integers(2, shape[1], (n, 1)), rng.integers(1, 6, shape), 0)
        return rng.normal(size=shape).astype(np.float32)

    structure = model.inputs[0] if isinstance(model, keras.Sequential) else model.input
    return keras.tree.map_structure(array, structure)


def flat(outputs):
    import keras

    return [np.asarray(keras.ops.cast(output, "float32")) for output in keras.tree.flatten(outputs)]


class MCZoo:
    """Each model is built, converted, and traced once; tests leave them as they are."""

    names = tuple(ZOO)
    inputs_for = staticmethod(inputs_for)
    flat = staticmethod(flat)
    as_if_trained = staticmethod(as_if_trained)

    def __init__(self):
        self._models, self._converted, self._predictors = {}, {}, {}

    def model(self, name):
        import keras

        if name not in self._models:
            keras.utils.set_random_seed(0)
            self._models[name] = as_if_trained(ZOO[name](keras, keras.layers))
        return self._models[name]

    def converted(self, name):
        from regtrack.uncertainty import to_mc_dropout

        if name not in self._converted:
            self._converted[name] = to_mc_dropout(self.model(name))
        return self._converted[name]

    def predictor(self, name):
        """The passes of a converted model's output behind dropout, traced for any number of examples, all kept."""
        import keras

        from regtrack.uncertainty.mc_dropout.inference import MCPredictor

        if name not in self._predictors:
            model = self.converted(name)
            if name == "two_outputs":
                model = keras.Model(model.input, model.output["unsure"])
            self._predictors[name] = MCPredictor(model)
            self._predictors[name].trace()
        return self._predictors[name]


@pytest.fixture(scope="session")
def mc_zoo():
    return MCZoo()


@pytest.fixture(params=ZOO)
def zoo_name(request):
    return request.param
