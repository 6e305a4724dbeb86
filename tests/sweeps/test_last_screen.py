"""The last screen: as wide as the terminal and no wider, the answer first, a line a variant."""

import io
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from regtrack import names
from regtrack.diagnosis.by_technique import ByTechnique
from regtrack.diagnosis.differences.families import TO_BASELINE
from regtrack.diagnosis.leaderboard import ONLY_SOME
from regtrack.sweeps.last_screen import compose_last_screen
from regtrack.sweeps.methods import MethodTables
from regtrack.sweeps.summary import rows_of

SENTENCE = (
    "No win is shown: dropout=0.2+max_norm=1 has the lowest validation error (5 seeds, 360 test images, this split)"
)
LABELS = ("dropout=0.2+max_norm=1", "baseline", "hidden_widths=4")
WIDTHS = (60, 80, 100, 120, 200)


def leaderboard() -> pd.DataFrame:
    values = dict.fromkeys(names.LEADERBOARD_COLUMNS, 0.123) | {
        "seeds": 5, "fitting_regime": names.UNDETERMINED, "leans_to": names.UNDERFIT, "verdict": "worse",
        "difference": -0.541, "difference_low": -0.581, "difference_high": -0.501, "val_error_low": 0.073,
        "val_error_high": 0.173, "test_accuracy_low": 0.073, "test_accuracy_high": 0.173,
    }  # fmt: skip
    values |= dict.fromkeys(ONLY_SOME)
    return pd.DataFrame([values | {"variant": label} for label in LABELS])


def methods() -> pd.DataFrame:
    """Of one variant: 100 passes lower the NLL, temperature is not shown to, the ensemble of five lowers it too."""
    told = [
        ("mc_dropout", False, 100, 1, "accuracy", 0.004, -0.003, 0.011),
        ("mc_dropout", False, 5, 1, "negative_log_likelihood", 0.9, 0.8, 1.0),
        ("mc_dropout", False, 100, 1, "negative_log_likelihood", -0.035, -0.066, -0.004),
        ("deterministic", True, 1, 1, "negative_log_likelihood", -0.001, -0.002, 0.0004),
        ("ensemble", False, 5, 5, "negative_log_likelihood", 0.03, 0.024, 0.036),
    ]
    columns = ["method", "temperature", "passes", "trainings", "measure", "difference", "difference_low",
               "difference_high"]  # fmt: skip
    return pd.DataFrame(told, columns=columns).assign(variant="dropout=0.2")


def method_verdicts() -> pd.DataFrame:
    """All of them together show the likelihood of 100 passes alone; of an ensemble there is no verdict."""
    told = [
        ("mc_dropout", False, 100, 1, "accuracy", names.NOT_SHOWN),
        ("mc_dropout", False, 100, 1, "negative_log_likelihood", names.BETTER),
        ("deterministic", True, 1, 1, "negative_log_likelihood", names.NOT_SHOWN),
    ]
    columns = ["method", "temperature", "passes", "trainings", "measure", "verdict"]
    return pd.DataFrame(told, columns=columns).assign(variant="dropout=0.2", other=names.DETERMINISTIC)


def comparison(*apart: str) -> pd.DataFrame:
    """Against the baseline, of variants whose seeds all are worse and of which nothing is shown."""
    rows = [
        {"family": TO_BASELINE, "split": names.TEST, "variant": v, "other": "baseline", "seeds": 5,
         "verdict": names.NOT_SHOWN, "seeds_apart": names.WORSE, "seeds_needed_seen": 9}
        for v in apart
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(names.COMPARISON_COLUMNS))


def judgement(compared: pd.DataFrame, techniques: int = 1) -> SimpleNamespace:
    """Of so many techniques: of two, dropout is shown better with its second setting."""
    told = [("none", 1, ""), ("dropout", 1, names.NOT_SHOWN), ("dropout", 2, names.BETTER)]
    expected = pd.DataFrame(told, columns=["technique", "tries", "verdict"]).assign(reason="")
    chosen = pd.DataFrame({"technique": ["dropout", "none"], "chosen": ["dropout=0.2", "baseline"]})[:techniques]
    return SimpleNamespace(
        comparison=compared,
        over_splits=pd.DataFrame(),
        by_technique=ByTechnique(
            chosen=chosen,
            pairs=pd.DataFrame(columns=list(names.TECHNIQUE_PAIRS_COLUMNS)),
            expected_best=expected.reindex(columns=list(names.EXPECTED_BEST_COLUMNS)),
            pareto=pd.DataFrame(),
        ),
    )


def shown(width: int, **more) -> str:
    record = SimpleNamespace(test=SimpleNamespace(example_id=np.arange(360)))
    given = {
        "rows": rows_of(leaderboard()),
        "methods": MethodTables(methods(), method_verdicts()),
        "answer": SimpleNamespace(sentence=SENTENCE, primary=names.ACCURACY, over="", by_folds=False),
        "shown": [*LABELS, "dropout=0.2"],
        "judgement": judgement(comparison()),
        "spent": (),
    }
    text = io.StringIO()
    console = Console(file=text, width=1000)  # nothing but the screen itself keeps to the width
    for part in compose_last_screen(SimpleNamespace(record=record, **given | more), width):
        console.print(part, width=width)
    return text.getvalue()


@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_its_width(width):
    """No line is longer, on a narrow terminal either, and no cell is cut or broken."""
    text = shown(width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    assert [sum(line.startswith(f"{label}  ") for line in text.splitlines()) for label in LABELS] == [1, 1, 1]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_answer_comes_first_between_two_rules_then_the_variants(width):
    """A whole sentence, whatever it is broken at, and below it the table."""
    lines = shown(width).splitlines()
    assert lines[0].startswith("Answer ─")
    end = next(i for i in range(1, len(lines)) if not lines[i].strip("─"))
    assert " ".join(" ".join(lines[1:end]).split()) == f"{SENTENCE}."
    assert next(i for i, line in enumerate(lines) if line.startswith("baseline  ")) > end


def test_a_wider_terminal_shows_more_and_the_difference_stays_longest():
    """What the answer rests on is the last to go."""
    told = {width: shown(width) for width in WIDTHS}
    assert "−54 ± 4 worse" in told[80]
    for cell, narrow, wide in ((" NLL\n", 80, 120), ("accuracy with", 120, 200)):
        assert cell not in told[narrow]
        assert cell in told[wide]


def test_what_monte_carlo_bought_is_one_line_a_variant():
    """Accuracy in points, NLL in nats, of all passes; better and worse only where the methods' verdicts say so."""
    [line] = [line for line in shown(120).splitlines() if line.startswith("dropout=0.2 ")]
    cells = [cell.strip() for cell in line.split("  ") if cell.strip()]
    assert cells == ["dropout=0.2", "+0.4 ± 0.7", "−0.04 ± 0.03 better", "−0.0010 ± 0.0012", "+0.030 ± 0.006"]


def test_a_change_without_an_interval_keeps_its_measures_digits():
    """An ensemble of two has no interval: 0.000000182 nats are no change that a screen could tell."""
    few = methods()
    few.loc[few["method"] == "ensemble", ["difference", "difference_low", "difference_high"]] = -1.82e-7, np.nan, np.nan
    [line] = [
        line
        for line in shown(120, methods=MethodTables(few, method_verdicts())).splitlines()
        if line.startswith("dropout=0.2 ")
    ]
    assert line.split()[-1] == "0.0000"


def test_without_dropout_there_is_nothing_of_monte_carlo():
    """No table and no heading of it."""
    assert "Monte Carlo" not in shown(120, methods=MethodTables(methods()[:0], method_verdicts()[:0]))


def test_a_name_longer_than_the_terminal_is_folded_and_whole():
    """Half the width for names; nothing is lost."""
    name = "python:a_module_of_mine:" + "a" * 90
    text = shown(
        80,
        rows=rows_of(leaderboard().assign(variant=[name, *LABELS[1:]])),
        shown=[name, *LABELS[1:]],
        methods=MethodTables(methods()[:0], method_verdicts()[:0]),
    )
    assert max(map(len, text.splitlines())) <= 80
    assert text.count("a") >= name.count("a")


def test_seeds_that_lie_apart_are_told_below_the_variants():
    """The first three; how many more there are, the report has."""
    text = shown(200, judgement=judgement(comparison(*"abcde")))
    assert (
        "· all 5 seeds of a are worse than each of baseline's, and still not shown to differ: 9 seeds of each would show"
        in text
    )
    assert "all 5 seeds of c" in text
    assert "all 5 seeds of d" not in text
    assert "· 2 more in the report." in text
    assert "·" not in shown(200).split("All columns")[1].split("What Monte Carlo")[0]


def test_of_many_variants_it_is_said_how_many_are_shown():
    """A line each of those, the dropout of no other, and where the rest is."""
    text = shown(200, shown=LABELS[:2])
    assert "2 of 3 variants, those that do best on validation" in text
    assert "the dashboard has all" in text
    assert LABELS[2] not in text
    assert "What Monte Carlo dropout bought" not in text


def test_where_the_seeds_went_stands_below_the_variants():
    """A sentence each, of a sweep that spent them where they decide; of any other not a word."""
    assert "seeds went" not in shown(120)
    text = shown(120, spent=("4 variants were explored", "1 variant got no more seeds"))
    place = [
        text.index(part) for part in ("Where the seeds went:", "· 4 variants were explored.", "· 1 variant got no more")
    ]
    assert place == sorted(place)
    assert place[0] > text.index("All columns and what they mean")


def test_techniques_are_told_where_there_are_two():
    """The sentence for how many tries which; of a single technique not a word."""
    assert "Techniques" not in shown(120)
    text = shown(120, judgement=judgement(comparison(), techniques=2))
    assert "· With one try, nothing is shown to beat a network without a regularizer; with 2 tries, dropout." in text


def test_over_splits_the_caption_says_that_the_figures_are_means_over_them():
    """And no longer that they are of this split."""
    text = shown(
        200, answer=SimpleNamespace(sentence=SENTENCE, primary=names.ACCURACY, over="7 splits", by_folds=False)
    )
    assert "Means over 7 splits, regimes of the first; ± is half a 95 % interval for new data" in text
    assert "on this split" not in text


def test_over_splits_nothing_of_the_first_one_reads_as_if_it_were_of_all():
    """Seeds that lie apart on it are left to the report; techniques are of all splits, passes of it alone, and both say so."""
    over_all = SimpleNamespace(sentence=SENTENCE, primary=names.ACCURACY, over="7 splits", by_folds=False)
    text = shown(200, answer=over_all, judgement=judgement(comparison("a"), techniques=2))
    assert "of its seeds are" not in text
    assert "seeds of a are" not in text
    assert "Techniques, at equal numbers of tries, over 7 splits:" in text
    assert "against one pass of the same networks, on the first split alone:" in text
