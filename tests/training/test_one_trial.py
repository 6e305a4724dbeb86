"""trial: what is kept of a trial is what it says it is, wherever and however often it runs."""

import dataclasses

import cloudpickle
import numpy as np
import pytest

from regtrack.training.inference import accuracy_and_cross_entropy
from regtrack.training.job import Job
from regtrack.training.one_trial import LastTrainer, fit_trial, trial
from regtrack.training.trainer import Trainer
from regtrack.uncertainty import predict_mc, to_mc_dropout
from regtrack.uncertainty.per_class import balanced_accuracy
from regtrack.variants import Settings, Variant


@pytest.fixture(scope="module")
def overfitted(digits):
    """A trial whose best epoch is not its last, and the weights after each epoch."""
    settings = Settings(hidden_widths="32", epochs=8, learning_rate=0.1, learning_rate_schedule="constant", n_passes=8)
    trainer, seen = Trainer(Job(digits, settings), Variant(dropout_rate=0.1)), []
    result = fit_trial(trainer, 0, lambda epoch, metrics: seen.append(trainer.model.get_weights()))
    assert result.curve.selected_epoch < 8, "choose settings that overfit: the tests here need it"
    return result, seen


def test_the_stored_model_is_the_selected_epochs(overfitted, digits, load):
    """Loaded again, the stored model has the selected epoch's weights, validation cross-entropy and predictions."""
    result, seen = overfitted
    selected, model = result.curve.selected_epoch, load(result.model_bytes)
    for stored, weight in zip(model.get_weights(), seen[selected - 1], strict=True):
        assert np.array_equal(stored, weight)
    probs = model.predict(digits.validation.x, verbose=0)
    np.testing.assert_allclose(result.of("val").probs, probs, rtol=1e-4, atol=1e-6)
    assert result.curve["val/cross_entropy"].min() == result.curve["val/cross_entropy"][selected - 1]
    _, cross_entropy = accuracy_and_cross_entropy(probs, digits.validation.given_label)
    assert result.curve["val/cross_entropy"][selected - 1] == pytest.approx(cross_entropy, rel=1e-5)


@pytest.mark.parametrize(("kind", "epoch"), [("selected", None), ("last", 8)])
def test_both_kinds_of_epoch_are_measured_as_fully(overfitted, digits, kind, epoch):
    """The validation predictions of the selected and of the last epoch give exactly the curve's values there."""
    result, _ = overfitted
    metrics = result.curve.epochs[(epoch or result.curve.selected_epoch) - 1]
    received = accuracy_and_cross_entropy(result.of("val", kind).probs, digits.validation.given_label)
    assert received == (metrics["val/accuracy"], metrics["val/cross_entropy"])
    predicted = result.of("val", kind).probs.argmax(axis=1)
    assert balanced_accuracy(predicted, digits.validation.given_label) == metrics["val/balanced_accuracy"]


def test_test_examples_are_predicted_by_the_selected_model_only(overfitted, digits, load):
    """Nothing selects on test: the last epoch is not predicted there."""
    result, _ = overfitted
    assert [(p.split, p.epoch_kind) for p in result.predictions] == [
        ("val", "selected"), ("test", "selected"), ("val", "last"),
    ]  # fmt: skip
    expected = load(result.model_bytes).predict(digits.test.x, verbose=0)
    np.testing.assert_allclose(result.of("test").probs, expected, rtol=1e-4, atol=1e-6)


def test_monte_carlo_predictions_are_those_of_the_stored_model(overfitted, digits, load):
    """Converted again by a person, the stored model gives the same Monte Carlo prediction at the trial's seed."""
    result, _ = overfitted
    again = predict_mc(to_mc_dropout(load(result.model_bytes)), digits.test.x, n_passes=8, seed=0)
    received = result.of("test")
    assert received.mc.probs is None  # single passes are not kept
    for field in dataclasses.fields(again):
        if field.name == "probs":
            continue
        expected = getattr(again, field.name)
        if field.name == "probs":  # single passes are not kept with the prediction
            assert received.mc.probs is None
            continue
        np.testing.assert_allclose(getattr(received.mc, field.name), expected, atol=1e-5, err_msg=field.name)
    assert received.mc_seconds > 0
    assert result.of("val", "last").mc is None


def test_without_dropout_there_is_no_monte_carlo(digits, brief):
    """A model without dropout has one prediction an example and says so."""
    result = fit_trial(Trainer(Job(digits, brief), Variant(l2=0.01)), 0)
    assert all(p.mc is None and p.mc_seconds == 0 for p in result.predictions)
    assert result.mc_doubling_ratio is None


def test_what_twice_the_passes_cost_is_measured_from_ten_passes_on(overfitted, digits, brief):
    """Twice the passes take between 0.5 and 8 times as long (about 1.8 on an idle machine), and predictions are what they
    are without measuring; 8 passes have no ratio."""
    many = brief.model_copy(update={"n_passes": 20, "epochs": 1})
    trainer = Trainer(Job(digits, many), Variant(dropout_rate=0.2))
    result = fit_trial(trainer, 0)
    assert 0.5 < result.mc_doubling_ratio < 8
    again = trainer.mc_predictor.predict(digits.test.x, n_passes=20, seed=0, keep_passes=True)
    assert again.mean_probs.tobytes() == result.of("test").mc.mean_probs.tobytes()
    few, _ = overfitted
    assert (few.settings.n_passes, few.mc_doubling_ratio) == (8, None)


def test_techniques_leave_their_mark_on_the_weights(digits, brief):
    """Max-norm keeps every hidden unit within r, l1 is sparser than the baseline, l2 smaller."""

    def trained(**params):
        return fit_trial(Trainer(Job(digits, brief.model_copy(update={"epochs": 15})), Variant(**params)), 0)

    baseline, bounded = trained(), trained(max_norm=0.7)
    assert baseline.weights["max_incoming_norm"] > 0.8
    assert bounded.weights["max_incoming_norm"] <= 0.7 + 1e-6
    assert trained(l1=0.01).weights["near_zero_share"] > 2 * baseline.weights["near_zero_share"]
    assert trained(l2=0.05).weights["l2_norm"] < 0.8 * baseline.weights["l2_norm"]
    assert baseline.n_parameters == 64 * 16 + 16 + 16 * 12 + 12 + 12 * 10 + 10


def test_a_function_of_a_notebook_acts_in_every_seed_and_is_left_out_of_the_store(digits, brief, load, bits):
    """Storing the first seed's model takes the function off its config; the second seed is constrained all the same."""
    variant = Variant(kernel_constraint=lambda w: w * 0.5, dropout_rate=0.1)
    trainer = Trainer(Job(digits, brief), variant)
    first, second = fit_trial(trainer, 0), fit_trial(trainer, 1)
    assert bits(second) == bits(fit_trial(Trainer(Job(digits, brief), variant), 1))
    assert first.weights["max_incoming_norm"] < 0.2
    assert load(first.model_bytes).layers


def test_a_trial_is_the_same_each_time(digits, brief, bits):
    """Without a trainer, with one that is kept, after another variant and after another seed: the same bits, those of the
    Monte Carlo passes too, whose compiled loop is kept; the job is as it was."""
    job, variant, last = Job(digits, brief), Variant(dropout_rate=0.2, batch_norm=1), LastTrainer()
    before, expected = cloudpickle.dumps(job), bits(trial(job, variant, 1))
    assert bits(trial(job, Variant(l2=0.1), 1, last=last)) != expected
    other_seed = bits(trial(job, variant, 0, last=last))
    assert bits(trial(job, variant, 1, last=last)) == expected
    assert other_seed[3] != expected[3]
    assert cloudpickle.dumps(job) == before


def test_a_trainer_is_kept_for_the_next_seed_and_no_longer(digits, brief):
    """Of the same job and variant it is the same one; another job's is another, though the two be alike; what raised
    is not used again."""
    job, last, variant = Job(digits, brief), LastTrainer(), Variant()
    first = last.of(job, variant)
    assert last.of(job, Variant()) is first
    assert last.of(Job(digits, brief), variant) is not first
    second = last.of(job, variant)

    def breaks(epoch, metrics):
        raise LookupError

    with pytest.raises(LookupError):
        trial(job, variant, 0, breaks, last=last)
    assert last.of(job, variant) is not second
