"""Compare two: the difference is the stored one, and two networks are called two networks."""

import json
import re
from pathlib import Path

import pytest
from mlflow import MlflowClient
from reading import store as reads
from scipy.stats import binomtest

from regtrack import names
from regtrack.tracking.artifacts import read_table
from regtrack.words.intervals import with_interval

VIEW = "compare_two"


@pytest.fixture
def pair(demo):
    """A row of the stored comparison on test among all pairs: the largest difference."""
    folder = Path(MlflowClient(demo.uri).get_run(demo.sweep_id).info.artifact_uri.removeprefix("file://"))
    table = read_table(folder / names.COMPARISON, names.COMPARISON).to_pandas()
    table = table[(table["family"] == "all") & (table["split"] == "test")]
    return table.loc[table["difference"].abs().idxmax()]


def runs_of(demo, variant: str) -> dict[int, str]:
    """Seed -> run id."""
    where = f"tags.`{names.VARIANT}` = '{variant}' and tags.`{names.ROLE}` = 'trial'"
    runs = MlflowClient(demo.uri).search_runs([demo.experiment_id], where)
    return {int(run.data.params[names.SEED]): run.info.run_id for run in runs}


def count(app, kind: str) -> int:
    """How many examples a gallery says it has."""
    place = [header.value.split(":")[0] for header in app.subheader].index(kind)
    captions = [caption.value for caption in app.caption if "Choose one to see" in caption.value]
    return int(captions[place].split()[0].replace(",", ""))


def test_the_difference_and_its_verdict_are_those_stored(demo, pair, open_view, words):
    """In points, with half the interval, and the verdict after Holm."""
    app = open_view(demo.uri, VIEW, a=pair["variant"], b=pair["other"])
    assert not app.exception
    half = (pair["high"] - pair["low"]) / 2
    size = abs(pair["difference"])
    shown = with_interval(size, size - half, size + half, scale=100)
    assert f"has {shown} points {'more' if pair['difference'] > 0 else 'less'} test accuracy than " in words(app)
    assert "(95 %). Verdict:" in words(app)
    assert f"Verdict: **{pair['verdict']}**" in words(app)


def test_turned_round_it_says_the_opposite(demo, pair, open_view, words):
    """The same pair from the other side: the other word, the other verdict, fixed and broken exchanged."""
    here = words(open_view(demo.uri, VIEW, a=pair["variant"], b=pair["other"]))
    there = words(open_view(demo.uri, VIEW, a=pair["other"], b=pair["variant"]))
    more, less = (here, there) if pair["difference"] > 0 else (there, here)
    assert "points more test accuracy" in more
    assert "points less test accuracy" in less
    fixed, broken = f"{pair['fixed']:,.0f}", f"{pair['broken']:,.0f}"
    assert f"fixes {fixed} examples that one of B gets wrong, and breaks {broken}." in here
    assert f"fixes {broken} examples that one of B gets wrong, and breaks {fixed}." in there


def test_two_seeds_are_two_networks_and_no_more(demo, open_view, words):
    """Fixed and broken as the stored predictions have them, McNemar's exact p, and the words that bound it."""
    runs = runs_of(demo, "baseline")
    first, second = (reads.probs(demo.uri, runs[seed], "test") for seed in (0, 1))
    wrong, other = (p.deterministic_probs.argmax(axis=1) != p.given_label for p in (first, second))
    fixed, broken = int((other & ~wrong).sum()), int((wrong & ~other).sum())
    app = open_view(demo.uri, VIEW, what="seeds", a="baseline", seed_a="0", seed_b="1")
    assert not app.exception
    assert f"it fixes {fixed} and breaks {broken}" in words(app)
    p = binomtest(fixed, fixed + broken, 0.5).pvalue
    assert f"McNemar's exact test: p {p:.2g}" in words(app)
    assert "says only that these two networks differ" in words(app)
    assert "Verdict" not in words(app)
    assert (count(app, "Fixed"), count(app, "Broken")) == (fixed, broken)


def test_one_pass_is_set_against_many(demo, open_view, words):
    """Of a variant with dropout, one network's two predictions."""
    app = open_view(demo.uri, VIEW, what="passes")
    assert not app.exception
    assert "**Monte Carlo dropout** has" in words(app)
    assert "says only that these two networks differ" in words(app)


def test_the_curves_of_the_two_are_drawn_together(demo, pair, open_view):
    """The last chart has both variants and no other."""
    app = open_view(demo.uri, VIEW, a=pair["variant"], b=pair["other"])
    spec = json.loads(app.get("vega_lite_chart")[-1].proto.spec)
    colors = json.dumps(spec)
    assert "How did the two learn?" in colors
    assert all(json.dumps(variant)[1:-1] in colors for variant in (pair["variant"], pair["other"]))


def test_an_example_opens_here_too(demo, pair, open_view):
    """The same detail as elsewhere, with the address of this page."""
    app = open_view(demo.uri, VIEW, a=pair["variant"], b=pair["other"])
    card = next(button for button in app.button if (button.key or "").startswith("card:page_"))
    example = card.key.rpartition(":")[2]
    card.click().run()
    assert not app.exception
    assert app.header[0].value.startswith(f"Example {example}: given as")
    assert app.query_params["a"] == pair["variant"]


def test_the_same_variant_twice_is_said(demo, open_view, words):
    """A variant does not differ from itself: another is taken, and the page says so."""
    app = open_view(demo.uri, VIEW, a="baseline", b="baseline")
    assert not app.exception
    assert "which is not here" in words(app)


def test_a_damaged_comparison_leaves_the_difference(demo, own_artifacts, pair, open_view, words):
    """Computed of this pair alone, without a verdict."""
    uri, folder = own_artifacts(demo.sweep_id)
    (folder / names.COMPARISON).write_bytes(b"no table")
    app = open_view(uri, VIEW, a=pair["variant"], b=pair["other"])
    assert not app.exception
    assert "is damaged" in words(app)
    assert "without a verdict" in words(app)
    assert "Verdict:" not in words(app)
    told = re.search(r"has ([\d.]+) ± [\d.]+ points (more|less) test accuracy", words(app))
    digits = len(told[1].partition(".")[2])  # rounded to what the pair's own interval supports
    assert float(told[1]) == pytest.approx(100 * abs(pair["difference"]), abs=0.5 * 10**-digits + 1e-9)
    assert told[2] == ("more" if pair["difference"] > 0 else "less")


def test_missing_predictions_are_said(demo, own_artifacts, pair, open_view, words):
    """Without them nothing can be compared."""
    run_id = runs_of(demo, pair["variant"])[0]
    uri, folder = own_artifacts(run_id)
    (folder / names.PREDICTIONS).unlink()
    app = open_view(uri, VIEW, a=pair["variant"], b=pair["other"])
    assert not app.exception
    assert f"{names.PREDICTIONS} is missing" in words(app)


def test_a_sweep_that_is_running_has_a_page(half_done, open_view, words):
    """Two variants have finished and left no predictions: that is said."""
    uri, sweep_id = half_done
    app = open_view(uri, VIEW, sweep=sweep_id)
    assert not app.exception
    assert "is missing" in words(app)
