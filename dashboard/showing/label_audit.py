"""The audit of suspected labels on screen: a random sample to mark, and what its marks say."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st
from reading import marks, networks
from reading.sweep import Sweep

from regtrack.diagnosis.triage.audit import SIZE, audit_words, audited, draw_sample
from regtrack.diagnosis.triage.label_suspicion import suspicion_quality
from regtrack.diagnosis.triage.suspicion_words import quality_words
from regtrack.words.markdown import escaped
from showing import selection
from showing.gallery import Card, draw_gallery

SHOWN = "audit"
"""The URL's name of the switch that shows the sample."""


def show_audit(sweep: Sweep, suspicion: pd.DataFrame, examples: networks.Examples, marked: Mapping[int, marks.Mark]) -> None:  # fmt: skip
    """Args: suspicion: of test, names.LABEL_SUSPICION_COLUMNS; without rows nothing is shown."""
    if suspicion.empty:
        return
    rows = suspicion[suspicion["suspected"]].set_index("example_id")
    sample = sample_of(sweep, suspicion)
    st.subheader(f"Audit: {len(sample) if 0 < len(sample) < SIZE else SIZE} drawn at random")
    st.caption(
        "The sweep disagrees with these labels: mislabelled or hard. How often it is the label only looking tells; so open "
        "each, mark it, and the share here is known. Drawn by the split's seed from all suspected test examples: also from those that "
        "no network gets wrong with such confidence, which the count at the top leaves out."
    )
    wrong = [one for one, mark in marked.items() if mark.mark == marks.LABEL_ERROR]
    st.markdown(f"**{escaped(audit_words(audited(len(rows), sample, marked=marked, errors=wrong)))}**")
    if quality := suspicion_quality(suspicion):
        st.markdown(escaped(quality_words(quality)))
    if sample and selection.flag(f"Show the {len(sample)}", name=SHOWN):
        draw_gallery([_card(one, rows.loc[one], examples, marked) for one in sample], examples, name="audit_page")


def draw_next(sweep: Sweep, suspicion: pd.DataFrame, marked: Mapping[int, marks.Mark], asked: str) -> None:
    """While the sample is shown, a button from one example of it to the next without a mark."""
    if selection.param(SHOWN) != "yes" or suspicion.empty:
        return
    sample = sample_of(sweep, suspicion)
    here = sample.index(int(asked)) if asked.isdecimal() and int(asked) in sample else -1
    left = [one for one in sample[here + 1 :] + sample[: here + 1] if one not in marked and str(one) != asked]
    if left:
        label = f"Next of the audit, {len(left)} not marked →"
        st.button(label, on_click=selection.push, kwargs={"example": left[0], "network": None})
    else:
        st.caption("No other example of the audit is without a mark.")


def sample_of(sweep: Sweep, suspicion: pd.DataFrame) -> list[int]:
    return draw_sample(suspicion.loc[suspicion["suspected"], "example_id"], seed=int(networks.setting(sweep, "split_seed")))  # fmt: skip


def _card(example_id: int, row: pd.Series, examples: networks.Examples, marked: Mapping[int, marks.Mark]) -> Card:
    given, suggested = examples.named(row["given_label"]), examples.named(row["suggested_label"])
    mark = f"✓ {escaped(marked[example_id].mark)}" if example_id in marked else "not marked"
    name = f"Example {example_id}, given as {given}, {suggested} in the sweep's eyes"
    return Card(example_id, name, (f"{escaped(given)}, or **{escaped(suggested)}**?", mark))
