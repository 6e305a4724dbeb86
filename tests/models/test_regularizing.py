"""Conformance: each kind of effect on every model of the zoo, every regularizer on a few; each placement by hand."""

import keras
import numpy as np
import pytest

from regtrack.errors import ModelError, VariantError
from regtrack.models import build_model, read_layout, regularize, verify
from regtrack.variants import Variant
from regtrack.variants.effects import AtInput, Constraint, LayerAfter, LayerBefore, Penalty
from regtrack.variants.regularizers import REGULARIZERS

L = keras.layers
ZOO = ("linear", "sequential", "functional", "residual", "conv_bn", "conv1d", "odd_convs", "recurrent", "bidirectional",
       "with_states", "towers", "shared_layer", "nested", "activations", "attention", "two_outputs", "embedding",
       "normalized", "frozen", "selu")  # fmt: skip

CASES = {
    "l1": {"l1": 0.01},
    "l2": {"l2": 0.02},
    "l1_l2": {"l1": 0.01, "l2": 0.02},
    "batch_norm": {"batch_norm": 1},
    "dropout": {"dropout_rate": 0.4},
    "max_norm": {"max_norm": 0.5},
    "label_smoothing": {"label_smoothing": 0.1},
    "weight_decay": {"weight_decay": 0.01},
    "early_stopping": {"early_stopping": 3},
    "kernel_regularizer": {"kernel_regularizer": "python:keras.ops:sum"},
    "kernel_constraint": {"kernel_constraint": "python:keras.ops:relu"},
    "gaussian_noise": {"gaussian_noise": 0.3},
    "gaussian_dropout": {"gaussian_dropout": 0.4},
    "alpha_dropout": {"alpha_dropout": 0.2},
    "spatial_dropout": {"spatial_dropout": 0.4},
    "augment_flip": {"augment_flip": 1},
    "augment_shift": {"augment_shift": 0.3},
    "augment_rotation": {"augment_rotation": 0.2},
    "augment_zoom": {"augment_zoom": 0.3},
    "mixup": {"mixup": 0.2},
    "cutmix": {"cutmix": 1.0},
    "random_erasing": {"random_erasing": 0.5},
    "rand_augment": {"rand_augment": 0.2},
    "ema": {"ema": 10},
    "swa": {"swa": 0.5},
    "sam": {"sam": 0.05},
    "spectral_norm": {"spectral_norm": 0.5},
    "confidence_penalty": {"confidence_penalty": 0.1},
    "gradient_clipping": {"gradient_clipping": 1.0},
}
CONVOLUTIONS = {"conv_bn", "conv1d", "odd_convs"}
IMAGES = {"functional", "recurrent", "bidirectional"} | CONVOLUTIONS
"""One input of two axes or three: whether they are pictures or sequences is for the data to say."""
TAKEN = (
    {name: set(ZOO) - {"linear"} for name in ("batch_norm", "max_norm", "spectral_norm", "kernel_constraint")}
    | {"alpha_dropout": {"selu"}, "spatial_dropout": CONVOLUTIONS}
    | {name: IMAGES for name in CASES if name.startswith("augment_") or name in ("random_erasing", "rand_augment")}
)
"""The models that a regularizer can act on, where it is not all of them."""
TOGETHER = ("l1_l2", "max_norm", "dropout", "augment_flip", "label_smoothing")
"""One of each kind of effect: penalty, constraint, layer before, at the input, none in the model. A model takes all that it
can at once; a layer after is the one kind that changes what an untrained model gives, and comes alone."""
KINDS = (*TOGETHER, "batch_norm")
FEW = ("conv_bn", "selu")
"""Each regularizer can act on one of these."""
REFUSAL = r"no hidden layer|has none|acts behind selu layers only|acts on images"
IN_THE_MODEL = (Penalty, Constraint, LayerBefore, LayerAfter, AtInput)


def takes(name, model):
    return model in TAKEN.get(name, ZOO)


STEPS = dict.fromkeys(
    [(tuple(name for name in TOGETHER if takes(name, model)), model) for model in ZOO]
    + [(("batch_norm",), model) for model in ZOO if takes("batch_norm", model)]
    + [((name,), model) for name in CASES for model in FEW if takes(name, model)]
)
"""(regularizers, model), each once."""
PENALTIES = {
    "l1": lambda w: 0.01 * np.abs(w).sum(),
    "l2": lambda w: 0.02 * np.square(w).sum(),
    "l1_l2": lambda w: 0.01 * np.abs(w).sum() + 0.02 * np.square(w).sum(),
    "kernel_regularizer": lambda w: w.sum(),
}


def test_every_regularizer_has_a_case():
    """A regularizer added to the registry cannot stay out of this suite."""
    assert set(CASES) == set(REGULARIZERS)


def test_the_models_are_those_of_the_zoo(zoo):
    """What is taken and refused is said of every model there is."""
    assert set(ZOO) == set(zoo.models)


def penalty_on_weights(model):
    """What Keras adds to the loss for weights: a fresh graph, since activity losses stay from the last call."""
    return float(sum(model._get_regularization_losses()))


def test_each_kind_of_effect_is_tried_on_every_model_and_each_regularizer_on_one():
    """The kinds are those of the registry; the few models leave no regularizer out, and each stands there alone."""

    def kinds(names):
        return {type(effect) for name in names for effect in Variant(**CASES[name]).effects()} & set(IN_THE_MODEL)

    assert kinds(KINDS) == kinds(CASES) == set(IN_THE_MODEL)
    assert {names[0] for names, model in STEPS if len(names) == 1 and model in FEW} == set(CASES)


@pytest.fixture(scope="module")
def built(zoo):
    """built(name) -> (a model of the zoo, its weights), made once: `regularize` leaves it as it is. Norms lie above the
    limit, so that max-norm has work to do."""
    made = {}

    def built(name):
        if name not in made:
            keras.utils.set_random_seed(7)
            model = zoo.models[name]()
            for variable, _ in zoo.named_kernels(model, trained=False):
                variable.assign(variable * 5)
            made[name] = model, model.get_weights()
        return made[name]

    return built


@pytest.mark.parametrize("name", CASES)
def test_what_a_regularizer_cannot_act_on_is_refused_in_words(name, built):
    """By each model of the zoo that is not among those taken."""
    for refused in set(ZOO) - set(TAKEN.get(name, ZOO)):
        with pytest.raises((VariantError, ModelError), match=REFUSAL):
            regularize(built(refused)[0], Variant(**CASES[name]))


@pytest.mark.parametrize(
    ("names", "zoo_name"), STEPS, ids=[f"{'+'.join(names)}-{zoo_name}" for names, zoo_name in STEPS]
)
def test_conformance(names, zoo_name, built, zoo, tmp_path):
    """Techniques on a model start from the same function, act in a real step and survive storing."""
    params = {param: value for name in names for param, value in CASES[name].items()}
    variant, (model, before) = Variant(**params), built(zoo_name)
    new = regularize(model, variant)
    verify(new, variant, original=model)
    verify(new, variant)

    assert not new.compiled
    if names != ("batch_norm",):  # whose initial output is the input / sqrt(1 + epsilon)
        for expected, received in zip(zoo.outputs_of(model), zoo.outputs_of(new), strict=True):
            np.testing.assert_allclose(received, expected, rtol=1e-5, atol=1e-6)

    kernels = zoo.named_kernels(new)
    others = float(sum(model._get_regularization_losses()))
    penalties = [PENALTIES[name] for name in names if name in PENALTIES]
    closed_form = sum(penalty(variable.value.numpy()) for variable, _ in kernels for penalty in penalties)
    assert penalty_on_weights(new) == pytest.approx(others + closed_form, rel=1e-4)

    statistics = [bn.moving_mean.value.numpy().copy() for bn in zoo.layers_named(new, "BatchNormalization")]
    if not any(isinstance(effect, IN_THE_MODEL) for effect in variant.effects()):
        assert len(new.weights) == len(model.weights)
        return  # acts on loss, optimizer or stopping: proved in tests/training

    loss = zoo.train_a_step(new, keras.optimizers.SGD(0.01))
    assert np.isfinite(np.ravel(loss)).all()
    assert all(np.array_equal(old, weight) for old, weight in zip(before, model.get_weights(), strict=True))
    output_layers = [site.layer for site in read_layout(new).output]
    for variable, layer in kernels:
        is_output = any(variable is weight for output in output_layers for weight in output.weights)
        if "max_norm" in names:
            largest = zoo.incoming_norms(variable, layer).max()
            assert largest > 0.5 if is_output else largest <= 0.5 * (1 + 1e-5), variable.path
        if "spectral_norm" in names:
            axes = [axis % len(variable.shape) for axis in variable.constraint.axis] if variable.constraint else [0]
            matrix = np.moveaxis(variable.value.numpy(), axes, range(len(axes)))
            largest = np.linalg.norm(matrix.reshape(np.prod(matrix.shape[: len(axes)]), -1), 2)
            assert largest > 0.51 if is_output else largest <= 0.5 * 1.005, variable.path
        if "kernel_constraint" in names:
            assert (variable.value.numpy().min() >= 0) is not is_output, variable.path
    if "batch_norm" in names:
        layers = zoo.layers_named(new, "BatchNormalization")
        assert all((a != bn.moving_mean.value.numpy()).any() for a, bn in zip(statistics, layers, strict=True))

    path = tmp_path / "model.keras"
    new.save(path)
    loaded = keras.saving.load_model(path)
    for expected, received in zip(zoo.outputs_of(new), zoo.outputs_of(loaded), strict=True):
        np.testing.assert_allclose(received, expected, rtol=1e-5, atol=1e-6)
    if "max_norm" in names and zoo_name == "attention":
        del params[
            "max_norm"
        ]  # Keras stores one constraint for projections that need several: see regularize's docstring
    verify(loaded, Variant(**params))


def mlp(*widths, n_inputs=6):
    """Dense layers named by position: h1, h2 ..., out."""
    hidden = [L.Dense(width, activation="relu", name=f"h{i}") for i, width in enumerate(widths, start=1)]
    return keras.Sequential([keras.Input((n_inputs,)), *hidden, L.Dense(3, activation="softmax", name="out")])


def in_front(model):
    """{layer with a kernel: rate of the dropout directly in front, or None}."""
    found = {}
    for site in read_layout(model).sites:
        layer = site.nodes[0].input_tensors[0]._keras_history.operation
        found[site.layer.name] = round(layer.rate, 6) if isinstance(layer, L.Dropout) else None
    return found


@pytest.mark.parametrize(
    ("placement", "expected"),
    [
        ("all", {"h1": 0.4, "h2": 0.4, "h3": 0.4, "out": 0.4}),
        ("hidden", {"h1": None, "h2": 0.4, "h3": 0.4, "out": 0.4}),
        ("last_hidden", {"h1": None, "h2": None, "h3": None, "out": 0.4}),
        ("width", {"h1": None, "h2": 0.2, "h3": 0.4, "out": 0.1}),  # widths in front: 4, 8, 2
    ],
)
def test_placements_by_hand(placement, expected, zoo):
    """Each placement puts dropout where its name says, with the rate in proportion for `width`."""
    new = regularize(mlp(4, 8, 2), Variant(dropout_rate=0.4, dropout_placement=placement))
    assert in_front(new) == expected
    assert len(zoo.layers_named(new, "Dropout")) == sum(rate is not None for rate in expected.values())
    assert new.layers[-1].name == "out"


def test_width_of_a_wrapper_is_what_the_next_layer_reads():
    """A bidirectional LSTM of 2 units is 4 wide, not the 8 columns of its kernel: rate 0.4 x 4 / 8."""
    inputs = keras.Input((4, 3))
    x = L.Bidirectional(L.LSTM(2, name="lstm"), name="both")(inputs)
    model = keras.Model(inputs, L.Dense(3, name="out")(L.Dense(8, name="h")(x)))
    new = regularize(model, Variant(dropout_rate=0.4, dropout_placement="width"))
    assert in_front(new) == {"both": None, "h": 0.2, "out": 0.4}


def test_dropout_stands_between_recurrent_layers():
    """rnn: in front of the rows, between the LSTM layers, and in front of the softmax."""
    new = regularize(build_model("rnn", (4, 3), 3, hidden_widths="3-3", seed=0), Variant(dropout_rate=0.2))
    kinds = [type(layer).__name__ for layer in new.layers]
    assert kinds == ["InputLayer", "Dropout", "LSTM", "Dropout", "LSTM", "Dropout", "Dense"]


def test_dropout_is_random_in_training_and_absent_in_inference(zoo):
    """The same inputs give other outputs in training mode, and the original's in inference mode."""
    model = mlp(30)
    new = regularize(model, Variant(dropout_rate=0.5))
    x = zoo.example_inputs(model)
    assert not np.allclose(new(x, training=True), new(x, training=True))
    np.testing.assert_allclose(new.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-5)


def test_two_layers_that_read_one_tensor_get_one_mask(zoo):
    """Two outputs of one hidden layer share the dropout in front of them."""
    new = regularize(zoo.models["two_outputs"](), Variant(dropout_rate=0.4))
    assert len(zoo.layers_named(new, "Dropout")) == 3  # at the input, behind the first hidden layer, the second


def test_a_shared_layer_gets_one_dropout_for_all_its_calls(zoo):
    """A layer called on two inputs has one dropout layer, save where another layer's mask is there already."""
    new = regularize(zoo.models["towers"](), Variant(dropout_rate=0.4))
    assert len(zoo.layers_named(new, "Dropout")) == 3  # two in the encoder, once; one in front of the output
    assert len([layer for layer in new.layers if layer.name == "encoder"]) == 1

    shared, left, right = L.Dense(5, name="h"), keras.Input((4,)), keras.Input((4,))
    model = keras.Model([left, right], L.Dense(3)(L.Concatenate()([shared(left), shared(right)])))
    new = regularize(model, Variant(dropout_rate=0.4))
    assert len(zoo.layers_named(new, "Dropout")) == 2
    first, second = (node.input_tensors[0]._keras_history.operation for node in new.get_layer("h")._inbound_nodes)
    assert first is second


def test_attention_drops_what_it_reads_and_recurrence_keeps_its_state(zoo):
    """Query and value of attention go through dropout, by keyword too; an initial state never does."""
    new = regularize(zoo.models["attention"](), Variant(dropout_rate=0.4))
    for layer in zoo.layers_named(new, "MultiHeadAttention"):
        assert {type(t._keras_history.operation).__name__ for t in layer._inbound_nodes[0].input_tensors} == {"Dropout"}
    new = regularize(zoo.models["with_states"](), Variant(dropout_rate=0.4))
    producers = [t._keras_history.operation for t in new.layers[-3]._inbound_nodes[0].input_tensors]
    assert [type(layer).__name__ for layer in producers] == ["Dropout", "LSTM", "LSTM"]


@pytest.mark.parametrize(
    ("params", "build", "message"),
    [
        ({"max_norm": 1}, lambda: mlp(), "max_norm=1: a constraint acts on hidden kernels and the model has no hidden"),
        ({"batch_norm": 1}, lambda: mlp(), "BatchNormalization goes behind hidden layers and the model has none"),
        ({"dropout_rate": 0.1, "dropout_placement": "hidden"}, lambda: mlp(), "'hidden' would do nothing"),
        ({"dropout_rate": 0.1, "dropout_placement": "last_hidden"}, lambda: mlp(), "'last_hidden' would do nothing"),
        ({"dropout_rate": 0.1, "dropout_placement": "width"}, lambda: mlp(5, 5), "every hidden layer has width 5"),
        (
            {"max_norm": 1, "max_norm_bias": 1},
            lambda: keras.Sequential([keras.Input((6,)), L.Dense(4, use_bias=False), L.Dense(3)]),
            "the bias is to be constrained and no hidden layer has one",
        ),
    ],
)
def test_a_variant_without_effect_is_refused(params, build, message):
    """What would silently train the baseline is an error that says why."""
    with pytest.raises(VariantError, match=message):
        regularize(build(), Variant(**params))


def test_frozen_layers_are_left_out_and_an_all_frozen_model_is_refused(zoo):
    """Keras leaves frozen weights out of the loss; a variant that only meets such weights is an error."""
    new = regularize(zoo.models["frozen"](), Variant(l2=0.1))
    assert not new.get_layer("encoder").layers[-1].trainable
    assert len(new.losses) == 2
    model = mlp(4)
    model.get_layer("h1").trainable = False
    with pytest.raises(VariantError, match="every hidden layer is frozen"):
        regularize(model, Variant(max_norm=1))
    model.trainable = False
    with pytest.raises(VariantError, match="every layer is frozen"):
        regularize(model, Variant(l1=0.1))


def test_biases_are_constrained_only_when_asked_and_never_the_output_s():
    """max_norm_bias: 1 bounds the norm of each hidden bias after a step."""
    for flag in (0, 1):
        model = mlp(4)
        for layer in model.layers:
            layer.bias.assign(layer.bias + 3)
        new = regularize(model, Variant(max_norm=0.5, max_norm_bias=flag))
        new.compile(keras.optimizers.SGD(1e-6), loss="mse", run_eagerly=True)
        new.train_on_batch(np.ones((2, 6)), np.ones((2, 3)))
        norms = [np.linalg.norm(new.get_layer(name).bias.value.numpy()) for name in ("h1", "out")]
        assert (norms[0] < 0.5001) == bool(flag)
        assert norms[1] > 1


def test_a_penalty_takes_the_place_of_the_model_s_own_on_kernels_only():
    """One kernel holds one penalty: the variant's; penalties on biases stay."""
    layer = L.Dense(4, kernel_regularizer="l1", bias_regularizer="l2", bias_initializer="ones")
    model = keras.Sequential([keras.Input((6,)), layer])
    new = regularize(model, Variant(l2=0.5))
    kernel = layer.kernel.value.numpy()
    assert float(sum(new.losses)) == pytest.approx(0.5 * np.square(kernel).sum() + 0.01 * 4, rel=1e-5)


def test_the_output_s_own_constraint_is_the_person_s_business():
    """A constraint that the model's output layer had before is kept and not mistaken for ours."""
    inputs = keras.Input((6,))
    outputs = L.Dense(3, kernel_constraint=keras.constraints.MaxNorm(1.0))(L.Dense(4)(inputs))
    new = regularize(keras.Model(inputs, outputs), Variant(max_norm=1))
    assert new.layers[-1].kernel.constraint.axis == 0


def test_new_layers_find_a_free_name():
    """A model that already has a layer of the name we would take is no obstacle."""
    layers = [L.Dense(4, name="h"), L.Dropout(0.1, name="h_dropout"), L.Dense(3, name="out")]
    new = regularize(keras.Sequential([keras.Input((6,)), *layers]), Variant(dropout_rate=0.4))
    assert [layer.name for layer in new.layers if isinstance(layer, L.Dropout)] == [
        "h_dropout_2", "h_dropout", "out_dropout",
    ]  # fmt: skip


def test_the_compiled_route_takes_penalty_and_constraint_too():
    """In a graph-compiled fit the loss contains the penalty and hidden norms end below the limit."""
    model = mlp(4)
    new = regularize(model, Variant(l2=0.1, max_norm=0.3))
    new.compile(keras.optimizers.Adam(0.01), loss="mse")
    x, y = np.ones((4, 6), "float32"), np.ones((4, 3), "float32")
    start = np.mean((new.predict(x, verbose=0) - y) ** 2)
    squares = sum(np.square(layer.kernel.value.numpy()).sum() for layer in model.layers)
    loss = new.fit(x, y, batch_size=4, epochs=1, verbose=0).history["loss"][0]
    assert loss == pytest.approx(start + 0.1 * squares, rel=1e-4)
    assert np.linalg.norm(new.get_layer("h1").kernel.value.numpy(), axis=0).max() <= 0.3001
