"""Command line options made from the declared settings and regularizers: one declaration, every entry point.

MLflow passes a parameter that was left out as its default, so every option takes text and "" means "left out".
"""

from collections.abc import Callable, Mapping
from typing import Literal, get_args, get_origin

import click
from pydantic.fields import FieldInfo

from regtrack.diagnosis.criteria import IN_PLACE_OF_NONE, Criteria
from regtrack.diagnosis.differences.fewest_seeds import FEWEST_SEEDS_TO_CONFIRM
from regtrack.errors import SettingError
from regtrack.shipped import grid_names
from regtrack.variants.grid import AUTO, MOST_SEEDS
from regtrack.variants.regularizers import PARAMS
from regtrack.variants.settings import GIVEN_AS, IN_PLACE_OF_EMPTY, Settings
from regtrack.variants.settings_values import checked_values

MAY_STAND_ALONE = {"is_flag": False, "flag_value": "true"}
"""Of an option: without a value it is true."""


def option_name(setting: str) -> str:
    return GIVEN_AS.get(setting, setting)


def option(name: str, text: str, *, destination: str = "", default: str = "", **more) -> Callable:
    """An option that takes text; a default that is not "" is shown."""
    more = {"metavar": "VALUE", "default": default, "show_default": bool(default), "callback": _no_option} | more
    return click.option(f"--{name}", destination or name, help=text, **more)


def _no_option(context: click.Context, asked: click.Parameter, value: str) -> str:
    """`--model --grid mine.yaml`: click takes the second option for the first one's value."""
    if value.startswith("--"):
        raise click.BadOptionUsage(
            asked.name, f"Option {asked.opts[0]!r} requires a value, received {value!r}.", context
        )
    return value


def settings_options(command: Callable, fields: tuple[str, ...] = tuple(Settings.model_fields)) -> Callable:
    """An option for every setting, or for those named."""
    for field in reversed(fields):
        info = Settings.model_fields[field]
        default = IN_PLACE_OF_EMPTY[field] if info.default == "" else info.default
        alone = MAY_STAND_ALONE if info.annotation is bool else {}
        text = f"{info.description} [{choices_of(info)}default {default}]"
        command = option(option_name(field), text, destination=field, **alone)(command)
    return command


def criteria_options(command: Callable) -> Callable:
    """An option for every criterion that judges a sweep."""
    for name, info in reversed(Criteria.model_fields.items()):
        default = IN_PLACE_OF_NONE[name] if info.default is None else info.default
        command = option(name, f"{info.description} [{choices_of(info)}default {default}]")(command)
    return command


def choices_of(info: FieldInfo) -> str:
    """`one of adam, sgd; `, of a field whose description does not name them itself."""
    choices = get_args(info.annotation) if get_origin(info.annotation) is Literal else ()
    return "" if all(choice in info.description for choice in choices) else f"one of {', '.join(choices)}; "


def split_criteria(options: Mapping[str, str]) -> tuple[Criteria, dict[str, str]]:
    """(the criteria that are filled in, the other options). Raises SettingError for a bad value."""
    own = {name: value for name, value in filled(options).items() if name in Criteria.model_fields}
    return checked_values(Criteria, own), {n: v for n, v in options.items() if n not in Criteria.model_fields}


def variant_options(command: Callable) -> Callable:
    """An option for every parameter of every registered regularizer."""
    for param in reversed(PARAMS.values()):
        command = option(param.name, param.help)(command)
    return command


def sweep_options(command: Callable) -> Callable:
    """What every sweep takes besides grid and settings."""
    texts = {
        "seeds": "number of seeds, or a comma-separated list of them (7, is the one seed 7); auto spends them where they decide "
        "which variant wins",
        "resume": "latest, or a sweep's id: go on under its id, by its own grid and settings, with what is not finished",
        "register": "name in the model registry for the winner",
        "reference": "auto: train a larger network without regularization and a strongly regularized one too, which tell "
        "whether well fit holds outside the sweep",
    }
    command = force_option(command)
    for name in reversed(texts):
        command = option(name, texts[name])(command)
    return command


def force_option(command: Callable) -> Callable:
    """Of whatever goes on with a sweep."""
    text = "go on with a sweep that may still be running elsewhere [default false]"
    return option("force", text, **MAY_STAND_ALONE)(command)


def grid_option(more: str) -> Callable:
    """--grid: a person's own file, or a grid by its name."""
    return option("grid", f"grid file (YAML), or one of {', '.join(grid_names())}{more}", destination="grid_name")


def split_params(options: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """(the parameters of a variant, the other options) of those that are filled in."""
    params = {name: value for name, value in options.items() if name in PARAMS}
    return params, {name: value for name, value in options.items() if name not in PARAMS}


def filled(options: Mapping[str, str]) -> dict[str, str]:
    """The options that are not left out."""
    return {name: value.strip() for name, value in options.items() if value.strip()}


def parse_seeds(text: str) -> tuple[int, ...] | str | None:
    """`5` is the seeds 0 to 4, `3,7` those two, `7,` that one; AUTO as it is; None when left out."""
    if text.strip() in ("", AUTO):
        return text.strip() or None
    try:
        seeds = tuple(int(part) for part in text.strip().removesuffix(",").split(","))
    except ValueError:
        seeds = ()
    if "," not in text and seeds:
        if seeds[0] > MOST_SEEDS:
            raise SettingError(
                f"seeds: expected at most {MOST_SEEDS}, received {text!r}; for the one seed {seeds[0]} give {seeds[0]}, with its comma"
            )
        seeds = tuple(range(seeds[0]))
    if not seeds or min(seeds) < 0 or len(set(seeds)) < len(seeds):
        raise SettingError(
            f"seeds: expected a number such as 5, different seeds such as 0,1,2, or auto; received {text!r}"
        )
    return seeds


def parse_splits(text: str) -> int | None:
    """How often the data are split; None when left out."""
    return _parse_number(text, "splits: expected a number of splits such as 7")


def parse_folds(text: str) -> int | None:
    """In how many folds the data are put; None when left out."""
    return _parse_number(text, "cv: expected a number of folds such as 5")


def _parse_number(text: str, expected: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdecimal() or len(text.strip()) > 9:  # int() of thousands raises
        raise SettingError(f"{expected}, received {text!r}")
    return int(text)


def parse_force(text: str) -> bool:
    if text.strip().lower() not in ("", "false", "true"):
        raise SettingError(f"force: expected true or false, received {text!r}")
    return text.strip().lower() == "true"


def parse_fresh_seeds(text: str, option: str, *, off: bool) -> int | None:
    """How many fresh seeds of each to confirm with; with `off` 0 asks for no confirmation, and nothing leaves it open
    (None)."""
    if off and not text.strip():
        return None
    if off and text.strip() == "0":
        return 0
    if not text.strip().isdecimal() or int(text) < FEWEST_SEEDS_TO_CONFIRM:
        least = f"{'0 (off) or ' if off else ''}at least {FEWEST_SEEDS_TO_CONFIRM} fresh seeds of each"
        raise SettingError(f"{option}: expected {least}, received {text!r}")
    return int(text)


def parse_port(text: str) -> int:
    if not text.strip().isdecimal() or not 1 <= int(text) <= 65535:
        raise SettingError(f"port: expected a whole number from 1 to 65535, received {text!r}")
    return int(text)
