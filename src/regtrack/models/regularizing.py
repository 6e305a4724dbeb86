"""regularize: apply a variant to any functional or sequential Keras model."""

import keras

from regtrack.errors import VariantError
from regtrack.models import custom
from regtrack.models.insertion import Insertion
from regtrack.models.layout import Layout, Site, read_layout
from regtrack.models.surgery import rewrite
from regtrack.models.verification import verify
from regtrack.variants.effects import Constraint, KerasObject, Penalty
from regtrack.variants.variant import Variant


def regularize(model: keras.Model, variant: Variant) -> keras.Model:
    """A new model with `variant` applied to every eligible layer, of the same weights, verified.

    Args:
        model: any built functional or sequential model, nested and shared layers included; left untouched.
        variant: penalties go on every kernel (the output layer's too), constraints on hidden kernels, each in place
            of the one `model` may have there, frozen layers left out; dropout and noise in front of the layers their
            placement names and never behind the output layer, batch normalization behind every hidden layer, spatial
            dropout behind every hidden convolution, augmentation at the input. What acts on loss, optimizer or
            stopping is applied when the model is compiled.
    Returns:
        A functional model (uncompiled) that starts from the same weights as `model`. Stored and loaded again it keeps
        penalties and constraints, save max-norm on attention: Keras stores one constraint for projections that
        need different axes. (Constraints act in training only.)
    Raises:
        ModelError: the model's graph cannot be read.
        VariantError: the variant would do nothing on this model, or did not take effect.
    """
    insertion = Insertion(model, read_layout(model), variant)
    new_model = rewrite(model, call=insertion.call, enter=insertion.enter)
    new_layout = read_layout(new_model)
    for effect in variant.effects():
        if isinstance(effect, Penalty):
            for site in _penalized(new_layout, variant):
                _set_penalty(site, effect)
        elif isinstance(effect, Constraint):
            for site in _constrained(new_layout, effect, variant):
                _set_constraint(site, effect)
    verify(new_model, variant, original=model)
    return new_model


def _penalized(layout: Layout, variant: Variant) -> tuple[Site, ...]:
    if not any(site.trained for site in layout.sites):
        raise VariantError(
            "a penalty acts on trained kernels and every layer is frozen; unfreeze one",
            variant=variant.label,
        )
    return layout.sites


def _constrained(layout: Layout, effect: Constraint, variant: Variant) -> tuple[Site, ...]:
    if not layout.hidden:
        raise VariantError(
            "a constraint acts on hidden kernels and the model has no hidden layer", variant=variant.label
        )
    trained = [kernel for site in layout.hidden for kernel in site.trained]
    if not trained:
        raise VariantError(
            "a constraint acts on hidden kernels and every hidden layer is frozen", variant=variant.label
        )
    if effect.on_bias and all(kernel.bias is None for kernel in trained):
        raise VariantError("the bias is to be constrained and no hidden layer has one", variant=variant.label)
    return layout.hidden


def build_object(what: KerasObject, module, **more):
    """The Keras regularizer or constraint of a declared object."""
    cls = getattr(module, what.class_name, None) or getattr(custom, what.class_name)
    return cls(**what.config, **more)


def _set_penalty(site: Site, effect: Penalty) -> None:
    # On the variable, since a built layer ignores its attribute; on the attribute, since the config is read from it.
    for kernel in site.trained:
        regularizer = build_object(effect.regularizer, keras.regularizers)
        kernel.variable.regularizer = regularizer
        setattr(kernel.owner, kernel.regularizer, regularizer)
        _set_on_attention(site, "kernel_regularizer", regularizer)


def _set_constraint(site: Site, effect: Constraint) -> None:
    for kernel in site.trained:
        axes = {effect.axis_name: list(kernel.incoming_axes)} if effect.axis_name else {}
        constraint = build_object(effect.constraint, keras.constraints, **axes)
        kernel.variable.constraint = constraint
        setattr(kernel.owner, kernel.constraint, constraint)
        if not axes:
            _set_on_attention(site, "kernel_constraint", constraint)
        if effect.on_bias and kernel.bias is not None:
            on_bias = build_object(effect.constraint, keras.constraints, **({effect.axis_name: 0} if axes else {}))
            kernel.bias.constraint = on_bias
            kernel.owner.bias_constraint = on_bias


def _set_on_attention(site: Site, attribute: str, value) -> None:
    """Attention layers write their config from attributes of their own, not from those of their projections."""
    for layer in site.layer._flatten_layers():
        if isinstance(layer, (keras.layers.MultiHeadAttention, keras.layers.GroupQueryAttention)):
            name = attribute if attribute in vars(layer) else f"_{attribute}"
            setattr(layer, name, value)
