"""Write docs/reference.md from the code: `python docs/make_reference.py`. A test fails where it is out of date."""

import inspect
import re
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import click

import regtrack
from regtrack.cli.main import main
from regtrack.cli.options import option_name
from regtrack.data.spec import known_sources
from regtrack.diagnosis.criteria import IN_PLACE_OF_NONE, Criteria
from regtrack.models.network import OwnFile, OwnFunction
from regtrack.shipped import grid_names
from regtrack.sweeps.sweep_result import SweepResult
from regtrack.variants.regularizers import PARAMS, REGULARIZERS
from regtrack.variants.regularizers.base import short
from regtrack.variants.settings import AXES, GIVEN_AS, IN_PLACE_OF_EMPTY, OWN_WIDTHS, Settings

PAGE = Path(__file__).parent / "reference.md"
HEAD = """# Reference

Made from the code by `python docs/make_reference.py`; edit it there. How to use it: [how-to.md](how-to.md). What stands in the
store: [artifacts.md](artifacts.md).
"""
LIMITS = {"ge": "≥ {}", "gt": "> {}", "le": "≤ {}", "lt": "< {}"}
GROUPS = {"settings": set(Settings.model_fields), "regularization": set(PARAMS), "criteria": set(Criteria.model_fields)}
"""Options that have a table of their own, by its heading."""


def page() -> str:
    parts = [HEAD, *settings(), *regularization(), *criteria(), *datasets(), *models(), *grids(), *commands(), *api()]
    return "\n".join(parts).rstrip() + "\n"


def table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(columns)
    lines = [columns, ["---"] * len(columns), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def code(text: object) -> str:
    return f"`{text}`" if str(text) else ""


def values_of(field) -> str:
    """What a setting may be, in words."""
    if choices := get_args(field.annotation):
        return (
            ", ".join(code(one) for one in choices) if all(isinstance(one, str) for one in choices) else limits(field)
        )
    return "true, false" if field.annotation is bool else "text" if field.annotation is str else limits(field)


def limits(field) -> str:
    kind = "whole number" if "int" in str(field.annotation) else "number"
    found = [
        LIMITS[name].format(short(getattr(one, name)))
        for one in field.metadata
        for name in LIMITS
        if hasattr(one, name)
    ]
    return ", ".join([kind, *found])


def fields_table(fields: dict, *, axes: bool) -> str:
    columns = ["option", "default", "values", *(["grid axis"] if axes else []), "meaning"]
    rows = []
    for name, field in fields.items():
        own = {"": IN_PLACE_OF_EMPTY.get(name), "None": IN_PLACE_OF_NONE.get(name)}
        default = own.get(str(field.default)) or code(short(field.default).lower())
        axis = ["yes" if name in AXES else ""] if axes else []
        rows.append([code(option_name(name)), default, values_of(field), *axis, field.description or ""])
    return table(columns, rows)


def settings() -> list[str]:
    renamed = ", ".join(f"`{public}` is `{name}` in the store" for name, public in GIVEN_AS.items())
    return [
        "## Settings\n",
        f"In a grid file under `settings`, behind a command as `--name value`, in Python as keywords. {renamed}. A grid axis can be "
        "varied: it may stand in a variant.\n",
        fields_table(Settings.model_fields, axes=True),
    ]


def regularization() -> list[str]:
    rows = []
    for regularizer in REGULARIZERS.values():
        for param in regularizer.params:
            allowed = ", ".join(map(code, param.choices)) or {"flag": "0, 1", "function": "a function"}.get(
                param.kind, ""
            )
            if not allowed:
                bounds = [f"≥ {short(param.low)}"] if param.low is not None else []
                bounds += [f"{'<' if param.high_open else '≤'} {short(param.high)}"] if param.high is not None else []
                allowed = ", ".join([{"integer": "whole number"}.get(param.kind, param.kind), *bounds])
            rows.append([code(param.name), regularizer.title, code(short(param.neutral)), allowed, param.help])
    return [
        "## Regularization\n",
        "Keys of a variant in a grid file; options of `train` and `describe`; keywords of `Variant`.\n",
        table(["option", "technique", "default", "values", "meaning"], rows),
    ]


def criteria() -> list[str]:
    return [
        "## Criteria\n",
        "They judge a sweep and change no trial: `regtrack report` judges again with others. Shares of examples.\n",
        fields_table(Criteria.model_fields, axes=False),
    ]


def text_of(doc: str | None) -> str:
    """A docstring as Markdown: paragraphs, and each entry of Args as a point; Raises is left out."""
    doc = inspect.cleandoc(doc or "").partition("\nRaises:")[0]
    head, _, rest = doc.partition("\nArgs:\n")
    arguments, _, returned = rest.partition("\nReturns:\n")
    points = re.sub(r"\n +", " ", textwrap.dedent(arguments))
    lines = [head.strip(), *([f"- {line}" for line in points.splitlines() if line.strip()])]
    if returned.strip():
        lines.append(f"- returns: {' '.join(returned.split())}")
    paragraphs = [" ".join(part.split()) for part in lines[0].split("\n\n")]
    return "\n\n".join(paragraphs) + ("\n\n" + "\n".join(lines[1:]) if lines[1:] else "") + "\n"


def datasets() -> list[str]:
    parts = ["## Data\n", "`dataset` is a source, or `source:argument`. Options stand behind `?`, joined by `&`.\n"]
    for name, source in known_sources().items():
        title = inspect.cleandoc(source.__doc__).partition("\n\n")[0].replace("\n", " ")
        parts += [f"### {name}\n", f"{title}\n", text_of(source.load.__doc__)]
        if source.options:
            parts.append(f"Options: {', '.join(map(code, source.options))}.\n")
        if source.sets:
            parts.append(f"Sets: {', '.join(map(code, source.sets))}.\n")
    return parts


def models() -> list[str]:
    told = " Or ".join(" ".join(inspect.cleandoc(kind.__doc__).split()) for kind in (OwnFunction, OwnFile))
    return [
        "## Models\n",
        f"`model` is one of {', '.join(f'`{name}` (hidden widths {widths})' for name, widths in OWN_WIDTHS.items())}, or a "
        f"model of yours: {told}\n",
        "What a model of yours has of regularization is removed first, or kept: `existing_regularization`.\n",
    ]


def grids() -> list[str]:
    return [
        "## Grids\n",
        f"`--grid` is a YAML file with the keys `settings`, `seeds` and `variants`, or one that comes with regtrack: "
        f"{', '.join(map(code, grid_names()))}.\n",
    ]


def commands() -> list[str]:
    parts = ["## Commands\n", "`regtrack COMMAND --help` says the same.\n"]
    for name, command in main.commands.items():
        options = [one for one in command.params if isinstance(one, click.Option)]
        dests = {one.name for one in options}
        grouped = [group for group, names in GROUPS.items() if names <= dests]
        shared = set().union(*(GROUPS[group] for group in grouped)) if grouped else set()
        rows = [[code(one.opts[0]), default_of(one), one.help or ""] for one in options if one.name not in shared]
        parts += [f"### regtrack {name}\n", inspect.cleandoc(command.help or "") + "\n"]
        parts += [table(["option", "default", "meaning"], rows)] if rows else []
        parts += [f"And the options of: {', '.join(grouped)}.\n"] if grouped else []
    return parts


def default_of(option: click.Option) -> str:
    return "" if option.is_flag or not option.default else code(option.default)


def signature_of(name: str, function) -> str:
    shown = []
    parameters = [one for one in inspect.signature(function).parameters.values() if one.name not in ("self", "cls")]
    for i, one in enumerate(parameters):
        if one.kind is one.KEYWORD_ONLY and (i == 0 or parameters[i - 1].kind is not one.KEYWORD_ONLY):
            shown.append("*")
        star = {one.VAR_KEYWORD: "**", one.VAR_POSITIONAL: "*"}.get(one.kind, "")
        default = one.default
        if default is one.empty:
            shown.append(star + one.name)
        else:
            shown.append(f"{one.name}={default.__name__ if callable(default) else repr(default)}")
    return f"{name}({', '.join(shown)})"


def api() -> list[str]:
    parts = ["## Python\n", "`from regtrack import ...`; each is imported when it is first used.\n"]
    public = {name: getattr(regtrack, name) for name in regtrack.__all__ if not name.startswith("_")}
    public |= {f"{SweepResult.__name__} (what sweep returns)": SweepResult}
    for name, one in public.items():
        if not inspect.isclass(one):
            parts += [f"### {name}\n", f"`{signature_of(name, one)}`\n", text_of(one.__doc__)]
            continue
        parts += [f"### {name}\n", text_of(one.__doc__)]
        rows = []
        for member, value in vars(one).items():
            inner = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
            if member.startswith("_") or not inspect.isfunction(inner):
                continue
            shown = member if isinstance(value, property) else signature_of(member, inner)
            rows.append([code(shown), " ".join(inspect.cleandoc(inner.__doc__ or "").partition("\n\n")[0].split())])
        parts += [table(["member", "meaning"], rows)] if rows else []
    return parts


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
