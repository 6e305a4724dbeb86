"""The next grid: finer inside, wider at the edge, and always a file that can be run."""

from pathlib import Path

import pandas as pd
import pytest

from regtrack.diagnosis.advice.next_grid import propose_grid
from regtrack.diagnosis.differences.families import AMONG_ALL, TO_BASELINE
from regtrack.names import COMPARISON_COLUMNS
from regtrack.variants import Grid, Settings, Variant

GRIDS = {path.stem: Grid.from_yaml(path) for path in sorted((Path(__file__).parents[3] / "grids").glob("*.yaml"))}
BASELINE = Variant()
NOTHING = pd.DataFrame(columns=list(COMPARISON_COLUMNS))


def needing(*rows: tuple[str, str, int | None]) -> pd.DataFrame:
    """A comparison with (family, variant, seeds_needed_low)."""
    found = pd.DataFrame(rows, columns=["family", "variant", "seeds_needed_low"])
    return found.astype({"seeds_needed_low": "Int64"}).reindex(columns=list(COMPARISON_COLUMNS))


@pytest.fixture
def after(tmp_path):
    """(Grid to run after a sweep of these variants, the best first; its reason)."""

    def after(best, *others, settings=None, seeds=5, comparison=NOTHING):
        found = propose_grid(best, [*others, best], settings or Settings(), seeds, comparison)
        path = tmp_path / "next.yaml"
        path.write_text(found.text, encoding="utf-8")
        assert found.text.startswith(f"# {found.reason}.\n")
        return Grid.from_yaml(path), found.reason

    return after


def values(grid: Grid, name: str) -> list:
    """The strengths of a grid whose other variant is the baseline."""
    assert grid.variants[0] == BASELINE
    return [getattr(variant, name) for variant in grid.variants[1:]]


L2 = [Variant(l2=1e-4), Variant(l2=1e-3), Variant(l2=1e-2)]
NORMS = [Variant(max_norm=2), Variant(max_norm=1), Variant(max_norm=0.5)]


@pytest.mark.parametrize(
    ("curve", "best", "name", "expected", "reason"),
    [(L2, 1, "l2", [3.2e-4, 1e-3, 3.2e-3], "l2=0.001 is best and between its neighbours"),
     (L2, 2, "l2", [3.2e-3, 1e-2, 3.2e-2, 0.1], "l2=0.01 is best and the strongest tried"),
     (L2, 0, "l2", [1e-5, 3.2e-5, 1e-4, 3.2e-4], "l2=0.0001 is best and the weakest tried"),
     (L2[1:2], 0, "l2", [1e-4, 3.2e-4, 1e-3, 3.2e-3, 1e-2], "l2=0.001 is best and the only one tried"),
     (NORMS, 1, "max_norm", [0.71, 1, 1.4], "max_norm=1 is best and between its neighbours"),
     (NORMS, 2, "max_norm", [0.25, 0.35, 0.5, 0.71], "max_norm=0.5 is best and the strongest tried"),
     (NORMS, 0, "max_norm", [1.4, 2, 2.8, 4], "max_norm=2 is best and the weakest tried"),
     ([Variant(dropout_rate=0.1)], 0, "dropout_rate", [0.05, 0.1, 0.15, 0.2], "dropout_rate=0.1 is best and the only one tried"),
     ([Variant(dropout_rate=0.5), Variant(dropout_rate=0.9)], 1, "dropout_rate", [0.7, 0.9], "dropout_rate=0.9 is best and the strongest tried")],
)  # fmt: skip
def test_finer_inside_and_wider_at_the_edge(curve, best, name, expected, reason, after):
    """Halfway to each neighbour; past the edge half a step and a whole one, never off and never past the most."""
    grid, said = after(curve[best], BASELINE, *curve[:best], *curve[best + 1 :])
    assert values(grid, name) == expected
    assert said == reason


def test_another_curve_is_no_neighbour(after):
    """Strengths on another variant, or elsewhere in the net, do not count as tried."""
    placed = Variant(dropout_rate=0.2, dropout_placement="hidden")
    grid, reason = after(
        Variant(dropout_rate=0.3),
        BASELINE,
        placed,
        Variant(dropout_rate=0.5, batch_norm=1),
        Variant(dropout_rate=0.4, train_size=9),
    )
    assert values(grid, "dropout_rate") == [0.2, 0.25, 0.3, 0.35, 0.4]
    assert reason.endswith("the only one tried")


def test_two_strengths_are_refined_together_and_not_widened(after):
    """The product of three values each, with the baseline; a third one is held."""
    best = Variant(dropout_rate=0.2, max_norm=1)
    grid, reason = after(best, BASELINE, Variant(dropout_rate=0.2), Variant(max_norm=1))
    assert grid.variants == (
        BASELINE, *(Variant(dropout_rate=rate, max_norm=norm) for rate in (0.15, 0.2, 0.25) for norm in (0.71, 1, 1.4))
    )  # fmt: skip
    assert reason == "dropout_rate=0.2 is best and the only one tried; max_norm=1 is best and the only one tried"
    three, reason = after(Variant(l1=1e-5, l2=1e-4, max_norm=1))
    assert len(three.variants) == 1 + 9
    assert {variant.max_norm for variant in three.variants[1:]} == {1.0}
    assert "max_norm" not in reason


def test_companions_and_own_settings_stay(after):
    """The best variant's placement and widths are held in every line of it."""
    best = Variant(dropout_rate=0.5, dropout_placement="last_hidden", hidden_widths="16", optimizer="sgd")
    grid, _ = after(best, BASELINE)
    held = {"dropout_placement": "last_hidden", "hidden_widths": "16", "optimizer": "sgd"}
    assert all(held.items() <= variant.to_params().items() for variant in grid.variants[1:])
    assert best in grid.variants


def test_where_the_baseline_is_best_weaker_regularizers_are_tried(after):
    """Half a step and a step below the weakest of every curve, where it acted; off is there as the baseline."""
    placed = Variant(dropout_rate=0.5, dropout_placement="last_hidden")
    grid, reason = after(BASELINE, *L2, NORMS[1], placed, Variant(label_smoothing=0.05), Variant(batch_norm=1))
    assert grid.variants == (
        BASELINE, Variant(l2=1e-5), Variant(l2=3.2e-5),
        Variant(dropout_rate=0.4, dropout_placement="last_hidden"),
        Variant(dropout_rate=0.45, dropout_placement="last_hidden"),
        Variant(max_norm=1.4), Variant(max_norm=2), Variant(label_smoothing=0.025),
    )  # fmt: skip
    assert reason == (
        "baseline has the lowest validation error and no strength of its own: every regularizer weaker than tried"
    )


def test_where_the_best_has_no_strength_and_no_curve_the_usual_ones_are_tried(after):
    """On top of the best variant, which is in the grid itself."""
    best = Variant(batch_norm=1)
    grid, reason = after(best, BASELINE)
    assert grid.variants == (
        BASELINE, best, Variant(batch_norm=1, l2=1e-4), Variant(batch_norm=1, l2=1e-3),
        Variant(batch_norm=1, dropout_rate=0.2), Variant(batch_norm=1, dropout_rate=0.5),
        Variant(batch_norm=1, max_norm=2), Variant(batch_norm=1, max_norm=1),
    )  # fmt: skip
    assert reason == "batch_norm has the lowest validation error; the first strengths of the usual regularizers"
    alone, _ = after(BASELINE)
    assert [variant.label for variant in alone.variants] == [
        "baseline", "l2=0.0001", "l2=0.001", "dropout=0.2", "dropout=0.5", "max_norm=2", "max_norm=1",
    ]  # fmt: skip


def test_a_penalty_of_ones_own_leaves_no_room_for_another(after):
    """A kernel holds one penalty: l2 is not proposed on top of it, as no grid could be read with both."""
    grid, _ = after(Variant(kernel_regularizer="python:a.b:c"), BASELINE)
    assert {n for v in grid.variants for n in ("l2", "dropout_rate", "max_norm") if getattr(v, n)} == {
        "dropout_rate",
        "max_norm",
    }


@pytest.mark.parametrize(
    ("seeds", "comparison", "expected"),
    [(5, NOTHING, 5), (3, NOTHING, 5), (8, NOTHING, 8),
     (5, needing((TO_BASELINE, "l2=0.1", 9)), 9), (5, needing((TO_BASELINE, "l2=0.1", 4)), 5),
     (5, needing((TO_BASELINE, "l2=0.1", 7), (TO_BASELINE, "l2=0.1", 12)), 12),
     (5, needing((TO_BASELINE, "l2=0.1", 400)), 20), (5, needing((TO_BASELINE, "l2=0.1", None)), 5),
     (5, needing((TO_BASELINE, "l2=0.2", 9), (AMONG_ALL, "l2=0.1", 11)), 5)],
    ids=["none", "at least five", "as many as now", "needed", "fewer needed", "most of both splits", "at most twenty",
         "no number would do", "another question"],
)  # fmt: skip
def test_seeds_are_those_the_question_needs(seeds, comparison, expected, after):
    """As many as showing the best variant's difference from the baseline needs, from 5 to 20, counted from 0."""
    grid, _ = after(Variant(l2=0.1), BASELINE, seeds=seeds, comparison=comparison)
    assert grid.seeds == tuple(range(expected))


def test_settings_are_carried_over(after):
    """Every setting that is not a default, with every digit and character."""
    settings = Settings(
        dataset='fashion_mnist:C:\\new "data"', train_size=500, label_noise=0.1 + 0.2, learning_rate=1e-5,
        hidden_widths="10", optimizer="sgd", learning_rate_schedule="constant", n_passes=7, high_confidence=0.75,
    )  # fmt: skip
    grid, _ = after(Variant(l2=0.1), BASELINE, settings=settings)
    assert grid.settings == settings
    assert after(Variant(l2=0.1), BASELINE)[0].settings == Settings()


@pytest.mark.parametrize("name", GRIDS)
def test_any_variant_of_any_shipped_grid_may_be_best(name, after):
    """The next grid parses, holds the best variant and the baseline, adds new ones, and keeps the sweep's settings."""
    grid = GRIDS[name]
    for i, best in enumerate(grid.variants):
        others = grid.variants[:i] + grid.variants[i + 1 :]
        following, reason = after(best, *others, settings=grid.settings)
        assert {BASELINE, best} <= set(following.variants)
        assert set(following.variants) - set(grid.variants)
        assert following.settings == grid.settings
        assert reason


def test_it_is_judged_by_what_this_sweep_was(tmp_path):
    """Where the data would decide otherwise; else nothing is written, and they decide again."""
    found, texts = {}, {}
    for primary in ("auto", "balanced_accuracy"):
        texts[primary] = propose_grid(L2[1], L2, Settings(), 5, NOTHING, primary=primary).text
        (tmp_path / "next.yaml").write_text(texts[primary])
        found[primary] = Grid.from_yaml(tmp_path / "next.yaml").primary
    assert found == {"auto": "auto", "balanced_accuracy": "balanced_accuracy"}
    assert "primary" not in texts["auto"]
