"""The dashboard: declares its pages and nothing else."""

import streamlit as st

st.set_page_config(page_title="regtrack", layout="wide")
st.navigation([st.Page("views/overview.py", title="Overview", default=True)]).run()
