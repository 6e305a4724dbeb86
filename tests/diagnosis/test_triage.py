"""The registry of kinds, and each kind's rule at its edges."""

import importlib
import pkgutil
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regtrack.diagnosis.triage import KINDS, triage
from regtrack.diagnosis.triage import kinds as package
from regtrack.diagnosis.triage.kinds.base import ErrorEvidence, Kind

ORDER = ["suspected label error", "ambiguous between two classes", "unknown"]


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


def test_the_registry_is_the_folder():
    """Every class of every file is registered once, asked in this order, unknown last."""
    assert list(KINDS) == ORDER
    modules = [importlib.import_module(f"{package.__name__}.{m.name}") for m in pkgutil.iter_modules(package.__path__)]
    classes = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Kind) and value is not Kind
    }
    assert classes == {type(kind) for kind in KINDS.values()}
    assert len({kind.order for kind in KINDS.values()}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_declared(kind):
    """A name, a title, a docstring; a boolean for each error, and a sentence with numbers for each that matches."""
    assert kind.name
    assert kind.title
    assert kind.__doc__
    rows = evidence([[0.45, 0.5, 0.05], [0.02, 0.9, 0.08]], [0, 0], [1, 1], suspected=True)
    matches = kind.matches(rows)
    assert matches.shape == (2,)
    assert matches.dtype == bool
    for sentence in kind.reasons(rows):
        assert re.fullmatch(r"[A-Z].*\d.*\.", sentence)
        assert "7 of 10 trials" in sentence
    nothing = rows.take(np.array([], int))
    assert kind.matches(nothing).shape == (0,)
    assert kind.reasons(nothing) == []


def test_kinds_and_sentences_by_hand():
    """One error of each kind, and what is said of it."""
    kind, reason = triage(
        evidence(
            [[0.02, 0.95, 0.03], [0.41, 0.48, 0.11], [0.15, 0.75, 0.10]], [0, 0, 0], [1, 1, 1], [True, False, False]
        )
    )
    assert list(kind) == ORDER
    assert list(reason) == [
        "The sweep gives the given class 0 a probability of 0.02 and class 1 0.95; 7 of 10 trials predict class 1, "
        "as here.",
        "Other trials are split between the given class 0 (0.41) and class 1 (0.48); 7 of 10 trials predict class 1, "
        "as here.",
        "No rule explains it: the sweep gives the given class 0 0.15 and class 1 0.75; 7 of 10 trials predict class 1, "
        "as here.",
    ]


def test_the_first_kind_that_matches_has_it():
    """An ambiguous example whose label is suspected is a suspected label error."""
    kind, _ = triage(evidence([[0.4, 0.6]], [0], [1], suspected=True))
    assert list(kind) == ["suspected label error"]


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
    kind, _ = triage(evidence([mean_probs], [0], [wrong_class]))
    assert list(kind) == ["ambiguous between two classes" if ambiguous else "unknown"]


def test_ambiguous_asks_the_other_trials():
    """One of three slips with 0.95: the mean holds a third of it, the other two nothing, and it is not ambiguous."""
    rows = evidence([[0.64, 0.34, 0.02]], [0], [1])
    assert list(triage(rows)[0]) == ["ambiguous between two classes"]
    for others in ([0.95, 0.03, 0.02], [np.nan] * 3):
        assert list(triage(replace(rows, others_mean_probs=np.array([others])))[0]) == ["unknown"]


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 40), st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_every_error_has_one_kind(n, n_classes, seed):
    """Each error has a kind of the registry and a sentence, and has them whatever the others are."""
    rng = np.random.default_rng(seed)
    label = rng.integers(n_classes, size=n)
    wrong = (label + rng.integers(1, n_classes, size=n)) % n_classes
    rows = evidence(rng.dirichlet(np.full(n_classes, 0.3), n), label, wrong, rng.random(n) < 0.3)
    kind, reason = triage(rows)
    assert set(kind) <= set(KINDS)
    assert all(reason)
    for i in range(n):
        alone = triage(rows.take(np.array([i])))
        assert (alone[0][0], alone[1][0]) == (kind[i], reason[i])
