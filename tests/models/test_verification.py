"""verify must fail: each test breaks a regularized model in one way that would train something else in silence."""

import keras
import pytest

from regtrack.errors import ModelError, VariantError
from regtrack.models import regularize, verify
from regtrack.variants import Variant

L = keras.layers


def mlp():
    """Hidden widths are equal on purpose: a search for dropout further up would be satisfied by the wrong one."""
    hidden = [L.Dense(6, activation="relu", name=f"h{i}") for i in (1, 2)]
    return keras.Sequential([keras.Input((6,)), *hidden, L.Dense(3, activation="softmax", name="out")])


def cnn():
    inputs = keras.Input((6, 6, 2))
    x = L.Flatten()(L.Conv2D(3, 3, name="conv")(inputs))
    return keras.Model(inputs, L.Dense(3, name="out")(x))


def dropped(*rates, behind=None):
    """The mlp with a dropout layer of each rate in front of h1, h2 and out (None: without)."""
    inputs = x = keras.Input((6,))
    for name, width, rate in zip(("h1", "h2", "out"), (6, 6, 3), rates, strict=True):
        x = L.Dropout(rate)(x) if rate else x
        x = L.Dense(width, name=name)(x)
    return keras.Model(inputs, L.Dropout(behind)(x) if behind else x)


@pytest.mark.parametrize("name", ["h1", "h2", "out"])
def test_penalty_missing_on_one_kernel(name):
    """A penalty taken off any one kernel is noticed, by that kernel's name."""
    variant = Variant(l2=0.1)
    model = regularize(mlp(), variant)
    model.get_layer(name).kernel.regularizer = None
    with pytest.raises(VariantError, match=rf"penalty on {name}/kernel: expected .*L2.*, received None"):
        verify(model, variant)


def test_penalty_on_the_attribute_alone():
    """The classic silent no-op, `layer.kernel_regularizer = ...` after build, is noticed."""
    model = mlp()
    for layer in model.layers:
        layer.kernel_regularizer = keras.regularizers.L2(0.1)
    assert model.losses == []
    with pytest.raises(VariantError, match="did not take effect"):
        verify(model, Variant(l2=0.1))


@pytest.mark.parametrize("wrong", [keras.regularizers.L2(0.2), keras.regularizers.L1(0.1), keras.regularizers.L2(0.0)])
def test_penalty_of_another_factor_or_kind(wrong):
    """Another factor or another penalty is noticed."""
    variant = Variant(l2=0.1)
    model = regularize(mlp(), variant)
    model.get_layer("h2").kernel.regularizer = wrong
    with pytest.raises(VariantError, match="penalty on h2/kernel"):
        verify(model, variant)


def test_tiny_factors_are_told_apart():
    """1e-9 is not 2e-9: comparison is relative."""
    model = regularize(mlp(), Variant(l2=1e-9))
    verify(model, Variant(l2=1e-9))
    with pytest.raises(VariantError):
        verify(model, Variant(l2=2e-9))


def test_loss_that_does_not_add_up(monkeypatch):
    """A layer whose penalty never reaches model.losses is noticed though its variable carries it."""
    variant = Variant(l2=0.1)
    model = regularize(mlp(), variant)
    monkeypatch.setattr(type(model), "losses", property(lambda self: []))
    with pytest.raises(VariantError, match=r"sum of model\.losses"):
        verify(model, variant)


def test_losses_of_activities_are_no_penalty():
    """An activity regularizer's loss of an earlier call does not disturb the sum."""
    layers = [L.Dense(4, activity_regularizer="l2"), L.Dense(3)]
    variant = Variant(l1=0.1)
    model = regularize(keras.Sequential([keras.Input((6,)), *layers]), variant)
    model(keras.ops.ones((2, 6)))
    verify(model, variant)


@pytest.mark.parametrize(
    "constraint",
    [
        None,
        keras.constraints.MaxNorm(1.0),  # Keras' default axis 0: wrong for a convolution
        keras.constraints.MaxNorm(1.0, axis=[0, 1]),
        keras.constraints.MaxNorm(2.0, axis=[0, 1, 2]),
        keras.constraints.NonNeg(),
    ],
)
def test_constraint_missing_or_over_the_wrong_axes(constraint):
    """A constraint that is absent, of another limit or over other axes is noticed."""
    variant = Variant(max_norm=1)
    model = regularize(cnn(), variant)
    model.get_layer("conv").kernel.constraint = constraint
    with pytest.raises(VariantError, match="constraint on conv/kernel"):
        verify(model, variant)


def test_constraint_on_the_output():
    """Max-norm is for hidden kernels: one on the output's is noticed."""
    variant = Variant(max_norm=1)
    model = regularize(mlp(), variant)
    model.get_layer("out").kernel.constraint = keras.constraints.MaxNorm(1.0, axis=[0])
    with pytest.raises(VariantError, match="constraint on the output's out/kernel"):
        verify(model, variant)


def test_bias_constraint_missing():
    """The optional bias constraint is checked where it is asked for."""
    variant = Variant(max_norm=1, max_norm_bias=1)
    model = regularize(mlp(), variant)
    model.get_layer("h2").bias.constraint = None
    with pytest.raises(VariantError, match="constraint on h2/bias"):
        verify(model, variant)


@pytest.mark.parametrize(
    ("rates", "broken"),
    [((None, 0.4, 0.4), "h1"), ((0.4, None, 0.4), "h2"), ((0.4, 0.4, None), "out"), ((0.4, 0.2, 0.4), "h2")],
)
def test_dropout_missing_or_at_another_rate(rates, broken):
    """One dropout layer missing or of another rate is noticed, though others of the right rate stand further up."""
    with pytest.raises(VariantError, match=f"in front of layer {broken}"):
        verify(dropped(*rates), Variant(dropout_rate=0.4))
    verify(dropped(0.4, 0.4, 0.4), Variant(dropout_rate=0.4))


def test_dropout_behind_the_output():
    """Dropout on the probabilities themselves is noticed, with and without knowing the original."""
    for original in (None, dropped(None, None, None)):
        with pytest.raises(VariantError, match="behind the output layer"):
            verify(dropped(0.4, 0.4, 0.4, behind=0.4), Variant(dropout_rate=0.4), original=original)


def test_dropout_behind_an_output_that_is_nested():
    """The output layer is found inside nested models, and what follows outside."""
    inner = dropped(0.4, 0.4, 0.4)
    inputs = keras.Input((6,))
    with pytest.raises(VariantError, match="behind the output layer"):
        verify(keras.Model(inputs, L.Dropout(0.4)(inner(inputs))), Variant(dropout_rate=0.4))


def test_dropout_where_the_placement_does_not_ask_for_it():
    """Against the original, dropout at the input is too much for `hidden`; its own dropout is not."""
    variant = Variant(dropout_rate=0.4, dropout_placement="hidden")
    with pytest.raises(VariantError, match="none but those the placement asks for"):
        verify(dropped(0.4, 0.4, 0.4), variant, original=dropped(None, None, None))
    verify(dropped(None, 0.4, 0.4), variant, original=dropped(None, None, None))


def test_two_dropouts_on_top_of_each_other():
    """Dropped twice is another rate: noticed against the original."""
    inputs = keras.Input((6,))
    x = L.Dropout(0.4)(L.Dropout(0.4)(inputs))
    model = keras.Model(inputs, L.Dense(3, name="out")(x))
    original = keras.Sequential([keras.Input((6,)), L.Dense(3, name="out")])
    with pytest.raises(VariantError, match="none but those"):
        verify(model, Variant(dropout_rate=0.4), original=original)


def test_batch_normalization_missing_or_too_many():
    """Batch normalization must stand behind each hidden layer and nowhere else."""
    variant = Variant(batch_norm=1)
    inputs = keras.Input((6,))
    x = L.BatchNormalization()(L.Dense(6, name="h1")(inputs))
    half = keras.Model(inputs, L.Dense(3, name="out")(L.Dense(6, name="h2")(x)))
    with pytest.raises(VariantError, match="behind layer h2: expected BatchNormalization"):
        verify(half, variant)
    full = L.Dense(3, name="out")(L.BatchNormalization()(L.Dense(6, name="h2")(x)))
    verify(keras.Model(inputs, full), variant, original=mlp())
    with pytest.raises(VariantError, match="none but those"):
        verify(keras.Model(inputs, L.BatchNormalization()(full)), variant, original=mlp())


def noisy(*layers):
    """These layers in front of the only kernel."""
    inputs = x = keras.Input((6,))
    for layer in layers:
        x = layer(x)
    return keras.Model(inputs, L.Dense(3, name="out")(x))


@pytest.mark.parametrize(
    "layers",
    [
        (L.Dropout(0.4),),
        (L.GaussianNoise(0.1),),
        (L.GaussianNoise(0.1), L.Dropout(0.4)),
        (L.Dropout(0.4), L.GaussianNoise(0.2)),
        (L.GaussianDropout(0.4), L.GaussianNoise(0.1)),
    ],
)
def test_one_of_two_layers_in_front_is_wrong(layers):
    """Dropout and noise stand in front of one kernel, in this order, at these strengths: anything else is noticed."""
    variant = Variant(dropout_rate=0.4, gaussian_noise=0.1)
    with pytest.raises(VariantError, match="in front of layer out"):
        verify(noisy(*layers), variant)
    verify(noisy(L.Dropout(0.4), L.GaussianNoise(0.1)), variant)


@pytest.mark.parametrize(
    "behind", [(), (L.SpatialDropout2D(0.3),), (L.Dropout(0.2),), (L.SpatialDropout2D(0.2), L.BatchNormalization())]
)
def test_spatial_dropout_missing_at_another_rate_or_of_another_kind(behind):
    """Behind the convolution, batch normalization first where both are asked for."""
    variant = Variant(spatial_dropout=0.2, batch_norm=len(behind) == 2)

    def built(*layers):
        inputs = keras.Input((6, 6, 2))
        x = L.Conv2D(3, 3, name="conv")(inputs)
        for layer in layers:
            x = layer(x)
        return keras.Model(inputs, L.Dense(3, name="out")(L.Flatten()(x)))

    with pytest.raises(VariantError, match="behind layer conv: expected"):
        verify(built(*behind), variant)
    verify(built(*[L.BatchNormalization()] * variant.batch_norm, L.SpatialDropout2D(0.2)), variant)


def shown(*layers, shape=(6, 6, 1)):
    inputs = x = keras.Input(shape)
    for layer in layers:
        x = layer(x)
    return keras.Model(inputs, L.Dense(3, name="out")(L.Flatten()(x)))


def shift(factor):
    return L.RandomTranslation(factor, factor, fill_mode="nearest")


@pytest.mark.parametrize(
    "layers",
    [
        (),
        (L.RandomFlip("horizontal"),),
        (shift(0.1),),
        (shift(0.1), L.RandomFlip("horizontal")),
        (L.RandomFlip("vertical"), shift(0.1)),
        (L.RandomFlip("horizontal"), shift(0.2)),
    ],
)
def test_augmentation_missing_weaker_or_in_another_order(layers):
    """Directly behind the input, in registry order, as asked for."""
    variant = Variant(augment_flip=1, augment_shift=0.1)
    with pytest.raises(VariantError, match="behind the model's input: expected"):
        verify(shown(*layers), variant)
    verify(shown(L.RandomFlip("horizontal"), shift(0.1)), variant, original=shown())


def test_augmentation_that_only_one_reader_sees_or_twice():
    """Another reader of the bare input, or the same layer again further up, is noticed."""
    variant, inputs = Variant(augment_flip=1), keras.Input((6, 6, 1))
    seen = L.Flatten()(L.RandomFlip("horizontal")(inputs))
    model = keras.Model(inputs, L.Dense(3)(L.Concatenate()([seen, L.Flatten()(inputs)])))
    with pytest.raises(VariantError, match="behind the model's input"):
        verify(model, variant)
    with pytest.raises(VariantError, match="none but those"):
        verify(shown(L.RandomFlip("horizontal"), L.RandomFlip("horizontal")), variant, original=shown())


def test_a_grey_picture_without_its_axis_of_channels():
    """Where the axis is put on and not taken off again, what follows reads another shape: noticed."""
    variant = Variant(augment_flip=1)
    flip = (L.Reshape((6, 6, 1)), L.RandomFlip("horizontal"))
    with pytest.raises(VariantError, match="behind the model's input"):
        verify(shown(*flip, shape=(6, 6)), variant)
    verify(shown(*flip, L.Reshape((6, 6)), shape=(6, 6)), variant)


def test_the_baseline_needs_nothing_and_rubbish_is_refused():
    """Without effects there is nothing to find; something that is no model is a ModelError."""
    verify(mlp(), Variant())
    with pytest.raises(ModelError, match="expected a Keras model, received str"):
        verify("model", Variant())
