"""docs/artifacts.md documents every name of the store contract, and nothing is invented there."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from regtrack import names
from regtrack.diagnosis.answer import Answer
from regtrack.diagnosis.confirmed_choice import ConfirmedChoice
from regtrack.diagnosis.differences.families import AMONG_ALL, TO_BASELINE
from regtrack.diagnosis.regimes.regime import Clause, Regime
from regtrack.diagnosis.triage import KINDS
from regtrack.diagnosis.triage.high_confidence_errors import MC_OUTCOMES
from regtrack.names import BETTER, CLAIM_VERDICTS, EQUAL, NOT_SHOWN, WORSE
from regtrack.variants.regularizers import PARAMS
from regtrack.variants.settings import Settings

PAGE = (Path(__file__).parent.parent / "docs" / "artifacts.md").read_text()
MARKED = set(re.findall(r"`([^`]+)`", PAGE))
"""Everything that stands as code on the page."""
_, *_SECTIONS = re.split(r"^### ", PAGE, flags=re.MULTILINE)
SECTIONS = {
    path: set(re.findall(r"`([^`]+)`", section))
    for section in _SECTIONS
    for path in re.findall(r"`([a-z]+/[^`]+\.[a-z]+)`", section.partition("\n")[0])
}
"""Artifact -> what stands as code under its heading."""

TAGS = {names.ROLE, names.SWEEP_ID, names.VARIANT, names.TRIAL_KEY, names.ENGINE, names.KERAS_DRAWS, names.DATASET_DIGEST,
        names.MODEL_URI, names.TRIALS_PLANNED, names.FAILURE, names.PROCESS, names.FITTING_REGIME,
        names.FITTING_REGIME_SELECTED, names.CHART_VIEW, names.STAGE, names.CONFIRM_SEEDS, names.ALLOCATION,
        names.LOOKS, names.PRIMARY, names.CUT_OFF, names.SPLITS, names.SPLIT_LOOKS}  # fmt: skip
FIT_METRICS = {names.GENERALIZATION_GAP, names.GENERALIZATION_GAP_LOW, names.GENERALIZATION_GAP_HIGH,
               names.BEST_EPOCH, names.LAST_EPOCH, names.FIT_SECONDS, names.MC_SECONDS, names.PARAMETERS,
               names.PRODUCTS, names.MC_DOUBLING_RATIO}  # fmt: skip


@pytest.mark.parametrize("tag", sorted(TAGS))
def test_every_tag_is_documented(tag):
    """Each tag stands on the page by its name."""
    assert tag in MARKED


def test_every_tag_of_the_code_is_in_this_test():
    """A new `regtrack.*` name in names.py cannot be forgotten here."""
    in_code = {v for name, v in vars(names).items() if name.isupper() and str(v).startswith("regtrack.")}
    assert in_code - {names.SCHEMA_KEY} == TAGS
    assert names.SCHEMA_KEY in MARKED


@pytest.mark.parametrize("role", [names.ROLE_SWEEP, names.ROLE_TRIAL, names.ROLE_UNCERTAINTY, names.ROLE_REPORT,
                                  names.ROLE_DASHBOARD])  # fmt: skip
def test_every_role_is_documented(role):
    """Each value of the role tag stands on the page."""
    assert role in MARKED


@pytest.mark.parametrize("param", [*Settings.model_fields, *PARAMS, names.SEED, names.SPLIT, names.N_TRAIN, names.N_VAL,
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


def test_every_artifact_has_its_heading_and_no_other_is_there():
    """Whatever the store holds by a path of names.py has a section, tables or not; no section is of anything else."""
    in_code = {v for name, v in vars(names).items() if name.isupper() and re.fullmatch(r"[a-z]+/\w+\.[a-z]+", str(v))}
    assert set(names.SCHEMAS) < in_code
    assert set(SECTIONS) == in_code


COLUMNS = {
    "PREDICTION_COLUMNS": names.PREDICTIONS, "FEW_PASSES_COLUMNS": names.FEW_PASSES, "PASSES_COLUMNS": names.PASSES,
    "CONVERGENCE_COLUMNS": names.CONVERGENCE,
    "PER_CLASS_COLUMNS": names.PER_CLASS, "METHODS_COLUMNS": names.METHODS,
    "METHOD_VERDICTS_COLUMNS": names.METHOD_VERDICTS,
    "CURVE_COLUMNS": names.LEARNING_CURVES, "TEST_EXAMPLE_ARRAYS": names.TEST_EXAMPLES,
    "LEADERBOARD_COLUMNS": names.LEADERBOARD, "COMPARISON_COLUMNS": names.COMPARISON,
    "CLASS_DIFFERENCES_COLUMNS": names.CLASS_DIFFERENCES,
    "RESPONSE_COLUMNS": names.RESPONSE, "CLAIMS_COLUMNS": names.CLAIMS,
    "OVER_SPLITS_COLUMNS": names.OVER_SPLITS,
    "TECHNIQUES_COLUMNS": names.TECHNIQUES, "TECHNIQUE_PAIRS_COLUMNS": names.TECHNIQUE_PAIRS, "EXPECTED_BEST_COLUMNS": names.EXPECTED_BEST, "PARETO_COLUMNS": names.PARETO,
    "HIGH_CONFIDENCE_ERRORS_COLUMNS": names.HIGH_CONFIDENCE_ERRORS,
    "LABEL_SUSPICION_COLUMNS": names.LABEL_SUSPICION,
    "PROMISED_ERRORS_COLUMNS": names.PROMISED_ERRORS,
}  # fmt: skip


def test_every_tuple_of_columns_is_in_this_test():
    """A new table of names.py cannot be forgotten here."""
    in_code = {name for name in vars(names) if name.endswith(("_COLUMNS", "_ARRAYS"))}
    assert in_code - {"SERVING_COLUMNS"} == set(COLUMNS)


@pytest.mark.parametrize("columns", COLUMNS)
def test_every_column_is_documented_in_the_section_of_its_table(columns):
    """Each column stands under the heading of its own artifact; the curves' metrics stand above, with their units, and pairs of
    techniques have those of a comparison."""
    others = {"CURVE_COLUMNS": names.EPOCH_METRICS, "TECHNIQUE_PAIRS_COLUMNS": names.COMPARISON_COLUMNS}
    elsewhere = set(others.get(columns, ()))
    assert set(getattr(names, columns)) - elsewhere - SECTIONS[COLUMNS[columns]] == set()


def test_every_key_of_a_regime_is_documented():
    """fit/regime.json is written from Regime and Clause: each of their fields stands in its section."""
    keys = {
        "schema",
        "last",
        "selected",
        "advice",
        *(field.name for kind in (Regime, Clause) for field in fields(kind)),
    }
    assert keys - SECTIONS[names.REGIME] == set()


@pytest.mark.parametrize(
    ("artifact", "words"),
    [(names.LEADERBOARD, (BETTER, WORSE, EQUAL, NOT_SHOWN)),
     (names.COMPARISON, (BETTER, WORSE, EQUAL, NOT_SHOWN, TO_BASELINE, AMONG_ALL)),
     (names.OVER_SPLITS, (BETTER, WORSE, EQUAL, NOT_SHOWN)),
     (names.CLASS_DIFFERENCES, (BETTER, WORSE, NOT_SHOWN)),
     (names.METHOD_VERDICTS, (BETTER, WORSE, NOT_SHOWN)),
     (names.CLAIMS, CLAIM_VERDICTS), (names.HIGH_CONFIDENCE_ERRORS, (*MC_OUTCOMES, *KINDS))],
)  # fmt: skip
def test_every_word_of_a_verdict_is_documented(artifact, words):
    """What a column of words can hold stands in the section of its table."""
    assert set(words) - SECTIONS[artifact] == set()


def test_every_key_of_a_confirmation_and_its_verdicts_are_documented():
    """sweep/answer.json holds a ConfirmedChoice: each of its fields and words stands in its section."""
    keys = {field.name for field in fields(ConfirmedChoice)} | {field.name for field in fields(Answer)}
    assert (keys | set(names.CONFIRMATION_VERDICTS)) - SECTIONS[names.ANSWER] == set()


def test_every_fitting_regime_is_documented():
    """The four words of the regime tags."""
    assert set(names.REGIMES) <= MARKED


@pytest.mark.parametrize(
    "name",
    [names.MODEL, names.SERVING, names.ENCODING, *names.SERVING_COLUMNS, f"{names.MEAN_PROB}…", f"{names.STD_PROB}…",
     "n_passes", "seed", "scale", "input_shape", "class_names", "dropout", "input"],
)  # fmt: skip
def test_both_models_and_what_serving_answers_are_documented(name):
    """Each logged model, each column of the serving model's answer, its params and its metadata."""
    assert name in MARKED
