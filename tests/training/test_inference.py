"""Outputs and errors in inference mode."""

import keras
import numpy as np
import pytest

from regtrack.training.inference import ROWS, accuracy_and_cross_entropy, compile_predict

L = keras.layers
TINY = np.finfo(np.float32).tiny


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("n", [1, ROWS, ROWS + 1, 2 * ROWS + 5])
def test_blocks_of_rows_are_put_together_in_order(n, whole):
    """Predicting in blocks, by the graph or by XLA, gives what the model gives at once, an uneven last block included."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((3,)), L.Dense(4, activation="softmax")])
    x = np.random.default_rng(0).normal(size=(n, 3)).astype(np.float32)
    probs = compile_predict(model, whole=whole)(x).numpy()
    assert probs.dtype == np.float32
    np.testing.assert_allclose(probs, model(x).numpy(), rtol=1e-6, atol=1e-7)  # 1e-7: of one, a float32's last place


def test_dropout_is_off_and_batch_norm_uses_its_moving_statistics():
    """The same inputs give the same outputs, and looking changes no weight."""
    model = keras.Sequential([keras.Input((3,)), L.Dropout(0.5), L.BatchNormalization(), L.Dense(2), L.Softmax()])
    before = [weight.tobytes() for weight in model.get_weights()]
    x = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
    predict = compile_predict(model)
    assert np.array_equal(predict(x), predict(x))
    alone = np.concatenate([predict(row[None]) for row in x])
    np.testing.assert_allclose(predict(x), alone, rtol=1e-6, atol=1e-7)
    assert before == [weight.tobytes() for weight in model.get_weights()]


def test_accuracy_and_cross_entropy_by_hand():
    """Three right of four, and the mean of -ln of what was given to the label."""
    probs = np.array([[0.5, 0.5], [0.25, 0.75], [1.0, 0.0], [0.9, 0.1]])
    accuracy, cross_entropy = accuracy_and_cross_entropy(probs, np.array([0, 1, 0, 1]))
    assert accuracy == 0.75
    assert cross_entropy == pytest.approx(np.mean([np.log(2), -np.log(0.75), 0, -np.log(0.1)]))


def test_a_saturated_error_is_bounded_and_nan_is_not_hidden():
    """Probability 0 of the label costs 87.3 nats; a network that gives NaN is not called good."""
    probs = np.array([[1.0, 0.0], [1.0, 0.0]], np.float32)
    assert accuracy_and_cross_entropy(probs, np.array([1, 0]))[1] == pytest.approx(-np.log(TINY) / 2)
    assert np.isnan(accuracy_and_cross_entropy(np.full((2, 2), np.nan), np.array([0, 1]))[1])
