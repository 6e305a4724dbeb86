"""verify: prove on the finished model that a variant took effect, by what Keras will use, not by what was asked."""

import keras
import numpy as np

from regtrack.errors import VariantError
from regtrack.models.layer_checks import check_layers, fail, is_object
from regtrack.models.layout import Layout, read_layout
from regtrack.variants.effects import Constraint, Penalty
from regtrack.variants.variant import Variant


def verify(model: keras.Model, variant: Variant, *, original: keras.Model | None = None) -> None:
    """Raise VariantError unless `variant` took effect on `model`.

    Checked: each trained kernel's variable carries the penalty and `model.losses` adds up to it; each trained hidden
    kernel's variable carries the constraint over the axes right for its layer kind and no output kernel does; the
    layers stand directly where the variant puts them, none behind the output and, told from those that `original`
    had before, none elsewhere.
    """
    layout = read_layout(model)
    for effect in variant.effects():
        if isinstance(effect, Penalty):
            _verify_penalty(layout, effect, variant)
            _verify_losses(model, layout, variant)
        elif isinstance(effect, Constraint):
            _verify_constraint(layout, effect, variant)
            _verify_output_unconstrained(layout, effect, variant, original)
    check_layers(model, layout, variant, original)


def _verify_penalty(layout: Layout, effect: Penalty, variant: Variant) -> None:
    for site in layout.sites:
        for kernel in site.trained:
            regularizer = kernel.variable.regularizer
            if not is_object(regularizer, effect.regularizer):
                fail(variant, f"penalty on {kernel.variable.path}", effect.regularizer, regularizer)
            shape = tuple(np.shape(regularizer(kernel.variable)))
            if shape:
                raise VariantError(
                    f"a penalty is one number a kernel, received an array of {shape}", variant=variant.label
                )


def _verify_losses(model: keras.Model, layout: Layout, variant: Variant) -> None:
    kernels = [kernel.variable for site in layout.sites for kernel in site.trained]
    others = [v for v in model.trainable_weights if v.regularizer and not any(v is kernel for kernel in kernels)]
    expected = sum(float(v.regularizer(v)) for v in (*kernels, *others))
    # What add_loss left from an earlier call (activity regularizers) is no penalty on weights.
    called = {id(loss) for layer in model._flatten_layers() for loss in layer._get_own_losses()}
    received = sum(float(loss) for loss in model.losses if id(loss) not in called)
    if not np.isclose(expected, received, rtol=1e-4, atol=0):
        fail(variant, "sum of model.losses", expected, received)


def _axes(effect: Constraint, kernel) -> dict:
    return {effect.axis_name: list(kernel.incoming_axes)} if effect.axis_name else {}


def _verify_constraint(layout: Layout, effect: Constraint, variant: Variant) -> None:
    what = effect.constraint
    for site in layout.hidden:
        for kernel in site.trained:
            axes, constraint, shape = _axes(effect, kernel), kernel.variable.constraint, kernel.variable.shape
            if not is_object(constraint, what, **axes):
                fail(variant, f"constraint on {kernel.variable.path}", (what, axes), constraint)
            projected = tuple(np.shape(constraint(kernel.variable)))
            if projected != tuple(shape):
                raise VariantError(
                    f"a constraint keeps a kernel's shape {shape}, received {projected}",
                    variant=variant.label,
                )
            if effect.on_bias and kernel.bias is not None and not is_object(kernel.bias.constraint, what):
                fail(variant, f"constraint on {kernel.bias.path}", what, kernel.bias.constraint)


def _verify_output_unconstrained(layout: Layout, effect: Constraint, variant: Variant, original) -> None:
    kernels = [kernel for site in layout.output for kernel in site.kernels]
    before = [kernel for site in read_layout(original).output for kernel in site.kernels] if original else []
    for i, kernel in enumerate(kernels):
        was_there = before and is_object(before[i].variable.constraint, effect.constraint)
        if is_object(kernel.variable.constraint, effect.constraint) and not was_there:
            fail(variant, f"constraint on the output's {kernel.variable.path}", None, kernel.variable.constraint)
