"""claims_page: the article's claims as a page of markdown, for who reads the store without a browser."""

from collections.abc import Mapping

import pandas as pd

from regtrack.report.claims_table import RATIO
from regtrack.words.intervals import with_interval
from regtrack.words.numbers import is_missing


def render_claims_page(claims: pd.DataFrame, conditions: Mapping[str, str]) -> str:
    """Every claim with its measure, effect, verdict and reason.

    Args:
        claims: names.CLAIMS_COLUMNS.
        conditions: what they hold for, name -> value.
    """
    lines = ["# What the article claims, checked on one sweep", ""]
    lines += [f"- {name}: {_safe(value)}" for name, value in conditions.items()]
    lines += [
        "",
        "Made by code from the sweep's store (`sweep/claims.parquet` names the runs behind each row). ± is half",
    ]
    lines += ["a 95 % interval; nothing is told from fewer than 3 seeds.", ""]
    lines += ["| claim | verdict | effect | measure |", "|---|---|---|---|"]
    for row in claims.to_dict("records"):
        lines.append(f"| {_safe(row['title'])} | **{row['verdict']}** | {_effect(row)} | {_safe(row['measure'])} |")
    lines += ["", "## Why", ""]
    lines += [
        f"- **{_safe(row['title'])}**: {row['verdict']}. {_safe(row['reason'])}" for row in claims.to_dict("records")
    ]
    return "\n".join(lines) + "\n"


def _effect(row: dict) -> str:
    if is_missing(row["effect"]):
        return "–"
    effect = with_interval(row["effect"], row["low"], row["high"], sign=row["unit"] != RATIO)
    return f"{effect} {row['unit']} ({int(row['seeds'])} seeds)"


def _safe(text: str) -> str:
    """Names come from a grid file: markup of theirs stays text."""
    return str(text).replace("|", "\\|").replace("<", "&lt;").replace("_", "\\_").replace("*", "\\*")
