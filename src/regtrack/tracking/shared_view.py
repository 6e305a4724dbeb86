"""The chart view of a sweep that opens on what matters first, stored as the MLflow UI stores a view that is shared.

Left to itself the UI lists its sections by the alphabet, so that a person meets `cost` before test accuracy. How a view
is stored is private to the UI: tests/assumptions and tests/browser hold it, and the plain chart link stays for where it is not.
"""

import json

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from regtrack import names
from regtrack.tracking import links

TAG = "mlflow.sharedViewState."
"""Tag of the experiment, with the view's key behind; its value is the state as JSON."""
FIRST = "First look"
BARS = (f"{names.TEST}/accuracy", f"{names.TEST}/negative_log_likelihood", names.GENERALIZATION_GAP)
LINES = (names.VAL_CROSS_ENTROPY, names.TRAIN_CROSS_ENTROPY, names.VAL_ACCURACY)


def write_shared_view(client: MlflowClient, experiment_id: str, sweep_id: str, run_id: str, seed: int) -> str:
    """Store the view under the sweep's id, over an earlier one, and say so on its run; "" where the store takes none."""
    try:
        client.set_experiment_tag(experiment_id, TAG + sweep_id, json.dumps(state(sweep_id, seed)))
    except MlflowException:  # who may log runs need not be let write on the experiment
        return ""
    client.set_tag(run_id, names.CHART_VIEW, sweep_id)
    return sweep_id


def state(sweep_id: str, seed: int) -> dict:
    """What the UI is not told here it takes from its own defaults; metrics without a chart get one below, in sections."""
    cards = [_card(name, "BAR") for name in BARS] + [_card(name, "LINE") for name in LINES]
    return {
        "searchFilter": links.chart_filter(sweep_id, seed),
        "orderByKey": links.OLDEST_FIRST[0],
        "orderByAsc": links.OLDEST_FIRST[1],
        "runsHiddenMode": "SHOW_ALL",  # the UI charts ten runs unless told
        "compareRunCharts": cards,
        "compareRunSections": [_section()],
        "isAccordionReordered": True,  # or the sections are sorted by name again
    }


def _section() -> dict:
    """Two cards a row: with three, and the UI's assistant open beside them, no title can be read."""
    return {"uuid": FIRST, "name": FIRST, "display": True, "isReordered": True, "deleted": False, "columns": 2}


def _card(metric: str, kind: str) -> dict:
    shown = {"uuid": metric, "type": kind, "metricSectionId": FIRST, "metricKey": metric, "displayName": metric}
    shown |= {"deleted": False, "isGenerated": False, "runsCountToCompare": 10}
    if kind == "LINE":
        shown |= {"xAxisKey": "step", "selectedXAxisMetricKey": "", "yAxisKey": "metric", "yAxisExpressions": []}
        shown |= {"scaleType": "linear", "xAxisScaleType": "linear", "range": {}, "lineSmoothness": 0}
        shown |= {"ignoreOutliers": False, "useGlobalXaxisKey": True, "useGlobalLineSmoothing": True}
    return shown
