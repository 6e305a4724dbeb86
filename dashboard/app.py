"""The dashboard: declares its pages and nothing else."""

import streamlit as st
from pages import OVERVIEW, VIEWS, menu
from showing.margins import narrow_margins

st.set_page_config(page_title="regtrack", layout="wide")
narrow_margins()
page = st.navigation(
    [st.Page(path, title=title, default=title == OVERVIEW) for title, path in VIEWS.items()], position="hidden"
)
menu()
page.run()
