"""The registry of kinds, and each kind's rule at its edges."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regtrack.diagnosis.triage import KINDS, triage
from regtrack.diagnosis.triage.kinds import name_now
from regtrack.diagnosis.triage.kinds.base import ErrorEvidence
from regtrack.diagnosis.triage.reasons import reason_of

ORDER = ["mislabelled or hard", "ambiguous between two classes", "unknown"]


def evidence(mean_probs, given_label, wrong_class, suspected=False, trials=10, agreeing=7):
    """Evidence of errors with these mean probabilities (n, n_classes)."""
    mean_probs = np.asarray(mean_probs, float)
    given_label, n = np.asarray(given_label), len(mean_probs)
    return ErrorEvidence(
        mean_probs=mean_probs,
        others_mean_probs=mean_probs,
        given_label=given_label,
        wrong_class=np.asarray(wrong_class),
        suggested_label=mean_probs.argmax(axis=1),
        suspicion=1 - mean_probs[np.arange(n), given_label],
        suspected=np.broadcast_to(suspected, n).copy(),
        trials=np.full(n, trials),
        trials_agreeing=np.full(n, agreeing),
    )


def test_the_order_of_the_registry():
    """Asked in this order, unknown last."""
    assert list(KINDS) == ORDER


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_declared(kind):
    """A name, a title, a docstring; a boolean for each error, and a sentence that names both classes with their numbers."""
    assert kind.name
    assert kind.title
    assert kind.__doc__
    rows = evidence([[0.45, 0.5, 0.05], [0.02, 0.9, 0.08]], [0, 0], [1, 1], suspected=True)
    matches = kind.matches(rows)
    assert matches.shape == (2,)
    assert matches.dtype == bool
    assert kind.rival(rows).tolist() == [1, 1]
    assert kind.probability(rows, rows.wrong_class) == pytest.approx([0.5, 0.9])
    told = kind.because.format(given="cat", given_probability=0.45, rival="dog", rival_probability=0.5)
    assert re.fullmatch(r"[A-Z].*cat.* 0\.45.*dog .*0\.50.*|[A-Z].*cat.*\(0\.45\).*dog \(0\.50\)", told)
    nothing = rows.take(np.array([], int))
    assert kind.matches(nothing).shape == (0,)
    assert kind.rival(nothing).shape == (0,)


THREE = evidence(
    [[0.02, 0.95, 0.03], [0.41, 0.48, 0.11], [0.15, 0.75, 0.10]], [0, 0, 0], [1, 1, 1], [True, False, False]
)
"""An error of each kind."""


def test_kinds_and_values_by_hand():
    """One error of each kind, the class that is weighed against the given one, and the probabilities of both."""
    found = triage(THREE)
    assert list(found.kind) == ORDER
    assert found.rival_class.tolist() == [1, 1, 1]
    assert found.given_probability.tolist() == [0.02, 0.41, 0.15]
    assert found.rival_probability.tolist() == [0.95, 0.48, 0.75]


def test_reasons_are_made_last_with_class_names():
    """The sentence of each kind from its row, word for word; a name may hold what a template would read."""
    found = vars(triage(THREE))
    row = {"given_label": 0, "predicted_class": 1, "mc_outcome": None, "trials": 10, "trials_agreeing": 7}
    rows = [row | {name: values[i] for name, values in found.items()} for i in range(3)]
    assert [reason_of(one, ["cat", "dog {x}", "cow"].__getitem__) for one in rows] == [
        "The sweep gives the given cat a probability of 0.02 and dog {x} 0.95; 7 of 10 trials predict dog {x}, as here.",
        "Other trials are split between the given cat (0.41) and dog {x} (0.48); 7 of 10 trials predict dog {x}, as here.",
        "No rule explains it: the sweep gives the given cat 0.15 and dog {x} 0.75; 7 of 10 trials predict dog {x}, as here.",
    ]


def test_the_class_of_an_error_that_only_monte_carlo_makes_is_monte_carlos():
    """The deterministic pass says another class there, and may be right."""
    row = {"given_label": 0, "predicted_class": 0, "mc_predicted_class": 2, "mc_outcome": "made confident", "trials": 4,
           "trials_agreeing": 1, "kind": "unknown", "rival_class": 2, "given_probability": 0.5, "rival_probability": 0.4}  # fmt: skip
    assert reason_of(row, "abc".__getitem__).endswith("a 0.50 and c 0.40; 1 of 4 trials predict c, as here.")


def test_a_reason_of_an_older_store_stands_as_it_was_stored():
    """It was written with the numbers of classes, and nothing reads it back."""
    row = {"reason": "No rule explains it: class 3.", "kind": "unknown", "rival_class": None}
    assert reason_of(row, str) == "No rule explains it: class 3."
    assert reason_of(row | THREE_AGREE | {"reason": None, "kind": "of another version"}, str) == (
        "7 of 10 trials predict 1, as here."
    )


THREE_AGREE = {"predicted_class": 1, "mc_outcome": None, "trials": 10, "trials_agreeing": 7}


def test_the_first_kind_that_matches_has_it():
    """An ambiguous example whose label is suspected is mislabelled or hard."""
    found = triage(evidence([[0.4, 0.6]], [0], [1], suspected=True))
    assert list(found.kind) == ["mislabelled or hard"]


@pytest.mark.parametrize(
    ("mean_probs", "wrong_class", "ambiguous"),
    [
        ([0.25, 0.75, 0.0, 0.0], 1, True),
        ([0.75, 0.25, 0.0, 0.0], 1, True),
        ([0.19, 0.81, 0.0, 0.0], 1, False),  # the given class holds too little
        ([0.81, 0.19, 0.0, 0.0], 1, False),  # the other class does
        ([0.40, 0.39, 0.11, 0.10], 1, False),  # together they hold too little
        ([0.45, 0.10, 0.45, 0.0], 1, False),  # split, but not with the class of this error
    ],
)
def test_the_edges_of_ambiguous(mean_probs, wrong_class, ambiguous):
    """The given class and the error's hold at least 0.2 each and 0.8 together, else it is not ambiguous."""
    found = triage(evidence([mean_probs], [0], [wrong_class]))
    assert list(found.kind) == ["ambiguous between two classes" if ambiguous else "unknown"]


def test_ambiguous_asks_the_other_trials():
    """One of three slips with 0.95: the mean holds a third of it, the other two nothing, and it is not ambiguous."""
    rows = evidence([[0.64, 0.34, 0.02]], [0], [1])
    assert list(triage(rows).kind) == ["ambiguous between two classes"]
    for others in ([0.95, 0.03, 0.02], [np.nan] * 3):
        assert list(triage(replace(rows, others_mean_probs=np.array([others]))).kind) == ["unknown"]


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 40), st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_every_error_has_one_kind(n, n_classes, seed):
    """Each error has a kind of the registry and the values of its reason, and has them whatever the others are."""
    rng = np.random.default_rng(seed)
    label = rng.integers(n_classes, size=n)
    wrong = (label + rng.integers(1, n_classes, size=n)) % n_classes
    rows = evidence(rng.dirichlet(np.full(n_classes, 0.3), n), label, wrong, rng.random(n) < 0.3)
    found = vars(triage(rows))
    assert set(found["kind"]) <= set(KINDS)
    assert not np.isnan(found["given_probability"]).any()
    assert not np.isnan(found["rival_probability"]).any()
    for i in range(n):
        alone = vars(triage(rows.take(np.array([i]))))
        assert {name: values[0] for name, values in alone.items()} == {
            name: values[i] for name, values in found.items()
        }


def test_a_kind_is_known_by_the_name_it_had():
    """An older store's `suspected label error` has today's name and today's reason; a name of nobody keeps itself."""
    assert name_now("suspected label error") == "mislabelled or hard"
    assert [name_now(name) for name in ORDER] == ORDER
    assert name_now("of another version") == "of another version"
    row = {"mc_outcome": None, "predicted_class": 1, "trials_agreeing": 3, "trials": 5, "given_label": 0, "rival_class": 1,
           "given_probability": 0.02, "rival_probability": 0.9}  # fmt: skip
    old, new = (
        reason_of(row | {"kind": kind}, ("cat", "dog").__getitem__) for kind in ("suspected label error", ORDER[0])
    )
    assert old == new
    assert "The sweep gives the given cat a probability of 0.02 and dog 0.90" in new
