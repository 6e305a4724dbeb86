"""methods_of_sweep: computed of the store's predictions, and of the same predictions only once."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from regtrack import names
from regtrack.errors import StoreError
from regtrack.sweeps import methods as module
from regtrack.sweeps.methods import MADE_OF, methods_of_sweep
from regtrack.tracking.record import read_record


@pytest.fixture(scope="module")
def record(told):
    return read_record(told.client, told.sweep.experiment_id, told.sweep.sweep_id)


@pytest.fixture
def computed(monkeypatch) -> list:
    """An entry for each variant whose rows are computed."""
    found, compare = [], module.compare_methods
    monkeypatch.setattr(module, "compare_methods", lambda *given, **more: found.append(0) or compare(*given, **more))
    return found


def test_rows_that_the_sweeps_run_holds_are_those_that_would_be_computed(told, record, computed):
    """Read from there they are computed no more, and equal to the last bit; told nothing of a run, they are computed."""
    held = methods_of_sweep(told.client, record, told.sweep.run_id).figures
    assert computed == []
    afresh = methods_of_sweep(told.client, record).figures
    assert len(computed) == len(held.attrs[MADE_OF]) == 1
    pd.testing.assert_frame_equal(held, afresh, check_exact=True)
    assert held.attrs == afresh.attrs


def _one_probability(record):
    """One digit of one network's, on validation, moved to another class."""
    *others, last = record.validation.trials
    probs = last.probs.copy()
    probs[0] = np.roll(probs[0], 1)
    trials = (*others, dataclasses.replace(last, probs=probs))
    return dataclasses.replace(record, validation=dataclasses.replace(record.validation, trials=trials))


def _one_label(record):
    labels = record.test.given_label.copy()
    labels[0] = (labels[0] + 1) % 10
    return dataclasses.replace(record, test=dataclasses.replace(record.test, given_label=labels))


def _setting(name, value):
    return lambda record: dataclasses.replace(record, settings=record.settings.model_copy(update={name: value}))


@pytest.mark.parametrize(
    "change",
    [_one_probability, _one_label, _setting("n_bins", 7), _setting("high_confidence", 0.8), _setting("split_seed", 3)],
    ids=["a probability", "a label", "n_bins", "high_confidence", "split_seed"],
)
def test_what_has_changed_is_computed_anew(told, record, computed, change):
    """The rows are those of the record as it is now, and say so."""
    changed = change(record)
    found = methods_of_sweep(told.client, changed, told.sweep.run_id).figures
    assert len(computed) == 1
    pd.testing.assert_frame_equal(found, methods_of_sweep(told.client, changed).figures, check_exact=True)
    assert found.attrs != methods_of_sweep(told.client, record).figures.attrs


def test_what_another_version_computed_is_computed_anew(told, record, computed, monkeypatch):
    """A later version may compute it otherwise."""
    monkeypatch.setattr(module, "__version__", "0.0.0")
    methods_of_sweep(told.client, record, told.sweep.run_id)
    assert len(computed) == 1


@pytest.mark.parametrize("held", ["missing", "without its origin", "of other columns"])
def test_a_table_that_does_not_tell_what_it_was_made_of_is_not_taken(told, record, computed, monkeypatch, held):
    """None, one of an earlier version, one that somebody made: the rows are computed, and nothing is refused."""
    read = module.read_artifact

    def instead(client, run_id, artifact):
        table = read(client, run_id, artifact)
        if artifact != names.METHODS:
            return table
        if held == "missing":
            raise StoreError("it is not there")
        return table.replace_schema_metadata(None) if held == "without its origin" else table.drop_columns(["value"])

    monkeypatch.setattr(module, "read_artifact", instead)
    found = methods_of_sweep(told.client, record, told.sweep.run_id).figures
    assert len(computed) == 1
    assert tuple(found.columns) == names.METHODS_COLUMNS


@pytest.mark.parametrize(("most", "compared"), [(2, ["b", "c"]), (3, ["a", "b", "c"])])
def test_of_many_variants_with_dropout_those_that_do_best_on_validation_are_compared(monkeypatch, most, compared):
    """In the grid's order, one without dropout never; a sentence says how many are left out, and none where none is."""
    monkeypatch.setattr(module, "MOST_VARIANTS", most)
    passes = {"plain": None, "a": 1, "b": 1, "c": 1}
    record = SimpleNamespace(
        of_variant={variant: [place] for place, variant in enumerate(passes)},
        test=SimpleNamespace(trials=[SimpleNamespace(mc_mean_probs=one) for one in passes.values()]),
        errors=lambda split: [
            SimpleNamespace(variant=v, rate=r) for v, r in zip(passes, (0.0, 0.4, 0.3, 0.2), strict=True)
        ],
    )
    assert module.compared_variants(record) == compared
    told = module.left_out_in_words(record)
    assert len(told) == (most < 3)
    assert all("Of 3 variants with dropout the methods of the 2" in one for one in told)
