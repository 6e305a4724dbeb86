"""MLproject: MLflow can read it, and whatever it declares or hands on is an option of the command behind it."""

import re
import shlex

import click
import pytest
import yaml
from mlflow.projects._project_spec import load_project
from support.project import ROOT, load_script

from regtrack.variants.regularizers import PARAMS
from regtrack.variants.settings import Settings

SCRIPTS = {
    "main": "sweep",
    "describe": "describe",
    "train": "train",
    "uncertainty": "uncertainty",
    "report": "report",
    "confirm": "confirm",
    "dashboard": "dashboard",
}
DECLARED = yaml.safe_load((ROOT / "MLproject").read_text())["entry_points"]


def command_of(entry: str):
    """The click command behind an entry point."""
    return load_script(f"pipelines/{SCRIPTS[entry]}.py").main


def parsed_by_mlflow(entry: str, **given: str) -> tuple[str, list[str]]:
    """(script, arguments) of the command that MLflow would run."""
    command = load_project(str(ROOT)).get_entry_point(entry).compute_command(given, storage_dir=None)
    [setting, python, script, *arguments] = shlex.split(command)
    assert setting.startswith("PYTHONPATH=src:")
    assert python == "python"
    return script, arguments


def test_every_entry_point_is_tested():
    """A new entry point in MLproject must be added here."""
    assert set(DECLARED) == set(SCRIPTS)


@pytest.mark.parametrize("entry", SCRIPTS)
def test_a_declared_parameter_is_passed_on_once_under_its_own_name(entry):
    """No parameter goes nowhere, none goes twice, none arrives under another's name."""
    passed = re.findall(r"--(\S+) \{(\w+)\}", DECLARED[entry]["command"])
    assert [option for option, _ in passed] == [value for _, value in passed]
    assert sorted(value for _, value in passed) == sorted(DECLARED[entry]["parameters"])
    assert len(re.findall(r"\{", DECLARED[entry]["command"])) == len(passed)


def options_of(entry: str) -> dict[str, str]:
    """Option -> the argument of the command that it fills."""
    return {name.removeprefix("--"): param.name for param in command_of(entry).params for name in param.opts}


def parsed_by_click(entry: str, **given: str) -> dict[str, str]:
    """What the command receives of `mlflow run -e ENTRY -P NAME=VALUE ...`."""
    required = {"model_uri": "models:/m-1"} if entry == "uncertainty" else {}
    script, arguments = parsed_by_mlflow(entry, **required | given)
    return command_of(entry).make_context(script, arguments).params


@pytest.mark.parametrize("entry", SCRIPTS)
def test_every_declared_parameter_is_an_option_and_says_what_it_is(entry):
    """None is declared that the command would refuse, and each line carries a comment."""
    assert set(DECLARED[entry]["parameters"]) <= set(options_of(entry))
    text = (ROOT / "MLproject").read_text()
    lines = text[text.index(f"\n  {entry}:") :].partition("command:")[0].splitlines()
    commented = {line.split(":")[0].strip() for line in lines if re.search(r"\} +# \S", line)}
    assert commented == set(DECLARED[entry]["parameters"])


@pytest.mark.parametrize("entry", SCRIPTS)
def test_every_option_can_be_given_declared_or_not(entry):
    """-P of any option arrives as it was given: a new setting or regularizer costs no edit of MLproject."""
    for option, argument in options_of(entry).items():
        assert parsed_by_click(entry, **{option: "it's b; $HOME"})[argument] == "it's b; $HOME", option


def test_a_name_that_there_is_not_is_refused():
    """What MLflow hands on unchecked the command checks: a misspelt parameter never goes nowhere."""
    with pytest.raises(click.NoSuchOption, match="--epoch") as refused:
        parsed_by_click("main", epoch="3")
    assert "epochs" in " ".join(refused.value.possibilities)


@pytest.mark.parametrize("entry", SCRIPTS)
def test_mlflow_makes_a_command_that_click_accepts_and_empty_means_not_given(entry):
    """The command MLflow makes of the defaults parses, with "" for every value that was not given."""
    required = {"model_uri": "models:/m-1"} if entry == "uncertainty" else {}
    script, arguments = parsed_by_mlflow(entry, **required)
    assert (ROOT / script).is_file()
    command = command_of(entry)
    given = command.make_context(script, arguments).params
    defaults = {param.name: param.default for param in command.params} | required
    assert given == defaults


def test_a_value_with_quotes_and_blanks_arrives_as_it_was_given():
    """MLflow quotes values itself; the file must not quote them again."""
    _, arguments = parsed_by_mlflow("main", dataset="fashion_mnist:/a b/it's; $HOME")
    assert command_of("main").make_context("x", arguments).params["dataset"] == "fashion_mnist:/a b/it's; $HOME"


def test_a_sweep_takes_every_setting_and_train_every_regularization_parameter():
    """Settings and regularizers are declared once, in the code: each is an option of the entry points."""
    settings = {{"architecture": "model"}.get(name, name) for name in Settings.model_fields}
    assert settings <= set(options_of("main"))
    assert settings | set(PARAMS) <= set(options_of("train"))


def test_an_environment_can_be_built_from_the_locked_requirements():
    """`--env-manager uv` builds from requirements.txt, and asks for no python version that may be missing."""
    environment = yaml.safe_load((ROOT / "python_env.yaml").read_text())
    assert environment == {"dependencies": ["-r requirements.txt"]}
