"""What every chart gets last: its title, the words for who cannot see it, and greys that any background bears."""

import altair as alt

from regtrack.charts.theme import LINE, TEXT


def finished(chart: alt.TopLevelMixin, *, title: str, description: str, subtitle: str = "") -> alt.TopLevelMixin:
    """The same chart, titled, described and coloured for light and dark alike.

    Args:
        description: the alternative text: what is drawn and how much of it, in a sentence.
        subtitle: what bands and bars mean. Without one the title stays a plain string.
    """
    words = alt.TitleParams(title, subtitle=subtitle) if subtitle else title
    legend = {"symbolOpacity": 1, "symbolBaseFillColor": LINE, "symbolBaseStrokeColor": LINE, "symbolLimit": 0}
    grid = {"gridColor": LINE, "gridOpacity": 0.25, "domainColor": LINE, "tickColor": LINE}
    # Set in place: Altair's own methods for this copy every layer several times each, longer than all the drawing
    chart.title, chart.description = words, description
    chart.config = alt.Config(
        background="transparent",
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(labelColor=TEXT, titleColor=TEXT, titleFontWeight="normal", **grid),
        # Words end where the axis does: on a narrow page they run under the other axis, and not out of the picture.
        axisX=alt.AxisConfig(titleAnchor="end", labelSeparation=6),
        legend=alt.LegendConfig(labelColor=TEXT, titleColor=TEXT, titleFontWeight="normal", labelLimit=260, **legend),
        title=alt.TitleConfig(color=TEXT, subtitleColor=TEXT, anchor="start", offset=10, subtitlePadding=4),
        header=alt.HeaderConfig(labelColor=TEXT, titleColor=TEXT),
    )
    return chart
