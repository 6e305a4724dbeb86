"""Colours and marks."""

import itertools

import pytest

from regtrack import names
from regtrack.charts import differences, theme
from regtrack.charts.agreement import INK, SHADES

ARTICLE = {
    "baseline": "none", "l1=1e-05": "l1", "l1=0.0001": "l1", "l1=0.001": "l1", "l2=0.01": "l2", "batch_norm": "batch_norm",
    "dropout=0.2": "dropout", "dropout=0.5": "dropout", "max_norm=1": "max_norm", "dropout=0.2+max_norm=1": "dropout + max_norm",
}  # fmt: skip


def luminance(color: str) -> float:
    """WCAG 2's relative luminance."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


COLORS = {
    *theme.TECHNIQUE_HUES, theme.LINE, theme.TEXT, *(symbol.color for symbol in theme.REGIME_SYMBOLS.values()),
    *(symbol.color for symbol in differences.VERDICT_SYMBOLS.values()),
    *theme.variant_hues(ARTICLE, ARTICLE.values()).values(),
}  # fmt: skip


def test_contrast_is_computed_as_wcag_does():
    """Black on white is 21:1, and #767676 is the well-known grey of 4.54:1."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("background", ["#FFFFFF", "#0E1117"])
def test_every_colour_can_be_seen_on_light_and_on_dark(background):
    """A contrast of 3:1 or more against both backgrounds; lightened and darkened hues of variants too."""
    assert {color: round(contrast(color, background), 2) for color in COLORS if contrast(color, background) < 3} == {}


def test_the_matrix_can_be_read_on_its_own_cells():
    """The cells' words have 4.5:1 on the lightest and on the darkest cell."""
    assert min(contrast(INK, shade) for shade in SHADES) >= 4.5


def test_a_fitting_regime_has_one_mark_and_one_colour():
    """Those of the store contract, as the style says, no two alike; what only the sweep tells is the same circle, hollow."""
    assert theme.REGIME_SYMBOLS == {
        names.UNDERFIT: ("#0072B2", "triangle-down"),
        names.WELL_FIT: ("#009E73", "circle"),
        names.WELL_FIT_HERE: ("#009E73", theme.RING),
        names.OVERFIT: ("#D55E00", "triangle-up"),
        names.UNDETERMINED: ("#8C8C8C", "diamond"),
    }
    assert set(theme.REGIME_SYMBOLS) == set(names.REGIMES)


def test_hues_keep_clear_of_those_of_fitting_regimes():
    """A technique never wears the colour of a fitting regime, and none is grey."""
    assert not {"#0072B2", "#009E73", "#D55E00"} & set(theme.TECHNIQUE_HUES)
    hues = theme.technique_hues(["none", *(f"technique {i}" for i in range(12))])
    assert hues["none"] == "#8C8C8C"
    assert len(hues) == 13


def test_the_same_variant_has_the_same_colour_whatever_the_order():
    """A table sorted otherwise changes no colour, and no two variants share one."""
    hues = theme.variant_hues(ARTICLE, ARTICLE.values())
    turned = dict(reversed(ARTICLE.items()))
    assert theme.variant_hues(turned, turned.values()) == hues
    assert len(set(hues.values())) == len(ARTICLE)


def test_more_techniques_than_hues_still_give_every_variant_its_own_colour():
    """The tenth technique takes the first hue again, in another lightness."""
    many = {f"v{i}": f"technique {i:02}" for i in range(14)}
    assert len(set(theme.variant_hues(many, many.values()).values())) == 14


def test_variants_of_one_technique_are_told_apart_by_lightness_in_order_of_strength():
    """l1=1e-05 is lighter than l1=0.0001, and that than l1=0.001: numbers are compared as numbers."""
    hues = theme.variant_hues(ARTICLE, ARTICLE.values())
    light = [luminance(hues[f"l1={value}"]) for value in ("1e-05", "0.0001", "0.001")]
    assert all(a > b * 1.2 for a, b in itertools.pairwise(light))


def test_a_chart_of_some_variants_keeps_the_colours_of_all():
    """Given the sweep's colours a chart takes those of its variants, and grey for one that is not among them."""
    hues = theme.variant_hues(ARTICLE, ARTICLE.values())
    assert theme.hues_or_palette(["l2=0.01", "new"], hues) == {"l2=0.01": hues["l2=0.01"], "new": theme.LINE}


def test_one_pass_is_hollow_and_monte_carlo_filled():
    """The fill tells the methods apart without colour, and a method without a mark of its own is drawn too."""
    methods, color, fill = theme.method_encodings(["mc_dropout", "other", "deterministic"])
    assert methods == ["deterministic", "mc_dropout", "other"]
    assert fill.to_dict()["scale"]["range"][0] == "transparent"
    assert fill.to_dict()["scale"]["range"][1:] == color.to_dict()["scale"]["range"][1:]
