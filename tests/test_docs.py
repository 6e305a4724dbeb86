"""docs/artifacts.md documents every name of the store contract, and nothing is invented there."""

import re
from pathlib import Path

import pytest

from regtrack import names
from regtrack.variants.regularizers import PARAMS
from regtrack.variants.settings import Settings

PAGE = (Path(__file__).parent.parent / "docs" / "artifacts.md").read_text()
MARKED = set(re.findall(r"`([^`]+)`", PAGE))
"""Everything that stands as code on the page."""

TAGS = {names.ROLE, names.SWEEP_ID, names.VARIANT, names.TRIAL_KEY, names.ENGINE, names.DATASET_DIGEST,
        names.MODEL_URI, names.TRIALS_PLANNED, names.FAILURE}  # fmt: skip
FIT_METRICS = {names.GENERALIZATION_GAP, names.GENERALIZATION_GAP_LOW, names.GENERALIZATION_GAP_HIGH,
               names.BEST_EPOCH, names.LAST_EPOCH, names.FIT_SECONDS, names.MC_SECONDS, names.PARAMETERS,
               names.MC_DOUBLING_RATIO}  # fmt: skip


@pytest.mark.parametrize("tag", sorted(TAGS))
def test_every_tag_is_documented(tag):
    """Each tag stands on the page by its name."""
    assert tag in MARKED


def test_every_tag_of_the_code_is_in_this_test():
    """A new `regtrack.*` name in names.py cannot be forgotten here."""
    in_code = {v for name, v in vars(names).items() if name.isupper() and str(v).startswith("regtrack.")}
    assert in_code - {names.SCHEMA_KEY} == TAGS
    assert names.SCHEMA_KEY in MARKED


@pytest.mark.parametrize("role", [names.ROLE_SWEEP, names.ROLE_TRIAL, names.ROLE_UNCERTAINTY])
def test_every_role_is_documented(role):
    """Each value of the role tag stands on the page."""
    assert role in MARKED


@pytest.mark.parametrize("param", [*Settings.model_fields, *PARAMS, names.SEED, names.N_TRAIN, names.N_VAL,
                                   names.N_TEST])  # fmt: skip
def test_every_param_is_documented(param):
    """Each param that a trial logs stands on the page."""
    assert param in MARKED


@pytest.mark.parametrize("metric", [*names.EPOCH_METRICS, *names.MEASURES, names.ACCURACY_TRUE_LABEL,
                                    *sorted(FIT_METRICS)])  # fmt: skip
def test_every_metric_is_documented(metric):
    """Each metric stands on the page by its name."""
    assert metric in MARKED


@pytest.mark.parametrize("artifact", sorted(names.SCHEMAS))
def test_every_artifact_is_documented_with_its_schema(artifact):
    """Each artifact stands on the page with the name and version of its columns."""
    assert artifact in MARKED
    assert names.SCHEMAS[artifact] in MARKED


@pytest.mark.parametrize(
    "column",
    sorted({*names.PREDICTION_COLUMNS, *names.LEADERBOARD_COLUMNS, *names.TEST_EXAMPLE_ARRAYS, "epoch", "seconds"}),
)
def test_every_column_is_documented(column):
    """Each column of each artifact stands on the page."""
    assert column in MARKED


@pytest.mark.parametrize(
    "name",
    [names.MODEL, names.SERVING, *names.SERVING_COLUMNS, f"{names.MEAN_PROB}…", f"{names.STD_PROB}…",
     "n_passes", "seed", "scale", "input_shape", "class_names", "dropout", "input"],
)  # fmt: skip
def test_both_models_and_what_serving_answers_are_documented(name):
    """Each logged model, each column of the serving model's answer, its params and its metadata."""
    assert name in MARKED
