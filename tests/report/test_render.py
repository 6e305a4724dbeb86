"""The page: what it shows, what it says where there is nothing, and that nothing in it acts or fetches."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from regtrack import names
from regtrack.charts.theme import REGIME_SYMBOLS
from regtrack.diagnosis.advice.next_grid import NextGrid
from regtrack.errors import DataError
from regtrack.report import sections
from regtrack.report.badges import PATHS
from regtrack.report.report import ConfidentError, Figure, Report, Reproduce
from regtrack.report.specs import spec_of

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>\"'--><!--"
NOTHING = {section.title: section.nothing for section in sections.SECTIONS}


def hostile(report: Report) -> Report:
    """The same report with HOSTILE in every text that a store may bring."""
    [chart] = {id(f.chart): f.chart for f in report.figures[:1]}.values()
    chart = chart.properties(title=HOSTILE, description=HOSTILE)
    chart.data = pd.DataFrame({"x": [1.0], "word": [HOSTILE]})
    regime = json.loads(json.dumps(report.regimes[0]).replace("still improving", "S").replace("overfit", "O"))
    regime |= {"variant": HOSTILE, "disagreement": HOSTILE, "shapes": [HOSTILE], "settle": [HOSTILE], "verdict": HOSTILE,
               "leans_to": HOSTILE, "epoch_kind": HOSTILE, "folk_rules": {HOSTILE: HOSTILE},
               "advice": {"sentence": HOSTILE, "grid_lines": [HOSTILE]}}  # fmt: skip
    regime["clauses"][0] |= {"question": HOSTILE, "remark": HOSTILE}
    text = ["variant", "fitting_regime", "fitting_regime_selected", "leans_to", "verdict"]
    return replace(
        report,
        title=HOSTILE, answer=HOSTILE, conditions={HOSTILE: HOSTILE}, warnings=[HOSTILE], regimes=[regime],
        leaderboard=report.leaderboard.assign(**dict.fromkeys(text, HOSTILE)),
        calibration_reference={HOSTILE: (0.1, 0.2)},
        figures=[Figure(sections.WIN, chart, HOSTILE, HOSTILE)],
        comparison=report.comparison.assign(variant=HOSTILE, other=HOSTILE, verdict=HOSTILE),
        secondary=report.secondary.assign(variant=HOSTILE, verdict=HOSTILE, reason=HOSTILE),
        class_differences=report.class_differences.assign(**{"class": HOSTILE, "variant": HOSTILE, "verdict": HOSTILE, "reason": HOSTILE}),
        errors=[ConfidentError(HOSTILE, HOSTILE, HOSTILE, 0.9, None, None, [(HOSTILE, HOSTILE)], HOSTILE, HOSTILE, HOSTILE)],
        claims=report.claims.assign(title=HOSTILE, measure=HOSTILE, unit=HOSTILE, verdict=HOSTILE, reason=HOSTILE,
                                    run_ids=[[HOSTILE]]),
        links={HOSTILE: "http://127.0.0.1/?a=" + HOSTILE},
        cost=pd.DataFrame({"variant": [HOSTILE], HOSTILE: [HOSTILE]}),
        reproduce=Reproduce([HOSTILE], HOSTILE, {HOSTILE: HOSTILE}, {HOSTILE: HOSTILE}),
        next_grid=NextGrid(HOSTILE, HOSTILE), absent={sections.CURVES: HOSTILE},
    )  # fmt: skip


def test_what_a_store_says_is_text_and_never_markup(read, full):
    """Markup in any name, title, sentence or number of the report is shown as its characters, in every section."""
    page = read(hostile(full))
    assert page.all("img") == []
    assert [a for _, attributes in page.elements for a in attributes if a.startswith("on")] == []
    assert set(page.scripts) == {"figure-1-spec", "vega", None}
    assert len(page.all("script")) == 3
    assert page.headings == list(sections.TITLES)
    assert page.text.count(HOSTILE) > 40
    assert json.loads(page.scripts["figure-1-spec"])["title"] == HOSTILE


def test_every_section_stands_there_and_says_what_it_needs(read):
    """A report of two sentences: every heading in its order, each with its own sentence, no table, no chart, no Vega."""
    page = read(Report(title="T", answer="No trial has finished"))
    assert page.headings == list(sections.TITLES)
    assert [text for text in page.nothing if text in NOTHING.values()] == list(NOTHING.values())
    assert page.all("table") == page.all("figure") == []
    assert "vega" not in page.scripts


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"leaderboard": pd.DataFrame(), "figures": []}, NOTHING[sections.WIN]),
        ({"comparison": pd.DataFrame()}, "No comparison on the test split was stored."),
        ({"regimes": []}, NOTHING[sections.FIT]),
        ({"figures": []}, NOTHING[sections.CURVES]),
        ({"errors": []}, NOTHING[sections.WRONG]),
        ({"cost": pd.DataFrame(), "figures": []}, NOTHING[sections.COST]),
        ({"claims": pd.DataFrame()}, NOTHING[sections.CLAIMS]),
        ({"next_grid": None}, NOTHING[sections.NEXT]),
        ({"reproduce": None}, NOTHING[sections.REPRODUCE]),
        ({"reproduce": Reproduce()}, NOTHING[sections.REPRODUCE]),
        ({"claims": pd.DataFrame(), "absent": {sections.CLAIMS: "The grid has no claim's variant."}},
         "The grid has no claim's variant."),
    ],
)  # fmt: skip
def test_what_is_absent_says_why(read, full, changes, sentence):
    """A field without content puts its sentence on the page, the caller's own first; with content it does not stand there."""
    assert sentence not in read(full).nothing
    assert sentence in read(replace(full, **changes)).nothing


@pytest.mark.parametrize("empty", ["conditions", "warnings", "links", "calibration_reference"])
def test_optional_words_may_be_left_out(read, full, empty):
    """Without them the page has its sections all the same, and no empty list."""
    page = read(replace(full, **{empty: {} if empty != "warnings" else ()}))
    assert page.headings == list(sections.TITLES)
    assert empty not in [attributes.get("class") for _, attributes in page.elements]


def test_one_variant_or_no_baseline_is_told(read, full):
    """Why there is no comparison is read off the leaderboard."""
    nothing = pd.DataFrame()
    one = replace(full, leaderboard=full.leaderboard.iloc[:1], comparison=nothing)
    assert "One variant has finished trials: there is nothing to compare it with." in read(one).nothing
    others = full.leaderboard[full.leaderboard["variant"] != "baseline"]
    page = read(replace(full, leaderboard=others, comparison=nothing))
    assert "No variant is the baseline, so none is compared with it." in page.nothing


def test_without_dropout_no_monte_carlo_column_stands_empty(read, full):
    """Columns nobody has are left out and a sentence says why; with dropout the others show a dash."""
    sentence = "No variant has dropout, so there is no Monte Carlo measure."
    page = read(full)
    assert sentence not in page.nothing
    assert "with MC dropout" in page.text
    page = read(replace(full, leaderboard=full.leaderboard.assign(mc_high_confidence_errors=np.nan)))
    assert sentence in page.nothing
    assert "with MC dropout" not in page.text
    assert "true labels" not in page.text


def test_each_regime_has_its_colour_its_symbol_and_its_word(read, full):
    """Never colour alone: the badge draws the theme's shape in the theme's colour beside the word."""
    page = read(full)
    drawn = {(path["d"], path["fill"]) for path in page.all("path")}
    for regime in names.REGIMES:
        symbol = REGIME_SYMBOLS[regime]
        assert (PATHS[symbol.shape], symbol.color) in drawn
        assert f"</svg><span>{regime}</span>" in page.html


def test_a_missing_regime_wears_no_symbol_of_another(read, full):
    """None is an en dash without a path."""
    board = full.leaderboard.iloc[:1].assign(fitting_regime=None, fitting_regime_selected=None, leans_to=None)
    page = read(Report(title="T", answer="A", leaderboard=board))
    assert page.all("path") == []
    assert "–" in page.bare


def test_the_leaderboard_is_rounded_to_its_intervals(read, full):
    """Accuracy as a share, the difference in points with its verdict, the baseline's own difference missing."""
    rows = {row[0].split("may be")[0]: row for row in reversed(read(full).rows)}
    l2, baseline = rows["l2=0.001"], rows["baseline"]
    assert l2[1:] == ["underfit", "0.112 ± 0.006", "0.883 ± 0.004", "0.851", "+1.3 ± 0.4better", "0.081",
                      "0.031 ± 0.007", "9.2", "17.3", "5"]  # fmt: skip
    assert baseline[5] == "–"
    assert "–" not in "".join(l2)


def test_the_calibration_error_never_stands_bare(read, full):
    """Beside it what a calibrated network would show, a dash where that was not given; or the note says so."""
    rows = read(full).rows
    assert ["baseline", "0.346", "0.021", "0.006 (0.009)", "0.0214", "412", "–"] in rows
    assert ["dropout=0.5", "0.346", "0.021", "–", "0.0214", "412", "233"] in rows
    assert "which was not stored" in read(replace(full, calibration_reference={})).text


def test_only_test_is_reported_and_pairs_are_folded(read, full):
    """Rows of validation are not shown; every pair stands in details, p below 0.001 as such."""
    page = read(full)
    assert "only on validation" not in page.text
    assert "pair one" in page.text
    assert "pair one" not in page.bare
    assert "< 0.001" in page.bare
    assert "3 to 6" in page.bare


def test_secondary_measures_and_classes_stand_folded_with_their_verdicts(read, full):
    """A table a measure, its words above it, the reason where there is no verdict; the class that fares worst in words."""
    page = read(full)
    assert ["l2=0.001", "+0.014 ± 0.006", "better", "0.0020", "5"] in page.rows
    assert [row for row in page.rows if row[:1] == ["l2=0.001"] and "too few errors" in "".join(row)]
    assert "Brier score" in page.text
    assert (
        "of the 2 classes shirt fares worst with l2=0.001: −7 ± 4 points of recall (1,000 examples; worse)."
        in page.text
    )
    assert "fares worst" not in page.bare
    assert ["shirt", "−7 ± 4", "worse", "0.0030", "0.610", "0.680", "1,000"] in page.rows
    without = read(replace(full, secondary=full.secondary[:0], class_differences=full.class_differences[:0]))
    assert "other measures that decide" not in without.text
    assert "by class" not in without.text


def test_the_evidence_of_a_regime_is_complete(read, full):
    """Clause, limits, threshold, answer, what would settle it, both rules and why they differ, shape, advice and grid line."""
    text = read(full).text
    for words in ("Is the train error above the reference error?", "−0.026 ± 0.004", "0.02", "cannot be told",
                  "needs two seeds", "seeds: 7 to 31 in all", "The article's rule says", "the fixed-ratio rule says",
                  "the gap costs nothing", "still improving", "a stronger l2", "- {l2: [0.003, 0.01]}",
                  "leans to overfit"):  # fmt: skip
        assert words in text


def test_claims_link_to_their_runs(read, full):
    """A known run is a link in a new tab, an unknown one its short id; the effect has its unit."""
    page = read(full)
    [link] = [a for a in page.all("a") if not a["href"].startswith("#")]
    assert link["href"] == full.links["r" * 32]
    assert "noopener" in link["rel"]
    assert "ssssssss" in page.text
    assert "+1.3 ± 0.4 points" in page.text


def test_nothing_is_fetched(read, full):
    """Every address that a browser would load is a data URI, styles load nothing, and the page's own policy forbids it."""
    page = read(full)
    loaded = [value for tag, attributes in page.elements if tag != "a"
              for name, value in attributes.items() if name in ("src", "href", "srcset", "data", "action", "poster")]  # fmt: skip
    assert len(loaded) == 2
    assert all(value.startswith("data:") for value in loaded)
    style = page.html[page.html.index("<style>") : page.html.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    [policy] = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy


def test_vega_stands_there_once_and_the_page_is_light(read, full):
    """One bundle for all charts, no second copy, below 3 MB."""
    page = read(full)
    assert len(full.figures) == 9
    assert page.html.count("window.vegaEmbed=") == 1
    assert len(page.html.encode()) < 3_000_000


def test_specs_are_the_charts_and_figures_are_described(read, full):
    """Each spec is JSON equal to the chart's own; each figure has a caption, and its description for who cannot see."""
    page = read(full)
    for number, figure in enumerate(full.figures, start=1):
        assert json.loads(page.scripts[f"figure-{number}-spec"]) == json.loads(json.dumps(spec_of(figure.chart)))
    charts = [a for a in page.all("div") if a.get("class") == "chart"]
    assert [c["aria-label"] for c in charts] == ["Two points of a"] * 9
    assert page.text.count("n = 10,000, 5 seeds, 95 %.") == len(page.all("figcaption")) == 9


def test_a_card_shows_the_image_scaled_up_or_the_numbers(read, full):
    """28 pixels become 112, whole ones; rows of numbers otherwise, the rest counted; and neither says so."""
    page = read(full)
    [image] = page.all("img")
    assert (image["width"], image["height"]) == ("112", "112")
    assert image["alt"] == "Example 7: given as coat, predicted as shirt"
    assert "> 0.999" in page.text
    features = [(f"pixel {i}", 0.12345) for i in range(15)]
    page = read(
        replace(full, errors=[ConfidentError(8, "a", "b", 0.9, features=features), ConfidentError(9, "a", "b", 0.9)])
    )
    assert page.all("img") == []
    assert "pixel 11" in page.text
    assert "pixel 12" not in page.text
    assert "and 3 more" in page.text
    assert "The example itself was not stored." in page.nothing


def test_a_report_that_cannot_be_honest_is_refused(full):
    """A figure without caption or section, a link that runs, a reason for a section that is not there."""
    chart = full.figures[0].chart
    with pytest.raises(DataError, match="caption"):
        Figure(sections.WIN, chart, " ", "Q")
    with pytest.raises(DataError, match="section"):
        Figure("Elsewhere", chart, "C", "Q")
    with pytest.raises(DataError, match="link"):
        replace(full, links={"r": " JavaScript:alert(1)"})
    with pytest.raises(DataError, match="absent"):
        replace(full, absent={"Elsewhere": "why"})


def test_promised_errors_stand_class_by_class(read, full):
    """Of a report that has them, one row each under their question; of one that has none, no question."""
    question = "Are there more than the probabilities promise?"
    row = ("test", 1, "dog", 900, 400, 9.04, 51, 20, 41.96, True)
    promised = pd.DataFrame([row], columns=list(names.PROMISED_ERRORS_COLUMNS))
    page = read(replace(full, promised=promised))
    assert question in page.text
    assert ["dog", "900", "400", "9.0", "20", "51", "+42.0", "more than promised"] in page.rows
    assert question not in read(full).text


@pytest.mark.parametrize("over", ["", "7 splits"])
def test_what_holds_over_splits_leads_only_where_the_answer_is_over_them(read, full, over):
    """Over enough splits the table over them comes first and the other is of the first split alone; else all is of one split."""
    row = dict.fromkeys(names.OVER_SPLITS_COLUMNS, 0.0) | {
        "variant": "l2=0.001", "other": "baseline", "splits": 7, "primary": names.ACCURACY, "verdict": names.NOT_SHOWN,
    }  # fmt: skip
    page = read(replace(full, over_splits=pd.DataFrame([row]), over=over))
    assert page.text.count("Does it hold on other splits of the data?") == 1
    leads, first = (
        page.text.index("Does it hold on other splits"),
        page.text.index("What is shown against the baseline"),
    )
    assert (leads < first) == bool(over)
    assert ("on the first split alone?" in page.text) == bool(over)
    assert ("Means over 7 splits, regimes of the first" in page.text) == bool(over)
    assert ("over seeds and examples, on this split" in page.text) == (not over)
