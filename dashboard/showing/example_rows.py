"""Examples that are no images, as a table: a row each, what was said of it, then its features."""

import pandas as pd
import streamlit as st
from reading import networks

from showing import selection

MOST_FEATURES = 40
TALLEST = 15  # rows before the table scrolls in itself
TOLD = ("example", "given label", "predicted class", "confidence", "networks", "probably", "mark")


def example_table(each: pd.DataFrame, examples: networks.Examples, marked: dict) -> pd.DataFrame:
    """TOLD, then a column a feature (at most MOST_FEATURES), in the order of `each`; an empty cell is missing."""
    rows = []
    for row in each.itertuples():
        mark = marked.get(row.example_id)
        count = None if pd.isna(row.trials) else f"{int(row.trials_confidently_wrong)} of {int(row.trials)}"
        told = (row.example_id, examples.named(row.given_label), examples.named(row.said), row.sure, count, row.kind,
                mark.mark if mark else "not marked")  # fmt: skip
        place = examples.place.get(row.example_id)
        features = [] if place is None else examples.features(place)[:MOST_FEATURES]
        own = {name if name not in TOLD else f"{name} (column)": None if value == "" else value for name, value in features}  # fmt: skip
        rows.append(dict(zip(TOLD, told, strict=True)) | own)
    return pd.DataFrame(rows, columns=list(rows[0]))


def draw_example_rows(each: pd.DataFrame, examples: networks.Examples, marked: dict) -> None:
    """The table; a click on a row pushes `example`."""
    table = example_table(each, examples, marked)
    key = selection.fresh_key("example")
    config = {"confidence": st.column_config.NumberColumn(format="%.3f"),
              "networks": st.column_config.TextColumn(help="how many are confidently wrong on it")}  # fmt: skip
    st.dataframe(
        table,
        hide_index=True,
        placeholder="missing",
        height=38 + 35 * min(len(table), TALLEST),
        column_config=config,
        key=key,
        on_select=lambda: _opened(key, table["example"].tolist()),
        selection_mode="single-row",
        alt="Confident errors: a row an example",
    )


def _opened(key: str, examples: list[int]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows and rows[0] < len(examples):
        selection.push(example=examples[rows[0]])
