"""Direct labels: the name beside its mark, where there is room for it."""

import altair as alt
import pandas as pd

MOST = 12
"""With more marks than this names are left to the tooltips."""
CHARACTER, LINE_HEIGHT, GAP = 5.8, 11, 9
"""Pixels, at the font size of 10 that `label_layers` draws with."""
SIDES = {
    "right": ("left", GAP, 0), "left": ("right", -GAP, 0), "upper left": ("right", -3, -12),
    "lower right": ("left", 3, 12), "upper right": ("left", 3, -12), "lower left": ("right", -3, 12),
}  # fmt: skip
"""Side of the mark: alignment of the words, offset to the right and downwards in pixels."""


def label_sides(table: pd.DataFrame, x: str, y: str, text: str, *, size: tuple[float, float], top: tuple[float, float],
                intervals: tuple[str, str]) -> list[str]:  # fmt: skip
    """For each row the side of SIDES with room for its name, clear of the diagonal too, or "" where none has.

    Args:
        size, top: width and height in pixels, and the values at the right and upper edge; both axes begin at 0.
        intervals: the columns with the lower and upper limit of `y`, which names keep clear of.
    """
    if len(table) > MOST:
        return [""] * len(table)
    points = [(px / top[0] * size[0], py / top[1] * size[1]) for px, py in zip(table[x], table[y], strict=True)]
    limits = table[list(intervals)].set_axis(["low", "high"], axis=1)
    limits = limits.fillna({"low": table[y], "high": table[y]}) / top[1] * size[1]
    taken = [(px - 6, py - 6, px + 6, py + 6) for px, py in points]
    taken += [(px - 1, low, px + 1, high) for (px, _), low, high in zip(points, *limits.T.to_numpy(), strict=True)]
    sides = []
    for (px, py), name in zip(points, table[text], strict=True):
        width = CHARACTER * len(str(name))
        boxes = {side: _box(px, py, width, *place) for side, place in SIDES.items()}
        free = [side for side, box in boxes.items() if _fits(box, taken, size, top)]
        sides.append(free[0] if free else "")
        taken += [boxes[side] for side in free[:1]]
    return sides


def label_layers(base: alt.Chart, *, text: str, color: str) -> list[alt.Chart]:
    """A layer of words a side, from a chart whose data has the column `label_side`."""
    return [
        base.transform_filter(f"datum.label_side == '{side}'")
        .mark_text(align=align, dx=dx, dy=dy, fontSize=10, baseline="middle")
        .encode(text=alt.Text(text), color=alt.ColorValue(color))
        for side, (align, dx, dy) in SIDES.items()
    ]


def _box(px: float, py: float, width: float, align: str, dx: float, dy: float) -> tuple[float, float, float, float]:
    """Left, lower, right and upper edge of the words, in pixels from the origin of the axes."""
    left = px + dx - (width if align == "right" else 0.0)
    return left, py - dy - LINE_HEIGHT / 2, left + width, py - dy + LINE_HEIGHT / 2


def _fits(box: tuple, taken: list[tuple], size: tuple[float, float], top: tuple[float, float]) -> bool:
    slope = top[0] / size[0] * size[1] / top[1]
    clear = box[1] > slope * box[2] or box[3] < slope * box[0]
    inside = box[0] >= 0 and box[2] <= size[0] and box[1] >= 0 and box[3] <= size[1]
    return (
        clear and inside and not any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in taken)
    )
