"""Charts for the page: their specs as JSON that a script element can hold, and Vega's javascript, once."""

import functools
import json

import altair as alt
import vl_convert


def embedded_json(value: object) -> str:
    """JSON that no HTML parser takes for markup: `<`, `>` and `&` are written as their JSON escapes."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def spec_of(chart: alt.TopLevelMixin) -> dict:
    """Vega-Lite's spec with its data inside, however many rows and whatever the caller's session does with data.

    Not held against Vega-Lite's schema, which takes longer than all else of a page: tests/charts do that for each chart.
    """
    with alt.data_transformers.enable("default", max_rows=None):
        return chart.to_dict(validate=False)


@functools.cache
def vega_bundle() -> str:
    """Vega, Vega-Lite (the version that Altair writes for) and Vega-Embed, about 0.9 MB; it takes two seconds."""
    version = alt.SCHEMA_VERSION.lstrip("v").rsplit(".", 1)[0]
    return vl_convert.javascript_bundle(vl_version=version).replace("</script", "<\\/script")
