"""Placement: which sites a layer goes in front of or behind, with which rate, and what it needs to find there."""

import keras

from regtrack.errors import VariantError
from regtrack.models.layout import INPUT, Layout, Site, as_functional
from regtrack.variants.effects import AtInput, Effect, KerasObject, LayerAfter, LayerBefore
from regtrack.variants.variant import Variant


def sites_for(layout: Layout, effect: LayerBefore) -> tuple[Site, ...]:
    """The sites an effect puts a layer in front of. Raises VariantError if there are none."""
    behind_hidden = tuple(site for site in layout.sites if site.behind_hidden)
    sites = {
        "all": layout.sites,
        "input": tuple(site for site in layout.sites if INPUT in site.upstream),
        "hidden": behind_hidden,
        "width": behind_hidden,
        "last_hidden": tuple(site for site in layout.output if site.behind_hidden),
    }[effect.placement]
    if not sites:
        elsewhere = "" if effect.behind_activation else "placement 'all' or "
        raise VariantError(
            f"{effect.layer.class_name} with placement {effect.placement!r} would do nothing: the model has no hidden "
            f"layer; use {elsewhere}a model with hidden layers"
        )
    if effect.placement == "width" and len({site.width_in_front for site in sites}) == 1:
        raise VariantError(
            f"placement 'width' would be 'hidden': every hidden layer has width {sites[0].width_in_front}; use 'hidden'"
        )
    if effect.behind_activation:
        _check_activation(layout, sites, effect)
    return sites


def _check_activation(layout: Layout, sites: tuple[Site, ...], effect: LayerBefore) -> None:
    wanted, name = effect.behind_activation, effect.layer.class_name
    for site in layout.sites:
        if site.activation != wanted and any(site in reader.upstream for reader in sites):
            raise VariantError(
                f"{name} acts behind {wanted} layers only, and layer {site.layer.name!r} has activation "
                f"{site.activation}; give every hidden layer activation {wanted} in a model of your own, or use another "
                "kind of dropout"
            )


def config_at(site: Site, sites: tuple[Site, ...], effect: LayerBefore) -> dict:
    """The layer's config in front of `site`: with placement `width` the widest hidden layer gets the full rate and
    the others in proportion."""
    if effect.placement != "width":
        return effect.layer.config
    share = site.width_in_front / max(other.width_in_front for other in sites)
    return effect.layer.config | {effect.rate_name: effect.layer.config[effect.rate_name] * share}


def layers_before(layout: Layout, effects: tuple[Effect, ...]) -> dict[Site, list[KerasObject]]:
    """What stands in front of each site, in the order data meets it. Raises VariantError for an effect without any."""
    found: dict[Site, list[KerasObject]] = {}
    for effect in effects:
        if isinstance(effect, LayerBefore):
            sites = sites_for(layout, effect)
            for site in sites:
                layer = KerasObject(effect.layer.class_name, config_at(site, sites, effect))
                found.setdefault(site, []).append(layer)
    return found


def layers_after(layout: Layout, effects: tuple[Effect, ...]) -> dict[Site, list[KerasObject]]:
    """What stands behind each site, in the order data meets it. Raises VariantError for an effect without any."""
    found: dict[Site, list[KerasObject]] = {}
    for effect in effects:
        if isinstance(effect, LayerAfter):
            for site in _hidden_for(layout, effect):
                found.setdefault(site, []).append(_layer_behind(site, effect))
    return found


def _hidden_for(layout: Layout, effect: LayerAfter) -> tuple[Site, ...]:
    if not layout.hidden:
        raise VariantError(
            f"{effect.layer.class_name} goes behind hidden layers and the model has none; use a model with hidden layers "
            "or leave it out"
        )
    sites = tuple(site for site in layout.hidden if effect.kind in (None, site.kind))
    if not sites:
        names = ", ".join(f"{site.layer.name!r} ({site.kind})" for site in layout.hidden)
        raise VariantError(
            f"{effect.layer.class_name} goes behind hidden {effect.kind} layers and the model has none, only {names}; "
            f"use a model with {effect.kind} layers or leave it out"
        )
    return sites


def _layer_behind(site: Site, effect: LayerAfter) -> KerasObject:
    if not effect.by_rank:
        return effect.layer
    if getattr(site.layer, "data_format", None) == "channels_first":
        raise VariantError(
            f"{effect.layer.class_name} goes behind layers with channels last, and layer {site.layer.name!r} has "
            "data_format channels_first; build the model with channels_last or leave it out"
        )
    rank = len(site.nodes[0].output_tensors[0].shape) - 2
    return KerasObject(f"{effect.layer.class_name}{rank}D", effect.layer.config)


def check_meetings(layout: Layout, variant: Variant) -> None:
    """Raise VariantError where a layer behind one site and a layer of the same slot in front of the next would act on
    the same activations."""
    effects = variant.effects()
    for behind in (effect for effect in effects if isinstance(effect, LayerAfter) and effect.slot):
        givers = set(_hidden_for(layout, behind))
        for before in effects:
            if isinstance(before, LayerBefore) and before.slot == behind.slot:
                for site in sites_for(layout, before):
                    for giver in sorted(site.upstream & givers, key=lambda one: one.layer.name):
                        raise VariantError(
                            f"{behind.layer.class_name} and {before.layer.class_name} would both act on "
                            f"what layer {giver.layer.name!r} gives to {site.layer.name!r}; keep one of them, or place the "
                            "other elsewhere, such as last_hidden",
                            variant=variant.label,
                        )


def layers_at_input(model: keras.Model, variant: Variant) -> list[KerasObject]:
    """What stands directly behind the model's input, in the order data meets it; grey images without an axis of
    channels are given one and lose it again. Raises VariantError for a model whose input is no image."""
    layers = [effect.layer for effect in variant.effects() if isinstance(effect, AtInput)]
    if not layers:
        return []
    inputs = as_functional(model).inputs
    if len(inputs) > 1:
        raise VariantError(
            f"{layers[0].class_name} acts on images at a model's one input, and model {model.name!r} has "
            f"{len(inputs)} inputs; leave it out",
            variant=variant.label,
        )
    shape = tuple(inputs[0].shape[1:])
    if len(shape) not in (2, 3) or (len(shape) == 2 and None in shape):
        raise VariantError(
            f"{layers[0].class_name} acts on images, (height, width) or (height, width, channels), and "
            f"model {model.name!r} reads {shape}; give it images or leave it out",
            variant=variant.label,
        )
    if len(shape) == 3:
        return layers
    as_image, as_before = (KerasObject("Reshape", {"target_shape": target}) for target in ((*shape, 1), shape))
    return [as_image, *layers, as_before]
