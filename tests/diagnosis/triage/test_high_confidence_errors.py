"""High-confidence errors by hand; their counts against the table, and against the measure of the store."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regtrack import names
from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.diagnosis.triage import KINDS
from regtrack.diagnosis.triage.high_confidence_errors import (
    CONFIDENT_TOO,
    DEFUSED,
    MADE_CONFIDENT,
    MC_OUTCOMES,
    find_high_confidence_errors,
    trial_counts,
)
from regtrack.diagnosis.triage.label_suspicion import suspect_labels
from regtrack.errors import DataError
from regtrack.uncertainty import selective

COUNTS = ["errors", "confident_errors", "confident_right", "mc_errors", "mc_confident_errors", "defused",
          "made_confident", "made_doubtful"]  # fmt: skip


def answers(*told):
    """(n, 3) float32: of each (class, probability) that class has it, the others share the rest."""
    probs = np.array([np.full(3, (1 - p) / 2) for _, p in told], np.float32)
    probs[np.arange(len(told)), [c for c, _ in told]] = [p for _, p in told]
    return probs


def split(*trials, given=(0, 0, 0, 1, 1, 1), name="test", first_id=100, true=None):
    """A split of these trials; without `true`, the given labels are true."""
    given = np.asarray(given)
    return HeldOut(
        name, np.arange(first_id, first_id + len(given)), given, given if true is None else np.asarray(true), trials
    )


#                     given: 0         0         0         1         1         1
PLAIN = TrialPredictions("l2=0.1", 0,
                     answers((0, 0.95), (1, 0.95), (1, 0.60), (1, 0.95), (0, 0.99), (1, 0.70)))  # fmt: skip
DROPOUT = TrialPredictions("dropout=0.5", 3,
                     answers((1, 0.95), (1, 0.92), (0, 0.70), (2, 0.97), (1, 0.95), (1, 0.96)),
                     answers((1, 0.91), (1, 0.80), (2, 0.93), (1, 0.60), (1, 0.70), (0, 0.55)))  # fmt: skip


def by_hand():
    held_out = split(PLAIN, DROPOUT, true=[0, 0, 0, 1, 0, 1])
    return held_out, find_high_confidence_errors([held_out], suspect_labels([held_out]), threshold=0.9)


def test_rows_by_hand():
    """Six examples, two trials: every row is known, in the order of trials and examples."""
    _, table = by_hand()
    assert tuple(table.columns) == names.HIGH_CONFIDENCE_ERRORS_COLUMNS
    rows = table[["variant", "seed", "split", "example_id", "given_label", "true_label", "predicted_class"]]
    assert rows.to_numpy().tolist() == [
        ["l2=0.1", 0, "test", 101, 0, 0, 1],
        ["l2=0.1", 0, "test", 104, 1, 0, 0],
        ["dropout=0.5", 3, "test", 100, 0, 0, 1],
        ["dropout=0.5", 3, "test", 101, 0, 0, 1],
        ["dropout=0.5", 3, "test", 102, 0, 0, 0],
        ["dropout=0.5", 3, "test", 103, 1, 1, 2],
    ]
    assert table["confidence"].to_numpy() == pytest.approx([0.95, 0.99, 0.95, 0.92, 0.70, 0.97])


def test_what_dropout_makes_of_them_by_hand():
    """Confident too, below the threshold, only under MC, and right under MC; missing for the trial without dropout."""
    _, table = by_hand()
    assert table["mc_outcome"].isna().tolist() == [True, True, False, False, False, False]
    assert table["mc_predicted_class"].isna().tolist() == [True, True, False, False, False, False]
    assert table["mc_confidence"].isna().tolist() == [True, True, False, False, False, False]
    of_dropout = table[table["variant"] == "dropout=0.5"]
    assert of_dropout["mc_outcome"].tolist() == [CONFIDENT_TOO, DEFUSED, MADE_CONFIDENT, DEFUSED]
    assert of_dropout["mc_predicted_class"].tolist() == [1, 1, 2, 1]
    assert of_dropout["mc_confidence"].to_numpy() == pytest.approx([0.91, 0.80, 0.93, 0.60])


def test_agreement_by_hand():
    """How many of the two trials are wrong, are confidently so, and predict the class of this error."""
    _, table = by_hand()
    columns = ["trials", "trials_wrong", "trials_confidently_wrong", "trials_agreeing"]
    assert table[columns].to_numpy().tolist() == [
        [2, 2, 2, 2],  # 101: both say 1
        [2, 1, 1, 1],  # 104: one is right
        [2, 1, 1, 1],  # 100
        [2, 2, 2, 2],  # 101
        [2, 1, 0, 0],  # 102: only MC says 2; a deterministic pass says 1, unsure
        [2, 1, 1, 1],  # 103
    ]


def test_counts_by_hand():
    """What the same six examples add up to, and what is missing without dropout."""
    held_out, _ = by_hand()
    table = trial_counts(held_out, threshold=0.9)
    assert list(table.columns) == [
        "variant", "seed", "examples", *COUNTS, "defused_share", "made_doubtful_share",
    ]  # fmt: skip
    assert table.loc[0, ["variant", "seed", "examples", *COUNTS[:3]]].tolist() == ["l2=0.1", 0, 6, 3, 2, 2]
    assert table.loc[0, COUNTS[3:]].isna().all()
    assert np.isnan(table.loc[0, "defused_share"])
    # MC: wrong on 100, 101, 102, 105; sure and right before on 104, 105, doubtful on both
    assert table.loc[1, ["variant", "seed", "examples", *COUNTS]].tolist() == [
        "dropout=0.5", 3, 6, 3, 3, 2, 4, 2, 2, 1, 2,
    ]  # fmt: skip
    assert table.loc[1, ["defused_share", "made_doubtful_share"]].tolist() == pytest.approx([2 / 3, 1.0])


def test_a_share_of_nothing_is_missing():
    """No confident error and no confident right answer: the shares are NaN, not 0."""
    unsure = answers((0, 0.6), (1, 0.6))
    table = trial_counts(split(TrialPredictions("dropout=0.5", 0, unsure, unsure), given=[0, 0]), threshold=0.9)
    assert table.loc[0, COUNTS].tolist() == [1, 0, 0, 1, 0, 0, 0, 0]
    assert table[["defused_share", "made_doubtful_share"]].isna().all(axis=None)


def test_wrong_in_another_way_is_confident_too():
    """Surely class 1, under MC surely class 2, given 0: the error is not defused."""
    trial = TrialPredictions("dropout=0.5", 0, answers((1, 0.95), (1, 0.9)), answers((2, 0.95), (1, 0.9)))
    held_out = split(trial, given=[0, 1])
    table = find_high_confidence_errors([held_out], suspect_labels([held_out]), threshold=0.9)
    assert table["mc_outcome"].tolist() == [CONFIDENT_TOO]
    assert table["predicted_class"].tolist() == [1]
    assert table["mc_predicted_class"].tolist() == [2]


def test_surely_right_made_surely_wrong_is_made_doubtful():
    """Of two confident right answers Monte Carlo dropout keeps one and makes the other a confident error."""
    trial = TrialPredictions("dropout=0.5", 0, answers((0, 0.95), (1, 0.95)), answers((2, 0.95), (1, 0.92)))
    table = trial_counts(split(trial, given=[0, 1]), threshold=0.9)
    assert table.loc[0, COUNTS].tolist() == [0, 0, 2, 1, 1, 0, 1, 1]


def test_confidence_at_the_threshold_counts():
    """The float32 nearest to 0.9 reaches the threshold 0.9, and still does in the table."""
    held_out = split(
        TrialPredictions("none", 0, answers((1, 0.9), (1, np.nextafter(np.float32(0.9), 0)))), given=[0, 0]
    )
    table = find_high_confidence_errors([held_out], suspect_labels([held_out]), threshold=0.9)
    assert table["example_id"].tolist() == [100]
    assert (table["confidence"] >= 0.9).all()
    assert trial_counts(held_out, threshold=0.9)["confident_errors"].tolist() == [1]


def test_kinds_by_hand():
    """A label the sweep does not believe, an example it is split about, and one trial's own mistake."""
    given = np.array([0, 1, 2] * 20)
    true = given.copy()
    true[0] = 1
    sure = answers(*[(label, 0.95) for label in true])
    slips = []
    for seed in range(3):
        probs = sure.copy()
        probs[1] = [0.92, 0.04, 0.04] if seed == 0 else [0.3, 0.68, 0.02]  # the others: torn
        probs[2] = [0.95, 0.03, 0.02] if seed == 1 else probs[2]
        slips.append(TrialPredictions("none", seed, probs))
    held_out = split(*slips, given=given, true=true, first_id=0)
    suspicion = suspect_labels([held_out])
    table = find_high_confidence_errors([held_out], suspicion, threshold=0.9)
    assert table[["seed", "example_id", "kind"]].to_numpy().tolist() == [
        [0, 0, "mislabelled or hard"],
        [0, 1, "ambiguous between two classes"],
        [1, 0, "mislabelled or hard"],
        [1, 2, "unknown"],
        [2, 0, "mislabelled or hard"],
    ]
    assert table["suspicion"].to_numpy() == pytest.approx(suspicion["suspicion"].to_numpy()[table["example_id"]])
    values = table.loc[1, ["given_label", "given_probability", "rival_class", "rival_probability"]].tolist()
    assert values == pytest.approx([1, 0.68, 0, 0.30], abs=0.005)


def test_both_splits_each_by_its_own_examples():
    """Validation and test share example_ids: each error keeps the suspicion of its split."""
    validation = split(TrialPredictions("none", 0, answers((1, 0.97), (1, 0.9))), given=[0, 1], name="val")
    test = split(TrialPredictions("none", 0, answers((1, 0.93), (1, 0.9))), given=[0, 1])
    table = find_high_confidence_errors([validation, test], suspect_labels([test, validation]), threshold=0.9)
    assert table["split"].tolist() == ["val", "test"]
    assert table["suspicion"].to_numpy() == pytest.approx([1 - 0.015, 1 - 0.035])


DTYPES = {
    "variant": "str", "seed": "int64", "split": "str", "example_id": "int64", "given_label": "int64",
    "true_label": "int64", "predicted_class": "int64", "confidence": "float32", "mc_predicted_class": "Int64",
    "mc_confidence": "float32", "mc_outcome": "str", "kind": "str", "rival_class": "int64",
    "given_probability": "float64", "rival_probability": "float64", "suspicion": "float64",
    "trials": "int64", "trials_wrong": "int64", "trials_confidently_wrong": "int64", "trials_agreeing": "int64",
}  # fmt: skip


@pytest.mark.parametrize("mc", [True, False], ids=["dropout", "no dropout"])
@pytest.mark.parametrize("confidence", [0.95, 0.5], ids=["errors", "no error"])
def test_types_do_not_depend_on_what_is_found(mc, confidence):
    """A sweep of one trial, with errors and without, with dropout and without: the same columns of the same types."""
    probs = answers((0, 0.95), (0, confidence))
    held_out = split(TrialPredictions("a", 0, probs, probs if mc else None), given=[0, 1])
    table = find_high_confidence_errors([held_out], suspect_labels([held_out]), threshold=0.9)
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == DTYPES
    assert tuple(table.columns) == names.HIGH_CONFIDENCE_ERRORS_COLUMNS
    assert len(table) == (confidence == 0.95)
    counts = trial_counts(held_out, threshold=0.9)
    assert {str(counts[name].dtype) for name in COUNTS[3:]} == {"Int64"}


def test_the_suspicion_of_other_examples_is_refused():
    """A row cannot be triaged without its example's suspicion."""
    held_out = split(PLAIN)
    suspicion = suspect_labels([held_out])
    with pytest.raises(DataError, match="received none of 1 of 6, among them example 105"):
        find_high_confidence_errors([held_out], suspicion[suspicion["example_id"] < 105], threshold=0.9)


@pytest.mark.parametrize("threshold", [-0.1, 1.1, np.nan])
def test_an_impossible_threshold_is_refused(threshold):
    """A threshold is a probability."""
    with pytest.raises(ValueError, match="expected a threshold"):
        trial_counts(split(PLAIN), threshold=threshold)
    with pytest.raises(ValueError, match="expected a threshold"):
        find_high_confidence_errors([split(PLAIN)], suspect_labels([split(PLAIN)]), threshold=threshold)


@st.composite
def sweeps(draw):
    """A split, its trials with and without dropout, from flat to saturated."""
    n, n_classes = draw(st.integers(1, 30)), draw(st.integers(2, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    concentration = draw(st.sampled_from([0.02, 0.2, 2.0]))

    def probs():
        return rng.dirichlet(np.full(n_classes, concentration), n).astype(np.float32)

    given = rng.integers(n_classes, size=n)
    trials = [TrialPredictions(f"v{i // 2}", i % 2, probs(), probs() if rng.random() < 0.5 else None)
              for i in range(draw(st.integers(1, 4)))]  # fmt: skip
    return split(*trials, given=given)


@settings(deadline=None, max_examples=60)
@given(sweeps(), st.sampled_from([0.0, 0.5, 0.9, 1.0]))
def test_rows_and_counts_agree(held_out, threshold):
    """Every row is wrong and confident in one of both passes, and adding the rows up gives the counts."""
    table = find_high_confidence_errors([held_out], suspect_labels([held_out]), threshold=threshold)
    one = (table["predicted_class"] != table["given_label"]) & (table["confidence"] >= threshold)
    mc = (table["mc_predicted_class"] != table["given_label"]).fillna(False) & (table["mc_confidence"] >= threshold)
    assert (one | mc).all()
    assert set(table["mc_outcome"].dropna()) <= set(MC_OUTCOMES)
    assert set(table["kind"]) <= set(KINDS)
    assert (table["trials_confidently_wrong"] <= table["trials_wrong"]).all()
    assert (table["trials_agreeing"] <= table["trials_wrong"]).all()
    assert (table.loc[one, "trials_agreeing"] >= 1).all()

    counts = trial_counts(held_out, threshold=threshold)
    for trial, row in zip(held_out.trials, counts.to_dict("records"), strict=True):
        mine = (table["variant"] == trial.variant) & (table["seed"] == trial.seed)
        assert row["confident_errors"] == one[mine].sum()
        assert row["confident_errors"] == selective.high_confidence_errors(
            trial.probs.max(axis=1), trial.probs.argmax(axis=1) == held_out.given_label, threshold
        )
        if trial.mc_mean_probs is None:
            assert pd.isna(row["mc_confident_errors"])
            continue
        outcome = table.loc[mine, "mc_outcome"]
        assert row["mc_confident_errors"] == mc[mine].sum()
        assert row["defused"] == (outcome == DEFUSED).sum()
        assert row["made_confident"] == (outcome == MADE_CONFIDENT).sum()
        assert row["mc_confident_errors"] == row["confident_errors"] - row["defused"] + row["made_confident"]
        assert row["made_doubtful"] <= row["confident_right"]
    if len(table):
        confidently = table[one].groupby("example_id")["trials_confidently_wrong"].agg(["size", "first"])
        assert (confidently["size"] == confidently["first"]).all()
