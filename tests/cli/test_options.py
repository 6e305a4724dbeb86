"""Options: made from what is declared once, taking text, "" meaning not given."""

import click
import pytest
from click.testing import CliRunner

from regtrack.cli.confirm import confirm_command
from regtrack.cli.options import (
    criteria_options,
    filled,
    option_name,
    parse_force,
    parse_port,
    parse_seeds,
    settings_options,
    split_criteria,
    sweep_options,
    variant_options,
)
from regtrack.cli.report import report_command
from regtrack.cli.sweep import sweep_command
from regtrack.cli.uncertainty import uncertainty_command
from regtrack.diagnosis.criteria import Criteria
from regtrack.errors import SettingError
from regtrack.variants.regularizers import PARAMS
from regtrack.variants.settings import Settings


@click.command()
@variant_options
@sweep_options
@settings_options
def command(**options):
    click.echo(sorted(filled(options).items()))


def test_every_setting_and_parameter_is_an_option_under_its_public_name():
    """A new setting or regularizer is an option without an edit; the architecture's option is called model."""
    options = {name for param in command.params for name in param.opts}
    wanted = {option_name(field) for field in Settings.model_fields} | set(PARAMS)
    assert options == {f"--{name}" for name in wanted | {"seeds", "resume", "register", "reference", "force"}}
    assert "--model" in options
    assert "--architecture" not in options


def test_help_says_what_each_option_is_and_its_default():
    """Every option has a text; a default that is 0 is shown as 0."""
    text = " ".join(CliRunner().invoke(command, ["--help"]).output.split())
    assert all(param.help for param in command.params)
    assert "[default 0.001]" in text
    assert "0 is all [default 0]" in text
    assert "empty is the architecture's own [default own]" in text
    assert "[one of adam, sgd, rmsprop, nadam; default adam]" in text
    assert "cv trains all of them [default no fold]" in text


TAKE_TEXT = {
    sweep_command: ("--confirm", "--grid", "--resume", "--margin"),
    confirm_command: ("--sweep", "--seeds", "--workers"),
    report_command: ("--sweep",),
    uncertainty_command: ("--model_uri", "--seed", "--inputs", "--dataset"),
}


@pytest.mark.parametrize(("entry", "name"), [(entry, name) for entry, given in TAKE_TEXT.items() for name in given])
def test_every_entry_points_options_ask_for_their_value(entry, name):
    """None of them takes the next option for it."""
    result = CliRunner().invoke(entry, [name, "--margin", "0.1"])
    assert result.exit_code == 2
    assert result.output.strip().splitlines()[-1] == f"Error: Option '{name}' requires a value, received '--margin'."


def test_what_was_not_given_is_left_out_and_blanks_are_cut():
    """MLflow passes "" for a parameter that was not given."""
    result = CliRunner().invoke(command, ["--epochs", "", "--model", " cnn ", "--l2", "0.1", "--dataset", "  "])
    assert result.output.strip() == "[('architecture', 'cnn'), ('l2', '0.1')]"


@pytest.mark.parametrize(
    ("given", "told"),
    [(["--keep_weights", "--epochs", "3"], "[('epochs', '3'), ('keep_weights', 'true')]"),
     (["--keep_weights"], "[('keep_weights', 'true')]"),
     (["--keep_weights", "false"], "[('keep_weights', 'false')]"),
     (["--keep_weights", "", "--l2", "-1"], "[('l2', '-1')]"),
     (["--model", "--epochs", "3"], "Error: Option '--model' requires a value, received '--epochs'."),
     (["--l2", "--seeds", "3"], "Error: Option '--l2' requires a value, received '--seeds'.")],
)  # fmt: skip
def test_an_option_does_not_take_the_next_one_for_its_value(given, told):
    """What is true or false may stand alone, for true; any other is asked for its value by name."""
    assert CliRunner().invoke(command, given).output.strip().splitlines()[-1] == told


@pytest.mark.parametrize(
    ("text", "seeds"),
    [("", None), ("  ", None), ("3", (0, 1, 2)), (" 1 ", (0,)), ("3,7", (3, 7)), ("7,", (7,)), ("0, 2", (0, 2)),
     ("1000", tuple(range(1000))), ("auto", "auto"), (" auto ", "auto")],
)  # fmt: skip
def test_seeds_are_a_number_of_them_or_a_list(text, seeds):
    """`3` is 0 to 2, `3,7` those two, `7,` that one; auto is as it is."""
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize("text", ["0", "-1", "banana", "1.5", "1,1", "1,-2", ",", "1,,2", "5;6", "nan"])
def test_anything_else_is_no_seeds(text):
    """One line: expected, received."""
    with pytest.raises(SettingError) as error:
        parse_seeds(text)
    assert str(error.value) == (
        f"seeds: expected a number such as 5, different seeds such as 0,1,2, or auto; received {text!r}"
    )


def test_a_great_number_is_meant_as_a_seed():
    """2024 seeds are nobody's wish: the message says how to ask for the one seed."""
    with pytest.raises(SettingError) as error:
        parse_seeds("2024")
    assert (
        str(error.value)
        == "seeds: expected at most 1000, received '2024'; for the one seed 2024 give 2024, with its comma"
    )
    assert parse_seeds("2024,") == (2024,)


@click.command()
@criteria_options
def judging(**options):
    click.echo(sorted(filled(options).items()))


def test_every_criterion_is_an_option_that_says_its_default():
    """A new criterion is an option without an edit; without a target error the sweep says what is reachable."""
    options = {name for param in judging.params for name in param.opts}
    assert options == {f"--{name}" for name in Criteria.model_fields}
    assert all(param.help for param in judging.params)
    text = " ".join(CliRunner().invoke(judging, ["--help"]).output.split())
    assert "[default 0.02]" in text
    assert "[default the sweep's best]" in text


def test_criteria_are_told_from_the_other_options():
    """What was given is checked and typed, what was not is the default, and the rest comes back untouched."""
    options = {"epochs": " 3 ", "tolerance": " 0.1 ", "margin": "", "target_error": "0.05", "equal_margin": " "}
    criteria, others = split_criteria(options)
    assert criteria == Criteria(tolerance=0.1, target_error=0.05)
    assert others == {"epochs": " 3 "}
    assert split_criteria({}) == (Criteria(), {})


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [("tolerance", "banana", "expected a valid number, unable to parse string as a number, received 'banana'"),
     ("tolerance", "-0.1", "expected greater than or equal to 0, received '-0.1'"),
     ("margin", "1", "expected less than 1, received '1'"),
     ("equal_margin", "0", "expected greater than 0, received '0'"),
     ("target_error", "nan", "expected a finite number, received 'nan'")],
)  # fmt: skip
def test_a_bad_criterion_is_named_with_what_was_expected(name, value, problem):
    """One line: expected, received."""
    with pytest.raises(SettingError) as error:
        split_criteria({name: value})
    assert str(error.value) == f"{name}: {problem}"


@pytest.mark.parametrize("text", ["", "banana", "0", "-1", "65536", "80.5"])
def test_a_port_that_is_none_is_refused(text):
    """One line before anything is served."""
    with pytest.raises(SettingError, match="port: expected a whole number from 1 to 65535, received"):
        parse_port(text)
    assert parse_port(" 8502 ") == 8502


@pytest.mark.parametrize(("text", "force"), [("", False), (" false ", False), ("true", True), ("True", True)])
def test_force_is_true_or_false(text, force):
    """MLflow has no flags: `-P force=true`; alone at the terminal it is true."""
    assert parse_force(text) is force
    with pytest.raises(SettingError, match="force: expected true or false, received 'yes'"):
        parse_force("yes")
