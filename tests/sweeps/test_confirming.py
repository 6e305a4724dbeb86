"""A confirmation: fresh seeds of the chosen and of the baseline, apart from the exploration, resumed, and counted.

Trials of `tiny` were really trained; here the other variant has the baseline's networks and the reverse, so that it is the
one that validation chooses, and every seed above 1 has those of seed 0 or 1.
"""

import dataclasses
import json

import pytest
from support.store_files import artifact_of, copy_database
from support.sweeps import Replay, replayed_by

from regtrack import names
from regtrack.diagnosis.criteria import Criteria
from regtrack.diagnosis.differences.comparison import crossed_errors_of
from regtrack.diagnosis.primary import Primary
from regtrack.errors import SettingError, StoreError
from regtrack.measures.primaries import PRIMARIES
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.confirming import sweep_to_confirm
from regtrack.sweeps.sweep import run_sweep
from regtrack.tracking import reader
from regtrack.tracking.record import read_grid, read_record
from regtrack.tracking.store import connect, ensure_experiment
from regtrack.tracking.tags_of_sweep import read_tags
from regtrack.variants import Grid, Settings, Variant

LABEL = "l2=0.001+dropout=0.2+max_norm=1"


def confirm_sweep(client, which, asked, **more):
    """As the command does it."""
    grid, asked = sweep_to_confirm(client, which, asked)
    return run_sweep(grid, client=client, asked=asked, **more)


class Turned(dict):
    """The results of `tiny`, the two variants' exchanged, for any seed."""

    def __init__(self, tiny):
        super().__init__(tiny.results)
        self.variants = tiny.grid.variants

    def __getitem__(self, trial):
        variant, seed = trial
        other = next(one for one in self.variants if one != variant)
        return dataclasses.replace(super().__getitem__((other, seed % 2)), variant=variant, seed=seed)


class Story:
    """What one sweep went through, step by step, each with the sweep as it then was and the trials it trained."""

    def __init__(self, client, replay, grid):
        self.client, self.replay, self.grid, self.said = client, replay, grid, []

    def step(self, act, *arguments, **more):
        self.replay.ran, self.said = [], []
        done = act(*arguments, say=self.said.append, **more)
        return done, self.replay.ran, self.said

    def runs(self, stage):
        return reader.trials(self.client, self.experiment_id, self.sweep_id, stage)


@pytest.fixture(scope="module")
def story(tiny, empty_database, tmp_path_factory):
    """Asked to confirm, interrupted in the midst of it, resumed; confirmed again with more; given more seeds."""
    import mlflow

    folder = tmp_path_factory.mktemp("confirmed")
    copy_database(empty_database, folder / "mlflow.db")
    client = connect(f"sqlite:///{folder}/mlflow.db")
    replay = Replay(dataclasses.replace(tiny, results=Turned(tiny)))
    told = Story(client, replay, tiny.grid)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", client.tracking_uri)
        replayed_by(patch, replay)
        told.experiment_id = ensure_experiment(client, "confirmed")
        eight = Asked(confirm=8, experiment_id=told.experiment_id)
        replay.stop_after = 4 + 3
        with pytest.raises(KeyboardInterrupt):
            told.step(run_sweep, tiny.grid, asked=eight, client=client)
        replay.stop_after = None
        told.sweep_id = reader.sweeps(client)["sweep_id"].iloc[0]
        resumed = Asked(resume="latest", experiment_id=told.experiment_id)
        told.resumed = told.step(run_sweep, tiny.grid, asked=resumed, client=client)
        told.again = told.step(confirm_sweep, client, "latest", Asked(confirm=9))
        grown = dataclasses.replace(tiny.grid, seeds=(0, 1, 2))
        told.grown = told.step(
            run_sweep, grown, asked=dataclasses.replace(eight, confirm=0, resume=told.sweep_id), client=client
        )
    yield told
    mlflow.set_tracking_uri(None)


def test_fresh_seeds_are_trained_after_the_grid_and_an_interrupted_confirmation_goes_on(story):
    """Three of sixteen were done; the other thirteen are trained, once, and nothing of the grid."""
    done, ran, said = story.resumed
    fresh = [(variant, seed) for variant in story.grid.variants for seed in range(2, 10)]
    assert ran == fresh[3:]
    assert said[0] == f"Resuming sweep {story.sweep_id}: 4 of 4 trials done"
    assert said[1] == "Confirming with 8 fresh seeds of each, as the sweep was begun with; confirm=0 leaves them out"
    assert f"Confirming {LABEL} against the baseline, 8 fresh seeds of each: 3 of 16 trials done" in said
    assert done.sweep_id == story.sweep_id


def test_the_exploration_stays_what_it_was(story):
    """Leaderboard, comparison and trials are the grid's; the store says which trial is which."""
    done, _, _ = story.resumed
    assert done.reported.leaderboard["seeds"].tolist() == [2, 2]
    assert set(done.reported.judgement.comparison["seeds"]) == {2}
    assert (len(done.trials), len(done.reported.record.trials)) == (4, 4)
    runs = story.client.search_runs([story.experiment_id], f"tags.`{names.ROLE}` = 'trial'", max_results=1000)
    stages = {(run.data.tags[names.STAGE], int(run.data.params[names.SEED]) > 1) for run in runs if run.info.status == "FINISHED"}  # fmt: skip
    assert {("explore", False), ("confirm", True)} <= stages
    assert ("confirm", False) not in stages


def scatters_wider(done):
    """Whether the fresh seeds of the chosen variant do so than the baseline's: then a fifth of the error is left."""
    fresh = {one.variant: one for one in done.reported.record.fresh_errors()}
    return bool(crossed_errors_of([fresh[LABEL], fresh["baseline"]]).scatters_wider(0, 1))


def test_the_answer_is_that_of_the_fresh_networks(story):
    """Decided beforehand: the first look, and the sentence leads with it."""
    done, _, _ = story.resumed
    found = done.reported.answer.confirmation
    assert (found.chosen, found.seeds, found.baseline_seeds, found.looks) == (LABEL, 8, 8, 1)
    assert found.wider == scatters_wider(done)
    assert found.alpha == pytest.approx(0.025 / 5 if found.wider else 0.025)
    fresh = {one.variant: one for one in done.reported.record.fresh_errors()}
    assert fresh[LABEL].seeds == fresh["baseline"].seeds == tuple(range(2, 10))
    expected = fresh["baseline"].wrong.mean() - fresh[LABEL].wrong.mean()
    assert found.difference == pytest.approx(expected)
    assert done.reported.answer.sentence.startswith(f"Variant {LABEL} wins by ")
    assert "over baseline, confirmed on 8 fresh seeds each (" in done.reported.answer.sentence


def test_it_stands_in_answer_note_and_report(story):
    """The stored answer, the note of the run and the page say the same."""
    done, _, _ = story.resumed
    content = json.loads(artifact_of(story.client, done.run_id, names.ANSWER).read_text())
    assert content["confirmation"]["verdict"] == "confirmed"
    assert "confirmed on 8 fresh seeds each" in story.client.get_run(done.run_id).data.tags[names.NOTE]
    page = artifact_of(story.client, done.run_id, names.REPORT).read_text()
    assert "confirmed on 8 fresh seeds each" in page
    assert "seeds 2 to 9" in page


def test_a_trial_of_the_confirmation_says_what_it_is(story):
    """Name, colour, regime and a note, as those of the exploration have: the note says what it is for."""
    done, _, _ = story.resumed
    runs = {
        stage: story.client.get_run(story.runs(stage)["run_id"].iloc[-1]) for stage in (names.EXPLORE, names.CONFIRM)
    }
    fresh, explored = runs[names.CONFIRM], runs[names.EXPLORE]
    variant, seed = fresh.data.tags[names.VARIANT], fresh.data.params[names.SEED]
    assert fresh.info.run_name == f"{variant} seed {seed}"
    assert fresh.data.tags[names.FITTING_REGIME] == done.reported.judgement.regimes[variant].verdict
    assert fresh.data.tags["mlflow.runColor"].startswith("#")
    assert "took no part in choosing" in fresh.data.tags[names.NOTE]
    assert "took no part in choosing" not in explored.data.tags[names.NOTE]


def test_confirming_afterwards_is_a_second_look(story):
    """One more seed of each is trained, from the sweep's own grid; what it may spend is less, and it says so."""
    done, ran, _ = story.again
    assert ran == [(variant, 10) for variant in story.grid.variants]
    found = done.reported.answer.confirmation
    assert found.wider == scatters_wider(done)
    assert (found.seeds, found.looks, found.alpha) == (9, 2, pytest.approx(0.004 / 5 if found.wider else 0.004))
    assert "second look at test" in done.reported.answer.sentence
    assert story.client.get_run(done.run_id).data.tags[names.LOOKS] == "4+16, 4+18"
    assert done.reported.answer.looks == 1


def test_more_seeds_are_a_second_look_at_the_exploration_and_take_theirs_from_the_fresh(story):
    """Seed 2 has now had its part in choosing: it confirms no longer."""
    done, ran, _ = story.grown
    assert ran == [(variant, 2) for variant in story.grid.variants]
    assert done.reported.leaderboard["seeds"].tolist() == [3, 3]
    assert done.reported.answer.looks == 2
    found = done.reported.answer.confirmation
    assert (found.seeds, found.baseline_seeds, found.looks) == (8, 8, 2)


def test_reading_the_store_again_finds_the_same(story):
    """The store alone decides: nothing is remembered."""
    record = read_record(story.client, story.experiment_id, story.sweep_id)
    assert sorted((one.variant, len(one.wrong)) for one in record.fresh_errors()) == [("baseline", 8), (LABEL, 8)]
    assert len(story.runs(names.CONFIRM)) == 18
    tagged = read_tags(story.client, story.experiment_id, story.sweep_id)
    assert reader.readings(story.sweep_id, tagged.values()).exploration == 2


def test_a_chosen_baseline_is_not_confirmed_and_that_is_said(store, tiny, replay):
    """Nothing more is trained."""
    said = []
    done = run_sweep(tiny.grid, client=store, asked=Asked(confirm=8), say=said.append)
    assert replay.ran == list(tiny.grid.trials)
    assert "Nothing to confirm: the baseline itself has the lowest validation error" in said
    assert "there is nothing to confirm, as the baseline itself was chosen" in done.reported.answer.sentence


@pytest.mark.long
@pytest.mark.parametrize("primary", ["balanced_accuracy", "negative_log_likelihood", "brier_score"])
def test_another_measure_chooses_what_is_confirmed_and_confirms_it(store, tiny, replay, primary):
    """The variant of the lowest validation loss by it is trained afresh, and compared by it, in its unit."""
    replay.tiny = dataclasses.replace(tiny, results=Turned(tiny))
    done = run_sweep(
        tiny.grid, client=store, asked=Asked(confirm=8, criteria=Criteria(primary=primary)), say=lambda text: None
    )
    answer, record = done.reported.answer, done.reported.record
    by = Primary(primary)
    rates = {one.variant: one.rate for one in record.errors("val", primary=by)}
    assert answer.best == min(rates, key=rates.get) == LABEL
    fresh = {one.variant: one.rate for one in record.fresh_errors(by)}
    assert answer.confirmation.difference == pytest.approx(fresh["baseline"] - fresh[LABEL])
    assert PRIMARIES[primary].told in answer.sentence.split("; ")[0]
    assert read_grid(store, done.sweep_id).primary == primary  # what is repeated is judged alike
    replay.ran = []
    again = confirm_sweep(store, done.sweep_id, Asked(confirm=8), say=lambda text: None)
    assert (again.reported.answer.primary, replay.ran) == (primary, [])


def test_too_few_seeds_are_refused_before_anything_is_trained(store, tiny, replay):
    """In one line, and the store stays empty."""
    with pytest.raises(SettingError, match="confirm: expected 0"):
        run_sweep(tiny.grid, client=store, asked=Asked(confirm=5), say=lambda text: None)
    assert replay.ran == []
    assert reader.sweeps(store).empty


def test_a_sweep_whose_network_only_a_notebook_holds_is_refused(store, tiny, replay):
    """What to do is said."""
    settings = tiny.grid.settings.model_copy(update={"architecture": "build@0123abcd"})
    done = run_sweep(dataclasses.replace(tiny.grid, settings=settings), tiny.job, client=store, say=lambda text: None)
    replay.ran = []
    with pytest.raises(StoreError) as error:
        confirm_sweep(store, done.sweep_id, Asked(confirm=8))
    assert str(error.value) == (
        f"confirm: sweep {done.sweep_id} trained a network that only its notebook holds, build@0123abcd; give confirm= to "
        "regtrack.sweep there"
    )
    assert replay.ran == []


def test_a_run_of_another_experiment_is_refused(store, tiny, replay, monkeypatch):
    """Trials and their sweep would lie apart."""
    done = run_sweep(tiny.grid, client=store, say=lambda text: None)
    elsewhere = store.create_experiment("elsewhere")
    monkeypatch.setenv("MLFLOW_RUN_ID", store.create_run(elsewhere).info.run_id)
    with pytest.raises(StoreError) as error:
        confirm_sweep(store, "latest", Asked(confirm=8))
    assert str(error.value) == (
        f"confirm: sweep {done.sweep_id} is in the experiment 'tests', this run in 'elsewhere'; give --experiment-name tests"
    )


@pytest.mark.long
def test_a_real_confirmation(store, trained_here):
    """With real training: two variants on 100 digits, 2 epochs, then 8 fresh seeds of each where l2 is chosen."""
    settings = Settings(train_size=100, epochs=2)
    grid = Grid((Variant(), Variant(l2=0.0001)), (0, 1), settings)
    done = run_sweep(grid, client=store, asked=Asked(confirm=8), say=lambda text: None)
    found, chosen = done.reported.answer.confirmation, done.reported.answer.best
    confirming = reader.trials(store, done.experiment_id, done.sweep_id, names.CONFIRM)
    if chosen == "baseline":
        assert (found.verdict, len(confirming)) == (names.NOTHING_TO_CONFIRM, 0)
    else:
        assert sorted(confirming[names.SEED]) == sorted([*range(2, 10)] * 2)
        assert found.verdict in (names.CONFIRMED, names.NOT_CONFIRMED)
        assert found.low <= found.difference <= found.high
