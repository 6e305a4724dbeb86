"""The check before a sweep, by a process that has TensorFlow: the same notes, engines and refusals as here."""

import pickle

import cloudpickle
import pytest

from regtrack.errors import RegtrackError, VariantError
from regtrack.training import beforehand
from regtrack.training.beforehand import answer, check_beforehand
from regtrack.training.engine import engine_of
from regtrack.training.engine_value import remembered
from regtrack.training.fit import check_trainable
from regtrack.training.job import Job
from regtrack.training.template import at_hand, can_fork
from regtrack.training.worker_process import environment
from regtrack.variants import Settings, Variant

BRIEF = Settings(hidden_widths="4", epochs=1)
GOOD = [Variant(), Variant(dropout_rate=0.2, max_norm=1.0), Variant(l2=0.1)]
BAD = [Variant(), Variant(train_size=77)]
LIGHT = "support.light_worker"


@pytest.fixture
def elsewhere(monkeypatch):
    """What a worker's process would answer, by its own code and sent as it would be."""
    asked = []

    def of_process(question, job, template):
        asked.append(template)
        received = pickle.loads(cloudpickle.dumps((job, question)))
        return pickle.loads(cloudpickle.dumps(answer(*received)))

    monkeypatch.setattr(beforehand, "answer_of_worker", of_process)
    monkeypatch.setattr(beforehand, "workers_at_hand", lambda begin: at_hand(LIGHT, environment(), begin=True))
    return asked


@pytest.mark.skipif(not can_fork(), reason="processes are forked on Linux alone")
def test_a_process_of_the_template_says_what_would_be_said_here(digits, elsewhere):
    """Notes and engines of each variant, which are remembered: nobody makes a network here to ask again."""
    job = Job(digits, BRIEF)
    assert check_beforehand(GOOD, job) == check_trainable(GOOD, Job(digits, BRIEF))
    assert len(elsewhere) == 1
    assert {variant: str(engine) for variant, engine in remembered(job).items()} == {
        variant: str(engine_of(Job(digits, BRIEF), variant)) for variant in GOOD
    }


@pytest.mark.skipif(not can_fork(), reason="processes are forked on Linux alone")
def test_a_refusal_comes_across_as_it_was_made(digits, elsewhere):
    """Its kind, its words and what it is about."""
    with pytest.raises(RegtrackError) as here:
        check_trainable(BAD, Job(digits, BRIEF))
    with pytest.raises(type(here.value)) as there:
        check_beforehand(BAD, Job(digits, BRIEF))
    assert str(there.value) == str(here.value)
    assert isinstance(here.value, VariantError)
    assert vars(there.value) == vars(here.value)


@pytest.mark.skipif(not can_fork(), reason="processes are forked on Linux alone")
def test_what_nobody_foresaw_in_the_process_is_met_here(digits, monkeypatch):
    """A process that ends without an answer, here since it does not understand the question, costs the check its time and nothing
    else."""
    monkeypatch.setattr(beforehand, "workers_at_hand", lambda begin: at_hand(LIGHT, environment(), begin=True))
    monkeypatch.setattr(beforehand, "ToCheck", lambda variants: "?")
    assert list(check_beforehand(GOOD, Job(digits, BRIEF))) == GOOD


def test_without_a_template_the_check_is_made_here(digits):
    """As in a notebook, which has imported TensorFlow by then."""
    assert list(check_beforehand(GOOD, Job(digits, BRIEF))) == GOOD
