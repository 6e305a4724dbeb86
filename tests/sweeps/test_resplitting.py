"""A sweep over splits: every split's trials in the store, resumed without doing anything twice, judged over all of them."""

from collections import Counter
from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import requests

from regtrack import names
from regtrack.data import load_dataset
from regtrack.errors import DataError, SettingError
from regtrack.sweeps import resplitting
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.data import job_of
from regtrack.sweeps.delivering import Delivering
from regtrack.sweeps.resplitting import check_resplits, train_resplits
from regtrack.sweeps.sweep import run_sweep
from regtrack.tracking.artifacts import read_table
from regtrack.tracking.spool import Spool
from regtrack.tracking.trials_of_sweep import read_trials
from regtrack.tracking.writer import trial_key
from regtrack.training.job import Job
from regtrack.variants import Grid, Settings, Variant

GRID = Grid(
    (Variant(), Variant(l2=0.3)),
    (0,),
    Settings(dataset="sklearn:iris", epochs=2, hidden_widths="4", n_passes=2),
    splits=3,
)


def of_splits(client, done) -> pd.DataFrame:
    trials = read_trials(client, done.experiment_id, done.sweep_id, names.RESPLIT)
    return trials[trials["status"] == names.FINISHED]


@pytest.mark.long
def test_a_sweep_over_splits_is_trained_resumed_and_judged(store, trained_here, without_pages):
    """Three splits of two variants: four further trials with seeds and split seeds of their own, too few for a verdict; resumed with
    five, four more are trained and none again, and the table has its verdict; the sweep's own split has the keys that it has alone."""
    done = run_sweep(GRID, client=store, say=lambda _: None, asked=Asked())
    first = of_splits(store, done)
    assert Counter(first[names.SPLIT]) == {1: 2, 2: 2}
    assert done.reported.judgement.over_splits["verdict"].tolist() == [names.NO_VERDICT]
    alone = Grid(GRID.variants, GRID.seeds, GRID.settings)
    job = job_of(alone)
    assert set(done.trials["trial_key"]) == {trial_key(job, *trial) for trial in alone.trials}

    said = []
    grid = Grid(GRID.variants, GRID.seeds, GRID.settings, splits=5)
    done = run_sweep(grid, client=store, say=said.append, asked=Asked(resume=done.sweep_id))
    assert any(line.startswith("Split 3 of 5 (split seed 2): 2 of 2 trials done") for line in said)
    trials = of_splits(store, done)
    assert set(first["run_id"]) < set(trials["run_id"])
    assert (trials["split_seed"] == trials[names.SPLIT]).all()
    assert trials[names.SEED].nunique() == 4
    assert not set(trials[names.SEED]) & set(done.trials[names.SEED])
    assert len(done.trials) == 2
    assert names.SPLIT not in done.trials

    table = done.reported.judgement.over_splits
    assert table[["variant", "other", "splits", "seeds"]].to_numpy().tolist() == [["l2=0.3", "baseline", 5, 5]]
    assert table["verdict"].isin([names.BETTER, names.WORSE, names.NOT_SHOWN]).all()
    every = pd.concat([done.trials.assign(**{names.SPLIT: 0}), trials])
    by_hand = every.pivot(index=names.SPLIT, columns="variant", values="test/accuracy")
    assert table["difference"].iloc[0] == pytest.approx((by_hand["l2=0.3"] - by_hand["baseline"]).mean())
    run = store.get_run(done.run_id)
    stored = read_table(f"{run.info.artifact_uri.removeprefix('file://')}/{names.OVER_SPLITS}", names.OVER_SPLITS)
    pd.testing.assert_frame_equal(stored.to_pandas(), table, check_dtype=False)
    assert run.data.tags[names.SPLITS] == "5"


def split_of(spec: str) -> None:
    """Raises as `check_resplits` does for two splits of these data."""
    grid = Grid(GRID.variants, settings=Settings(dataset=spec), splits=2)
    check_resplits(grid, Job(load_dataset(spec, split_seed=0), grid.settings))


def test_data_that_cannot_be_split_again_are_refused(tmp_path, monkeypatch):
    """Splits that follow the time, or are the data's own, are the same whatever the split seed; a test split alone is not refused."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(100, 2)), np.arange(100) % 2
    pd.DataFrame({"a": x[:, 0], "when": np.arange(100), "y": y}).to_csv("times.csv", index=False)
    np.savez("own.npz", x_train=x, y_train=y, x_val=x, y_val=y, x_test=x, y_test=y)
    np.savez("tested.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    for spec in ("table:times.csv?target=y&time=when", "npz:own.npz"):
        with pytest.raises(SettingError, match="splits: expected data whose splits are drawn"):
            split_of(spec)
    split_of("npz:tested.npz")
    split_of("npz:tested.npz?validation_share=0.3")


def test_a_split_that_cannot_be_drawn_is_refused_before_training(tmp_path, monkeypatch):
    """What a further split would refuse is met before the first network is trained: here the data are gone."""
    monkeypatch.chdir(tmp_path)
    np.savez("mine.npz", x=np.eye(60), y=np.arange(60) % 2)
    job = Job(load_dataset("npz:mine.npz", split_seed=0), Settings(dataset="npz:mine.npz"))
    (tmp_path / "mine.npz").unlink()
    with pytest.raises(DataError, match="Expected a file at"):
        check_resplits(Grid(GRID.variants, settings=job.settings, splits=2), job)


def test_a_store_that_is_away_between_splits_is_waited_for(tmp_path, monkeypatch):
    """What is finished of further splits is asked anew until the store answers, and what it then tells is not trained again."""
    trials = pd.DataFrame({"status": [names.FINISHED], "trial_key": ["1 baseline"]})
    answers = iter([requests.ConnectionError("connection refused"), trials])

    def read(*_):
        if isinstance(answer := next(answers), Exception):
            raise answer
        return answer

    monkeypatch.setattr(resplitting, "read_trials", read)
    monkeypatch.setattr(resplitting, "job_of", lambda grid, build: grid)
    monkeypatch.setattr(resplitting, "check_beforehand", lambda *_: {})
    monkeypatch.setattr(resplitting, "trial_keys", lambda own, variant, seed: (f"{seed} {variant.label}",))
    said, trained = [], []
    delivering = Delivering(said.append, Spool([tmp_path]), "", pauses=(0.01,), wait_seconds=5)
    writer = SimpleNamespace(
        experiment_id="0", sweep_id="s", job=SimpleNamespace(build=None), on_split=lambda *_: nullcontext()
    )
    grid = Grid(GRID.variants, (0,), GRID.settings, splits=2)
    train_resplits(grid, writer, None, lambda left, stage: trained.extend(left), said.append, delivering.patiently)
    delivering.end(list, interrupted=True)
    assert said[0].startswith("The store is away (connection refused)")
    assert said[-1] == "Split 2 of 2 (split seed 1): 1 of 2 trials done"
    assert trained == [(Variant(l2=0.3), 1)]


def test_splits_whose_test_examples_alone_are_drawn_are_splits(tmp_path, monkeypatch):
    """Validation of the data's own, test drawn with each split: there is something to draw anew."""
    monkeypatch.chdir(tmp_path)
    x, y = np.random.default_rng(0).normal(size=(100, 2)), np.arange(100) % 2
    np.savez("validated.npz", x_train=x, y_train=y, x_val=x, y_val=y)
    split_of("npz:validated.npz")


@pytest.mark.long
def test_a_sweep_over_folds_tests_on_every_example_once(store, trained_here, without_pages):
    """Five folds of iris: 150 test examples in all, each once, seeds that no two share; the answer is over all folds."""
    grid = Grid(GRID.variants, GRID.seeds, GRID.settings, splits=5, by_folds=True)
    done = run_sweep(grid, client=store, say=lambda _: None, asked=Asked())
    tested = [split.test.example_id for split in done.reported.record.resplits]
    assert sorted(np.concatenate(tested)) == list(range(150))
    trials = of_splits(store, done)
    assert sorted(trials["fold"].unique()) == ["2/5", "3/5", "4/5", "5/5"]
    assert (trials["split_seed"] == 0).all()
    assert trials[names.SEED].nunique() == 4
    answer = done.reported.answer
    assert (answer.over, answer.test_is_fixed) == ("5 folds", False)
    assert " over 5 folds" in answer.sentence
