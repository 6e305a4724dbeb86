"""Sweep in progress: how far it is, how long it will take, the best so far, curves growing. It reloads itself."""

import pandas as pd
import streamlit as st
from reading import store
from reading.live_curves import curves_so_far
from reading.sweep import Sweep, read_sweep
from showing import selection
from showing.commands import command_on
from showing.sweep_answer import so_far
from showing.sweep_choice import chosen_sweep
from showing.where_seeds_went import show_where_seeds_went

from regtrack import names
from regtrack.charts.learning_curves import learning_curves_chart
from regtrack.errors import StoreError
from regtrack.shipped import command
from regtrack.words.markdown import escaped

TITLE, ORDER = "Sweep in progress", 60
EVERY = 3  # seconds between two looks
MOST_CURVES = 12


def main() -> None:
    st.title("How far is the sweep?")
    uri = store.tracking_uri()
    st.fragment(look_for_another, run_every=EVERY)(uri, newest_run(uri))
    sweep = chosen_sweep()
    if sweep.status == names.RUNNING:
        st.fragment(live, run_every=EVERY)(sweep.uri, sweep.sweep_id)
    else:
        say_that_nothing_runs(sweep)
        show_counts(sweep)
        show_failures(sweep)


def look_for_another(uri: str, seen: str | None) -> None:
    """One look for a sweep that has begun since the page was drawn, also in a store that had none: shown anew then."""
    if newest_run(uri) != seen:
        st.rerun(scope="app")
    if seen is None:
        st.caption(
            f"Looked for a sweep at {pd.Timestamp.now():%H:%M:%S}; one that begins appears here without a reload."
        )


def newest_run(uri: str) -> str | None:
    """The newest sweep run's id; None where there is none, or no store: the page itself says why."""
    try:
        table = store.sweeps(uri)
    except StoreError:
        return None
    return None if table.empty else str(table["run_id"].iloc[0])


def live(uri: str, sweep_id: str) -> None:
    """One look at a running sweep; where it has ended meanwhile the whole page is shown anew."""
    try:
        sweep = read_sweep(uri, sweep_id)
        fresh, resplit = (
            store.trials(uri, sweep.experiment_id, sweep_id, stage) if sweep else pd.DataFrame()
            for stage in (names.CONFIRM, names.RESPLIT)
        )  # fmt: skip
    except StoreError as error:
        st.error(escaped(error))
        return
    if sweep is None or sweep.status != names.RUNNING:
        st.rerun(scope="app")
    show_counts(sweep)
    if len(sweep.leaderboard):
        st.markdown(f"{escaped('; '.join(so_far(sweep)))}.")
    show_where_seeds_went(sweep)
    if len(fresh):
        done = int(fresh["status"].eq(names.FINISHED).sum())
        st.markdown(
            f"The choice is being confirmed by fresh seeds: {done} trained, in no table until the sweep is judged."
        )
    if len(resplit):
        done = int(resplit["status"].eq(names.FINISHED).sum())
        st.markdown(
            f"On further splits of the data {done} networks are trained, in no table until the sweep is judged."
        )
    show_running(uri, pd.concat([sweep.trials, fresh, resplit], ignore_index=True))
    show_failures(sweep)
    st.caption(f"Looked at {pd.Timestamp.now():%H:%M:%S}; the next look is in {EVERY} s, without a reload.")


def say_that_nothing_runs(sweep: Sweep) -> None:
    table = store.sweeps(sweep.uri)
    running = table[table["status"] == names.RUNNING]
    if running.empty:
        st.info(f"No sweep is running. This one has ended; start another by `{command()}`.")
    else:
        st.info(f"This sweep has ended ({sweep.status.lower()}). Another is running:")
        newest = running.iloc[0]["sweep_id"]
        selection.page_link("progress", label=f"sweep {newest[:8]}", sweep=newest)
    selection.page_link("overview", label="What this sweep found")


def show_counts(sweep: Sweep) -> None:
    counts = sweep.trials["status"].value_counts()
    done, failed = int(counts.get(names.FINISHED, 0)), int(counts.get(names.FAILED, 0) + counts.get(names.KILLED, 0))
    running = int(counts.get(names.RUNNING, 0))
    planned = max(sweep.trials_planned, len(sweep.trials))
    figures = {"done": f"{done:,} of {planned:,}", "running": running, "failed": failed}
    if sweep.status == names.RUNNING:
        figures["time left"] = time_left(sweep, planned - done - failed)
    for place, (words, figure) in zip(st.columns(len(figures)), figures.items(), strict=True):
        place.metric(words, figure)
    if planned:
        st.progress(min(1.0, (done + failed) / planned))


def time_left(sweep: Sweep, waiting: int) -> str:
    """From the pace of this run so far. A resumed sweep's earlier trials do not count for it."""
    ended = sweep.trials["status"].isin([names.FINISHED, names.FAILED])
    own = sweep.trials["started"] >= sweep.started.timestamp() * 1000 - 1000
    done = int((ended & own).sum())
    if not done:
        return "not known yet"
    elapsed = pd.Timestamp.now("UTC").tz_localize(None) - sweep.started
    minutes, seconds = divmod(round((elapsed / done * waiting).total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"≈ {hours} h {minutes} min"
    return f"≈ {minutes} min" if minutes else f"≈ {seconds} s"


def show_running(uri: str, trials: pd.DataFrame) -> None:
    running = trials[trials["status"] == names.RUNNING]
    if running.empty:
        st.caption(
            "No trial is training at this moment: one has just ended or is about to begin, or the sweep is judged."
        )
        return
    running = running[:MOST_CURVES]
    curves = curves_so_far(uri, running)
    trials = [f"{row.variant} {seed_in_words(row.seed)}" for row in running.itertuples()]
    if curves.empty:
        st.caption(f"Training now: {', '.join(escaped(trial) for trial in trials)}. None has logged an epoch yet.")
        return
    curves = curves.assign(variant=curves["variant"] + " " + curves[names.SEED].map(seed_in_words))
    chart = learning_curves_chart(curves, title="Trials that are training now", measures=("error",), wide=True)
    st.altair_chart(chart.properties(title="Error so far of the trials that are training"), width="stretch")


def seed_in_words(seed: float) -> str:
    """A run has no params yet in the moment after it is made."""
    return "seed not recorded yet" if pd.isna(seed) else f"seed {int(seed)}"


def show_failures(sweep: Sweep) -> None:
    failed = sweep.trials[sweep.trials["status"].isin([names.FAILED, names.KILLED])]
    if failed.empty:
        return
    st.subheader("Failed trials", anchor=False)
    table = failed.reindex(columns=["variant", names.SEED, "status", "failure"])
    config = {"failure": st.column_config.TextColumn("reason", width="large")}
    st.dataframe(table, hide_index=True, placeholder="not recorded", column_config=config)
    st.caption(f"Traceback and log, where there is more to say, are {names.FAILURE_DETAILS} among the run's artifacts.")
    running = sweep.status == names.RUNNING
    st.caption("They can be tried again when the sweep has ended:" if running else "Go on where the sweep stopped:")
    experiment = store.experiment_name(sweep.uri, sweep.experiment_id)
    st.code(command_on(sweep.uri, experiment=experiment, resume=sweep.sweep_id), language="bash")


main()
