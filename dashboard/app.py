"""The dashboard: declares its pages and links them; nothing else."""

import streamlit as st
from pages import OVERVIEW, VIEWS
from showing.margins import narrow_margins
from showing.selection import page_link

st.set_page_config(page_title="regtrack", layout="wide")
narrow_margins()
page = st.navigation(
    [st.Page(path, title=title, default=title == OVERVIEW) for title, path in VIEWS.items()], position="hidden"
)
with st.container(horizontal=True):  # Streamlit's own menu would drop the sweep from the address
    for title in VIEWS:
        page_link(title)
page.run()
