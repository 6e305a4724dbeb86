"""regtrack.sweep: a notebook's own model and data, trained, judged and looked at without leaving it."""

import altair as alt
import keras
import numpy as np
import pytest
from support.store_files import copy_database
from support.sweeps import in_this_process, trials_here

import regtrack
from regtrack import names
from regtrack.data import Dataset
from regtrack.errors import GridError, ModelError, SettingError
from regtrack.sweeps import notebook
from regtrack.sweeps.sweep import run_sweep
from regtrack.training import plan
from regtrack.variants import Variant
from regtrack.variants.seed_budget import SeedBudget

VARIANTS = [{}, {"dropout_rate": 0.3}]


def own_functional(input_shape, n_classes):
    """A notebook's own network: two branches that meet, logits at the end."""
    inputs = keras.Input(input_shape)
    a = keras.layers.Dense(8, activation="relu")(inputs)
    b = keras.layers.Dense(8, activation="tanh")(inputs)
    return keras.Model(inputs, keras.layers.Dense(n_classes)(keras.layers.Concatenate()([a, b])))


@pytest.fixture(scope="module")
def data() -> Dataset:
    """Three overlapping Gaussian blobs in four dimensions."""
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], 100)
    return Dataset.from_arrays(rng.normal(size=(300, 4)) + y[:, None], y, class_names=["a", "b", "c"], split_seed=0)


@pytest.fixture(scope="module")
def result(data, empty_database, tmp_path_factory):
    """The sweep that the tests look at, with what it said on the way."""
    folder, said = tmp_path_factory.mktemp("notebook"), []
    copy_database(empty_database, folder / "mlflow.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        in_this_process(patch, trials_here)  # with worker processes: tests/stories/test_notebook.py
        patch.setattr(plan, "rehearse", lambda *_: None)
        found = regtrack.sweep(
            own_functional, data, VARIANTS, seeds=3, epochs=3, n_passes=5,
            tracking_uri=f"sqlite:///{folder}/mlflow.db", say=said.append,
        )  # fmt: skip
    return found, said


def test_the_leaderboard_has_a_row_a_variant(result):
    """Columns of the store contract; each variant with its three seeds."""
    found, _ = result
    board = found.leaderboard()
    assert tuple(board.columns) == names.LEADERBOARD_COLUMNS
    assert dict(zip(board["variant"], board["seeds"], strict=True)) == {"baseline": 3, "dropout=0.3": 3}


def test_the_winner_answers_and_others_when_asked(result, data):
    """predict gives what the trial stored of test: without a name the winner's, with variant and seed that one's."""
    found, _ = result
    winner, record = found.sweep.reported.winner, found.sweep.reported.record
    assert winner.variant == found.sweep.reported.answer.best
    for asked, (variant, seed) in (((), (winner.variant, winner.seed)), (("baseline", 2), ("baseline", 2))):
        [place] = [i for i in record.of_variant[variant] if record.test.trials[i].seed == seed]
        answer = found.predict(data.test.x, *asked)
        np.testing.assert_array_equal(answer["predicted_class"], record.test.trials[place].probs.argmax(axis=1))
    with pytest.raises(ModelError, match="variant and seed together"):
        found.predict(data.test.x, "baseline")
    with pytest.raises(ModelError, match=r"input: expected numbers of shape \(n, 4\)"):
        found.predict(data.test.x[:, :3])


def test_the_store_says_which_model_and_data(result, data):
    """The function's name with its digest as architecture, the data's own digest; probabilities though it gives logits."""
    found, _ = result
    trials = found.sweep.trials
    assert trials["architecture"].str.startswith("own_functional@").all()
    assert set(trials["dataset"]) == {"arrays"}
    assert found.sweep.reported.record.digest == data.digest
    model = found.model("dropout=0.3", 1)
    probs = model.predict(data.test.x, verbose=0)
    np.testing.assert_allclose(probs.sum(axis=1), 1, atol=1e-5)
    stored = found.sweep.reported.record
    [place] = [i for i in stored.of_variant["dropout=0.3"] if stored.test.trials[i].seed == 1]
    np.testing.assert_allclose(probs, stored.test.trials[place].probs, atol=1e-5)


def test_every_plot_is_an_altair_chart_with_data(result):
    """Each can be written as a Vega-Lite specification."""
    found, _ = result
    charts = [
        found.plot_train_and_validation_error(), found.plot_learning_curves(), found.plot_learning_curves(["baseline"]),
        found.plot_techniques(), found.plot_pareto(), found.plot_differences(), found.plot_reliability(), found.plot_confident_errors(), *found.plot_responses(),
    ]  # fmt: skip
    for chart in charts:
        assert isinstance(chart, alt.TopLevelMixin)
        assert any(chart.to_dict()["datasets"].values())


def test_jupyter_shows_answer_and_table_escaped(result):
    """The sentence and every variant stand in the HTML; no name is read as a tag."""
    found, _ = result
    shown = found._repr_html_()
    assert found.answer.replace("'", "&#x27;") in shown
    assert "dropout=0.3" in shown
    assert found.sweep.sweep_id in repr(found)


def test_a_model_object_is_taken_with_fresh_weights_by_seed(data, store, trained_here, without_pages):
    """Two seeds start apart although the object has weights; with keep_weights they start where the object stands."""
    model = own_functional((4,), 3)
    where = {"tracking_uri": store.tracking_uri, "say": lambda line: None}
    found = regtrack.sweep(model, data, [{}], seeds=2, epochs=1, learning_rate=1e-9, n_passes=2, **where)
    a, b = (found.model("baseline", seed).get_weights()[0] for seed in (0, 1))
    assert not np.allclose(a, b)
    assert not np.allclose(a, model.get_weights()[0])
    kept = regtrack.sweep(
        model, data, [{}], seeds=1, epochs=1, learning_rate=1e-9, n_passes=2, keep_weights=True, **where
    )
    np.testing.assert_allclose(kept.model("baseline", 0).get_weights()[0], model.get_weights()[0], atol=1e-6)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (dict(model=7), ModelError, "model: expected a Keras model, a function build(input_shape, n_classes) or a name"),
        (dict(grid=[]), GridError, "grid: expected different variants, at least one, received none"),
        (dict(grid=[{}, Variant()]), GridError, "grid: expected different variants, at least one, received baseline, baseline"),
        (dict(grid={"l2": 0.1}), GridError, "grid: expected a grid file, its name or a list of variants such as [{}, {'l2':"),
        (dict(grid=[3]), GridError, "grid: expected variants such as {'l2': 0.001}, received 3"),
        (dict(grid="fast"), GridError, "grid: expected a YAML file, or one of the grids that come with regtrack ("),
        (dict(seeds=0), SettingError, "seeds: expected a number such as 5, different seeds such as [0, 1, 2], or 'auto'; received 0"),
        (dict(seeds=-1), SettingError, "seeds: expected a number such as 5, different seeds such as [0, 1, 2], or 'auto'; received -1"),
        (dict(seeds="3"), SettingError, "seeds: expected a number such as 5, different seeds such as [0, 1, 2], or 'auto'; received '3'"),
        (dict(seeds=True), SettingError, "seeds: expected a number such as 5, different seeds such as [0, 1, 2], or 'auto'; received True"),
        (dict(seeds=[1, 1]), SettingError, "seeds: expected a number such as 5, different seeds such as [0, 1, 2], or 'auto'; received [1, 1]"),
        (dict(seeds={"begin": 3}), SettingError, "seeds: unknown key 'begin'; expected start, trials, minutes"),
        (dict(seeds={"trials": 1}), SettingError, "seeds: expected at least "),
        (dict(epochs=0), SettingError, "epochs: expected greater than or equal to 1, received 0"),
        (dict(epoch=3), SettingError, "epoch: unknown key; did you mean 'epochs'?"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_before_anything_is_trained(data, tmp_path, call, kind, message):
    """One line, and no store is made."""
    asked = dict(model=own_functional, dataset=data, grid=VARIANTS) | call
    with pytest.raises(kind) as error:
        regtrack.sweep(**asked, tracking_uri=f"sqlite:///{tmp_path}/mlflow.db")
    assert str(error.value).startswith(message)
    assert not (tmp_path / "mlflow.db").exists()


@pytest.mark.parametrize(("seeds", "budget"), [("auto", SeedBudget()), ({"start": 2, "trials": 40}, SeedBudget(2, 40))])
def test_seeds_may_be_spent_where_they_decide(data, store, monkeypatch, seeds, budget):
    """By the word, or with a budget of one's own."""
    grids = []
    monkeypatch.setattr(notebook, "run_sweep", lambda grid, *_, **__: grids.append(grid))
    regtrack.sweep("mlp", data, VARIANTS, seeds=seeds, tracking_uri=store.tracking_uri, say=None)
    assert (grids[0].budget, grids[0].seeds) == (budget, tuple(range(budget.start)))


@pytest.mark.parametrize("say", [None, print, len])
def test_say_takes_every_line_and_none_silences(data, store, monkeypatch, say):
    """Bars and progress are drawn only where lines are printed anyway."""
    given = {}
    monkeypatch.setattr(notebook, "run_sweep", lambda *_, **options: given.update(options))
    regtrack.sweep("mlp", data, VARIANTS, tracking_uri=store.tracking_uri, say=say)
    assert (given["console"] is None) == (say is not print)
    assert given["say"]("a line") == (6 if say is len else None)


def test_what_is_left_out_of_a_shipped_grid_is_said_or_silenced_too(data, store, monkeypatch, capfd):
    """A grid of regtrack's on a network of one's own: its note goes where the other lines go."""
    said = []
    monkeypatch.setattr(notebook, "run_sweep", lambda *_, **options: None)
    for say in (None, said.append):
        regtrack.sweep(own_functional, data, "quick", tracking_uri=store.tracking_uri, say=say)
    assert capfd.readouterr().out == ""
    assert len(said) == 1
    assert said[0].startswith("left out of the grid, since ")


def test_a_sweep_that_is_silenced_prints_nothing(tiny, store, replay, capfd):
    """Neither its own lines nor a progress."""
    run_sweep(tiny.grid, client=store, say=lambda line: None)
    assert capfd.readouterr().out == ""


def test_splits_of_data_that_a_notebook_holds_are_refused(data):
    """A Dataset does not know its source and cannot be split again: refused in one line, before anything is trained."""
    for given, what in (({"splits": 5}, "splits"), ({"cv": 5}, "cv"), ({"fold": "1/5"}, "fold")):
        with pytest.raises(
            SettingError, match=f"^{what}: expected data by name, which can be split again, received a Dataset"
        ):
            regtrack.sweep("mlp", data, VARIANTS, **given)


def test_a_sweep_of_one_split_has_no_table_over_splits(result):
    """Its columns, and no row."""
    table = result[0].over_splits()
    assert tuple(table.columns) == names.OVER_SPLITS_COLUMNS
    assert table.empty


def test_techniques_and_what_an_answer_costs_are_tables_of_a_sweep(result):
    """A row a technique, a row a number of tries, a row a way to answer: one pass of each, and passes of dropout. The network's products by
    hand: 4 inputs into 8 and 8 units, these into 3."""
    found, _ = result
    assert set(found.techniques()["technique"]) == {"none", "dropout"}
    assert found.expected_best()[["technique", "tries"]].to_numpy().tolist() == [["none", 1], ["dropout", 1]]
    table = found.pareto()
    assert tuple(table.columns) == names.PARETO_COLUMNS
    products = 2 * 4 * 8 + 16 * 3
    assert dict(zip(zip(table["variant"], table["method"], strict=True), table["cost"], strict=True)) == {
        ("baseline", names.DETERMINISTIC): products,
        ("dropout=0.3", names.DETERMINISTIC): products,
        ("dropout=0.3", names.MC_DROPOUT): 5 * products,
    }
