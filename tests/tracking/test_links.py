"""Links into the MLflow UI: the URL-encoded forms."""

import json
from urllib.parse import parse_qs, unquote

from regtrack.tracking import links

BASE = "http://127.0.0.1:5000"


def query_of(link: str) -> dict[str, str]:
    return {name: value for name, [value] in parse_qs(link.partition("?")[2], strict_parsing=True).items()}


def test_the_base_is_the_servers_own_address_or_that_of_make_ui():
    """An HTTP store has its UI at its own address; every other store is served by `make ui`."""
    assert links.ui_base("http://host:5000/") == "http://host:5000"
    assert links.ui_base("https://host/mlflow") == "https://host/mlflow"
    assert links.ui_base("sqlite:////a/mlflow.db") == BASE
    assert links.ui_base("postgresql://host/db") == BASE


def test_links_never_hold_a_login():
    """They are printed, and stored in notes and reports; a browser asks for user and password itself."""
    for login in ("me:s3cr3t@", "t0ken@", "me:s3/cr3t@", "me:s3@cr3t@"):
        assert links.ui_base(f"https://{login}host:5000/mlflow/?token=s3cr3t") == "https://host:5000/mlflow"


def test_the_filter_selects_the_trials_of_one_sweep():
    """Tag names with dots stand in backticks, or MLflow refuses the filter."""
    assert links.sweep_filter("s1") == "tags.`regtrack.sweep_id` = 's1' and tags.`regtrack.role` = 'trial'"


def test_the_chart_link_opens_the_classic_chart_view_filtered_to_the_sweep():
    """The link holds no character a browser or terminal would cut at, and decodes to what it promises."""
    link = links.chart_link(BASE, "7", "s1")
    assert link.startswith(f"{BASE}/#/experiments/7/runs?compareRunsMode=CHART&workflowType=machine_learning&")
    assert set(link) & set(" `'\"<>") == set()
    assert query_of(link) == {
        "compareRunsMode": "CHART",
        "workflowType": "machine_learning",
        "orderByKey": "attributes.start_time",
        "orderByAsc": "true",
        "searchFilter": links.sweep_filter("s1"),
    }
    assert "searchFilter=tags.%60regtrack.sweep_id%60%20%3D%20%27s1%27%20and%20tags." in link


def test_the_chart_link_of_one_seed_shows_a_run_a_variant():
    """With a seed, 0 too, the filter also asks for it."""
    for seed in (0, 3):
        search = query_of(links.chart_link(BASE, "7", "s1", seed=seed))["searchFilter"]
        assert search == f"{links.sweep_filter('s1')} and params.`seed` = '{seed}'"


def test_the_chart_link_of_a_stored_view_names_it_and_nothing_that_would_overrule_it():
    """The UI leaves a stored view aside where filter or order stand in the address too."""
    link = links.chart_link(BASE, "7", "s1", seed=0, view="s1")
    assert link.startswith(f"{BASE}/#/experiments/7/runs?")
    assert query_of(link) == {
        "compareRunsMode": "CHART",
        "workflowType": "machine_learning",
        "viewStateShareKey": "s1",
    }


def test_the_compare_link_carries_runs_and_experiments_as_encoded_json():
    """`runs` and `experiments` are URL-encoded JSON lists of text."""
    link = links.compare_link(BASE, "7", ["a", "b"])
    assert link == (
        f"{BASE}/#/compare-runs?runs=%5B%22a%22%2C%20%22b%22%5D&experiments=%5B%227%22%5D&workflowType=machine_learning"
    )
    assert json.loads(unquote(query_of(link)["runs"])) == ["a", "b"]


def test_the_run_link_opens_the_run():
    """A run's page, in the classic mode."""
    assert links.run_link(BASE, "7", "r1") == f"{BASE}/#/experiments/7/runs/r1?workflowType=machine_learning"


def test_the_artifact_link_opens_the_artifact_of_the_run():
    """The artifact viewer on this file, in the classic mode."""
    assert links.artifact_link(BASE, "7", "r1", "report/index.html") == (
        f"{BASE}/#/experiments/7/runs/r1/artifacts/report/index.html?workflowType=machine_learning"
    )
