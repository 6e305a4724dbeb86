"""The evidence behind a variant's fitting regime, as the judgement stored it with each of its trials."""

import pandas as pd
import streamlit as st
from reading import store
from reading.sweep import Sweep

from regtrack import names
from regtrack.errors import StoreError
from regtrack.report.evidence import Panel, Verdict, panels
from regtrack.words.markdown import escaped
from showing.glossary import help_of
from showing.regime_badges import badge


def regime_of(sweep: Sweep, variant: str) -> dict | None:
    """The content of names.REGIME of the variant's first finished trial; None, said in words, where it cannot be had."""
    trials = sweep.trials[(sweep.trials["status"] == names.FINISHED) & (sweep.trials["variant"] == variant)]
    try:
        content = store.json_of(sweep.uri, trials["run_id"].iloc[0], names.REGIME)
        panel_of(content)  # what this page cannot read is damaged, whatever its schema says
        return content
    except StoreError as error:
        st.warning(escaped(error))
    except (KeyError, TypeError, ValueError, AttributeError):
        st.warning(f"{names.REGIME} of {escaped(variant)} is damaged; judge the sweep again (`-e report`).")
    return None


def panel_of(content: dict) -> Panel:
    [panel] = panels([content["last"] | {"advice": content["advice"]}, content["selected"]])
    return panel


def tolerance_and_reference(content: dict | None, epoch: str) -> tuple[float | None, float | None]:
    """The gap that is let pass, and the error known to be reachable, at this kind of epoch; None where unknown, and where
    they are of balanced errors, which have no place among plain ones."""
    if content is None or is_balanced(content):
        return None, None
    regime = content[epoch]
    gap = next((clause["threshold"] for clause in regime["clauses"] if clause["name"] == "gap"), None)
    return gap, regime["reference_error"]


def is_balanced(content: dict) -> bool:
    """Whether the regimes are told by balanced errors."""
    return content["last"].get("measure") == names.BALANCED_ACCURACY


def show_evidence(content: dict) -> None:
    for verdict in panel_of(content).verdicts:
        _show(verdict)


def _show(verdict: Verdict) -> None:
    st.markdown(f"**{escaped(verdict.epoch)}: {_badge(verdict.badge, verdict.leans_to)}**", help=help_of("clause"))
    st.caption(f"{escaped(verdict.size)}; {escaped(verdict.standing)}")
    clauses = verdict.clauses
    rows = [[f"{cell.text} {cell.sub}".strip() for cell in row] for row in clauses.rows]
    labels = [f"{column.heading} {column.unit}".strip() for column in clauses.columns]
    st.dataframe(pd.DataFrame(rows, columns=labels), hide_index=True, placeholder="–")
    for shape in verdict.shapes:
        st.markdown(f"- {escaped(shape)}")
    rules = "; ".join(f"{escaped(words)} says {_badge(said)}" for words, said in verdict.rules)
    if rules:
        st.markdown(
            f"Folk rules: {rules}."
            + (f" Why they differ: {escaped(verdict.disagreement)}." if verdict.disagreement else "")
        )
    if verdict.settle:
        st.markdown(
            "What would settle it, the cheapest first:\n" + "\n".join(f"- {escaped(way)}" for way in verdict.settle)
        )
    if verdict.advice:
        st.markdown(f"**Next:** {escaped(verdict.advice)}")
    if verdict.grid_lines:
        st.caption("Under `variants:` of a grid file:")
        st.code(verdict.grid_lines, language="yaml")


def _badge(found, leans_to: str = "") -> str:
    return escaped(badge(found.word, leans_to or None)) if found else "nothing"
