"""Direct labels: the name beside its point, where there is room for it at the width that the chart is drawn at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import altair as alt
import numpy as np
import pandas as pd

MOST = 12
"""With more points than this names are left to the tooltips."""
CHARACTER, LINE_HEIGHT, GAP = 5.8, 11, 9
"""Pixels, at the font size of 10 that `label_layers` draws with."""
RADIUS = 6
"""Pixels from the middle of a point to its edge."""
SIDES = {
    "right": ("left", GAP, 0), "left": ("right", -GAP, 0), "upper left": ("right", -3, -12),
    "lower right": ("left", 3, 12), "upper right": ("left", 3, -12), "lower left": ("right", -3, 12),
}  # fmt: skip
"""Side of the point: alignment of the words, offset to the right and downwards in pixels."""
BANDS = 4
"""Of widths, each with sides of its own: one side for a telephone and a wide screen alike leaves most points without a name."""

Box = tuple[float, float, float, float]
"""Left, lower, right and upper edge in pixels from the origin of the axes."""
Boxes = tuple[Box, ...]
"""The same thing at each size."""


@dataclass(frozen=True)
class Area:
    """The area between the axes, which both begin at 0: its smallest and largest width and height in pixels, and the values at its
    right and upper edge."""

    widths: tuple[float, float]
    heights: tuple[float, float]
    right: float
    top: float

    def bands(self) -> "list[Area]":
        """The same area at widths each of which is as many times the one before, from the narrowest on."""
        ends = np.geomspace(*self.widths, BANDS + 1)
        return [replace(self, widths=(float(low), float(high))) for low, high in pairwise(ends)]

    @property
    def sizes(self) -> list[tuple[float, float]]:
        return [(width, height) for width in self.widths for height in self.heights]


def label_sides(points: pd.DataFrame, area: Area, *, words_at: float | None = None) -> list[str]:
    """For each row the side of SIDES with room for its name, clear of the diagonal too, or "" where none has.

    Pages stretch a chart, and points move apart or together while words keep their size: a name stands only where it is
    clear at the smallest and at the largest size by the same side, and so at any between.

    Args:
        points: `x`, `y`, `low` and `high` (the limits of `y`, which names keep clear of; missing where there are none), `name`.
        words_at: value of `y` below whose line words stand at the right edge, which names keep clear of too.
    """
    if len(points) > MOST:
        return [""] * len(points)
    limits = points[["low", "high"]].fillna({"low": points["y"], "high": points["y"]}) / area.top
    rows = list(
        zip(
            points["x"] / area.right, points["y"] / area.top, limits["low"], limits["high"], points["name"], strict=True
        )
    )
    sizes = area.sizes
    taken = [
        tuple((a * w - RADIUS, b * h - RADIUS, a * w + RADIUS, b * h + RADIUS) for w, h in sizes) for a, b, *_ in rows
    ]
    taken += [tuple((a * w - 1, low * h, a * w + 1, high * h) for w, h in sizes) for a, _, low, high, _ in rows]
    if words_at is not None:
        level = words_at / area.top
        taken.append(tuple((w - 24 * CHARACTER, level * h - 16, w, level * h) for w, h in sizes))
    sides = []
    for a, b, _, _, name in rows:
        length = CHARACTER * len(str(name))
        boxes = {side: tuple(_box(a * w, b * h, length, *place) for w, h in sizes) for side, place in SIDES.items()}
        free = [side for side, own in boxes.items() if _fits(own, taken, area)]
        sides.append(free[0] if free else "")
        taken += [boxes[side] for side in free[:1]]
    return sides


def label_columns(points: pd.DataFrame, area: Area, *, words_at: float | None = None) -> dict[str, list[str]]:
    """The side of each name in each band of widths, a column a band: `label_sides` of the same."""
    return {f"label_{i}": label_sides(points, band, words_at=words_at) for i, band in enumerate(area.bands())}


def label_layers(base: alt.Chart, area: Area, *, text: str, color: str) -> list[alt.Chart]:
    """A layer of words a side, from a chart whose data has `label_columns` of this area: those of the band that its width falls into,
    of the outermost where it is beyond them."""
    edges = [str(round(band.widths[0])) for band in area.bands()][1:]
    in_band = " : ".join(
        (*(f"width < {edge} ? datum.label_{i}" for i, edge in enumerate(edges)), f"datum.label_{BANDS - 1}")
    )
    return [
        base.transform_filter(f"({in_band}) == '{side}'")
        .mark_text(align=align, dx=dx, dy=dy, fontSize=10, baseline="middle")
        .encode(text=alt.Text(text), color=alt.ColorValue(color))
        for side, (align, dx, dy) in SIDES.items()
    ]


def _box(px: float, py: float, width: float, align: str, dx: float, dy: float) -> Box:
    left = px + dx - (width if align == "right" else 0.0)
    return left, py - dy - LINE_HEIGHT / 2, left + width, py - dy + LINE_HEIGHT / 2


def _fits(own: Boxes, taken: Sequence[Boxes], area: Area) -> bool:
    return (
        _clear_of_diagonal(own, area)
        and all(b[0] >= 0 and b[2] <= w and b[1] >= 0 and b[3] <= h for b, (w, h) in zip(own, area.sizes, strict=True))
        and all(_apart(own, other) for other in taken)
    )


def _clear_of_diagonal(own: Boxes, area: Area) -> bool:
    slopes = [area.right / w * h / area.top for w, h in area.sizes]
    return all(box[1] > slope * box[2] for box, slope in zip(own, slopes, strict=True)) or all(
        box[3] < slope * box[0] for box, slope in zip(own, slopes, strict=True)
    )


def _apart(own: Boxes, other: Boxes) -> bool:
    """By one and the same side at every size: edges move linearly with it, so that they never cross between."""
    pairs = list(zip(own, other, strict=True))
    return any(
        all(a[far] <= b[near] for a, b in pairs) or all(b[far] <= a[near] for a, b in pairs)
        for near, far in ((0, 2), (1, 3))
    )
