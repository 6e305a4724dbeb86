"""Overview: which variants there are, and how each fits."""

import store
import streamlit as st

from regtrack.charts.train_and_validation_error import train_and_validation_error
from regtrack.diagnosis.leaderboard import leaderboard
from regtrack.errors import StoreError
from regtrack.names import LEADERBOARD_COLUMNS, SEED
from regtrack.tracking import links
from regtrack.tracking.store import without_password
from regtrack.variants.technique import technique_of


def choose_sweep(uri: str):
    """The sweep in the URL, else the newest. Stops the page, in words, where there is none."""
    table = store.sweeps(uri)
    if table.empty:
        st.info(
            f"The store {without_password(uri)} has no sweep yet. Run `make demo`, or `mlflow run . --env-manager local`."
        )
        st.stop()
    names = {
        row.sweep_id: f"{row.started:%Y-%m-%d %H:%M} · {row.status} · {row.sweep_id[:8]}" for row in table.itertuples()
    }
    asked = st.query_params.get("sweep")
    place = list(names).index(asked) if asked in names else 0
    chosen = st.selectbox("Sweep", list(names), index=place, format_func=names.get)
    if chosen != list(names)[place]:
        st.query_params["sweep"] = chosen  # written by hand: a bound widget would put its label there, not the id
    return table[table["sweep_id"] == chosen].iloc[0]


def answer(board) -> str:
    """What this store shows, in one sentence."""
    best = board.iloc[0]
    half = (best["val_error_high"] - best["val_error_low"]) / 2
    sentence = f"**{best['variant']}** has the lowest validation error, {best['val_error']:.3f} ± {half:.3f}"
    baseline = board[board["variant"] == "baseline"]
    if len(baseline) and best["variant"] != "baseline":
        sentence += f"; the baseline has {baseline.iloc[0]['val_error']:.3f}"
    return sentence + f" ({best['seeds']} seeds). Whether a difference is real is not judged on this page."


def column_config() -> dict:
    """Words and digits for the leaderboard's columns; the download keeps their names in the store."""
    share = ["train_error", "val_error", "generalization_gap", "test_accuracy", "expected_calibration_error"]
    words = {"val_error": "validation error", "test_accuracy_true_label": "test accuracy, true labels"}
    words |= {"test_mc_accuracy": "test accuracy, MC dropout", "negative_log_likelihood": "test NLL (nats)"}
    words |= {"fit_seconds": "fit (s)", "expected_calibration_error": "test ECE"}
    config = {}
    for name in LEADERBOARD_COLUMNS[2:]:
        stem = name.removesuffix("_low").removesuffix("_high")
        limit = {"_low": ", lower", "_high": ", upper"}.get(name.removeprefix(stem), "")
        digits = "%.3f" if stem in share or stem in words else "%.1f"
        config[name] = st.column_config.NumberColumn(words.get(stem, stem.replace("_", " ")) + limit, format=digits)
    return config


def main() -> None:
    st.title("Which regularizer?")
    uri = store.tracking_uri()
    try:
        sweep = choose_sweep(uri)
        trials = store.trials(uri, sweep["experiment_id"], sweep["sweep_id"])
    except StoreError as error:
        st.error(str(error))
        st.stop()
    board = leaderboard(trials)
    counts = trials["status"].value_counts()
    st.caption(
        " · ".join(f"{count} trials {status}" for status, count in counts.items())
        + f" · {sweep['trials_planned']} planned"
    )
    if board.empty:
        st.info("No trial of this sweep has finished yet. This page shows each as it does: reload it in a moment.")
        st.stop()
    st.markdown(answer(board))
    params = trials.drop_duplicates("variant").set_index("variant")
    board["technique"] = [technique_of(params.loc[variant]) for variant in board["variant"]]
    chart = train_and_validation_error(board, title="Train and validation error of the model that is kept, by variant")
    st.altair_chart(chart, width="stretch")
    st.caption(
        "Points on the dashed line do as well on unseen examples as on those they learned from. Bars are 95 % "
        "intervals over seeds and validation examples, on this split."
    )
    st.dataframe(board.drop(columns="technique"), hide_index=True, width="stretch", column_config=column_config())
    st.download_button("Download as CSV", board.to_csv(index=False), "leaderboard.csv", "text/csv")
    seed = int(trials[SEED].min())
    link = links.chart_link(links.ui_base(uri), sweep["experiment_id"], sweep["sweep_id"], seed=seed)
    st.markdown(f"[Curves and bars of the variants (one seed) in the MLflow UI]({link}) (started by `make ui`)")


main()
