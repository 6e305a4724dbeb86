"""Placement: which sites a layer goes in front of, and with which rate."""

from regtrack.errors import VariantError
from regtrack.models.layout import Layout, Site
from regtrack.variants.effects import LayerBefore


def sites_for(layout: Layout, effect: LayerBefore) -> tuple[Site, ...]:
    """The sites an effect puts a layer in front of. Raises VariantError if there are none."""
    sites = {
        "all": layout.sites,
        "hidden": tuple(site for site in layout.sites if site.behind_hidden),
        "width": tuple(site for site in layout.sites if site.behind_hidden),
        "last_hidden": tuple(site for site in layout.output if site.behind_hidden),
    }[effect.placement]
    if not sites:
        raise VariantError(
            f"{effect.layer.class_name} with placement {effect.placement!r} would do nothing: the model has no hidden "
            "layer; use placement 'all' or a model with hidden layers"
        )
    if effect.placement == "width" and len({site.width_in_front for site in sites}) == 1:
        raise VariantError(
            f"placement 'width' would be 'hidden': every hidden layer has width {sites[0].width_in_front}; use 'hidden'"
        )
    return sites


def config_at(site: Site, sites: tuple[Site, ...], effect: LayerBefore) -> dict:
    """The layer's config in front of `site`: with placement `width` the widest hidden layer gets the full rate and
    the others in proportion."""
    if effect.placement != "width":
        return effect.layer.config
    share = site.width_in_front / max(other.width_in_front for other in sites)
    return effect.layer.config | {effect.rate_name: effect.layer.config[effect.rate_name] * share}
