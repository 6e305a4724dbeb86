"""Resuming: by the sweep's own grid and settings, wherever in the store it lies; what differs is named."""

import dataclasses

import pytest
from click.testing import CliRunner

from regtrack import names
from regtrack.cli import run as run_module
from regtrack.cli.main import main
from regtrack.errors import StoreError
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.resuming import differences, experiment_of, own_grid
from regtrack.sweeps.sweep import run_sweep
from regtrack.tracking.store import ensure_experiment
from regtrack.variants import Grid, Settings, Variant

pytestmark = pytest.mark.usefixtures("without_pages")
GRID = Grid((Variant(), Variant(l2=0.001)), (0, 1), Settings(epochs=3))


def quiet(text: str) -> None:
    pass


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (GRID, []),
        (Grid((*GRID.variants, Variant(l1=0.1)), (0, 1, 2), GRID.settings), []),
        (dataclasses.replace(GRID, settings=Settings(epochs=2, batch_size=8)), ["batch_size is 64 there, 8 here",
                                                                             "epochs is 3 there, 2 here"]),
        (dataclasses.replace(GRID, variants=(Variant(), Variant(l2=0.01))), ["variant l2=0.001 is missing here"]),
        (dataclasses.replace(GRID, seeds=(1, 2)), ["seeds 0 are missing here"]),
        (dataclasses.replace(GRID, splits=3), []),
        (dataclasses.replace(GRID, splits=5, by_folds=True), ["fold is '' there, '1/5' here"]),
    ],
)  # fmt: skip
def test_what_differs_is_named_and_what_is_added_is_none(given, found):
    """Settings with both values; variants and seeds that are missing. More of either may be given."""
    assert differences(GRID, given) == found


@pytest.fixture
def interrupted(store, tiny, replay) -> str:
    """A sweep that was stopped after two of its four trials; its id."""
    replay.stop_after = 2
    with pytest.raises(KeyboardInterrupt):
        run_sweep(tiny.grid, client=store, say=quiet)
    replay.stop_after, replay.ran = None, []
    [run] = store.search_runs([ensure_experiment(store, "tests")], f"tags.`{names.ROLE}` = 'sweep'")
    return run.info.run_id


def test_a_sweep_goes_on_by_its_own_grid_from_any_experiment(store, tiny, replay, interrupted, monkeypatch):
    """Neither file nor settings nor experiment are given: the grid is the stored one, and only the rest is trained."""
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "elsewhere")
    grid = own_grid(store, interrupted)
    assert (grid.variants, grid.seeds, grid.settings) == (tiny.grid.variants, tiny.grid.seeds, tiny.grid.settings)
    done = run_sweep(grid, client=store, asked=Asked(resume=interrupted), say=quiet)
    assert replay.ran == list(tiny.grid.trials[2:])
    assert done.experiment_id == ensure_experiment(store, "tests")
    assert store.get_experiment_by_name("elsewhere") is None


def test_an_id_that_is_nowhere_is_looked_for_in_the_chosen_experiment(store, interrupted):
    """Whose message says so; "latest" is the newest of that experiment too."""
    for which in ("no such id", "latest"):
        assert experiment_of(store, which) == ensure_experiment(store, "tests")
    with pytest.raises(StoreError, match="resume: expected latest or the id of a sweep in experiment"):
        own_grid(store, "no such id")


def test_a_project_run_of_another_experiment_is_told_which_one_to_give(store, interrupted, monkeypatch):
    """MLflow makes the run before regtrack is asked: sweep and trials would lie apart."""
    elsewhere = store.create_experiment("else where")
    monkeypatch.setenv("MLFLOW_RUN_ID", store.create_run(elsewhere).info.run_id)
    with pytest.raises(StoreError) as error:
        own_grid(store, interrupted)
    assert str(error.value) == (
        f"resume: sweep {interrupted} is in the experiment 'tests', this run in 'else where'; give --experiment-name tests"
    )


def test_a_network_that_a_notebook_holds_cannot_be_resumed_elsewhere(store, tiny, replay):
    """Said before anything is trained."""
    settings = tiny.grid.settings.model_copy(update={"architecture": "build@0123abcd"})
    done = run_sweep(dataclasses.replace(tiny.grid, settings=settings), tiny.job, client=store, say=quiet)
    with pytest.raises(StoreError, match="only its notebook holds, build@0123abcd; train the rest there"):
        own_grid(store, done.sweep_id)


BESIDE_RESUME = [
    (("run",), {}),
    (("train",), {}),
    (("run", "--seeds", "3"), {"seeds": (0, 1, 2)}),
    (("run", "--epochs", "7"), {"epochs": 7}),
    (("run", "--grid", "core"), None),
]
"""A command, and what of the stored grid it changes; None is a grid of its own."""


def test_the_command_takes_the_stored_grid_unless_one_is_given(store, tiny, interrupted, monkeypatch):
    """`--resume ID` alone is enough; what is given beside it is put in place of what is stored, and then named if it differs."""
    given = []
    monkeypatch.setattr(
        run_module, "sweep_and_report", lambda grid, asked, notes, job: given.append((grid, asked.resume))
    )
    for arguments, change in BESIDE_RESUME:
        result = CliRunner().invoke(main, [*arguments, "--resume", interrupted, "--store", store.tracking_uri])
        assert result.exit_code == 0, result.output
        grid, resume = given.pop()
        assert resume == interrupted
        if change is None:
            assert differences(tiny.grid, grid)
            continue
        assert grid.variants == tiny.grid.variants
        assert grid.seeds == change.get("seeds", tiny.grid.seeds)
        assert grid.settings == tiny.grid.settings.model_copy(update={n: v for n, v in change.items() if n != "seeds"})


def test_fewer_splits_than_a_sweep_has_are_a_difference():
    """More may be given; of fewer it would hold trials that its grid does not name."""
    assert differences(dataclasses.replace(GRID, splits=7), GRID) == ["the data are split 7 times there, 1 here"]
