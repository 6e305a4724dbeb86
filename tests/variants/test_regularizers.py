"""One conformance suite over the whole registry: a new file in regularizers/ is tested by being there."""

import pytest

from regtrack.errors import VariantError
from regtrack.variants import Variant, effects
from regtrack.variants.params import NEUTRAL_TEXT
from regtrack.variants.regularizers import PARAMS, REGULARIZERS
from regtrack.variants.regularizers.base import short
from regtrack.variants.settings import AXES, Settings

ORDER = [
    "l1", "l2", "l1_l2", "batch_norm", "dropout", "max_norm", "label_smoothing", "weight_decay", "early_stopping",
    "kernel_regularizer", "kernel_constraint", "gaussian_noise", "gaussian_dropout", "alpha_dropout", "spatial_dropout",
    "augment_flip", "augment_shift", "augment_rotation", "augment_zoom", "mixup", "cutmix", "random_erasing",
    "rand_augment", "ema", "swa", "sam", "spectral_norm", "confidence_penalty", "gradient_clipping",
]  # fmt: skip
EXAMPLE = {"number": 0.25, "integer": 2, "flag": 1, "function": "python:package.module:function"}


def switched_on(regularizer):
    """A variant with only this regularizer: its first parameter set, for l1_l2 those it takes over."""
    owned = regularizer.params[:1] or [REGULARIZERS[name].params[0] for name in regularizer.supersedes]
    return Variant(**{param.name: EXAMPLE[param.kind] for param in owned})


each = pytest.mark.parametrize("regularizer", REGULARIZERS.values(), ids=list(REGULARIZERS))


def test_the_order_of_the_registry():
    """The order gives labels and hues."""
    assert list(REGULARIZERS) == ORDER


@each
def test_declared(regularizer):
    """A name, a title, a docstring; parameters with help, a range and a neutral value inside it."""
    assert regularizer.name
    assert regularizer.title
    assert regularizer.__doc__
    for param in regularizer.params:
        assert param.help
        if param.kind in ("number", "integer"):
            assert param.neutral == 0
            assert param.low == 0, "negative factors are refused"
        if param.kind == "choice":
            assert param.neutral in param.choices
        if param.kind == "function":
            assert param.neutral == NEUTRAL_TEXT


def test_names_are_unique_and_no_setting_s():
    """One flat namespace: no parameter is declared twice or hides a setting."""
    declared = [param.name for r in REGULARIZERS.values() for param in r.params]
    assert len(declared) == len(set(declared)) == len(PARAMS)
    assert not set(declared) & (set(Settings.model_fields) | set(AXES))


@each
def test_off_by_default_and_on_when_set(regularizer):
    """The baseline has none of them; a variant that sets the first parameter has exactly this one."""
    assert Variant().active() == ()
    assert [r.name for r in switched_on(regularizer).active()] == [regularizer.name]


@each
def test_has_an_effect(regularizer):
    """What is active declares at least one effect, with a label of its own and no note on an unknown model."""
    variant = switched_on(regularizer)
    assert all(isinstance(effect, effects.Effect) for effect in variant.effects())
    assert len(variant.effects()) == 1
    assert variant.label != "baseline"
    assert variant.notes(frozenset()) == ()


@each
def test_refuses_what_is_out_of_range(regularizer):
    """Below the range, and at an open upper limit, is a VariantError naming the parameter."""
    for param in regularizer.params:
        wrong = [] if param.low is None else [param.low - 1]
        wrong += [] if param.high is None else [param.high + (0 if param.high_open else 1)]
        for value in wrong:
            with pytest.raises(VariantError, match=f"^{param.name}: expected .* received {value}"):
                Variant(**{param.name: value})


@each
def test_round_trips(regularizer):
    """Params and their text give the variant back."""
    variant = switched_on(regularizer)
    assert Variant.from_params({name: str(value) for name, value in variant.to_params().items()}) == variant


def test_effects_by_hand():
    """What each technique asks of the model and the training, written out."""
    keras_object = effects.KerasObject
    assert {r.name: switched_on(r).effects()[0] for r in REGULARIZERS.values()} == {
        "l1": effects.Penalty(keras_object("L1", {"l1": 0.25})),
        "l2": effects.Penalty(keras_object("L2", {"l2": 0.25})),
        "l1_l2": effects.Penalty(keras_object("L1L2", {"l1": 0.25, "l2": 0.25})),
        "batch_norm": effects.LayerAfter(keras_object("BatchNormalization")),
        "dropout": effects.LayerBefore(keras_object("Dropout", {"rate": 0.25}), "all", "rate", slot="dropout"),
        "max_norm": effects.Constraint(keras_object("MaxNorm", {"max_value": 0.25}), "axis", on_bias=False),
        "label_smoothing": effects.LossOption("label_smoothing", 0.25),
        "weight_decay": effects.OptimizerOption("weight_decay", 0.25, requires="adam", becomes="AdamW"),
        "early_stopping": effects.StopEarly(2),
        "kernel_regularizer": effects.Penalty(
            keras_object("CustomPenalty", {"function": "python:package.module:function"})
        ),
        "kernel_constraint": effects.Constraint(
            keras_object("CustomConstraint", {"function": "python:package.module:function"})
        ),
        "gaussian_noise": effects.LayerBefore(keras_object("GaussianNoise", {"stddev": 0.25}), "all"),
        "gaussian_dropout": effects.LayerBefore(
            keras_object("GaussianDropout", {"rate": 0.25}), "all", "rate", slot="dropout"
        ),
        "alpha_dropout": effects.LayerBefore(
            keras_object("AlphaDropout", {"rate": 0.25}), "hidden", "rate", slot="dropout", behind_activation="selu"
        ),
        "spatial_dropout": effects.LayerAfter(
            keras_object("SpatialDropout", {"rate": 0.25}), kind="conv", by_rank=True, slot="dropout"
        ),
        "augment_flip": effects.AtInput(keras_object("RandomFlip", {"mode": "horizontal"})),
        "augment_shift": effects.AtInput(
            keras_object("RandomTranslation", {"height_factor": 0.25, "width_factor": 0.25, "fill_mode": "nearest"})
        ),
        "augment_rotation": effects.AtInput(
            keras_object("RandomRotation", {"factor": (-0.25, 0.25), "fill_mode": "nearest"})
        ),
        "augment_zoom": effects.AtInput(keras_object("RandomZoom", {"height_factor": 0.25, "fill_mode": "nearest"})),
        "mixup": effects.MixedExamples("blend", 0.25),
        "cutmix": effects.MixedExamples("paste", 0.25),
        "random_erasing": effects.AtInput(
            keras_object("RandomErasing", {"factor": (0.25, 0.25), "scale": (0.02, 0.33), "fill_value": 0.0})
        ),
        "rand_augment": effects.AtInput(
            keras_object("RandAugment", {"value_range": (0, 1), "num_ops": 2, "factor": (0.0, 0.25)}), from_0_to_1=True
        ),
        "ema": effects.AveragedWeights("decay", 0.5),  # over two updates
        "swa": effects.AveragedWeights("tail", 0.25),
        "sam": effects.SharpnessAware(0.25),
        "spectral_norm": effects.Constraint(keras_object("SpectralNorm", {"max_value": 0.25}), "axis"),
        "confidence_penalty": effects.EntropyReward(0.25),
        "gradient_clipping": effects.OptimizerOption("global_clipnorm", 0.25),
    }
    assert Variant(max_norm=1, max_norm_bias=1).effects()[0].on_bias


def test_l1_l2_takes_over():
    """Both factors are one penalty, not three."""
    both = Variant(l1=0.1, l2=0.2)
    assert [r.name for r in both.active()] == ["l1_l2"]
    assert len(both.effects()) == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.001, "0.001"), (1e-5, "1e-05"), (1.0, "1"), (0.1 + 0.2, "0.30000000000000004"), (1234567.0, "1234567.0"),
     (3, "3"), ("all", "all")],
)  # fmt: skip
def test_short(value, text):
    """The shortest text that reads back as the same value."""
    assert short(value) == text
