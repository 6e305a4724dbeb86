"""The page's margins: Streamlit leaves a tenth of a screen empty above every page, and has no setting for it."""

import streamlit as st

STYLE = """<style>
[data-testid="stMainBlockContainer"] { padding-top: 0.75rem; padding-bottom: 3rem; }
[data-testid="stMainBlockContainer"] h1 { font-size: 2rem; padding: 0.25rem 0; }
[data-testid="stHeader"] { background: transparent; }
[data-testid="stHeader"], [data-testid="stHeader"] div { pointer-events: none; }
[data-testid="stHeader"] button { pointer-events: auto; }
</style>"""
"""Streamlit's header covers the page's first line: of it only the buttons at the right stay, and the links that
the page has there can be clicked."""


def narrow_margins() -> None:
    st.html(STYLE)
