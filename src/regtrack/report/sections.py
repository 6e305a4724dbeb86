"""The sections of the page, in their order, and what each says when it has nothing to show."""

from typing import NamedTuple

WIN = "Does it win?"
TECHNIQUES = "Which technique, at equal budgets?"
FIT = "How does each fit?"
CURVES = "Learning curves"
STRENGTH = "Strength of one regularizer"
DATA = "More data or a better regularizer?"
TRUST = "Can its confidence be trusted?"
WRONG = "Confident but wrong"
COST = "Cost"
CLAIMS = "What the article claims, checked here"
NEXT = "What to run next"
REPRODUCE = "How to reproduce it"


class Section(NamedTuple):
    """`anchor` is its address in the page, `short` its entry in the contents; `nothing` the sentence where there is nothing and no better reason is
    known: what the section needs."""

    title: str
    anchor: str
    short: str
    nothing: str


SECTIONS = (
    Section(WIN, "win", "Win", "No trial has finished, so there is nothing to rank."),
    Section(TECHNIQUES, "techniques", "Techniques", "One technique has finished trials: there is no other to set it against."),
    Section(FIT, "fit", "Fit", "No fitting regime was judged: a verdict needs finished trials with their learning curves."),
    Section(CURVES, "curves", "Curves", "No learning curves: they need a finished trial with two epochs or more."),
    Section(STRENGTH, "strength", "Strength", "No curve of strengths: it needs one regularizer at two strengths or more, all else equal."),
    Section(DATA, "data", "More data", "No curve of training sizes: it needs the same variants trained on two sizes or more."),
    Section(TRUST, "trust", "Confidence", "No measure of confidence: it needs stored predictions on the test examples."),
    Section(WRONG, "wrong", "Errors", "No example to show: none was stored that a network gets wrong while sure of it."),
    Section(COST, "cost", "Cost", "No times were recorded, so nothing is said about cost."),
    Section(CLAIMS, "claims", "Claims", "None of the article's claims was checked: this sweep lacks the variants they speak of."),
    Section(NEXT, "next", "Next", "No next grid is proposed."),
    Section(REPRODUCE, "reproduce", "Reproduce", "Neither commands nor settings were recorded."),
)  # fmt: skip
TITLES = tuple(section.title for section in SECTIONS)
FIGURE_SECTIONS = TITLES[: TITLES.index(COST) + 1]
"""Those that hold charts."""
