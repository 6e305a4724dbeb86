"""Plan: a grid's own settings, and what the command line puts in their place."""

import pytest

from regtrack.cli.plan import one_variant, with_settings
from regtrack.errors import SettingError, VariantError
from regtrack.variants import Grid, Settings, Variant
from regtrack.variants.grid import AUTO
from regtrack.variants.seed_budget import SeedBudget

GRID = Grid((Variant(), Variant(learning_rate=0.1)), (0, 1), Settings(epochs=7, train_size=100))


def test_nothing_given_leaves_the_grid_as_it_is():
    """The file's settings and seeds stand."""
    assert with_settings(GRID, {}, None) == GRID


def test_what_is_given_takes_the_place_of_the_files():
    """Given settings and seeds win over the file, the file over the defaults."""
    grid = with_settings(GRID, {"epochs": "3", "architecture": "cnn"}, (5,))
    assert grid.settings == Settings(epochs=3, train_size=100, architecture="cnn")
    assert (grid.seeds, grid.variants) == ((5,), GRID.variants)


def test_other_data_leave_the_grids_subset_and_noise_behind():
    """What a grid says of its own data, a demo's 500 noisy digits, is not done to a person's; given, it is."""
    demo = Grid((Variant(),), (0,), Settings(epochs=7, train_size=500, label_noise=0.2))
    own = with_settings(demo, {"dataset": "table:mine.csv?target=class"}, None).settings
    assert (own.train_size, own.label_noise, own.epochs) == (0, 0.0, 7)
    asked = with_settings(demo, {"dataset": "sklearn:wine", "label_noise": "0.1"}, None).settings
    assert (asked.train_size, asked.label_noise) == (0, 0.1)
    assert with_settings(demo, {"dataset": "digits"}, None).settings == demo.settings


def test_a_setting_that_the_grid_varies_cannot_be_given():
    """It would silently apply to some variants only."""
    with pytest.raises(SettingError) as error:
        with_settings(GRID, {"learning_rate": "0.5"}, None)
    assert str(error.value) == (
        "learning_rate: the grid varies it itself (learning_rate=0.1); leave it out, or use another grid"
    )


def test_the_message_names_the_option_and_not_the_setting():
    """A person gave `model`, not `architecture`."""
    grid = Grid((Variant(), Variant(architecture="cnn")), (0,))
    with pytest.raises(SettingError, match=r"^model: the grid varies it itself"):
        with_settings(grid, {"architecture": "mlp"}, None)


def test_auto_spends_the_grids_own_budget_or_the_usual_one():
    """A number given takes the place of a budget."""
    own = GRID.with_budget(SeedBudget(2, 30))
    assert with_settings(GRID, {}, AUTO) == GRID.with_budget(SeedBudget())
    assert with_settings(own, {"epochs": "3"}, AUTO).budget == SeedBudget(2, 30)
    assert with_settings(own, {}, None) == own
    fixed = with_settings(own, {}, (0, 1, 2))
    assert (fixed.seeds, fixed.budget) == ((0, 1, 2), None)


def test_auto_needs_more_than_one_variant():
    """There is nothing to choose among, and the message says what to give."""
    with pytest.raises(SettingError, match="received one variant; give a number of seeds such as 5, or a grid"):
        one_variant({"l2": "0.001"}, {}, AUTO)


def test_one_variant_is_a_grid_of_one():
    """Text from the command line becomes the same variant as numbers in Python; the seed is 0 unless given."""
    grid = one_variant({"l2": "0.001", "max_norm": "1"}, {"epochs": "3"}, None)
    assert grid == Grid((Variant(l2=0.001, max_norm=1.0),), (0,), Settings(epochs=3))
    assert one_variant({}, {}, (3, 4)).seeds == (3, 4)


@pytest.mark.parametrize(
    ("params", "settings", "message"),
    [
        ({"l2": "banana"}, {}, "l2: expected a valid number, unable to parse string as a number, received 'banana'"),
        ({"dropout_rate": "1"}, {}, "dropout_rate: expected less than 1, received '1'"),
        ({"dropout_placement": "hidden"}, {}, "dropout_placement: has no effect without dropout_rate; set "
         "dropout_rate or drop dropout_placement"),
        ({}, {"epochs": "0"}, "epochs: expected greater than or equal to 1, received '0'"),
    ],
)  # fmt: skip
def test_a_bad_value_is_an_error_that_names_it(params, settings, message):
    """Expected, received, by the name that was given."""
    kind = VariantError if params else SettingError
    with pytest.raises(kind) as error:
        one_variant(params, settings, None)
    assert str(error.value) == message
