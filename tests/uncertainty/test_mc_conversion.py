"""to_mc_dropout: the same weights, dropout always on, the rest in inference mode; or a refusal that says why."""

import keras
import numpy as np
import pytest

from regtrack.errors import ModelError
from regtrack.models import surgery
from regtrack.uncertainty import MCDropout, to_mc_dropout
from regtrack.uncertainty.mc_dropout import conversion, layers, masks

L = keras.layers
ORIGINALS = tuple(layers.FAMILY)


def dropouts(model):
    """Each dropout layer of a model's graph and of the models nested in it, once, by name."""

    def leaves(part):
        for layer in part.layers:
            yield from leaves(layer) if isinstance(layer, keras.Model) else [layer]

    found = {id(layer): layer for layer in leaves(model) if isinstance(layer, ORIGINALS)}
    return sorted(found.values(), key=lambda layer: layer.name)


def weight_bytes(model):
    return [weight.tobytes() for weight in model.get_weights()]


def generator_free(model):
    """The weights that are no state of a random generator."""
    return [np.asarray(weight).tobytes() for weight in model.weights]


def first_of(outputs):
    return np.concatenate([np.ravel(np.asarray(keras.ops.cast(y, "float32"))) for y in keras.tree.flatten(outputs)])


def sequential(*stack, shape=(6,)):
    return keras.Sequential([keras.Input(shape), *stack, L.Dense(3, activation="softmax")], name="mine")


def test_the_weights_are_the_same_and_every_dropout_is_on(mc_zoo, zoo_name):
    """Same weights in the same order; each dropout is its counterpart with the same config; the original is left
    untouched."""
    model, converted = mc_zoo.model(zoo_name), mc_zoo.converted(zoo_name)
    assert generator_free(converted) == generator_free(model)
    assert [weight.name for weight in converted.weights] == [weight.name for weight in model.weights]
    pairs = list(zip(dropouts(model), dropouts(converted), strict=True))
    for old, new in pairs:
        assert type(new) is layers.FAMILY[type(old)]
        assert new.get_config() | {"seed": 0, "trainable": 0} == old.get_config() | {"seed": 0, "trainable": 0}
    assert len({new.seed for _, new in pairs}) == len(pairs)
    assert not converted.trainable_weights
    assert [output.shape for output in converted.outputs] == [output.shape for output in model.outputs]


def test_with_dropout_off_it_is_the_original(mc_zoo, zoo_name):
    """All that differs is dropout: without it both give the same outputs, in the same structure."""
    model, converted = mc_zoo.model(zoo_name), mc_zoo.converted(zoo_name)
    x = mc_zoo.inputs_for(model)
    with masks.using(masks.OFF):
        received, expected = converted(x), model(x, training=False)
    keras.tree.assert_same_structure(received, expected)
    np.testing.assert_allclose(first_of(received), first_of(expected), rtol=1e-6, atol=1e-7)


def test_predict_and_call_are_stochastic_but_batch_norm_never_moves(mc_zoo, zoo_name):
    """predict, a plain call and any flag draw anew; every weight is byte for byte what it was; the original's predict
    does not vary."""
    model, converted = mc_zoo.model(zoo_name), mc_zoo.converted(zoo_name)
    x = mc_zoo.inputs_for(model)
    before = generator_free(converted)
    for run in (lambda: converted(x), lambda: converted(x, training=False), lambda: converted(x, training=True)):
        assert np.abs(first_of(run()) - first_of(run())).max() > 1e-4
    if zoo_name in ("plain", "resnet", "two_towers", "nested"):  # each compiles a function of its own
        predicted = [first_of(converted.predict(x, verbose=0)) for _ in range(2)]
        assert np.abs(predicted[0] - predicted[1]).max() > 1e-4
        predicted = [first_of(model.predict(x, verbose=0)) for _ in range(2)]
        assert np.array_equal(*predicted)
    assert generator_free(converted) == before


@pytest.mark.parametrize("name", ["resnet", "shared_encoder", "nested"])
def test_batch_norm_statistics_are_byte_identical_after_a_hundred_passes(mc_zoo, name):
    """After 100 passes of a predictor, and after eager passes under training=True, each of which would move them."""
    converted = mc_zoo.converted(name)
    x = mc_zoo.inputs_for(converted)
    before = generator_free(converted)
    assert any(weight.name == "moving_mean" for weight in converted.weights)
    mc_zoo.predictor(name).predict(x, n_passes=100, seed=0, keep_passes=True)
    for _ in range(5):
        converted(x, training=True)
    assert generator_free(converted) == before


def test_batch_norm_normalizes_with_its_statistics_even_under_training_true(mc_zoo):
    """Not with the batch's: alone or among others an example gets the same outputs."""
    converted = mc_zoo.converted("resnet")
    x = mc_zoo.inputs_for(converted)
    with masks.using(masks.OFF):
        alone, among = converted(x[:1], training=True), converted(x, training=True)
    np.testing.assert_allclose(alone, among[:1], rtol=1e-5)


@pytest.mark.parametrize("wrap", [False, True], ids=["flat", "nested"])
def test_augmentation_and_noise_stay_off_under_a_plain_call(wrap):
    """A plain call flips, crops and adds nothing; asked for with training=True it does, as in any Keras model."""
    front = [L.RandomFlip("horizontal"), L.RandomTranslation(0.3, 0.3), L.GaussianNoise(1.0)]
    if wrap:
        front = [keras.Sequential([keras.Input((4, 4, 1)), *front])]
    model = sequential(*front, L.Flatten(), L.Dropout(0.5), shape=(4, 4, 1))
    converted = to_mc_dropout(model)
    x = np.random.default_rng(0).normal(size=(8, 4, 4, 1)).astype(np.float32)
    with masks.using(masks.OFF):
        expected = np.asarray(model(x, training=False))
        for _ in range(5):
            np.testing.assert_allclose(converted(x), expected, rtol=1e-6)
        assert np.abs(converted(x, training=True) - expected).max() > 0.01


def test_a_converted_model_converts_again(mc_zoo):
    """Converting twice is converting once."""
    once = mc_zoo.converted("nested")
    twice = to_mc_dropout(once)
    assert weight_bytes(twice) == weight_bytes(once)
    assert [layer.get_config() for layer in dropouts(twice)] == [layer.get_config() for layer in dropouts(once)]


def test_dropout_added_to_a_converted_model_gets_masks_of_its_own():
    """Converted again, old and new layers have different seeds: with equal ones the masks would be equal too."""
    inputs = keras.Input((200,))
    model = keras.Model(inputs, L.Subtract()([MCDropout(0.5, seed=1)(inputs), L.Dropout(0.5)(inputs)]))
    converted = to_mc_dropout(model)
    assert len({layer.seed for layer in dropouts(converted)}) == 2
    assert np.asarray(converted(np.ones((1, 200), np.float32))).any()


def test_layers_with_one_explicit_seed_get_masks_of_their_own():
    """Two layers that a person gave one seed would drop the same units: converted they do not."""
    ones, inputs = np.ones((1, 200), np.float32), keras.Input((200,))
    model = keras.Model(inputs, L.Subtract()([L.Dropout(0.5, seed=1)(inputs), L.Dropout(0.5, seed=1)(inputs)]))
    assert not np.asarray(model(ones, training=True)).any()  # the trap in Keras
    assert np.asarray(to_mc_dropout(model)(ones)).any()


def test_a_small_rate_is_no_reason_to_refuse():
    """One active dropout layer suffices, however rare its drops."""
    model = to_mc_dropout(sequential(L.Dropout(0.0), L.Dropout(1e-3)))
    assert [layer.rate for layer in dropouts(model)] == [0.0, 1e-3]


class MyDropout(L.Dropout):
    pass


class Wrapped(L.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.drop = L.Dropout(0.2, name="inside")

    def call(self, x, training=None):
        return self.drop(x, training=training)


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__(name="mine")
        self.drop, self.dense = L.Dropout(0.2), L.Dense(3)

    def call(self, x, training=None):
        return self.dense(self.drop(x, training=training))


def attention():
    inputs = keras.Input((4, 3))
    return keras.Model(inputs, L.Dropout(0.1)(L.MultiHeadAttention(1, 2, dropout=0.2, name="heads")(inputs, inputs)))


def subclassed_inside():
    inner = Subclassed()
    inputs = keras.Input((6,))
    return keras.Model(inputs, L.Dropout(0.1)(inner(inputs)))


NO_DROPOUT = (
    "model 'mine' has no dropout layer, so every pass would be the same; train it with dropout, e.g. a variant with "
    "dropout_rate > 0"
)
ALL_ZERO = (
    "model 'mine' has dropout layers, but all their rates are 0, so every pass would be the same; train it with a "
    "rate > 0"
)
HIDDEN = (
    "layer {} has dropout of its own, which cannot be switched on apart; use Dropout layers of the model's graph in "
    "its place (between the layers)"
)
UNSEEN = (
    "model 'mine' is a subclassed model whose layers cannot be seen; expected a functional or sequential one: rebuild "
    "it as keras.Model(inputs, outputs)"
)
REFUSED = {
    "no dropout": (lambda: sequential(), NO_DROPOUT),
    "noise only": (lambda: sequential(L.GaussianNoise(0.5), L.BatchNormalization()), NO_DROPOUT),
    "all zero": (lambda: sequential(L.Dropout(0.0), L.SpatialDropout1D(0), shape=(4, 3)), ALL_ZERO),
    "zero once converted": (lambda: sequential(MCDropout(0.0)), ALL_ZERO),
    "LSTM": (
        lambda: sequential(L.Dropout(0.1), L.LSTM(3, dropout=0.2, name="rnn"), shape=(4, 3)),
        HIDDEN.format("'rnn' (LSTM)"),
    ),
    "GRU": (
        lambda: sequential(L.GRU(3, recurrent_dropout=0.2, name="rnn"), shape=(4, 3)),
        HIDDEN.format("'rnn' (GRU)"),
    ),
    "Bidirectional": (
        lambda: sequential(L.Bidirectional(L.LSTM(3, dropout=0.2, name="rnn"), name="both"), shape=(4, 3)),
        HIDDEN.format("'forward_rnn' (LSTM) inside 'both'"),
    ),
    "a cell": (
        lambda: sequential(L.RNN(L.SimpleRNNCell(3, dropout=0.2, name="cell"), name="rnn"), shape=(4, 3)),
        HIDDEN.format("'cell' (SimpleRNNCell) inside 'rnn'"),
    ),
    "attention": (attention, HIDDEN.format("'heads' (MultiHeadAttention)")),
    "TimeDistributed": (
        lambda: sequential(L.TimeDistributed(L.Dropout(0.2, name="drop"), name="each"), L.Flatten(), shape=(4, 3)),
        HIDDEN.format("'drop' (Dropout) inside 'each'"),
    ),
    "own subclass": (lambda: sequential(MyDropout(0.2, name="own")), HIDDEN.format("'own' (MyDropout)")),
    "own layer": (lambda: sequential(Wrapped(name="block")), HIDDEN.format("'inside' (Dropout) inside 'block'")),
    "nested": (
        lambda: sequential(L.Dropout(0.1), keras.Sequential([keras.Input((6,)), Wrapped(name="block")])),
        HIDDEN.format("'inside' (Dropout) inside 'block'"),
    ),
    "subclassed": (Subclassed, UNSEEN),
    "subclassed inside": (subclassed_inside, UNSEEN),
    "unbuilt": (
        lambda: keras.Sequential([L.Dropout(0.2), L.Dense(3)], name="mine"),
        "model 'mine' is not built; start it with keras.Input(shape) or call model.build()",
    ),
    "no model": (lambda: "a.keras", "expected a Keras model, received str"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_switched_on_is_refused_by_name(case, monkeypatch):
    """One line that names the layer or the model and the remedy, before anything is rebuilt or computed."""
    make, message = REFUSED[case]
    keras.utils.clear_session(free_memory=False)  # automatic names start anew
    model = make()
    monkeypatch.setattr(conversion, "rewrite", lambda *_, **__: pytest.fail("rebuilt before refusing"))
    with pytest.raises(ModelError) as refusal:
        to_mc_dropout(model)
    assert str(refusal.value) == message


def test_dropout_of_rate_zero_hidden_in_a_layer_is_no_reason_to_refuse():
    """An LSTM with dropout=0 beside a Dropout layer is converted."""
    model = sequential(L.LSTM(3, dropout=0.0, recurrent_dropout=0.0), L.Dropout(0.2), shape=(4, 3))
    assert dropouts(to_mc_dropout(model))


@pytest.mark.parametrize("name", ["plain", "resnet", "two_outputs", "nested", "lstm"])
def test_a_conversion_that_changes_the_model_is_refused(mc_zoo, monkeypatch, name):
    """Were a weight lost on the way, outputs with dropout off would differ: that is looked at, each time."""

    def sabotaged(model, **how):
        made = surgery.rewrite(model, **how)
        kernel = next(weight for weight in reversed(made.weights) if weight.name == "kernel")
        kernel.assign(kernel + 0.05 * np.random.default_rng(0).normal(size=kernel.shape))
        return made

    monkeypatch.setattr(conversion, "rewrite", sabotaged)
    with pytest.raises(
        ModelError, match=r"with dropout off the converted model's outputs differ from the original's by"
    ):
        to_mc_dropout(mc_zoo.model(name))


def test_a_layer_that_ignores_its_config_is_found_out():
    """A layer of one's own whose copy computes something else: refused after the conversion, by the outputs."""
    copies = []

    class Forgetful(L.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            copies.append(self)
            self.factor = 2.0 if len(copies) == 1 else 1.0

        def call(self, x):
            return x * self.factor

    with pytest.raises(ModelError, match="differ from the original's"):
        to_mc_dropout(sequential(Forgetful(), L.Dropout(0.5)))
