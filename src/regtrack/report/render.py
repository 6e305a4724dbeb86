"""render: the report as one HTML file that asks nobody for anything."""

import jinja2
from markupsafe import Markup

from regtrack.charts.theme import REGIME_SYMBOLS, TEXT
from regtrack.diagnosis.beside_verdict import beside_verdicts
from regtrack.diagnosis.compared.classes import worst_class_words
from regtrack.diagnosis.compared.losses import MIXED_WORDS
from regtrack.measures.primaries import words_of_comparison
from regtrack.names import BASELINE
from regtrack.report import sections
from regtrack.report.badges import badge
from regtrack.report.claims_table import table_of_claims
from regtrack.report.class_table import table_of_classes
from regtrack.report.comparison_tables import (
    examples_compared,
    pairs_in_words,
    tables_of_comparison,
    tables_of_secondary,
)
from regtrack.report.cost_table import table_of_costs
from regtrack.report.error_cards import cards
from regtrack.report.evidence import panels
from regtrack.report.leaderboard_tables import accuracy_table, has_dropout, meanings_of, trust_table
from regtrack.report.methods_table import table_of_methods
from regtrack.report.over_splits_table import table_of_over_splits
from regtrack.report.pareto_table import table_of_pareto
from regtrack.report.promised_table import table_of_promises
from regtrack.report.report import Figure, Report
from regtrack.report.specs import embedded_json, spec_of
from regtrack.report.techniques_table import table_of_techniques
from regtrack.report.vega import vega_bundle
from regtrack.words.intervals import plus_minus_words

_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("regtrack.report"),
    autoescape=True,  # whatever the file's name: all text comes from a store that anybody writes to
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render_report(report: Report) -> str:
    """The text of `report/index.html`: styles, scripts, data and images inside, readable without a network.

    Opens from disk and in the sandboxed frame of MLflow's artifact viewer. Vega stands in it once, and only if there
    is a chart.
    """
    against_baseline, among_all = tables_of_comparison(report.comparison)
    page = _TEMPLATES.get_template("page.html")
    trust = trust_table(report.leaderboard, report.calibration_reference)
    return page.render(
        report=report,
        sections={section.title: section for section in sections.SECTIONS},
        at=sections,
        accuracy=accuracy_table(report.leaderboard),
        plus_minus=plus_minus_words(report.over),
        trust=trust,
        trust_meanings=meanings_of(trust) if trust else [],
        has_dropout=has_dropout(report.leaderboard),
        against_baseline=against_baseline,
        among_all=among_all,
        pairs=pairs_in_words(report.comparison, some=bool(report.shown)),
        secondary=tables_of_secondary(report.secondary),
        mixed=MIXED_WORDS,
        classes=table_of_classes(report.class_differences),
        methods=table_of_methods(report.method_verdicts),
        worst_class=worst_class_words(report.class_differences),
        why_not_compared=_why_not_compared(report),
        examples_compared=examples_compared(report.comparison),
        difference=words_of_comparison(report.comparison).difference,
        beside=beside_verdicts(report.comparison),
        over_splits=table_of_over_splits(report.over_splits),
        techniques=table_of_techniques(report.techniques),
        between_techniques=tables_of_comparison(report.technique_pairs)[1],
        panels=panels(report.regimes),
        regimes={regime: badge(regime, "regime") for regime in REGIME_SYMBOLS},
        figures={title: _figures(report, title) for title in sections.FIGURE_SECTIONS},
        cards=cards(report.errors),
        promised=table_of_promises(report.promised),
        claims=table_of_claims(report.claims, report.links),
        cost=table_of_costs(report.cost),
        pareto=table_of_pareto(report.pareto),
        vega=Markup(vega_bundle()) if report.figures else None,
        chart_text=TEXT,
    )


def _figures(report: Report, section: str) -> list[dict]:
    """Of one section, numbered through the page."""
    numbered = enumerate(report.figures, start=1)
    return [_figure(number, figure) for number, figure in numbered if figure.section == section]


def _figure(number: int, figure: Figure) -> dict:
    spec = spec_of(figure.chart)
    # Markup: a script element holds raw text, and `embedded_json` has left nothing in it that ends one.
    return {
        "id": f"figure-{number}",
        "question": figure.question,
        "titled": _title(spec) == figure.question,  # then the chart says it itself
        "caption": figure.caption,
        "description": spec.get("description", figure.caption),
        "json": Markup(embedded_json(spec)),
    }


def _title(spec: dict) -> str | None:
    title = spec.get("title")
    return title.get("text") if isinstance(title, dict) else title


def _why_not_compared(report: Report) -> str:
    variants = [] if "variant" not in report.leaderboard else list(report.leaderboard["variant"])
    if len(variants) == 1:
        return "One variant has finished trials: there is nothing to compare it with."
    if BASELINE not in variants:
        return "No variant is the baseline, so none is compared with it."
    return "No comparison on the test split was stored."
