"""The dashboard: declares its pages and links them; nothing else."""

import streamlit as st
from pages import VIEWS, file_of
from showing.margins import narrow_margins
from showing.selection import page_link

st.set_page_config(page_title="regtrack", layout="wide")
narrow_margins()
pages = [st.Page(file_of(view), title=title, default=view == next(iter(VIEWS))) for view, title in VIEWS.items()]
page = st.navigation(pages, position="hidden")
with st.container(horizontal=True):  # Streamlit's own menu would drop the sweep from the address
    for view in VIEWS:
        page_link(view)
page.run()
