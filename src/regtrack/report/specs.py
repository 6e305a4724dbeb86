"""Charts for the page: their specs as JSON that a script element can hold."""

import hashlib
import json

import altair as alt
import pandas as pd
from altair.utils.data import to_values

BY_NAME = "regtrack"
"""Altair's name for how a page's tables get into its charts."""


def embedded_json(value: object) -> str:
    """JSON that no HTML parser takes for markup: `<`, `>` and `&` are written as their JSON escapes."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def spec_of(chart: alt.TopLevelMixin) -> dict:
    """Vega-Lite's spec with its data inside, however many rows and whatever the caller's session does with data.

    Not held against Vega-Lite's schema, which takes longer than all else of a page: tests/charts do that for each chart. A table that
    several layers draw is written out once, and not once a layer.
    """
    names, datasets = {}, {}

    def named(table: pd.DataFrame) -> dict[str, str]:
        if id(table) not in names:
            values = to_values(table)["values"]
            name = f"data-{hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()[:32]}"
            names[id(table)], datasets[name] = name, values
        return {"name": names[id(table)]}

    alt.data_transformers.register(BY_NAME, named)
    with alt.data_transformers.enable(BY_NAME):
        spec = chart.to_dict(validate=False)
    return spec | {"datasets": datasets} if datasets else spec
