"""Training's random numbers: whose they are, what they follow from, and that Keras is left as it was."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.src.backend.tensorflow import random as keras_random

from regtrack.training.random_numbers import DRAWING, HOLDING, RandomNumbers, who_draws
from regtrack.uncertainty.mc_dropout import masks
from regtrack.uncertainty.mc_dropout.layers import MCDropout

L = keras.layers
SHAPE = (8, 8, 1)
ROWS = L.Reshape, (8, 8)


def net(*layers, shape=SHAPE):
    """A network of these (class, arguments ...) in a row."""
    inputs = x = keras.Input(shape)
    for cls, *arguments in layers:
        options = arguments.pop() if arguments and isinstance(arguments[-1], dict) else {}
        x = cls(*arguments, **options)(x)
    return keras.Model(inputs, x)


def attention(cls, **options):
    """Of the rows with themselves."""
    rows = keras.Input((8, 8))
    return keras.Model(
        rows, cls(**options)([rows, rows]) if cls in (L.Attention, L.AdditiveAttention) else cls(**options)(rows, rows)
    )


OURS = {
    "dropout": lambda: net((L.Dropout, 0.5)),
    "a mask for all pixels": lambda: net((L.Dropout, 0.5, {"noise_shape": (None, 1, 8, 1)})),
    "a mask for all examples": lambda: net((L.Dropout, 0.5, {"noise_shape": (1, 8, 8, 1)})),
    "spatial 1D": lambda: net(ROWS, (L.SpatialDropout1D, 0.5)),
    "spatial 2D": lambda: net((L.Reshape, (2, 2, 16)), (L.SpatialDropout2D, 0.5)),
    "spatial 3D": lambda: net((L.Reshape, (2, 2, 2, 8)), (L.SpatialDropout3D, 0.5)),
    "gaussian dropout": lambda: net((L.GaussianDropout, 0.5)),
    "alpha dropout": lambda: net((L.AlphaDropout, 0.5)),
    "noise": lambda: net((L.GaussianNoise, 0.5)),
    "always on": lambda: net((MCDropout, 0.5)),
    "flip": lambda: net((L.RandomFlip,)),
    "shift": lambda: net((L.RandomTranslation, 0.3, 0.3)),
    "rotation": lambda: net((L.RandomRotation, 0.3)),
    "zoom": lambda: net((L.RandomZoom, 0.3, 0.2)),
    "lstm": lambda: net(ROWS, (L.LSTM, 4, {"dropout": 0.5, "recurrent_dropout": 0.5})),
    "gru": lambda: net(ROWS, (L.GRU, 4, {"dropout": 0.5})),
    "simple rnn": lambda: net(ROWS, (L.SimpleRNN, 4, {"recurrent_dropout": 0.5})),
    "both ways": lambda: net(ROWS, (lambda: L.Bidirectional(L.LSTM(4, dropout=0.5)),)),
    "attention": lambda: attention(L.Attention, dropout=0.5),
    "additive attention": lambda: attention(L.AdditiveAttention, dropout=0.5),
    "heads": lambda: attention(L.MultiHeadAttention, num_heads=2, key_dim=4, dropout=0.5),
    "grouped heads": lambda: attention(L.GroupQueryAttention, head_dim=4, num_query_heads=2, num_key_value_heads=1, dropout=0.5),
    "in a nested model": lambda: net((lambda: net((L.Dropout, 0.5)),)),
    "examples that became rows": lambda: net((lambda: lambda x: keras.ops.reshape(x, (-1, 4)),), (L.Dropout, 0.5)),
}  # fmt: skip


def traced(model, numbers, size=None):
    """step(x, number) -> what the network makes of x in that step of training."""

    @tf.function(input_signature=[tf.TensorSpec((size, *model.input_shape[1:])), tf.TensorSpec((), tf.int64)])
    def step(x, number):
        with numbers.of_step(number):
            return model(x, training=True)

    return step


def examples(model, n=5):
    return np.random.default_rng(0).normal(size=(n, *model.input_shape[1:])).astype(np.float32)


@pytest.mark.parametrize("what", OURS)
def test_they_follow_from_seed_and_step_alone(what):
    """The same seed and step give the same numbers whatever was drawn between, another seed or step others, and no
    generator of Keras moves; for a number of examples that is known when traced, and one that is not."""
    model = OURS[what]()
    numbers, x = RandomNumbers(model), examples(model)
    states = [variable for variable in model.variables if variable.name == "seed_generator_state"]
    before = [state.numpy() for state in states]
    for size in (None, 5):
        step, found = traced(model, numbers, size), {}
        for seed, number in ((3, 0), (3, 1), (4, 0), (2**40, 7)):
            numbers.restart(seed)
            found[seed, number] = step(x, number).numpy()
        numbers.restart(3)
        np.testing.assert_array_equal(step(x, 0), found[3, 0])
        assert len({values.tobytes() for values in found.values()}) == 4
        np.testing.assert_array_equal(before, [state.numpy() for state in states])


def test_every_listed_layer_is_tried():
    """The list names no layer that the test above does not meet."""
    met = {type(layer) for make in OURS.values() for layer in make()._flatten_layers()}
    family = {cls for cls in DRAWING if cls.__name__.startswith("MC")}
    assert met >= (DRAWING | HOLDING) - family
    assert family >= {MCDropout}


@keras.saving.register_keras_serializable("tests")
class Own(L.Layer):
    """A layer of a person's own with dropout inside."""

    def __init__(self, **more):
        super().__init__(**more)
        self.inside = L.Dropout(0.5)

    def call(self, inputs, training=False):
        return self.inside(inputs, training=training)


@pytest.mark.parametrize(
    ("model", "ours", "kept"),
    [
        (lambda: net((L.Dense, 3)), [], []),
        (lambda: net((L.Dropout, 0.0), (L.GaussianNoise, 0.0)), [], []),
        (lambda: net(ROWS, (L.LSTM, 4)), [], []),
        (lambda: attention(L.MultiHeadAttention, num_heads=2, key_dim=4), [], []),
        (lambda: net((L.Dropout, 0.5), (L.RandomContrast, 0.5), (L.GaussianNoise, 0.5)), ["Dropout", "GaussianNoise"], ["RandomContrast"]),
        (lambda: net((Own,), (L.Dropout, 0.2)), ["Dropout"], ["Dropout"]),
        (lambda: net((lambda: L.TimeDistributed(L.Dropout(0.2)),)), [], ["Dropout"]),
        (lambda: net((type("Mine", (L.Dropout,), {}), 0.5)), [], ["Mine"]),
    ],
    ids=["none", "off", "an lstm without", "heads without", "some", "inside an unknown layer", "wrapped", "derived"],
)  # fmt: skip
def test_whose_numbers_a_layer_draws(model, ours, kept):
    """Layers of the list are reached, in models and in what calls its parts once; those that are off draw nothing; what is
    not known to be reached keeps Keras' generator and is named."""
    assert [[type(layer).__name__ for layer in found] for found in who_draws(model())] == [ours, kept]


def test_a_layer_that_is_also_called_out_of_sight_keeps_keras_generator():
    """One layer in the graph and inside a layer of one's own: it is not served twice."""
    own = Own()
    assert [len(found) for found in who_draws(net((lambda: own,), (lambda: own.inside,)))] == [0, 1]


def test_what_is_not_reached_still_acts_by_keras_generator():
    """Beside a layer that is reached, one that is not draws as Keras lets it, and its generator moves."""
    model = net((Own,), (L.Dropout, 0.5))
    own, [reached] = model.layers[1].inside.seed_generator.state, who_draws(model)[0]
    step = traced(model, RandomNumbers(model))
    first, second = (step(examples(model), 0).numpy() for _ in range(2))
    assert not np.array_equal(first, second)
    assert (own.numpy()[1], reached.seed_generator.state.numpy()[1]) == (2, 0)


def test_a_mask_is_made_of_the_words_of_its_step_and_call():
    """The second dropout of step 7 keeps the units whose word, by the passes' own generator, is not below the rate."""
    model = net((L.Dropout, 0.3), (L.Dropout, 0.4), shape=(50,))
    numbers = RandomNumbers(model)
    numbers.restart(11)
    found = traced(model, numbers)(np.ones((6, 50), np.float32), 7).numpy()
    keys, kept = masks.Keys(masks.pass_key(tf.constant(masks.seed_words([11, 0x7A515])), 7)), 1.0
    for rate in (0.3, 0.4):
        words = masks.random_words(keys.next_key(), tf.constant(np.arange(6, dtype=np.uint32)), 50).numpy()
        kept = kept * (words >= masks.threshold(rate)) / (1 - rate)
    np.testing.assert_allclose(found, kept, rtol=1e-6)


def test_training_and_passes_at_one_seed_share_no_mask():
    """Step i of training is not pass i of predicting: their words agree as often as chance has it, never."""
    ours, passes = (masks.pass_key(tf.constant(masks.seed_words(seed)), 3) for seed in ([5, 0x7A515], 5))
    words = [
        masks.random_words(key, tf.constant(np.arange(50, dtype=np.uint32)), 100).numpy() for key in (ours, passes)
    ]
    assert (words[0] == words[1]).sum() == 0


@pytest.mark.parametrize("rate", [0.001, 0.2, 0.5, 0.9])
def test_dropout_drops_at_its_rate_and_keeps_the_mean(rate):
    """Over 64 examples x 5,000 units the share dropped is the rate within five standard errors; what is kept is scaled up."""
    model = net((L.Dropout, rate), shape=(5000,))
    numbers = RandomNumbers(model)
    numbers.restart(0)
    found = traced(model, numbers)(np.ones((64, 5000), np.float32), 0).numpy()
    assert abs((found == 0).mean() - rate) < 5 * np.sqrt(rate * (1 - rate) / found.size)
    assert found.max() == pytest.approx(1 / (1 - rate), rel=1e-6)


@pytest.mark.parametrize(("layer", "mean", "sd"), [((L.GaussianNoise, 0.7), 1, 0.7), ((L.GaussianDropout, 0.5), 1, 1),
                                                   ((L.AlphaDropout, 0.3), None, None)], ids=str)  # fmt: skip
def test_noise_has_the_moments_that_keras_promises(layer, mean, sd):
    """Of ones, normal noise has its mean and deviation; alpha dropout keeps mean 0 and variance 1 of standard normal
    input."""
    model = net(layer, shape=(5000,))
    numbers = RandomNumbers(model)
    numbers.restart(1)
    x = np.ones((64, 5000), np.float32) if mean else np.random.default_rng(2).normal(size=(64, 5000)).astype(np.float32)
    found = traced(model, numbers)(x, 0).numpy().astype(float)
    assert abs(found.mean() - (mean or 0)) < 6 / np.sqrt(found.size)
    assert abs(found.std() - (sd or 1)) < 0.01


def test_a_flip_falls_on_half_of_the_examples():
    """Each example is flipped or not by a number of its own."""
    model = net((L.RandomFlip, "horizontal"))
    numbers = RandomNumbers(model)
    numbers.restart(0)
    x = np.broadcast_to(np.arange(8, dtype=np.float32)[:, None], (2000, 8, 8, 1))
    flipped = traced(model, numbers)(x, 0).numpy()[:, 0, 0, 0] == 7
    assert abs(flipped.mean() - 0.5) < 5 * 0.5 / np.sqrt(2000)


def test_keras_functions_are_put_back():
    """Behind the step, and behind one that fails, Keras draws by its own functions; and so does a layer of another model
    in the midst of it."""
    own = {name: getattr(keras_random, name) for name in ("dropout", "uniform", "normal")}
    numbers, other = RandomNumbers(net((L.Dropout, 0.5))), L.Dropout(0.5)
    with numbers.of_step(tf.constant(0)):
        other(np.ones((2, 3)), training=True)
    with pytest.raises(ZeroDivisionError), numbers.of_step(tf.constant(0)):
        raise ZeroDivisionError
    assert other.seed_generator.state.numpy()[1] == 1
    assert {name: getattr(keras_random, name) for name in own} == own
