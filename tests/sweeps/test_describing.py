"""describe_grid: a grid's tables before anything is trained, numbers known beforehand."""

import keras
import numpy as np
import pytest
from rich.console import Console

from regtrack.data import load_dataset
from regtrack.errors import GridError, ModelError, RegtrackError, VariantError
from regtrack.sweeps import describing
from regtrack.sweeps.data import job_of
from regtrack.sweeps.describing import as_table, describe_grid
from regtrack.training import trainer, worker_process
from regtrack.variants import Settings, Variant
from regtrack.variants.grid import Grid

L = keras.layers


@pytest.fixture(autouse=True)
def nothing_trains(monkeypatch):
    """Training, in this process or another, is an error here."""

    def trains(*args, **kwargs):
        raise AssertionError("something was trained")

    monkeypatch.setattr(worker_process.WorkerProcess, "start", trains)
    monkeypatch.setattr(trainer.Trainer, "__init__", trains)


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits", split_seed=0, train_size=100)


def build(seed):
    inputs = keras.Input((8, 8))
    x = L.Dense(5, name="hidden", kernel_regularizer=keras.regularizers.L1(0.5))(L.Flatten(name="flat")(inputs))
    x = L.ReLU(name="relu")(L.BatchNormalization(name="bn")(x))
    return keras.Model(inputs, L.Dense(10, name="scores")(L.Dropout(0.5, name="drop")(x)))


def grid(*variants, **settings):
    return Grid(tuple(variants), settings=Settings(**settings))


def held(grid, dataset, build):
    """The grid on data and a network that a notebook holds."""
    return describe_grid(grid, job=job_of(grid, dataset, build))


def test_each_variant_of_a_grid_is_described():
    """Data from the settings; totals by hand for 64-6-10; what does not act on layers stands in words."""
    variants = (
        Variant(), Variant(l2=0.5), Variant(label_smoothing=0.1), Variant(weight_decay=0.01), Variant(early_stopping=3),
        Variant(epochs=7, hidden_widths="3"),
    )  # fmt: skip
    described = describe_grid(grid(*variants, hidden_widths="6", train_size=100))
    [own] = describe_grid(grid(Variant(hidden_widths="3"), train_size=100))
    assert own.totals.elsewhere == ("setting: hidden_widths=3 in place of its own",)
    assert [one.label for one in described] == [variant.label for variant in variants]
    assert {one.totals.parameters for one in described[:5]} == {65 * 6 + 70}
    assert (described[5].totals.parameters, described[5].totals.trainable) == (65 * 3 + 40, 65 * 3 + 40)
    assert [one.totals.penalty_at_start is None for one in described] == [True, False, True, True, True, True]
    assert [one.totals.elsewhere for one in described] == [
        (), (), ("loss: label_smoothing=0.1 in the cross-entropy that is trained on",),
        ("optimizer: AdamW with weight_decay=0.01",),
        ("training: ends after 3 epochs without a better validation cross-entropy",),
        ("setting: hidden_widths=3 in place of 6", "setting: epochs=7 in place of 20"),
    ]  # fmt: skip


def test_an_own_model_s_removals_are_shown_for_the_baseline_too(digits):
    """Removed: 4 x 5 parameters of batch norm go, no penalty is left. Kept: all stay, of batch norm half are trained, the penalty
    is the person's, 0.5 |w| of the initial weights."""
    removed = held(grid(Variant(), Variant(l2=0.25)), digits, build)
    assert [row.added for row in removed[0].rows] == [
        "", "removed: L1 l1=0.5 on kernel", "removed: BatchNormalization", "", "removed: Dropout rate=0.5", "",
        "inserted: Softmax",
    ]  # fmt: skip
    assert removed[1].rows[1].added == "L2 l2=0.25 on kernel, in place of L1 l1=0.5"
    assert removed[0].totals == describing.Totals(65 * 5 + 60, 65 * 5 + 60, None, ())
    assert removed[0].notes == (
        "your model's own regularization is removed (hidden: L1 l1=0.5 on kernel; bn: BatchNormalization; drop: Dropout "
        "rate=0.5); existing_regularization=keep leaves it",
        "your model is given numbers as regtrack scales them (inputs=scaled): it begins with no preprocessing",
    )
    kept = held(grid(Variant(), existing_regularization="keep"), digits, build)[0]
    assert (kept.totals.parameters, kept.totals.trainable) == (65 * 5 + 60 + 20, 65 * 5 + 60 + 10)
    assert [row.added for row in kept.rows] == [*[""] * 6, "inserted: Softmax"]
    assert kept.notes[0].startswith("your model's own regularization is kept (hidden: L1")
    start = keras.initializers.GlorotUniform(seed=1)
    seeded = lambda seed: keras.Sequential(  # noqa: E731
        [keras.Input((8, 8)), L.Flatten(), L.Dense(10, kernel_initializer=start, kernel_regularizer=keras.regularizers.L1(0.5))]
    )  # fmt: skip
    fixed = held(grid(Variant(), existing_regularization="keep"), digits, seeded)[0]
    kernel = np.abs(np.asarray(keras.initializers.GlorotUniform(seed=1)((64, 10)), "float64")).sum()
    assert fixed.totals.penalty_at_start == pytest.approx(0.5 * kernel, rel=1e-5)
    assert "every seed starts from the same weights" in fixed.notes[1]


def test_the_table_shows_all_of_it(digits):
    """Printed: each row, the change, totals, what acts elsewhere and the notes; brackets are no markup."""
    description = held(grid(Variant(l2=0.25, label_smoothing=0.1)), digits, build)[0]
    console = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(as_table(description))
    text = console.export_text()
    for part in ("l2=0.25+label_smoothing=0.1", "L2 l2=0.25 on kernel, in place of L1 l1=0.5", "385 of 385 parameters",
                 "loss: label_smoothing=0.1", "Note: your model's own regularization is removed", "(None, 5)",
                 f"{description.totals.penalty_at_start:.4g}"):  # fmt: skip
        assert part in text


def test_nothing_added_is_said():
    """A shipped baseline: no blank page, one sentence."""
    description = describe_grid(grid(Variant(), train_size=100))[0]
    assert "nothing is added to the model" in as_table(description).caption


@pytest.mark.parametrize(
    ("variants", "settings", "error", "message"),
    [
        ([Variant(), Variant(early_stopping=30)], {}, VariantError, "can never end a budget of 20"),
        ([Variant(weight_decay=0.1, optimizer="sgd")], {}, VariantError, "needs optimizer adam"),
        ([Variant(l2=0.1)], {"architecture": "resnet"}, ModelError, "received 'resnet'"),
        ([Variant()], {"architecture": "keras:gone.keras"}, ModelError, "no file at"),
        ([Variant()], {"keep_weights": True}, ModelError, "keep_weights: needs a trained model"),
        (
            [Variant(hidden_widths="3")],
            {"architecture": "python:math:sqrt"},
            ModelError,
            "hidden_widths: has no effect",
        ),
    ],
)
def test_what_a_sweep_would_refuse_is_refused(variants, settings, error, message):
    """The same errors, one line each, and nothing is trained."""
    with pytest.raises(error, match=message) as caught:
        describe_grid(grid(*variants, train_size=100, **settings))
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, RegtrackError)
    assert not isinstance(caught.value, GridError)
