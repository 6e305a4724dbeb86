"""`seeds: auto` in a sweep: explored, pursued, frozen, confirmed; resumed, with failed seeds; and where it is a fixed design.

Four variants that are made of the networks of `tiny`, which were really trained: `best` and `close` have those of the one that
does better on validation, the baseline and `far` those of the other.
"""

import contextlib
import dataclasses
import re
from types import SimpleNamespace

import pytest
from support.store_files import artifact_of, copy_database
from support.sweeps import Replay, replayed_by

from regtrack import names
from regtrack.diagnosis.allocation.steps import NO_CHOICE, TOO_FEW_FRESH
from regtrack.errors import SettingError, StoreError
from regtrack.sweeps import sweep as module
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.sweep import run_sweep
from regtrack.tracking import reader
from regtrack.tracking.store import connect, ensure_experiment
from regtrack.tracking.stored_allocation import read_allocation
from regtrack.tracking.stored_grid import read_grid
from regtrack.training import pool
from regtrack.training.executors import local
from regtrack.variants import Grid, Variant
from regtrack.variants.seed_budget import SeedBudget

BASELINE, BEST, CLOSE, FAR = Variant(), Variant(l2=0.001), Variant(l2=0.002), Variant(l2=0.003)
START, MORE = (0, 1, 2), (3, 4)


class Made(dict):
    """A result of `tiny` for any variant and seed."""

    def __init__(self, tiny):
        plain, other = tiny.grid.variants
        rate = {v: sum(_accuracy(tiny.results[v, seed]) for seed in (0, 1)) for v in (plain, other)}
        worse, better = sorted((plain, other), key=rate.get)
        assert rate[worse] < rate[better]
        self.of = {BASELINE: worse, BEST: better, CLOSE: better, FAR: worse}
        first, second = (_accuracy(tiny.results[better, seed]) for seed in (0, 1))
        assert first != second
        self.worse_pursued = 3 if second < first else 4  # of the seeds 3 and 4, which have the networks of 1 and 0
        self.made = {trial: _without_passes(result) for trial, result in tiny.results.items()}

    def __getitem__(self, trial):
        variant, seed = trial
        return dataclasses.replace(self.made[self.of[variant], seed % 2], variant=variant, seed=seed)


def _without_passes(result):
    """What dropout bought is told elsewhere, and takes most of a report's time."""
    plain = tuple(dataclasses.replace(one, mc=None, few_mean_probs=None) for one in result.predictions)
    return dataclasses.replace(result, predictions=plain, passes_of_errors=None, convergence=None)


def _accuracy(result) -> float:
    return result.curve["val/accuracy"][result.curve.selected_epoch - 1]


def grid_of(tiny, *variants, **budget) -> Grid:
    return Grid(variants or (BASELINE, BEST, CLOSE, FAR), (0,), tiny.grid.settings).with_budget(SeedBudget(**budget))


@pytest.fixture
def made(tiny, replay) -> Replay:
    replay.tiny = dataclasses.replace(tiny, results=Made(tiny))
    return replay


def swept(store, grid, said=None, **asked):
    return run_sweep(grid, client=store, asked=Asked(**asked), say=(said if said is not None else []).append)


@pytest.fixture(scope="module")
def story(tiny, empty_database, tmp_path_factory):
    """34 trials: interrupted while it pursues, while it confirms, resumed with a pursued seed that fails, then once more."""
    import mlflow

    folder = tmp_path_factory.mktemp("allocated")
    copy_database(empty_database, folder / "mlflow.db")
    client = connect(f"sqlite:///{folder}/mlflow.db")
    replay = Replay(dataclasses.replace(tiny, results=Made(tiny)))
    steps = []

    def step(stop_after=None, **asked):
        replay.ran, replay.stop_after, said, done = [], stop_after, [], None
        with contextlib.suppress(KeyboardInterrupt):
            done = swept(client, grid_of(tiny, trials=34), said, experiment_id=experiment_id, **asked)
        sweep_id = reader.sweeps(client)["sweep_id"].iloc[0]
        steps.append(SimpleNamespace(ran=replay.ran, said=said, done=done, stored=read_allocation(client, sweep_id)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", client.tracking_uri)
        replayed_by(patch, replay)
        experiment_id = ensure_experiment(client, "allocated")
        lost = CLOSE, replay.tiny.results.worse_pursued
        replay.fail = {lost}
        step(stop_after=12 + 2)
        step(stop_after=2 + 3, resume="latest")
        replay.fail = set()
        step(resume="latest")
    yield SimpleNamespace(client=client, steps=steps, done=steps[-1].done, lost=lost)
    mlflow.set_tracking_uri(None)


EXPLORED = [(variant, seed) for variant in (BASELINE, BEST, CLOSE, FAR) for seed in START]
PURSUED = [(variant, seed) for variant in (BEST, CLOSE) for seed in MORE]
FRESH = [(variant, seed) for variant in (BASELINE, CLOSE) for seed in range(5, 14)]
"""With its worse seed lost `close` has the lower validation error when the choice is frozen."""


def test_every_variant_is_explored_and_who_cannot_be_told_apart_is_pursued(story):
    """Three seeds each; then two more of the best and of its twin, and none of the others."""
    first = story.steps[0]
    assert first.ran == [*EXPLORED, *PURSUED[:2]]
    assert (first.stored.pursued, first.stored.frozen, first.stored.chosen) == ((BEST.label, CLOSE.label), False, "")
    assert first.said[0].startswith("Seeds where they decide: 34 trials, of which 4 variants take 12 trials")
    assert (
        f"Pursuing {BEST.label} and {CLOSE.label}, which validation does not tell apart: 2 more seeds each"
        in first.said
    )


def test_a_sweep_that_is_interrupted_keeps_what_it_decided(story):
    """What was pursued and is not done is trained, with nothing pursued anew; then the choice is frozen and confirmed."""
    second = story.steps[1]
    assert second.ran == [*PURSUED[2:], *FRESH[:3]]
    assert second.said[0].endswith("14 of 16 trials done")
    assert (second.stored.frozen, second.stored.chosen, second.stored.fresh) == (True, CLOSE.label, 9)


def places(said: list[str]) -> list[str]:
    """Which trial of how many each that ended was."""
    return [found.group(1) for line in said if (found := re.match(r" *(\d+/\d+)  ", line))]


def test_trials_are_counted_over_all_rounds(story):
    """As far as they are known, from where a sweep that is resumed stands; fresh seeds, which are announced apart, count anew."""
    first, second, third = (places(step.said) for step in story.steps)
    assert first == [*(f"{i}/12" for i in range(1, 13)), *(f"{i}/16" for i in (13, 14))]
    assert second == ["15/16", "16/16", "1/18", "2/18", "3/18"]
    assert (third[0], third[-1]) == ("16/16", "15/15")


def test_a_failed_seed_is_tried_again_and_moves_nothing(story):
    """The one that failed counts as spent; resumed it is trained at its seed, and the choice stands, though by now `best`,
    the first of two equals, would be chosen."""
    third = story.steps[2]
    assert third.ran == [story.lost, *FRESH[3:]]
    assert third.stored == story.steps[1].stored
    assert third.done.reported.leaderboard["variant"].tolist()[:2] == [BEST.label, CLOSE.label]
    assert third.done.reported.answer.best == CLOSE.label
    assert third.done.reported.leaderboard.set_index("variant")["seeds"].to_dict() == {
        "baseline": 3, BEST.label: 5, CLOSE.label: 5, FAR.label: 3,
    }  # fmt: skip


def test_the_verdict_is_that_of_the_fresh_seeds_alone(story):
    """By the confirmation that `confirm` asks for: first look, all of the error, networks that chose nothing."""
    reported = story.done.reported
    found = reported.answer.confirmation
    assert (found.chosen, found.seeds, found.baseline_seeds, found.looks, found.alpha) == (CLOSE.label, 9, 9, 1, 0.025)
    assert {one.variant: one.seeds for one in reported.record.fresh_errors()} == {
        "baseline": tuple(range(5, 14)), CLOSE.label: tuple(range(5, 14)),
    }  # fmt: skip
    assert "confirmed on 9 fresh seeds each" in reported.answer.sentence


def test_where_the_seeds_went_is_said_in_report_and_record(story):
    """Explored, pursued, chosen, what a fixed design would have cost; never that who was not pursued is worse."""
    spent = story.done.reported.spent
    assert spent == (
        "4 variants were explored with 3 seeds each, 12 of 34 trials",
        f"{BEST.label} and {CLOSE.label} could not be told apart on validation and were pursued, up to 5 seeds",
        "1 variant got no more seeds: not pursued, which is no verdict on it",
        f"{CLOSE.label} was chosen on validation before test was read; 9 fresh seeds each of it and of baseline alone say "
        "whether it wins",
        "34 trials finished; a fixed design with as narrow an interval would have taken about 13 seeds of each variant, 52 "
        "trials, where all seeds scatter alike",
    )
    page = artifact_of(story.client, story.done.run_id, names.REPORT).read_text()
    assert all(sentence in page for sentence in spent)
    assert "with so few nothing is called a win" not in page
    tags = story.client.get_run(story.done.run_id).data.tags
    assert (tags[names.TRIALS_PLANNED], tags[names.CONFIRM_SEEDS]) == ("16", "9")


def test_another_beginning_is_no_resuming(story, tiny):
    """What differs is said, and nothing is changed."""
    with pytest.raises(StoreError, match="began with 3 seeds each, not with seeds: auto and 2 each; leave seeds out"):
        swept(story.client, grid_of(tiny, start=2), resume=story.done.sweep_id, experiment_id=story.done.experiment_id)
    fixed = dataclasses.replace(grid_of(tiny), budget=None)
    with pytest.raises(StoreError, match=r"seeds are spent where they decide there \(seeds: auto\), and given here"):
        swept(story.client, fixed, resume=story.done.sweep_id, experiment_id=story.done.experiment_id)
    assert read_grid(story.client, story.done.sweep_id).budget == SeedBudget(3, 34)


@pytest.fixture
def not_judged(monkeypatch) -> None:
    """What a sweep decides and trains; what is said of it at its end is told by `story`."""
    monkeypatch.setattr(module, "report_sweep", lambda *_, **__: None)


def decided(store) -> tuple:
    stored = read_allocation(store, reader.sweeps(store)["sweep_id"].iloc[0])
    return stored.reason, stored.chosen, stored.fresh


def test_one_variant_beside_the_baseline_is_a_fixed_design(store, tiny, made, not_judged):
    """There is nothing to choose: all seeds of both are read, and that is said."""
    said, two = [], (BASELINE, BEST)
    swept(store, grid_of(tiny, *two, trials=11), said)
    assert made.ran == [(v, s) for seeds in (START, MORE) for v in two for s in seeds]
    assert decided(store) == (NO_CHOICE, "", 0)
    why = "The rest is spent as a fixed design, 2 more seeds of every variant: beside the baseline there is one variant"
    assert any(line.startswith(why) for line in said)


def test_one_pool_trains_all_rounds_and_ends_before_judging(store, tiny, made, monkeypatch):
    """Whose workers wait for the next round, and hold no memory while tables are made."""
    told = []

    def trials(wanted, job, **given):
        told.append(pool._kept.get())
        return made(wanted, job)

    monkeypatch.setattr(local, "run_trials", trials)
    monkeypatch.setattr(pool._Crew, "stop", lambda crew: told.append("ended"))
    monkeypatch.setattr(module, "report_sweep", lambda *_, **__: told.append("judged"))
    swept(store, grid_of(tiny, BASELINE, BEST, trials=11))
    first, second, *rest = told
    assert first is second is not None
    assert rest == ["ended", "judged"]


def test_below_eight_fresh_seeds_each_the_budget_is_a_fixed_design(store, tiny, made, not_judged):
    """27 trials of 4 variants leave 15 after exploring: 3 more seeds of each, and no fresh ones."""
    swept(store, grid_of(tiny, trials=27))
    assert made.ran == [*EXPLORED, *((v, s) for v in (BASELINE, BEST, CLOSE, FAR) for s in (3, 4, 5))]
    assert decided(store) == (TOO_FEW_FRESH, "", 0)


def test_a_chosen_baseline_leaves_the_rest_unspent(store, tiny, made, not_judged):
    """Nothing is confirmed and nothing more is trained."""
    said, of = [], made.tiny.results.of
    made.tiny.results.of = dict.fromkeys((BEST, CLOSE, FAR), of[BASELINE]) | {BASELINE: of[BEST]}
    swept(store, grid_of(tiny, trials=34), said)
    assert made.ran == EXPLORED
    assert decided(store)[1] == "baseline"
    assert "Nothing to confirm: the baseline itself has the lowest validation error" in said


def test_what_cannot_be_is_refused_before_anything_is_trained(store, tiny, made):
    """A confirmation beside it, and a grid without baseline."""
    with pytest.raises(SettingError, match="confirm: expected none beside seeds: auto"):
        swept(store, grid_of(tiny), confirm=8)
    with pytest.raises(SettingError, match="seeds: auto: expected a grid with the baseline"):
        swept(store, grid_of(tiny, BEST, CLOSE, FAR))
    assert made.ran == []
    assert reader.sweeps(store).empty
