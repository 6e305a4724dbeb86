"""Techniques: which kind of regularizer, when each is tried as often, and what is worth its cost?"""

import streamlit as st
from showing.judging_time import judged_when
from showing.pareto_shown import show_pareto
from showing.sweep_choice import chosen_sweep, need_finished
from showing.techniques_shown import show_techniques

TITLE, ORDER = "Techniques", 15


def main() -> None:
    st.title("Which technique, at equal budgets?")
    sweep = chosen_sweep()
    need_finished(sweep)
    if not sweep.judged:
        st.caption(f"Not judged yet: techniques are compared {judged_when(sweep)}.")
        return
    show_techniques(sweep)
    show_pareto(sweep)


main()
