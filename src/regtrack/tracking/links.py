"""Links into the MLflow UI that open what they promise (see the assumptions tests)."""

import json
from urllib.parse import quote, urlsplit, urlunsplit

from regtrack import names
from regtrack.masking import mask

DEFAULT_UI = "http://127.0.0.1:5000"
"""Where `make ui` serves."""
CLASSIC = "workflowType=machine_learning"
"""The UI opens in its other mode unless told."""
OLDEST_FIRST = "attributes.start_time", True
"""Column and direction: baseline first, as the grid lists them."""


def ui_base(tracking_uri: str) -> str:
    """The UI's address: the server's own for an HTTP store, else that of `make ui`."""
    return without_login(tracking_uri) if tracking_uri.startswith("http") else DEFAULT_UI


def without_login(address: str) -> str:
    """The address without user, password and query: links are printed and stored, and a browser asks for itself."""
    parts = urlsplit(mask(address))  # masked first: a password may hold what else would end the host
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))


def sweep_filter(sweep_id: str, role: str = names.ROLE_TRIAL) -> str:
    """Of the runs of a sweep that have this role, in MLflow's words."""
    return f"tags.`{names.SWEEP_ID}` = '{sweep_id}' and tags.`{names.ROLE}` = '{role}'"


def chart_filter(sweep_id: str, seed: int | None = None) -> str:
    """Of one seed only, a run a variant, where `seed` is given."""
    return sweep_filter(sweep_id) + (f" and params.`{names.SEED}` = '{seed}'" if seed is not None else "")


def chart_link(base: str, experiment_id: str, sweep_id: str, seed: int | None = None, *, view: str = "") -> str:
    """The chart view of a sweep's trials, oldest first; of one seed only where `seed` is given.

    The UI charts the first ten runs it lists: with every seed those would be two variants. `view` is the key of a view
    that is stored (see shared_view): it says all else, and a filter beside it would make the UI pass over it.
    """
    key, ascending = OLDEST_FIRST
    plain = f"orderByKey={key}&orderByAsc={json.dumps(ascending)}&searchFilter={quote(chart_filter(sweep_id, seed))}"
    shown = f"viewStateShareKey={quote(view)}" if view else plain
    return f"{base}/#/experiments/{experiment_id}/runs?compareRunsMode=CHART&{CLASSIC}&{shown}"


def compare_link(base: str, experiment_id: str, run_ids: list[str]) -> str:
    """The compare view of these runs: parallel coordinates over params and metrics."""
    runs, experiments = quote(json.dumps(run_ids)), quote(json.dumps([experiment_id]))
    return f"{base}/#/compare-runs?runs={runs}&experiments={experiments}&{CLASSIC}"


def run_link(base: str, experiment_id: str, run_id: str) -> str:
    return f"{base}/#/experiments/{experiment_id}/runs/{run_id}?{CLASSIC}"


def artifact_link(base: str, experiment_id: str, run_id: str, artifact: str) -> str:
    """The artifact viewer on this artifact of a run."""
    return f"{base}/#/experiments/{experiment_id}/runs/{run_id}/artifacts/{artifact}?{CLASSIC}"
