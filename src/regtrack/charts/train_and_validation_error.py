"""Train error against validation error, a point a variant: where does each stand between under- and overfitting?"""

import altair as alt
import pandas as pd

from regtrack.charts.direct_labels import Area, label_columns, label_layers
from regtrack.charts.far_values import off_scale
from regtrack.charts.finish import finished
from regtrack.charts.theme import LINE, NOT_JUDGED, TEXT, regime_encodings, technique_hues
from regtrack.measures.declared import MEASURES
from regtrack.words.lists import listed

COLUMNS = ("variant", "technique", "train_error", "val_error", "val_error_low", "val_error_high", "seeds")
OPTIONAL = ("fitting_regime", "train_error_low", "train_error_high")
WIDTH, HEIGHT = 560, 420
WIDTHS, HEIGHTS = (460, 1500), (270, 430)
"""Pixels of the area between the axes, smallest and largest: the dashboard stretches the chart, title and axes included."""
TRAIN, VALIDATION = MEASURES["train_error"], MEASURES["val_error"]
X_TITLE, Y_TITLE = f"{TRAIN.heading} ({TRAIN.unit}, dropout off)", VALIDATION.axis


def train_and_validation_error_chart(
    table: pd.DataFrame,
    *,
    title: str,
    tolerance: float | None = None,
    reference_error: float | None = None,
    highlight: str | None = None,
) -> alt.LayerChart:
    """Points with their intervals, and the diagonal where both errors are equal.

    Args:
        table: COLUMNS, a row a variant; errors are shares in [0, 1], lower is better. Empty gives an empty chart.
            With `fitting_regime` points wear its symbol, where any is judged, else the hue of their technique; `train_error_low` and
            `train_error_high` add the interval across. Other columns are left out.
        tolerance: share; a band from the diagonal to this much above it: the gap that is let pass.
        reference_error: share; a dashed line at the error known to be reachable.
        highlight: the variant whose point gets a ring.
    """
    judged = "fitting_regime" in table and table["fitting_regime"].notna().any()
    table = table.reindex(columns=[*COLUMNS, *(name for name in OPTIONAL if name in table)])
    if judged:
        table = table.assign(fitting_regime=table["fitting_regime"].fillna(NOT_JUDGED))
    limits = [name for name in OPTIONAL[1:] if name in table]
    off = _off_scale(table)
    right = _top(table.loc[~off, ["train_error", *limits]])
    top = max(_top(table.loc[~off, ["val_error", "val_error_high"]]), 1.1 * (reference_error or 0.0))
    intervals = ("val_error_low", "val_error_high")
    # Where a point stands: its errors, or the edge. What it tells stays its own.
    table = table.assign(train_at=table["train_error"].clip(upper=right), val_at=table["val_error"].clip(upper=top))
    points = table[["train_at", "val_at", *intervals, "variant"]].set_axis(["x", "y", "low", "high", "name"], axis=1)
    area = Area(WIDTHS, HEIGHTS, right, top)
    sides = label_columns(points, area, words_at=reference_error)
    tooltip, color, shape = _marks(table, judged)
    base = alt.Chart(table.assign(**sides)).encode(x=_x("train_at", right), color=color, tooltip=tooltip)
    layers = [
        *_lines(right, top, tolerance, reference_error),
        _intervals(base, "y", *intervals, _y("val_error_low", top)),
    ]
    if len(limits) == 2:
        flat = base.encode(y=_y("val_at", top))
        layers.append(_intervals(flat, "x", *limits, _x("train_error_low", right)))
    layers.append(base.mark_point(filled=True, size=110, opacity=1).encode(y=_y("val_at", top), **shape))
    if highlight is not None:
        ring = base.transform_filter(alt.FieldEqualPredicate(field="variant", equal=highlight))
        ring = ring.mark_point(filled=False, shape="circle", size=420, strokeWidth=2, opacity=1)
        layers.append(ring.encode(y=_y("val_at", top), color=alt.ColorValue(TEXT)))
    layers += label_layers(base.encode(y=_y("val_at", top)), area, text="variant:N", color=TEXT)
    band = f"; band: gap of at most {100 * tolerance:g} points" if tolerance is not None else ""
    return finished(
        alt.layer(*layers, width=WIDTH, height=HEIGHT),
        title=title,
        subtitle=f"dashed diagonal: no gap{band}{_words_of(table[off])}",
        description=f"Validation error against train error of {len(table)} variants, with 95 % intervals; points above "
        "the diagonal do worse on unseen examples than on those they learned from.",
    )


def _off_scale(table: pd.DataFrame) -> pd.Series:
    """Which points would squeeze all others, on either axis."""
    errors = table[["train_error", "val_error"]].astype(float)
    found = [off_scale(errors[name], errors[name]) for name in errors]
    return pd.Series(found[0] | found[1], index=table.index, dtype=bool)


def _words_of(off: pd.DataFrame) -> str:
    """Each that stands at the edge, with its errors."""
    told = [f"{row.variant} (train {row.train_error:.0%}, validation {row.val_error:.0%})" for row in off.itertuples()]
    return f"; at the edge, off the scale: {listed(told)}" if told else ""


def _top(columns: pd.DataFrame) -> float:
    highest = columns.astype(float).max().max()
    return 1.0 if pd.isna(highest) or highest <= 0 else min(1.0, 1.08 * float(highest))


def _error_axis(channel: type[alt.X] | type[alt.Y], field: str, title: str, top: float) -> alt.X | alt.Y:
    """Both axes alike: the diagonal is at 45 degrees where they are equally long."""
    axis, scale = alt.Axis(format=".0%", tickMinStep=0.01), alt.Scale(domain=[0, top], nice=False)
    return channel(f"{field}:Q", title=title, axis=axis, scale=scale)


def _x(field: str, top: float) -> alt.X:
    return _error_axis(alt.X, field, X_TITLE, top)


def _y(field: str, top: float) -> alt.Y:
    return _error_axis(alt.Y, field, Y_TITLE, top)


def _marks(table: pd.DataFrame, judged: bool) -> tuple[list[alt.Tooltip], alt.Color | dict, dict]:
    """Tooltip, colour, and where judged the shape."""
    shown = [("val_error", "validation error"), ("val_error_low", "lower limit (95 %)"),
             ("val_error_high", "upper limit (95 %)")]  # fmt: skip
    tooltip = [alt.Tooltip("variant:N"), alt.Tooltip("train_error:Q", format=".3f", title="train error")]
    tooltip += [alt.Tooltip(f"{name}:Q", format=".3f", title=words) for name, words in shown]
    tooltip += [alt.Tooltip("seeds:Q")]
    if judged:
        color, shape = regime_encodings(table["fitting_regime"])
        return [*tooltip, alt.Tooltip("fitting_regime:N", title="fitting regime")], color, {"shape": shape}
    hues = technique_hues(table["technique"].dropna())
    hues = {name: hue for name, hue in hues.items() if name in set(table["technique"])}
    if not hues:
        return tooltip, alt.ColorValue(LINE), {}
    scale = alt.Scale(domain=list(hues), range=list(hues.values()))
    return tooltip, alt.Color("technique:N", title="technique", scale=scale, sort=list(hues)), {}


def _intervals(base: alt.Chart, axis: str, low: str, high: str, position: alt.X | alt.Y) -> alt.Chart:
    drawn = base.transform_filter(f"isValid(datum.{low}) && isValid(datum.{high})").mark_rule(
        strokeWidth=2, opacity=0.6, clip=True
    )
    other = {"x": alt.X2, "y": alt.Y2}[axis]
    return drawn.encode(**{axis: position, f"{axis}2": other(f"{high}:Q")})


def _lines(right: float, top: float, tolerance: float | None, reference: float | None) -> list[alt.Chart]:
    """The band, the diagonal and the reference, behind the points."""
    end = max(right, top)
    ends = pd.DataFrame({"error": [0.0, end], "above": [tolerance or 0.0, end + (tolerance or 0.0)]})
    base = alt.Chart(ends).encode(x=_x("error", right), y=_y("error", top))
    layers = [base.mark_line(strokeDash=[4, 4], color=LINE, clip=True)]
    if tolerance is not None:
        layers.insert(0, base.mark_area(color=LINE, opacity=0.18, clip=True).encode(y2=alt.Y2("above:Q")))
    if reference is not None:
        at = alt.Chart(pd.DataFrame({"reference_error": [reference]})).encode(y=_y("reference_error", top))
        layers.append(at.mark_rule(strokeDash=[8, 4], color=LINE))
        words = f"reference error {reference:.3f}"
        layers.append(
            at.mark_text(align="right", baseline="top", dy=4, dx=-2, fontSize=10, text=words, color=TEXT).encode(
                x=alt.XValue("width")
            )
        )
    return layers
