"""report_sweep: judged from the store alone, the same every time, by the criteria that are given."""

import dataclasses
import html
import json
import re
from pathlib import Path

import pytest

from regtrack import names
from regtrack.diagnosis.criteria import Criteria
from regtrack.errors import StoreError
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.reporting import report_sweep
from regtrack.sweeps.sweep import run_sweep
from regtrack.tracking.judgements import NOTE
from regtrack.tracking.writer import log
from regtrack.variants import Grid, Variant

HOSTILE = "python:hostile_module:<img src=x onerror=alert(1)>|`*[red]"


def run(client, grid, **more):
    return run_sweep(grid, client=client, say=lambda text: None, asked=Asked(**more))


def folder(client, run_id: str) -> Path:
    return Path(client.get_run(run_id).info.artifact_uri.removeprefix("file://"))


def page_of(client, done) -> str:
    return (folder(client, done.run_id) / names.REPORT).read_text(encoding="utf-8")


def told_of(client, done) -> dict[str, bytes]:
    """Everything that the judgement wrote but the page, whose charts number their parts through the process."""
    found = {}
    for run_id in [done.run_id, *done.trials["run_id"]]:
        root = folder(client, run_id)
        for place in ("sweep", "diagnosis", "fit", "report", "uncertainty/methods.parquet"):
            paths = [root / place] if "." in place else (root / place).rglob("*")
            found |= {f"{run_id}/{p.relative_to(root)}": p.read_bytes() for p in paths if p.is_file()}
        tags = client.get_run(run_id).data.tags
        found[f"{run_id} tags"] = json.dumps({n: v for n, v in tags.items() if n.startswith(("regtrack.", NOTE))})
    return {name: content for name, content in found.items() if not name.endswith(names.REPORT)}


@pytest.fixture
def three(replay):
    """Grid of tiny's variants with three seeds, the third a copy of the first: enough for a verdict."""
    tiny = replay.tiny
    results = tiny.results | {(v, 2): dataclasses.replace(tiny.results[v, 0], seed=2) for v in tiny.grid.variants}
    replay.tiny = dataclasses.replace(tiny, results=results)
    return dataclasses.replace(tiny.grid, seeds=(0, 1, 2))


def test_a_sweep_ends_with_its_report(told):
    """The page opens with the answer, names every variant, and says what it holds for."""
    page = html.unescape(page_of(told.client, told.sweep))
    [heading] = re.findall("<h1>(.*?)</h1>", page, flags=re.DOTALL)
    assert re.sub("</?span>", "", heading) == f"{told.judgement.answer.sentence}."
    for variant in told.tiny.grid.variants:
        assert variant.label in page
    for words in ("100 train, 360 validation, 360 test", "10% of the labels changed on purpose", told.sweep.sweep_id,
                  "tolerance 0.02, margin 0.02, practically equal within 0.01"):  # fmt: skip
        assert words in page
    assert (
        "2 of 2 variants have fewer than 5 finished seeds (the fewest: 2); with so few nothing is called a win." in page
    )


@pytest.mark.usefixtures("without_pages")
def test_reporting_again_says_the_same_byte_for_byte(store, three, replay):
    """Tables, regimes, next grid, claims, tags and notes come from the store alone."""
    done = run(store, three)
    before = told_of(store, done)
    of_sweep = (names.LEADERBOARD, names.COMPARISON, names.RESPONSE, names.CLAIMS, names.NEXT_GRID, names.METHODS,
                names.CLAIMS_PAGE, names.HIGH_CONFIDENCE_ERRORS, names.LABEL_SUSPICION, names.PROMISED_ERRORS)  # fmt: skip
    expected = {f"{done.run_id}/{artifact}" for artifact in of_sweep}
    expected |= {f"{run_id}/{names.REGIME}" for run_id in done.trials["run_id"]}
    assert expected <= set(before)
    report_sweep(store, done.experiment_id, done.sweep_id, Criteria(), run_id=done.run_id)
    after = told_of(store, done)
    assert set(after) == set(before)
    assert [name for name in before if before[name] != after[name]] == []


def test_other_criteria_give_other_verdicts(store, three, replay):
    """With everything tolerated all leans to well fit (three epochs are never told so); against an error of 0 with no
    margin all is underfit."""
    done = run(store, three, criteria=Criteria(tolerance=0.99, margin=0.99))
    assert set(done.reported.leaderboard["fitting_regime"]) == {names.UNDETERMINED}
    assert set(done.reported.leaderboard["leans_to"]) == {names.WELL_FIT_HERE}
    again = report_sweep(
        store, done.experiment_id, done.sweep_id, Criteria(margin=0, target_error=0), run_id=done.run_id
    )
    assert set(again.leaderboard["fitting_regime"]) == {names.UNDERFIT}
    for run_id in done.trials["run_id"]:
        assert store.get_run(run_id).data.tags[names.FITTING_REGIME] == names.UNDERFIT
        [clause] = [
            clause
            for clause in json.loads((folder(store, run_id) / names.REGIME).read_text())["last"]["clauses"]
            if clause["name"] == "underfit"
        ]
        assert clause["threshold"] == 0
    assert "reference error: 0, as given" in page_of(store, done)


def test_the_primary_measure_is_recorded_before_training_and_another_one_says_so(store, three, replay):
    """The tag stays what it was; judged by another measure afterwards, answer, page and terminal say that it was not
    chosen before."""
    done = run(store, three, criteria=Criteria(primary="negative_log_likelihood"))
    assert store.get_run(done.run_id).data.tags[names.PRIMARY] == "negative_log_likelihood"
    assert done.reported.answer.primary == "negative_log_likelihood"
    assert done.reported.answer.why_primary == ""
    assert "negative log-likelihood of 0.999 p + 0.001 / C" in page_of(store, done)
    board = done.reported.leaderboard
    assert board["log_likelihood_gained"].notna().any()
    assert board["difference"].isna().all()
    again = report_sweep(store, done.experiment_id, done.sweep_id, Criteria(primary="accuracy"), run_id=done.run_id)
    assert store.get_run(done.run_id).data.tags[names.PRIMARY] == "negative_log_likelihood"
    why = "chosen after training: negative log-likelihood was recorded before it"
    assert (again.answer.primary, again.answer.why_primary) == ("accuracy", why)
    assert why in again.answer.sentence
    assert why in page_of(store, done)
    as_recorded = report_sweep(store, done.experiment_id, done.sweep_id, Criteria(), run_id=done.run_id)
    assert as_recorded.answer.to_dict() == done.reported.answer.to_dict()


@pytest.mark.usefixtures("without_pages")
def test_a_sweep_that_recorded_nothing_is_judged_by_the_default(store, three, replay):
    """Of an earlier version: by accuracy where classes are alike, and a wish says that it came after training."""
    done = run(store, three)
    store.delete_tag(done.run_id, names.PRIMARY)
    found = report_sweep(store, done.experiment_id, done.sweep_id, Criteria(), run_id=done.run_id).answer
    assert (found.primary, found.why_primary) == ("accuracy", "")
    asked = Criteria(primary="balanced_accuracy")
    found = report_sweep(store, done.experiment_id, done.sweep_id, asked, run_id=done.run_id).answer
    assert found.why_primary == "chosen after training: none was recorded before it"


@pytest.mark.usefixtures("without_pages")
@pytest.mark.parametrize(("equal_margin", "verdict"), [(0.99, "practically equal"), (1e-9, "not shown to differ")])
def test_the_equal_margin_says_what_is_practically_none(store, tiny, replay, equal_margin, verdict):
    """The same networks under two names never differ: equal within any margin, and exactly 0 apart."""
    baseline = tiny.grid.variants[0]
    other = Variant(l2=0.5)
    networks = {baseline: (0, 1, 0), other: (1, 0, 0)}
    copies = {(variant, seed): dataclasses.replace(tiny.results[baseline, of], variant=variant, seed=seed)
              for variant, seeds in networks.items() for seed, of in enumerate(seeds)}  # fmt: skip
    replay.tiny = dataclasses.replace(tiny, results=tiny.results | copies)
    done = run(
        store, Grid((baseline, other), (0, 1, 2), tiny.grid.settings), criteria=Criteria(equal_margin=equal_margin)
    )
    board = done.reported.leaderboard.set_index("variant")
    assert board.loc["l2=0.5", "difference"] == 0
    assert board.loc["l2=0.5", "verdict"] == verdict


def test_a_name_that_is_markup_is_text_everywhere(store, tiny, replay, tmp_path, monkeypatch):
    """A variant's function may be called anything: page, charts, notes and next grid hold it as text."""
    name = HOSTILE.rpartition(":")[2]
    (tmp_path / "hostile_module.py").write_text(f"globals()[{name!r}] = lambda kernel: 0.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    baseline, dropout = tiny.grid.variants
    hostile = Variant(kernel_regularizer=HOSTILE, dropout_rate=0.2)
    copies = {(hostile, s): dataclasses.replace(tiny.results[dropout, s], variant=hostile) for s in (0, 1)}
    replay.tiny = dataclasses.replace(tiny, results=tiny.results | copies)
    done = run(store, Grid((baseline, hostile), (0, 1), tiny.grid.settings))
    page = page_of(store, done)
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "\\u003cimg src=x onerror=alert(1)\\u003e" in page
    for run_id in [done.run_id, *done.trials.loc[done.trials["variant"] == hostile.label, "run_id"]]:
        note = store.get_run(run_id).data.tags[NOTE]
        assert note.count("<img") == note.count("\\<img") > 0
    assert r"\<img src=x onerror=alert(1)\>\|\`\*\[red\]" in store.get_run(done.run_id).data.tags[NOTE]
    assert hostile in Grid.from_yaml(folder(store, done.run_id) / names.GRID).variants
    Grid.from_yaml(folder(store, done.run_id) / names.NEXT_GRID)


@pytest.mark.parametrize("seeds", [(0,), (0, 1)])
def test_a_sweep_of_one_variant_has_a_report_too(store, tiny, replay, seeds):
    """Nothing to compare it with: an empty comparison, no methods without dropout, and words instead of charts."""
    done = run(store, Grid((tiny.grid.variants[0],), seeds, tiny.grid.settings))
    assert done.reported.leaderboard["variant"].tolist() == ["baseline"]
    assert len(done.reported.judgement.comparison) == 0
    root = folder(store, done.run_id)
    assert (root / names.COMPARISON).is_file()
    assert not (root / names.METHODS).exists()
    page = html.unescape(page_of(store, done))
    assert "One variant has finished trials: there is nothing to compare it with." in page
    assert "No variant has dropout, so there is no Monte Carlo measure." in page


def test_a_failed_trial_is_named_at_the_top_of_the_report(store, tiny, replay):
    """Variant, seed and reason, as a warning before the answer is believed."""
    replay.fail = {tiny.grid.trials[3]}
    done = run(store, tiny.grid)
    page = html.unescape(page_of(store, done))
    assert "Failed: l2=0.001+dropout=0.2+max_norm=1 seed 1: it diverged" in page
    assert "(the fewest: 1)" in page


@pytest.mark.usefixtures("without_pages")
def test_what_a_report_needs_and_is_not_there_is_one_line_and_nothing_is_written(store, tiny, replay):
    """The first passes of a variant with dropout were deleted: said before any table is replaced."""
    done = run(store, tiny.grid)
    (folder(store, done.trials["run_id"].iloc[2]) / names.FEW_PASSES).unlink()
    before = told_of(store, done)
    with pytest.raises(StoreError, match=r"^uncertainty/few_passes\.parquet is missing at "):
        report_sweep(store, done.experiment_id, done.sweep_id, Criteria(tolerance=0.5), run_id=done.run_id)
    assert told_of(store, done) == before


class BehindLogin:
    """A client of a store whose address holds a login."""

    def __init__(self, client, address: str):
        self._client, self.tracking_uri = client, address

    def __getattr__(self, name: str):
        return getattr(self._client, name)


ADDRESSES = ("http://me:s3cr3t@host:5000", "https://s3cr3t@host", "http://me:a/s3cr3t@host")


def test_nothing_that_is_stored_holds_the_stores_password(told, tmp_path):
    """Notes, tags, report, tables and links of a store behind a login, and a reason that quotes its address, however the login is
    written."""
    store, done = told.copied_to(tmp_path), told.sweep
    database = Path(store.tracking_uri.removeprefix("sqlite:///"))
    for i, address in enumerate(ADDRESSES):
        log(store, done.trials["run_id"][0], tags={names.FAILURE: f"no answer from {address}"})
        reported = report_sweep(
            BehindLogin(store, address), done.experiment_id, done.sweep_id, Criteria(), run_id=done.run_id
        )
        assert "//host" in reported.report_link
        assert "s3cr3t" not in reported.report_link + reported.chart_link + reported.compare_link
        store.set_tag(done.run_id, "planted", f"pl{i}nted")
        texts = [path.read_bytes() for path in database.parent.rglob("*") if path.is_file()]
        assert any(f"pl{i}nted".encode() in text for text in texts)  # a secret in a tag would be seen
        assert not any(b"s3cr3t" in text for text in texts)
