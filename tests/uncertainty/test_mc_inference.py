"""predict_mc: running sums over passes against closed forms, against kept passes, and against eager passes."""

import tracemalloc

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from regtrack.errors import DataError, ModelError, SettingError
from regtrack.models import with_probabilities
from regtrack.uncertainty import MCDropout, decomposition, predict_mc, to_mc_dropout
from regtrack.uncertainty.mc_dropout import inference, masks
from regtrack.uncertainty.mc_dropout.inference import MCPredictor

L = keras.layers
FIELDS = ("mean_probs", "std_probs", "predictive_entropy", "expected_entropy", "expected_entropy_std",
          "mutual_information", "variation_ratio")  # fmt: skip
MEASURES = ("predictive_entropy", "expected_entropy", "mutual_information", "variation_ratio")


def linear(weights, rate, *, base=0.5):
    """probs (base + z, 1 - base - z) with z = sum of m_i w_i x_i / (1 - rate): linear in the mask m."""
    kernel = np.outer(weights, [1, -1]).astype(np.float32)
    dense = L.Dense(2)
    model = keras.Sequential([keras.Input((len(weights),)), MCDropout(rate), dense])
    dense.set_weights([kernel, np.array([base, 1 - base], np.float32)])
    return model


def moments(weights, x, rate, base=0.5):
    """Mean and variance of the first probability over infinitely many passes."""
    return base + x @ weights, rate / (1 - rate) * (x**2) @ (weights**2)


@pytest.fixture(scope="module")
def network():
    """Two dropout layers and batch norm, unsure enough for every measure to be away from its ends."""
    keras.utils.set_random_seed(1)
    inputs = keras.Input((8,))
    x = L.BatchNormalization()(L.Dense(16, activation="relu")(L.Dropout(0.2)(inputs)))
    return to_mc_dropout(keras.Model(inputs, L.Dense(4, activation="softmax")(L.Dropout(0.4)(x))))


@pytest.fixture(scope="module")
def predictor(network):
    return MCPredictor(network)


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(0).normal(size=(333, 8)).astype(np.float32)


def eager_passes(model, x, n_passes, seed, rows=None):
    """The same passes, one eager call of the whole model each, all kept: (n_passes, n_examples, n_classes)."""
    rows = np.arange(len(keras.tree.flatten(x)[0])) if rows is None else rows
    words, rows = tf.constant(masks.seed_words(seed)), tf.constant(rows.astype(np.uint32))
    probs = []
    for i in range(n_passes):
        with masks.using(masks.MaskStream(masks.pass_key(words, i), rows)):
            probs.append(np.asarray(model(x, training=False)))
    return np.stack(probs)


def assert_same(a, b, atol):
    for name in FIELDS:
        np.testing.assert_allclose(getattr(a, name), getattr(b, name), rtol=0, atol=atol, err_msg=name)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_mean_and_variance_are_the_closed_form(rate):
    """For a network linear in its mask the mean is that without dropout and the variance rate / (1 - rate) times the
    sum of (w x)², each within its standard error over 2,000 passes; the standard errors reported are these."""
    rng = np.random.default_rng(3)
    weights, x = rng.uniform(-0.02, 0.02, 6) * (1 - rate), rng.uniform(-1, 1, (40, 6)).astype(np.float32)
    result = predict_mc(linear(weights, rate), x, n_passes=2000, seed=0)
    mean, variance = moments(weights, x.astype(float), rate)
    standard_error = np.sqrt(variance / 2000)
    z = (result.mean_probs[:, 0] - mean) / standard_error
    assert np.abs(z).max() < 4.5
    assert z.std() == pytest.approx(1, abs=0.5)
    kurtosis = 3 + (1 / (rate * (1 - rate)) - 6)  # at most that of one unit's mask
    allowed = 4.5 * variance * np.sqrt(max(kurtosis - 1, 2) / 2000)
    assert (np.abs(result.std_probs[:, 0] ** 2 - variance) < allowed).all()
    np.testing.assert_allclose(result.std_probs[:, 1], result.std_probs[:, 0], rtol=1e-3)
    np.testing.assert_allclose(result.mean_probs_standard_error[:, 0], standard_error, rtol=0.15)


def test_two_layers_of_one_shape_draw_independent_masks():
    """The variance of the difference of two dropped copies is the sum of both variances; one mask would give 0."""
    weights, ones = np.full(50, 0.004), np.ones((1, 50), np.float32)
    inputs = keras.Input((50,))
    dense = L.Dense(2)
    model = keras.Model(inputs, dense(L.Subtract()([MCDropout(0.5, seed=1)(inputs), MCDropout(0.5, seed=1)(inputs)])))
    dense.set_weights([np.outer(weights, [1, -1]).astype(np.float32), np.array([0.5, 0.5], np.float32)])
    variance = predict_mc(model, ones, n_passes=2000, seed=0).std_probs[0, 0] ** 2
    assert variance == pytest.approx(2 * (weights**2).sum(), rel=4.5 * np.sqrt(2 / 2000))


def test_a_shared_layers_two_calls_draw_independent_masks():
    """One layer on two inputs: again the sum of both variances, so that the second call has masks of its own."""
    weights, ones = np.full(50, 0.004), np.ones((1, 50), np.float32)
    drop, left, right, dense = MCDropout(0.5), keras.Input((50,)), keras.Input((50,)), L.Dense(2)
    model = keras.Model([left, right], dense(L.Subtract()([drop(left), drop(right)])))
    dense.set_weights([np.outer(weights, [1, -1]).astype(np.float32), np.array([0.5, 0.5], np.float32)])
    variance = predict_mc(model, [ones, ones], n_passes=2000, seed=0).std_probs[0, 0] ** 2
    assert variance == pytest.approx(2 * (weights**2).sum(), rel=4.5 * np.sqrt(2 / 2000))


def test_equal_examples_get_masks_of_their_own():
    """500 copies of one example scatter over one pass as one example does over 500."""
    weights, ones = np.full(30, 0.005), np.ones((500, 30), np.float32)
    result = predict_mc(linear(weights, 0.5), ones, n_passes=1, seed=0)
    assert result.mean_probs[:, 0].var() == pytest.approx((weights**2).sum(), rel=4.5 * np.sqrt(2 / 500))


def test_spread_is_found_where_squares_cancel():
    """At p = 0.999 with a standard deviation of 1e-4, mean(p²) - mean(p)² has no digit left in float32: ours does."""
    weights, x = np.full(4, 0.5e-4), np.ones((3, 4), np.float32)
    model = linear(weights, 0.5, base=0.9988)
    result = predict_mc(model, x, n_passes=2000, seed=0, keep_passes=True)
    mean, variance = moments(weights, x, 0.5, 0.9988)
    assert mean == pytest.approx(0.999)
    assert np.sqrt(variance) == pytest.approx(1e-4)
    np.testing.assert_allclose(result.mean_probs[:, 0], mean, atol=1e-5)
    np.testing.assert_allclose(result.std_probs[:, 0], np.sqrt(variance), rtol=0.08)
    np.testing.assert_allclose(result.std_probs, decomposition.std_probs(result.probs), rtol=1e-5)
    naive = (result.probs**2).mean(axis=0) - result.probs.mean(axis=0) ** 2  # what float32 makes of it
    assert np.abs(naive / variance[:, None] - 1).max() > 0.5


@settings(max_examples=40, deadline=None)
@given(p=st.floats(0.001, 0.9995), sd=st.floats(1e-6, 1e-2), seed=st.integers(0, 2**32))
def test_sums_of_deviations_keep_their_digits_anywhere(p, sd, seed):
    """Mean and standard deviation from the running sums are numpy's in float64 for passes near any p."""
    probs = np.clip(np.random.default_rng(seed).normal(p, sd, (50, 1)), 1e-6, 1 - 1e-6)
    probs = np.stack([probs, 1 - probs], axis=-1).astype(np.float32)
    deviations = probs.astype(float) - probs[0]
    entropy = decomposition.entropy(probs)
    spread = entropy - entropy[0]
    votes = np.eye(2)[probs.argmax(axis=-1)].sum(axis=0)
    sums = inference._Sums(
        probs[0].astype(float), entropy[0], deviations.sum(0), (deviations**2).sum(0), spread.sum(0), (spread**2).sum(0), votes
    )  # fmt: skip
    result = inference._prediction(sums, n_passes=50, seed=0, probs=None)
    np.testing.assert_allclose(result.mean_probs, probs.mean(axis=0, dtype=float), rtol=1e-12)
    np.testing.assert_allclose(result.std_probs, probs.std(axis=0, ddof=1, dtype=float), rtol=1e-9)
    np.testing.assert_allclose(result.expected_entropy_std, entropy.std(axis=0, ddof=1), rtol=1e-6, atol=1e-12)


def test_passes_that_never_differ_have_no_spread():
    """A rate too small to drop anything: 0 and not NaN from a negative variance, nor information out of rounding,
    however many passes."""
    model = linear(np.array([0.1, 0.2]), 1e-9)
    x = np.random.default_rng(0).uniform(0, 1, (20, 2)).astype(np.float32)
    result = predict_mc(model, x, n_passes=20_000, seed=0)
    assert (result.std_probs == 0).all()
    assert (result.expected_entropy_std == 0).all()
    assert (result.variation_ratio == 0).all()
    assert result.mutual_information.max() < 1e-6
    np.testing.assert_allclose(result.mean_probs, model(x), rtol=1e-7)


@pytest.mark.parametrize("n_passes", [1, 2, 37])
def test_running_sums_are_the_measures_of_kept_passes(predictor, network, x, n_passes):
    """Every field is what the numpy functions give on the passes kept, and these are eager calls of the model."""
    result = predictor.predict(x, n_passes=n_passes, seed=5, keep_passes=True, batch_size=100)
    probs = result.probs
    np.testing.assert_allclose(probs, eager_passes(network, x, n_passes, seed=5), atol=1e-6)
    assert (result.n_passes, result.seed) == (n_passes, 5)
    assert (probs.shape, probs.dtype) == ((n_passes, 333, 4), np.float32)
    np.testing.assert_allclose(result.mean_probs, probs.mean(axis=0, dtype=float), atol=1e-7)
    np.testing.assert_allclose(result.std_probs, decomposition.std_probs(probs), rtol=1e-6, atol=1e-9)
    for name in MEASURES:
        np.testing.assert_allclose(getattr(result, name), getattr(decomposition, name)(probs), atol=1e-6, err_msg=name)
    assert np.array_equal(result.predicted_class, probs.mean(axis=0, dtype=float).argmax(axis=1))
    np.testing.assert_allclose(result.confidence, probs.mean(axis=0, dtype=float).max(axis=1), atol=1e-7)
    if n_passes > 1:
        entropies = decomposition.entropy(probs)
        np.testing.assert_allclose(result.expected_entropy_std, entropies.std(axis=0, ddof=1), atol=1e-5)
        errors = entropies.std(axis=0, ddof=1) / np.sqrt(n_passes)
        np.testing.assert_allclose(result.expected_entropy_standard_error, errors, atol=1e-5)
    else:
        assert np.isnan(result.std_probs).all()
        assert np.isnan(result.expected_entropy_standard_error).all()


def test_without_keep_passes_none_are_kept(predictor, x):
    """`probs` is None, and all else is the same."""
    with_them, without = (predictor.predict(x[:20], n_passes=9, seed=1, keep_passes=keep) for keep in (True, False))
    assert without.probs is None
    assert_same(with_them, without, 0)


def test_the_standard_error_is_how_means_scatter_over_seeds(predictor, x):
    """Over 60 seeds mean_probs scatters with the standard error reported beside it."""
    results = [predictor.predict(x[:30], n_passes=25, seed=seed) for seed in range(60)]
    scatter = np.var([result.mean_probs for result in results], axis=0, ddof=1).mean()
    reported = np.mean([result.mean_probs_standard_error**2 for result in results])
    assert scatter == pytest.approx(reported, rel=0.15)
    scatter = np.var([result.expected_entropy for result in results], axis=0, ddof=1).mean()
    reported = np.mean([result.expected_entropy_standard_error**2 for result in results])
    assert scatter == pytest.approx(reported, rel=0.3)


def test_ten_thousand_passes_stay_consistent(predictor, x):
    """The many agree with the few within their standard errors, and entropies still add up; sums do not drift."""
    few, many = (predictor.predict(x[:30], n_passes=n, seed=0) for n in (1000, 10_000))
    z = (many.mean_probs - few.mean_probs) / np.hypot(many.mean_probs_standard_error, few.mean_probs_standard_error)
    assert np.abs(z).max() < 5
    np.testing.assert_allclose(many.mean_probs.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(many.std_probs, few.std_probs, rtol=0.25)
    total = many.expected_entropy + many.mutual_information
    np.testing.assert_allclose(many.predictive_entropy, total, atol=1e-12)


def test_total_uncertainty_is_the_sum_of_its_parts(predictor, x):
    """Predictive entropy = expected entropy + mutual information, all three away from 0."""
    result = predictor.predict(x, n_passes=50, seed=0)
    total = result.expected_entropy + result.mutual_information
    np.testing.assert_allclose(result.predictive_entropy, total, atol=1e-12)
    assert min(result.mutual_information.mean(), result.expected_entropy.mean()) > 0.01


def test_the_seed_decides(network, predictor, x):
    """The same seed gives the same bits, from one predictor, from another, and after other calls; another differs."""
    results = [predictor.predict(x, n_passes=10, seed=seed) for seed in (1, 2, 1)]
    results.append(predict_mc(network, x, n_passes=10, seed=1))
    first, other, *again = results
    for result in again:
        assert_same(result, first, 0)
    assert np.abs(other.mean_probs - first.mean_probs).max() > 0.01


def test_global_random_state_plays_no_part(predictor, x):
    """Neither read nor moved."""
    keras.utils.set_random_seed(1)
    first = predictor.predict(x[:20], n_passes=5, seed=1)
    after = keras.random.normal((3,)), np.random.rand()  # noqa: NPY002 (the global state is what is looked at)
    keras.utils.set_random_seed(1)
    assert np.array_equal(keras.random.normal((3,)), after[0])
    assert np.random.rand() == after[1]  # noqa: NPY002
    assert_same(predictor.predict(x[:20], n_passes=5, seed=1), first, 0)


@pytest.mark.parametrize("batch_size", [1, 7, 40, 1000])
def test_the_batch_size_does_not_matter(predictor, x, batch_size):
    """Each example has the same masks in any batch: results differ by the rounding of matrix products, below 1e-6,
    and for one batch size not at all."""
    x = x[:40]
    expected = predictor.predict(x, n_passes=12, seed=4)
    received = predictor.predict(x, n_passes=12, seed=4, batch_size=batch_size)
    assert_same(received, expected, 1e-6)
    assert np.array_equal(received.variation_ratio, expected.variation_ratio)
    assert_same(predictor.predict(x, n_passes=12, seed=4, batch_size=batch_size), received, 0)


def test_an_examples_result_depends_on_its_number_and_not_on_those_behind(predictor, x):
    """More examples at the end change nothing for the first ones; the same example elsewhere has other masks."""
    some, all_ = (predictor.predict(part, n_passes=9, seed=4) for part in (x[:50], x))
    np.testing.assert_allclose(all_.mean_probs[:50], some.mean_probs, atol=1e-6)
    repeated = predictor.predict(np.concatenate([x[:50], x[:50]]), n_passes=9, seed=4).mean_probs
    assert np.abs(repeated[:50] - repeated[50:]).max() > 0.01


def test_a_predictor_follows_its_models_weights(predictor, network, x):
    """Compiled once, it reads the weights that the model has now."""
    before, weights = predictor.predict(x[:20], n_passes=5, seed=0), network.get_weights()
    try:
        network.set_weights([weight * 0.5 for weight in weights])
        after = predictor.predict(x[:20], n_passes=5, seed=0)
        np.testing.assert_allclose(after.mean_probs, eager_passes(network, x[:20], 5, 0).mean(axis=0), atol=1e-6)
    finally:
        network.set_weights(weights)
    assert np.abs(after.mean_probs - before.mean_probs).max() > 0.01


def test_every_model_gives_its_own_passes(mc_zoo, zoo_name):
    """The compiled, split and batched passes of any model are eager calls of the whole model, padding and all; traced
    without being computed, for a batch of unknown size, they serve any."""
    predictor = mc_zoo.predictor(zoo_name)
    model = predictor.model
    x = mc_zoo.inputs_for(model, 6)
    result = predictor.predict(x, n_passes=2, seed=2, batch_size=3, keep_passes=True)
    assert predictor._run_passes.experimental_get_tracing_count() == 1
    expected = [  # in blocks of the same size, for which XLA has compiled the masks already
        eager_passes(model, keras.tree.map_structure(lambda array, rows=rows: array[rows], x), 2, seed=2, rows=rows)
        for rows in (np.arange(3), np.arange(3, 6))
    ]
    tolerance = 0.02 if zoo_name == "half_precision" else 1e-5
    np.testing.assert_allclose(result.probs, np.concatenate(expected, axis=1), atol=tolerance)
    np.testing.assert_allclose(result.mean_probs, result.probs.mean(axis=0), atol=1e-6)
    assert result.std_probs.max() > 1e-3


def test_padding_reaches_the_layers_behind_the_dropout(mc_zoo):
    """What stands in the padding does not count: a sequence and the same with its padding cut off agree."""
    model = to_mc_dropout(mc_zoo.model("masked_nested"))
    x = np.array([[1, 2, 3, 0, 0, 0, 0], [1, 2, 3, 4, 5, 1, 2]])
    with masks.using(masks.OFF):
        expected = np.asarray(model(x))
    for layer in model._flatten_layers():
        if isinstance(layer, MCDropout):
            layer.rate = 1e-9  # never drops, but is no identity to the engine
    np.testing.assert_allclose(predict_mc(model, x, n_passes=2, seed=0).mean_probs, expected, atol=1e-6)


def test_several_inputs_go_by_name_or_by_order(mc_zoo):
    """A list in the model's order, a tuple, and a dict by the inputs' names give the same."""
    predictor = mc_zoo.predictor("two_towers")
    words, image = mc_zoo.inputs_for(predictor.model, 6)
    forms = [words, image], (words, image), {"image": image, "words": words}
    first, *others = (predictor.predict(x, n_passes=5, seed=0, batch_size=3, keep_passes=True) for x in forms)
    for other in others:
        assert_same(other, first, 0)


def test_inputs_are_converted_as_keras_does(predictor, network, x):
    """float64 and lists of numbers in an array's place are taken as `model.predict` takes them."""
    expected = predictor.predict(x[:9], n_passes=3, seed=0)
    assert_same(predictor.predict(x[:9].astype(np.float64), n_passes=3, seed=0), expected, 0)
    assert_same(predictor.predict(tf.constant(x[:9]), n_passes=3, seed=0), expected, 0)


@pytest.mark.parametrize(
    ("x", "shapes"),
    [
        (lambda left, right: {"left": left, "right": right[:4]}, r"\(9, 4\), \(4, 4\)"),
        (lambda left, right: {"left": left[:0], "right": right[:0]}, r"\(0, 4\), \(0, 4\)"),
    ],
)
def test_examples_that_do_not_match_are_refused(mc_zoo, x, shapes):
    """Inputs of different lengths, and none at all: refused before any pass."""
    model = mc_zoo.converted("shared_encoder")
    inputs = mc_zoo.inputs_for(model)
    with pytest.raises(DataError, match=f"same number of examples in each input, at least 1, received {shapes}"):
        predict_mc(model, x(inputs["left"], inputs["right"]), n_passes=3, seed=0)


def test_several_outputs_are_refused_with_the_remedy(mc_zoo):
    """Which one is meant cannot be guessed; the remedy named works."""
    model = mc_zoo.converted("two_outputs")
    with pytest.raises(ModelError, match=r"expected one output .*keras.Model\(model.inputs, model.outputs\[i\]\)"):
        predict_mc(model, None, seed=0)
    index = [output.shape[-1] for output in model.outputs].index(3)
    chosen = keras.Model(model.inputs, model.outputs[index])
    assert predict_mc(chosen, mc_zoo.inputs_for(model), n_passes=5, seed=0).std_probs.max() > 0


def test_the_deterministic_output_alone_is_refused(mc_zoo):
    """Taken by itself it has no dropout in front of it."""
    model = mc_zoo.converted("two_outputs")
    with pytest.raises(ModelError, match="has no active MCDropout layer"):
        predict_mc(keras.Model(model.input, model.output["sure"]), None, seed=0)


def test_logits_are_refused():
    """Outputs that add up to anything but 1: the remedy is a softmax."""
    model = keras.Sequential([keras.Input((6,)), MCDropout(0.5), L.Dense(3)])
    with pytest.raises(ModelError, match=r"expected probabilities that add up to 1, .* end the model in a softmax"):
        predict_mc(model, np.random.default_rng(0).normal(size=(9, 6)), n_passes=5, seed=0)


def test_a_model_of_logits_goes_through_with_probabilities():
    """The remedy that the error names: the mean of the passes adds up to 1."""
    model = keras.Sequential([keras.Input((6,)), L.Dropout(0.5), L.Dense(3)])
    converted = to_mc_dropout(with_probabilities(model))
    found = predict_mc(converted, np.random.default_rng(0).normal(size=(9, 6)), n_passes=5, seed=0)
    np.testing.assert_allclose(found.mean_probs.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("inner", [[L.Dropout(0.5)], [MCDropout(0.0)], []], ids=["plain", "rate 0", "none"])
def test_a_model_without_active_dropout_is_refused_before_any_compute(inner):
    """Not even the data is looked at; the remedy is named."""
    model = keras.Sequential([keras.Input((6,)), *inner, L.Dense(3, activation="softmax")])
    with pytest.raises(ModelError, match=r"has no active MCDropout layer: convert it with to_mc_dropout\(model\)"):
        predict_mc(model, None, seed=0)


@pytest.mark.parametrize("name", ["n_passes", "batch_size"])
def test_numbers_below_one_are_refused(network, name):
    """At least one pass and one example at a time, refused before the data is looked at."""
    for value in (0, -1):
        with pytest.raises(SettingError, match=f"{name}: expected at least 1, received {value}"):
            predict_mc(network, None, seed=0, **{name: value})


def test_progress_is_told_after_each_block(predictor, x):
    """Examples done of all, growing to the end, whatever the last block's size."""
    told = []
    predictor.predict(x[:11], n_passes=2, seed=0, batch_size=4, progress=lambda done, n: told.append((done, n)))
    assert told == [(4, 11), (8, 11), (11, 11)]


def graph_shapes(graph):
    """Static shapes of all tensors of a graph and of the functions in it."""
    shapes = [tensor.shape for op in graph.get_operations() for tensor in op.outputs]
    for function in graph._functions.values() if hasattr(graph, "_functions") else ():
        shapes += graph_shapes(function.graph) if hasattr(function, "graph") else []
    return shapes


def test_one_compiled_loop_serves_every_block_and_number_of_passes(network, x):
    """An uneven last block, another seed, more passes and other numbers of examples trace nothing anew."""
    predictor = MCPredictor(network)
    for n_passes, seed in ((2, 0), (3, 1), (50, 2)):
        predictor.predict(x[:11], n_passes=n_passes, seed=seed, batch_size=4)
    for n in (3, 7):
        predictor.predict(x[:n], n_passes=2, seed=0)
    assert predictor._run_passes.experimental_get_tracing_count() == 1
    assert predictor._run_prefix.experimental_get_tracing_count() == 1


def test_memory_does_not_grow_with_passes(predictor, x):
    """numpy's peak is the same for 20 and for 2,000 passes, and far below what keeping them would take."""

    def peak(n_passes, **how):
        predictor.predict(x, n_passes=1, seed=0, **how)  # traced and compiled
        tracemalloc.start()
        predictor.predict(x, n_passes=n_passes, seed=0, **how)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    few, many, kept = peak(20), peak(2000), peak(2000, keep_passes=True)
    assert many < few + 50_000
    assert kept > 333 * 4 * 4 * 2000 > 20 * many


def test_no_tensor_of_the_passes_is_of_their_number(network, x):
    """Neither the loop's state nor anything in its body has an axis for passes: 4,093 of them appear in no shape."""
    predictor = MCPredictor(network)
    start = predictor._run_prefix(tf.constant(x[:3]))
    words, rows = tf.constant(masks.seed_words(0)), tf.constant(np.arange(3, dtype=np.uint32))
    graph = predictor._run_passes.get_concrete_function(start, rows, words, 4093).graph
    shapes = graph_shapes(graph)
    assert any("While" in op.type for op in graph.get_operations())
    assert not any(op.type.startswith("TensorList") for op in graph.get_operations())
    assert not any(4093 in shape for shape in shapes if shape.rank)


def test_blocks_hold_what_fits_a_cache():
    """Fewer examples at a time where activations are wide, also along axes of unknown length."""

    def rows(shape, width, data):
        model = keras.Sequential([keras.Input(shape), MCDropout(0.5), L.Dense(width), L.GlobalMaxPooling1D()])
        model.add(L.Dense(2, activation="softmax"))
        return MCPredictor(model)._rows_per_block([np.empty((1, *data), np.float32)])

    assert rows((10, 4), 8, (10, 4)) == inference.MAX_ROWS
    assert rows((100, 4), 500, (100, 4)) == inference.BLOCK_BYTES // (4 * 100 * 500)
    assert rows((None, 4), 500, (100, 4)) == rows((100, 4), 500, (100, 4))
    assert rows((1000, 4), 5000, (1000, 4)) == 32


def test_one_sigmoid_is_two_classes():
    """Each pass is [1 - p, p] of the model's own pass; a unit without activation may be a quantity, and is refused with a
    remedy that works."""
    hidden = [keras.Input((3,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dropout(0.5)]
    x = np.random.default_rng(0).normal(size=(20, 3)).astype("float32")
    model = keras.Sequential([*hidden, keras.layers.Dense(1, activation="sigmoid")])
    found = predict_mc(to_mc_dropout(model), x, n_passes=50, seed=0, keep_passes=True)
    assert found.probs.shape == (50, 20, 2)
    np.testing.assert_allclose(found.probs.sum(axis=-1), 1, atol=1e-6)
    assert found.std_probs.max() > 0.01
    certain = keras.Sequential([*model.layers[:1], model.layers[-1]])
    assert abs(found.mean_probs[:, 1] - np.asarray(certain(x))[:, 0]).max() < 0.2
    logit = keras.Sequential([*hidden, keras.layers.Dense(1)])
    with pytest.raises(ModelError, match=r"one unit without activation.*to_mc_dropout\(with_probabilities\(model\)\)"):
        predict_mc(to_mc_dropout(logit), x, n_passes=2, seed=0)
    assert predict_mc(to_mc_dropout(with_probabilities(logit)), x, n_passes=2, seed=0).mean_probs.shape == (20, 2)


@pytest.mark.parametrize("name", ["resnet", "conv1d", "conv3d", "selu", "attention"])
def test_masks_do_not_depend_on_whether_the_number_of_examples_is_known(mc_zoo, name):
    """Traced for a number of examples that is not known then, every stochastic layer draws the masks that it draws for
    one example that is: dropout, with and without a noise shape, spatial of each rank, Gaussian and alpha."""
    unknown, known = mc_zoo.predictor(name), MCPredictor(mc_zoo.converted(name))
    x = mc_zoo.inputs_for(unknown.model, 6)
    many = unknown.predict(x, n_passes=3, seed=4, batch_size=3, keep_passes=True)
    one = known.predict(keras.tree.map_structure(lambda part: part[:1], x), n_passes=3, seed=4, keep_passes=True)
    np.testing.assert_allclose(many.probs[:, :1], one.probs, atol=1e-5)
    assert one.std_probs.max() > 1e-3


X = np.zeros((5, 8), np.float32)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (
            tf.data.Dataset.from_tensor_slices(X).batch(2),
            "expected an array of numbers .*, received _BatchDataset; put its batches together: np.concatenate",
        ),
        ((row for row in X), "expected an array of numbers .*, received generator"),
        ("words", "expected an array of numbers .*, received str"),
        (X[0], r"expected shape \('n', 8\), received one example of shape \(8,\); give x\[None\] for one"),
        (X[:, :7], r"expected shape \('n', 8\), received \(5, 7\); give the numbers that the model was trained on"),
        (X[:, :, None, None], r"expected shape \('n', 8\), received \(5, 8, 1, 1\)"),
        (np.full((5, 8), "a"), "received ndarray of <U1; turn it into numbers"),
        ([X, X], r"expected 1 arrays \(.*\), one an input, received 2"),
        (np.zeros((0, 8)), r"at least 1, received \(0, 8\); give every input the same examples"),
    ],
    ids=["dataset", "generator", "text", "one example", "width", "axes", "words", "two inputs", "none"],
)
def test_what_is_no_array_of_the_models_shape_is_refused_in_one_line(x, message, predictor):
    """Said before anything is computed: what was expected, what came, what to give."""
    with pytest.raises(DataError, match=message) as caught:
        predictor.predict(x, n_passes=2, seed=0)
    assert "\n" not in str(caught.value)


def test_inputs_by_name_are_found_in_any_order(mc_zoo):
    """A dict is checked input by input, and a wrong one is named."""
    predictor = mc_zoo.predictor("two_towers")
    x = mc_zoo.inputs_for(predictor.model, 3)
    named = dict(zip(("words", "image"), x, strict=True))
    expected, received = (
        predictor.predict(form, n_passes=2, seed=0, keep_passes=True) for form in (x, dict(reversed(named.items())))
    )
    assert_same(received, expected, 1e-6)
    with pytest.raises(
        DataError, match=r"^x of input 'image': expected shape \('n', 5, 5, 1\), received \(3, 4, 4, 1\)"
    ):
        predictor.predict(named | {"image": x[1][:, :4, :4]}, n_passes=2, seed=0)


@pytest.mark.parametrize("layer", [L.Dropout, L.SpatialDropout1D, L.GaussianDropout, L.AlphaDropout])
def test_a_dropout_that_keeps_nothing_is_refused_by_name(layer):
    """Rate 1 would divide by nothing: refused by the conversion, and by a predictor of a model that was built so."""
    model = keras.Sequential(
        [keras.Input((4, 3)), layer(0.5, name="all"), L.Flatten(), L.Dense(2, activation="softmax")]
    )
    converted = to_mc_dropout(model)
    for one, act in ((model, to_mc_dropout), (converted, MCPredictor)):
        one.get_layer("all").rate = 1.0
        with pytest.raises(
            ModelError, match=r"layer 'all' \(.*\) has rate 1, which keeps nothing; expected a rate below 1"
        ):
            act(one)
