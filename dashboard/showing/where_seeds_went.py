"""Where the seeds of a sweep with `seeds: auto` go, while it runs and after: explored, pursued, confirmed, and why."""

import streamlit as st
from reading import store
from reading.artifact_files import file_of
from reading.sweep import Sweep

from regtrack import names
from regtrack.diagnosis.allocation.record import Allocation
from regtrack.diagnosis.allocation.words import allocation_in_words, allocation_table
from regtrack.errors import GridError, StoreError
from regtrack.variants.grid import Grid
from regtrack.words.markdown import escaped

COLUMNS = {"stage": "what became of it", "explored": "seeds explored", "fresh": "fresh seeds"}
HELP = (
    "Validation alone decides who gets more seeds. Not pursued says that a variant got no more of them, and nothing else; "
    "fresh seeds took no part in choosing, and they alone say whether the chosen variant wins."
)


def show_where_seeds_went(sweep: Sweep) -> None:
    """Nothing of a sweep whose grid says who gets which seeds."""
    try:
        text = store.tags(sweep.uri, sweep.run_id).get(names.ALLOCATION, "")
        if not text:
            return
        allocation = Allocation.from_text(text)
        grid = Grid.from_yaml(file_of(sweep.uri, sweep.run_id, names.GRID))
        fresh = store.trials(sweep.uri, sweep.experiment_id, sweep.sweep_id, names.CONFIRM)
    except (StoreError, GridError, ValueError) as error:
        st.warning(f"Where the seeds went cannot be told: {escaped(error)}")
        return
    if grid.budget is None:  # resumed since with seeds of its own
        return
    said = allocation_in_words(allocation, grid, sweep.trials, fresh)
    with st.expander(
        f"Where the seeds {'went' if allocation.frozen else 'go'}: {escaped(said[0])}", expanded=not sweep.judged
    ):
        st.markdown("\n".join(f"- {escaped(sentence)}." for sentence in said[1:]), help=HELP)
        table = allocation_table(allocation, grid, sweep.trials, fresh)
        st.dataframe(
            table,
            hide_index=True,
            placeholder="–",
            column_config=COLUMNS,
            alt="A row a variant: what became of it, and its seeds",
        )
