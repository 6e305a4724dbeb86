"""A chart on a page: drawn once for what it shows, and again only when that changes."""

import hashlib
import json
from collections.abc import Callable, Sequence

import altair as alt
import pandas as pd
import pyarrow as pa
import streamlit as st
from altair.utils.schemapi import debug_mode

Draw = Callable[..., alt.TopLevelMixin]


def show(draw: Draw, table: pd.DataFrame, *, height: int | None = None, **options) -> None:
    """Show `draw(table, **options)`, as wide as the page; `height` (pixels) in place of the chart's own."""
    spec = spec_of(draw, table, **options)
    st.vega_lite_chart(spec=spec | ({"height": height} if height else {}), width="stretch")


def show_panels(draw: Draw, table: pd.DataFrame, *, title: str, heights: Sequence[int], **options) -> None:
    """Show the panels of `draw(table, title=title, **options)` beside each other, together as wide as the page: panels of
    one chart keep the width they were drawn with.

    `heights` (pixels) of what stands below each other in a panel.
    """
    spec = spec_of(draw, table, title=title, **options)
    st.markdown(f"**{title}**")
    if isinstance(spec["title"], dict) and spec["title"].get("subtitle"):
        st.caption(spec["title"]["subtitle"])
    panels = spec.get("hconcat") or [{name: spec[name] for name in spec if name not in ("title", "datasets", "config")}]
    for place, panel in zip(st.columns(len(panels)), panels, strict=True):
        for part, height in zip(panel.get("vconcat", [panel]), heights, strict=False):
            kept = {name: part[name] for name in part if name != "width"} | {"height": height}
            tables = {name: table for name, table in spec["datasets"].items() if name in json.dumps(kept)}
            whole = {"config": spec["config"], "description": spec["description"], "datasets": tables}
            place.vega_lite_chart(spec=whole | kept, width="stretch")


def spec_of(draw: Draw, table: pd.DataFrame, **options) -> dict:
    """The chart's Vega-Lite specification, the caller's own; its `datasets` are Arrow streams by name.

    Altair takes 0.1 s to draw and check a chart, most of what a page takes. That every chart is valid is for its tests.
    """
    return _spec(f"{draw.__module__}.{draw.__qualname__}", draw, table, options)


@st.cache_data(show_spinner=False, max_entries=300)
def _spec(name: str, _draw: Draw, table: pd.DataFrame, options: dict) -> dict:
    datasets = {}
    with debug_mode(False), alt.theme.enable("none"):  # no part is checked; sizes and colours are the page's
        chart = _draw(table, **options)
        _name_tables(chart, datasets)
        return chart.to_dict(validate=False) | {"datasets": datasets}


def _name_tables(chart: alt.TopLevelMixin, datasets: dict[str, bytes]) -> None:
    """Put each table of the chart and of its parts into `datasets`, by the hash of its content."""
    if isinstance(chart.data, pd.DataFrame):
        content = _arrow(chart.data)
        name = hashlib.sha256(content).hexdigest()[:32]
        datasets[name], chart.data = content, alt.NamedData(name)
    for kind in ("layer", "hconcat", "vconcat"):
        for part in chart._get(kind, ()):
            _name_tables(part, datasets)


def _arrow(table: pd.DataFrame) -> bytes:
    arrow, sink = pa.Table.from_pandas(table), pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, arrow.schema) as writer:
        writer.write_table(arrow)
    return sink.getvalue().to_pybytes()
