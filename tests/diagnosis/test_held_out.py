"""HeldOut: what is taken, and for everything that does not fit one line of what was expected and received."""

import numpy as np
import pytest

from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.errors import DataError

PROBS = np.full((3, 4), 0.25)


def held_out(**changes) -> HeldOut:
    """Three examples of four classes, two trials, one of them with Monte Carlo dropout."""
    trials = (TrialPredictions("baseline", 0, PROBS), TrialPredictions("dropout=0.2", 1, PROBS, PROBS))
    parts = {"split": "val", "example_id": np.array([7, 2, 9]), "given_label": np.array([0, 3, 1]),
             "true_label": np.array([0, 3, 3]), "trials": trials}  # fmt: skip
    return HeldOut(**(parts | changes))


def test_what_fits_is_taken_as_it_is():
    """Ids in any order, labels up to the last class, trials with and without Monte Carlo dropout."""
    found = held_out()
    assert found.n_classes == 4
    assert found.trials[0].mc_mean_probs is None
    assert held_out(trials=(TrialPredictions("a", 0, PROBS.astype(np.float32)),)).n_classes == 4


@pytest.mark.parametrize(
    ("changes", "received"),
    [({"example_id": np.array([], int), "given_label": np.array([], int), "true_label": np.array([], int)},
      "0 examples, 2 trials, 0 given and 0 true labels"),
     ({"trials": ()}, "3 examples, 0 trials, 3 given and 3 true labels"),
     ({"given_label": np.array([0, 3])}, "3 examples, 2 trials, 2 given and 3 true labels"),
     ({"true_label": np.array([0, 3, 1, 1])}, "3 examples, 2 trials, 3 given and 4 true labels")],
    ids=["no example", "no trial", "too few given labels", "too many true labels"],
)  # fmt: skip
def test_numbers_that_do_not_fit_are_refused(changes, received):
    """At least one example and one trial, a given and a true label each."""
    with pytest.raises(DataError, match=f"^val: expected .* received {received}; give finished trials"):
        held_out(**changes)


def test_an_example_twice_is_refused():
    """It would count twice in every mean."""
    with pytest.raises(DataError, match="received one twice; give each example once"):
        held_out(example_id=np.array([7, 2, 7]))


BAD = {
    "of other examples": PROBS[:2], "of other classes": PROBS[:, :3], "not a number": np.where(np.eye(3, 4), np.nan, PROBS),
    "infinite": np.where(np.eye(3, 4), np.inf, PROBS), "of every pass": PROBS[None],
}  # fmt: skip


@pytest.mark.parametrize("probs", BAD.values(), ids=list(BAD))
def test_probabilities_that_do_not_fit_are_refused(probs):
    """Of one pass and of Monte Carlo dropout alike: the trial, its seed and the shape are named."""
    first = TrialPredictions("baseline", 0, PROBS)
    for bad in (TrialPredictions("l2=0.1", 3, probs), TrialPredictions("l2=0.1", 3, PROBS, probs)):
        with pytest.raises(DataError) as caught:
            held_out(trials=(first, bad))
        assert str(caught.value) == (
            f"val: expected finite probabilities of shape (3, 4) from every trial, received shape {probs.shape} from "
            "l2=0.1, seed 3; leave that trial out."
        )


@pytest.mark.parametrize(("labels", "received"), [([0, -1, 1], "-1 to 1"), ([0, 4, 1], "0 to 4")])
def test_labels_beyond_the_classes_are_refused(labels, received):
    """A negative label would silently read the last class."""
    with pytest.raises(DataError, match=rf"^val: expected given labels 0\.\.3, received {received}; give the labels"):
        held_out(given_label=np.array(labels))


def test_probabilities_of_one_dimension_are_refused():
    """Not an IndexError further on."""
    with pytest.raises(DataError, match=r"expected finite probabilities of shape \(3, 3\)"):
        held_out(trials=(TrialPredictions("a", 0, np.full(3, 0.5)),))


def test_frozen():
    """What was checked stays as it was."""
    with pytest.raises(AttributeError):
        held_out().split = "test"
