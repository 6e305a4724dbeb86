"""Record: a sweep read back from the store is what was trained, and what cannot be read is said in one line."""

import shutil
from contextlib import contextmanager

import numpy as np
import pyarrow as pa
import pytest

from regtrack import names
from regtrack.errors import StoreError
from regtrack.tracking.artifacts import read_table, write_table
from regtrack.tracking.record import read_grid, read_record
from regtrack.tracking.writer import SweepWriter
from regtrack.variants import Grid, Variant


def read(told):
    return read_record(told.client, told.sweep.experiment_id, told.sweep.sweep_id)


@pytest.fixture(scope="module")
def record(told):
    return read(told)


@contextmanager
def instead(path, content: bytes | None):
    """Other bytes, or no file, in this place while the block lasts: the sweep is everybody's."""
    kept = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    try:
        yield path
    finally:
        path.write_bytes(kept)


def refused(told) -> str:
    with pytest.raises(StoreError) as error:
        read(told)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_trials_stand_in_the_order_of_the_grid(record, tiny):
    """Variants as in the grid, seeds ascending within each; every array is in that order."""
    order = [(variant.label, seed) for variant, seed in tiny.grid.trials]
    assert list(zip(record.trials["variant"], record.trials["seed"], strict=True)) == order
    for held_out in (record.validation, record.test):
        assert [(trial.variant, trial.seed) for trial in held_out.trials] == order
    assert (record.variants, record.settings) == (tiny.grid.variants, tiny.grid.settings)
    assert record.of_variant == {tiny.grid.variants[0].label: [0, 1], tiny.grid.variants[1].label: [2, 3]}


def test_predictions_are_those_of_the_trained_networks(record, tiny):
    """Selected and last epoch, with and without dropout, number by number in the store's float32."""
    for i, trial in enumerate(tiny.grid.trials):
        result = tiny.results[trial]
        np.testing.assert_array_equal(record.last_probs[i], result.of("val", "last").probs)
        for held_out in (record.validation, record.test):
            of, found = result.of(held_out.split), held_out.trials[i]
            np.testing.assert_array_equal(found.probs, of.probs)
            assert (found.mc_mean_probs is None) == (of.mc is None)
            if of.mc:
                np.testing.assert_array_equal(found.mc_mean_probs, of.mc.mean_probs.astype(np.float32))
    assert [trial.mc_mean_probs is None for trial in record.test.trials] == [True, True, False, False]


def test_examples_are_those_of_the_data(record, tiny):
    """Ids, both labels, class names, digest, and the test images as they are shown."""
    for held_out, split in ((record.validation, tiny.dataset.validation), (record.test, tiny.dataset.test)):
        np.testing.assert_array_equal(held_out.example_id, split.example_id)
        np.testing.assert_array_equal(held_out.given_label, split.given_label)
        np.testing.assert_array_equal(held_out.true_label, split.true_label)
    assert (record.class_names, record.digest) == (tuple(tiny.dataset.class_names), tiny.dataset.digest)
    assert record.is_image
    digits = tiny.dataset.test.x * tiny.dataset.scale  # 0 to 16, drawn from black to white
    np.testing.assert_array_equal(record.picture_of(3), np.rint(np.rint(digits[3]) / 16 * 255))


def test_curves_are_those_of_the_training(record, tiny):
    """A row an epoch, every metric as it was measured."""
    for curve, trial in zip(record.curves, tiny.grid.trials, strict=True):
        assert curve["epoch"].tolist() == [1, 2, 3]
        for name in names.EPOCH_METRICS:
            np.testing.assert_array_equal(curve[name], tiny.results[trial].curve[name])


def test_the_grid_is_the_one_that_was_started(told, tiny):
    """Variants, seeds and settings."""
    assert read_grid(told.client, told.sweep.sweep_id) == tiny.grid


@pytest.mark.parametrize("artifact", [names.PREDICTIONS, names.LEARNING_CURVES])
def test_a_missing_table_of_one_trial_is_named(told, artifact):
    """Which artifact, where, and the likely reason."""
    with instead(told.path(told.record.trials["run_id"][2], artifact), None) as path:
        assert refused(told) == f"{artifact} is missing at {path.as_uri()}: the trial did not finish, or it was deleted"


@pytest.mark.parametrize("artifact", [names.PREDICTIONS, names.LEARNING_CURVES])
def test_a_damaged_table_of_one_trial_is_named(told, artifact):
    """Never a part of the sweep as if it were all."""
    path = told.path(told.record.trials["run_id"][2], artifact)
    with instead(path, path.read_bytes()[:1000]):
        message = refused(told)
    assert message.startswith(f"{artifact} at {path} is damaged (")
    assert message.endswith("); run the trial again")


def test_predictions_of_another_version_are_named(told, tmp_path):
    """An unknown schema is not guessed at."""
    path = told.path(told.record.trials["run_id"][0], names.PREDICTIONS)
    table = read_table(path, names.PREDICTIONS)
    pa.parquet.write_table(table.replace_schema_metadata({names.SCHEMA_KEY: "predictions/9"}), tmp_path / "x")
    with instead(path, (tmp_path / "x").read_bytes()):
        assert "expected schema predictions/1, received predictions/9" in refused(told)


def test_predictions_of_another_split_are_named(told, tmp_path):
    """Examples that are not those of the other trials cannot be paired with them."""
    run_id = told.record.trials["run_id"][3]
    path = told.path(run_id, names.PREDICTIONS)
    table = read_table(path, names.PREDICTIONS)
    moved = pa.array(table.column("example_id").to_numpy() + 1)
    place = table.column_names.index("example_id")
    write_table(table.set_column(place, "example_id", moved), tmp_path, names.PREDICTIONS)
    with instead(path, (tmp_path / names.PREDICTIONS).read_bytes()):
        assert refused(told) == (
            f"run {run_id}: its val examples are not those of the sweep's other trials; it is of another split"
        )


@pytest.mark.parametrize("artifact", [names.GRID, names.TEST_EXAMPLES])
def test_what_is_missing_of_the_sweep_itself_is_named(told, artifact):
    """Deleted, or of a version that wrote none."""
    with instead(told.path(told.sweep.run_id, artifact), None) as path:
        assert refused(told) == (
            f"sweep {told.sweep.sweep_id}: {artifact} is missing at {path.as_uri()}: it was deleted, or an earlier "
            "version of regtrack wrote none; run the sweep again"
        )


def test_a_grid_that_is_none_is_named(told):
    """With the place in the file and what was expected there."""
    with instead(told.path(told.sweep.run_id, names.GRID), b"variants: [{dropout: 1}]\n") as path:
        assert refused(told) == (
            f"sweep {told.sweep.sweep_id}: sweep/grid.yaml cannot be read ({path}:1: variants[0].dropout: unknown key; "
            "did you mean 'dropout_rate'?); it was started by another version of regtrack"
        )


def test_a_trial_whose_variant_is_not_in_the_grid_is_named(told):
    """The grid is what says which variants there are."""
    other = Grid((Variant(),), (0, 1), told.record.settings)
    with instead(told.path(told.sweep.run_id, names.GRID), other.to_yaml().encode()):
        assert refused(told) == (
            f"sweep {told.sweep.sweep_id}: variant l2=0.001+dropout=0.2+max_norm=1 has trials and does not stand in "
            "its sweep/grid.yaml"
        )


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"", "is damaged ("), (b"nothing like it", "is damaged ("), (b"PK\x03\x04 cut off", "is damaged (")],
)
def test_test_examples_that_cannot_be_read_are_named(told, content, problem):
    """Empty, another file, cut off."""
    with instead(told.path(told.sweep.run_id, names.TEST_EXAMPLES), content):
        message = refused(told)
    path = told.path(told.sweep.run_id, names.TEST_EXAMPLES)
    assert message.startswith(f"dataset/test_examples.npz at {path} {problem}")
    assert message.endswith("; run the sweep again")


@pytest.mark.parametrize(
    ("changed", "problem"),
    [({"schema": "test_examples/9"},
      ": expected schema test_examples/3, received test_examples/9; it was written by another version of regtrack"),
     ({"x": None}, " is damaged ('x'); run the sweep again")],
)  # fmt: skip
def test_test_examples_of_another_schema_are_named(told, tmp_path, changed, problem):
    """Another version's, and one that lacks an array."""
    path = told.path(told.sweep.run_id, names.TEST_EXAMPLES)
    with np.load(path) as arrays:
        content = dict(arrays) | changed
    np.savez(tmp_path / "x.npz", **{name: value for name, value in content.items() if value is not None})
    with instead(path, (tmp_path / "x.npz").read_bytes()):
        assert refused(told) == f"dataset/test_examples.npz at {path}{problem}"


def test_a_sweep_without_a_finished_trial_is_named(store, tiny):
    """Just begun, or all of it failed: nothing to judge."""
    experiment_id = store.get_experiment_by_name("tests").experiment_id
    write = SweepWriter(store, experiment_id, tiny.job)
    write.start(tiny.grid, primary=names.ACCURACY)
    for trial_is_there in (False, True):
        if trial_is_there:
            write.trial_started(*tiny.grid.trials[0])
        with pytest.raises(StoreError) as error:
            read_record(store, experiment_id, write.sweep_id)
        assert str(error.value) == (
            f"sweep {write.sweep_id}: expected finished trials, found none; run it, or resume it"
        )


def test_reading_leaves_the_store_as_it_was(told, tmp_path):
    """No artifact is written, moved or copied into the store."""
    folder = told.path(told.sweep.run_id, ".").resolve()
    shutil.copytree(folder, tmp_path / "before")
    read(told)
    before = {path.relative_to(tmp_path / "before") for path in (tmp_path / "before").rglob("*")}
    assert {path.relative_to(folder) for path in folder.rglob("*")} == before
