"""What every chart gets last: its title, the words for who cannot see it, and greys that any background bears."""

import altair as alt

from regtrack.charts.theme import LINE, TEXT


def finish(chart: alt.TopLevelMixin, *, title: str, description: str, subtitle: str = "") -> alt.TopLevelMixin:
    """The same chart, titled, described and coloured for light and dark alike.

    Args:
        description: the alternative text: what is drawn and how much of it, in a sentence.
        subtitle: what bands and bars mean. Without one the title stays a plain string.
    """
    words = alt.TitleParams(title, subtitle=subtitle) if subtitle else title
    legend = {"symbolOpacity": 1, "symbolBaseFillColor": LINE, "symbolBaseStrokeColor": LINE, "symbolLimit": 0}
    grid = {"gridColor": LINE, "gridOpacity": 0.25, "domainColor": LINE, "tickColor": LINE}
    return (
        chart.properties(title=words, description=description)
        .configure(background="transparent")
        .configure_view(stroke=None)
        .configure_axis(labelColor=TEXT, titleColor=TEXT, titleFontWeight="normal", **grid)
        .configure_legend(labelColor=TEXT, titleColor=TEXT, titleFontWeight="normal", labelLimit=260, **legend)
        .configure_title(color=TEXT, subtitleColor=TEXT, anchor="start", offset=10, subtitlePadding=4)
        .configure_header(labelColor=TEXT, titleColor=TEXT)
    )
