"""fit_variants: the door for notebooks and scripts."""

import subprocess
import sys
import textwrap

import keras
import pytest
from support.sweeps import trials_here

from regtrack.errors import ModelError, TrainingError, VariantError
from regtrack.models import build_model
from regtrack.training import fit, fit_variants, worker_process
from regtrack.training.events import EpochEnded, TrialFinished
from regtrack.training.fit import check_trainable
from regtrack.training.job import Job
from regtrack.variants import Settings, Variant

L = keras.layers
pytestmark = pytest.mark.usefixtures("unrehearsed")  # the rehearsal has a file of its own


@pytest.fixture
def no_worker(monkeypatch):
    """Starting a process is an error."""

    def start(job):
        raise AssertionError("a worker was started")

    monkeypatch.setattr(worker_process.WorkerProcess, "start", start)


@pytest.fixture
def last_first(monkeypatch):
    """Trials end in the reverse of their order, in this process."""
    monkeypatch.setattr(fit, "run_trials", lambda trials, job, **given: trials_here(trials[::-1], job, **given))


def test_results_come_in_the_order_asked_for(digits, brief, load, last_first):
    """Variants x seeds, whoever finished first; a network and functions made in a test come back from their bytes."""
    width, factor, told = 7, 0.5, []

    def build(seed):
        inputs = keras.Input((8, 8))
        x = L.Dense(width, activation="relu")(L.Flatten()(inputs))
        return keras.Model(inputs, L.Dense(10, activation="softmax")(x))

    variants = [Variant(kernel_constraint=lambda w: w * factor, epochs=6), Variant(), Variant(kernel_regularizer=penal)]
    results = fit_variants(variants, digits, seeds=[3, 1], settings=brief, workers=2, build=build, on_event=told.append)
    assert [(r.variant, r.seed) for r in results] == [(variant, seed) for variant in variants for seed in (3, 1)]
    assert all(load(r.model_bytes).count_params() == r.n_parameters == 65 * 7 + 8 * 10 for r in results)
    assert [len(r.curve) for r in results] == [6, 6, 3, 3, 3, 3]
    assert max(r.weights["max_incoming_norm"] for r in results[:2]) < 0.2
    assert all((r.curve["train/penalty"] > 0).all() for r in results[4:])
    assert sum(isinstance(event, EpochEnded) for event in told) == 24
    assert [e.result for e in told if isinstance(e, TrialFinished)] != []


def penal(kernel):
    """A penalty of this module."""
    return 0.01 * keras.ops.sum(keras.ops.square(kernel))


def test_failures_are_told_after_the_others_finished(digits, brief, last_first):
    """The error names the first failure and holds the results that there are, in order."""
    variants = [Variant(optimizer="sgd", learning_rate=1e30), Variant(epochs=1), Variant(epochs=1, l2=0.1)]
    with pytest.raises(TrainingError, match=r"1 of 3 trials failed, the first .*learning_rate=1e\+30.* at seed 0: .*"
                                            r"non-finite in epoch 1") as caught:  # fmt: skip
        fit_variants(variants, digits, seeds=[0], settings=brief, workers=1)
    assert [result.variant for result in caught.value.results] == variants[1:]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"weight_decay": 0.1, "optimizer": "sgd"}, "weight_decay: .* needs optimizer adam"),
        ({"early_stopping": 3}, "can never end a budget of 3"),
        ({"kernel_regularizer": "python:nowhere:nothing"}, "python:nowhere:nothing: expected a module nowhere"),
        ({"dropout_rate": 0.3, "dropout_placement": "width", "hidden_widths": "8-8"}, "use 'hidden'"),
        ({"kernel_regularizer": lambda w: w * 0.1}, "a penalty is one number a kernel"),
    ],
)
def test_a_variant_that_cannot_act_is_refused_before_any_training(params, message, digits, brief, no_worker):
    """The last variant's mistake is found before the first is trained: no process starts."""
    with pytest.raises(VariantError, match=message):
        fit_variants([Variant(), Variant(**params)], digits, seeds=[0], settings=brief)


def test_a_train_size_that_was_not_loaded_is_refused_before_any_training(digits, brief, no_worker):
    """A data set cannot be drawn from again: one line with the sizes there are and the way out, also with a network of
    one's own. The data's own size is no other."""
    for build in (None, lambda seed: build_model("mlp", digits.input_shape, 10, hidden_widths="4", seed=seed)):
        with pytest.raises(VariantError) as error:
            fit_variants([Variant(), Variant(train_size=100)], digits, seeds=[0], settings=brief, build=build)
        assert str(error.value) == (
            "train_size: expected that of the data given (200; 0 is all), received 100 in train_size=100; fit it on "
            "load_dataset(..., train_size=100), or run a grid, which loads its sizes"
        )
    assert list(check_trainable([Variant(train_size=200)], Job(digits, brief))) == [Variant(train_size=200)]


def test_a_network_with_another_output_is_refused_before_any_training(digits, no_worker):
    """One probability a class is expected, and said."""

    def build(seed):
        return keras.Sequential([keras.Input((8, 8)), L.Flatten(), L.Dense(3, activation="softmax")])

    with pytest.raises(ModelError, match=r"expected output \(None, 10\).* received \(None, 3\)"):
        fit_variants([Variant()], digits, seeds=[0], build=build)


def test_notes_remark_on_unusual_values(digits):
    """What is allowed but unusual comes back by variant."""
    unusual = Variant(dropout_rate=0.8)
    notes = check_trainable([Variant(), unusual], Job(digits, Settings()))
    assert notes[Variant()] == ()
    assert "outside the usual" in notes[unusual][0]


SCRIPT = """
    import keras
    from regtrack.data import load_dataset
    from regtrack.training import fit_variants
    from regtrack.variants import Settings, Variant

    LIMIT = 0.01

    def squeeze(kernel):
        return keras.ops.clip(kernel, -LIMIT, LIMIT)

    print("once")
    digits = load_dataset("digits", split_seed=0, train_size=100)
    settings = Settings(hidden_widths="6", epochs=1, n_passes=2)
    variants = [Variant(kernel_constraint=squeeze, dropout_rate=0.1)]
    [result] = fit_variants(variants, digits, seeds=[0], settings=settings, workers=1)
    open("model.keras", "wb").write(result.model_bytes)
"""
LOADER = """
    import sys, keras, numpy as np
    model = keras.saving.load_model("model.keras")
    assert not any(name == "regtrack" or name.startswith("regtrack.") for name in sys.modules)
    print(max(abs(layer.kernel.numpy()).max() for layer in model.layers[:-1] if hasattr(layer, "kernel")))
    model.predict(np.zeros((2, 8, 8)), verbose=0)
"""


@pytest.mark.long
def test_a_function_of_a_script_works_through_workers_and_its_model_loads_anywhere(tmp_path):
    """A constraint defined in `__main__`, in a script without a guard, constrains in the worker; the stored model
    needs neither the script nor regtrack."""

    def python(code):
        (tmp_path / "script.py").write_text(textwrap.dedent(code))
        done = subprocess.run(
            [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, timeout=900, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    assert python(SCRIPT) == ["once"]
    assert float(python(LOADER)[0]) == pytest.approx(0.01, abs=1e-7)
