"""Environment: what is installed against what pyproject.toml asks for, and what a machine can carry."""

from packaging.requirements import Requirement

from regtrack.cli import environment
from regtrack.cli.environment import asked_for, environment_facts, examine_environment


def found(kind: str):
    return [finding for finding in examine_environment() if finding.kind == kind]


def test_the_tests_own_environment_is_as_it_should_be(monkeypatch):
    """Nothing is found but what other work on this machine takes."""
    monkeypatch.setattr(environment, "free_gigabytes", lambda: 100.0)
    assert examine_environment() == []


def test_python_and_libraries_are_those_of_pyproject():
    """In a clone its file is asked, which may be newer than what was installed."""
    python, libraries = asked_for()
    assert python == ">=3.11,<3.14"
    assert {"keras", "mlflow", "tensorflow", "streamlit"} <= {library.name for library in libraries}


def test_an_installed_package_without_a_clone_knows_what_it_needs(monkeypatch):
    """From its own metadata, without the extras."""
    in_clone = {library.name for library in asked_for()[1]}
    monkeypatch.setattr(environment, "project_folder", lambda: None)
    names = {library.name for library in asked_for()[1]}
    assert {"keras", "mlflow", "tensorflow", "streamlit"} <= names <= in_clone
    assert names & {"pytest", "boto3"} == set()


def test_a_library_outside_its_range_or_absent_is_named(monkeypatch):
    """Expected and received, and the command."""
    asked = [Requirement("click>=99"), Requirement("no-such-library>=1")]
    monkeypatch.setattr(environment, "asked_for", lambda: (">=3.11", asked))
    old, absent = found("library")
    assert old.what.startswith("expected click>=99, received ")
    assert old.remedy == "pip install 'click>=99'"
    assert absent.what == "expected no-such-library>=1, received none"


def test_another_python_is_named(monkeypatch):
    """TensorFlow has no wheel for every Python."""
    monkeypatch.setattr(environment.platform, "python_version", lambda: "3.14.0")
    [finding] = found("Python")
    assert finding.what == "expected >=3.11,<3.14, received 3.14.0"


def test_another_backend_of_keras_is_named(monkeypatch):
    """Monte Carlo dropout needs TensorFlow's."""
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    [finding] = found("Keras backend")
    assert (finding.what, finding.remedy) == ("expected tensorflow, received jax", "unset KERAS_BACKEND")


def test_too_little_memory_for_a_trial_a_core_is_said_with_what_fits(monkeypatch):
    """8 cores and 3 GB: four trials fit; unknown memory is no finding."""
    monkeypatch.setattr(environment, "cores", lambda: 8)
    monkeypatch.setattr(environment, "free_gigabytes", lambda: 3.0)
    [finding] = found("memory")
    assert finding.what == "3.0 GB are free, and 8 trials at a time take about 5.6"
    assert finding.remedy == "give workers=4"
    monkeypatch.setattr(environment, "free_gigabytes", lambda: None)
    assert found("memory") == []
    assert "8 cores, memory unknown" in environment_facts()


def test_telemetry_is_said(monkeypatch):
    """On unless it is switched off."""
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    assert environment_facts()[2] == "MLflow telemetry off"
    monkeypatch.delenv("MLFLOW_DISABLE_TELEMETRY")
    assert environment_facts()[2] == "MLflow telemetry on: MLFLOW_DISABLE_TELEMETRY=true switches it off"
