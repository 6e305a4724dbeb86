"""Advice: what to try next on a variant, from its regime and from what stronger and weaker ones did, as a grid line."""

from collections.abc import Container, Mapping, Sequence
from typing import Any

import yaml

from regtrack.diagnosis.advice import steps
from regtrack.diagnosis.advice.response import Tried, strength_params
from regtrack.diagnosis.advice.steps import STRONGER, WEAKER, Advice
from regtrack.diagnosis.regimes.regime import Regime
from regtrack.diagnosis.regimes.remedies import Remedy
from regtrack.errors import VariantError
from regtrack.names import OVERFIT, UNDERFIT, WELL_FIT, WELL_FIT_HERE
from regtrack.variants.regularizers import PARAMS
from regtrack.variants.settings import OWN_WIDTHS, Settings
from regtrack.variants.variant import Variant

FIRST_TO_TRY = ("l2", "dropout_rate", "max_norm")
LARGER = 4
"""Times the units, of a network that is to show whether a smaller one is too small."""


def advise(variant: Variant, regime: Regime, sweep: Tried, settings: Settings, regimes: Mapping[str, str]) -> Advice:
    """What the article advises, with numbers: overfit, a stronger factor or rate; underfit, a weaker one or a wider
    net. Strengths that the sweep already tried are not proposed again; between two that failed on either side of the
    right one, the middle is.

    Args:
        sweep: all variants of the sweep.
        settings: of the sweep.
        regimes: fitting regime by variant label.
    """
    if regime.verdict == OVERFIT:
        return _stronger(variant, sweep, regimes)
    if regime.verdict == UNDERFIT:
        return _weaker(variant, sweep, settings, regimes)
    if regime.verdict == WELL_FIT:
        return Advice(steps.KEEP)
    if regime.verdict == WELL_FIT_HERE:
        return _evidence_from_outside(variant, regime, sweep, settings)
    return Advice(steps.UNSETTLED, {"remedy": _first_remedy(regime)})


def _evidence_from_outside(variant: Variant, regime: Regime, sweep: Tried, settings: Settings) -> Advice:
    """The networks that would tell: a larger one without regularization, and a strongly regularized one."""
    open_ = {clause.name for clause in regime.clauses if clause.answer is not False}
    lines, widths = [], _widths(variant, settings)
    if "freer_better" in open_ and widths:
        larger = "-".join(str(LARGER * int(width)) for width in widths.split("-"))
        proposed = Variant(**variant.overrides | {"hidden_widths": larger})
        lines += [grid_line(proposed, {})] * (proposed not in sweep)
    if "tighter_better" in open_:
        off = [name for name in FIRST_TO_TRY if getattr(variant, name) == PARAMS[name].neutral]
        held = {name: untried(variant, name, PARAMS[name].strength.first[-1:], sweep) for name in off}
        lines += [grid_line(variant, {name: values[0]}) for name, values in held.items() if values][:1]
    return Advice(steps.FITS_HERE, {"remedy": _first_remedy(regime)}, tuple(lines))


def _stronger(variant: Variant, sweep: Tried, regimes: Mapping[str, str]) -> Advice:
    active = _active(variant)
    if not active:
        lines = tuple(
            grid_line(variant, {name: values})
            for name in FIRST_TO_TRY
            if (values := untried(variant, name, PARAMS[name].strength.first, sweep))
        )
        if lines:
            return Advice(steps.ADD_A_REGULARIZER, grid_lines=lines)
        return Advice(steps.USUAL_ARE_TRIED)
    name = active[0]
    return _moved(variant, name, sweep, regimes, direction=STRONGER, stop=UNDERFIT)


def _weaker(variant: Variant, sweep: Tried, settings: Settings, regimes: Mapping[str, str]) -> Advice:
    active = _active(variant)
    if active:
        return _moved(variant, active[0], sweep, regimes, direction=WEAKER, stop=OVERFIT)
    widths = _widths(variant, settings)
    if not widths:
        return Advice(steps.WIDEN_OR_TRAIN_MORE)
    wider = "-".join(str(2 * int(width)) for width in widths.split("-"))
    alike = [v for v in sweep if _widths(v, settings) == wider and _but_widths(v) == _but_widths(variant)]
    if alike:
        return Advice(steps.WIDER_IS_TRIED, _as_tried(alike[0], regimes))
    line = grid_line(variant, {"hidden_widths": wider})
    return Advice(steps.WIDEN, {"widths": widths, "wider": wider}, (line,))


def _moved(variant, name: str, sweep, regimes, *, direction: str, stop: str) -> Advice:
    strength, value = PARAMS[name].strength, getattr(variant, name)
    tried = strength.weakest_first([getattr(v, name) for v in sweep.curve(variant, name) if getattr(v, name)])
    beyond = tried[tried.index(value) + 1 :] if direction == STRONGER else tried[: tried.index(value)][::-1]
    if beyond:
        following = next(v for v in sweep.curve(variant, name) if getattr(v, name) == beyond[0])
        if regimes.get(following.label) != stop:
            moved = {"direction": direction, "param": name}
            return Advice(steps.MOVE_IS_TRIED, moved | _as_tried(following, regimes))
        middle = strength.between(value, beyond[0])
        if not untried(variant, name, [middle], sweep):
            return Advice(steps.NOTHING_BETWEEN, _as_tried(following, regimes))
        between = {"param": name, "value": middle}
        return Advice(steps.TRY_BETWEEN, between | _as_tried(following, regimes), (grid_line(variant, {name: middle}),))
    moved = {"direction": direction, "param": name, "value": value}
    move = strength.stronger_than if direction == STRONGER else strength.weaker_than
    values = sorted({move(value, 0.5), move(value, 1)} - {value, 0.0})
    if not values:
        return Advice(steps.AT_THE_END, moved)
    return Advice(steps.MOVE, moved, (grid_line(variant, {name: values}),))


def _as_tried(other: Variant, regimes: Mapping[str, str]) -> dict[str, str | None]:
    return {"other": other.label, "regime": regimes.get(other.label)}


def _first_remedy(regime: Regime) -> Remedy | None:
    return regime.settle[0] if regime.settle else None


def _active(variant: Variant) -> list[str]:
    return [name for name in strength_params() if getattr(variant, name) != PARAMS[name].neutral]


def untried(variant: Variant, name: str, values: Sequence[float], sweep: Container[Variant]) -> list[float]:
    """Those that the sweep has not tried on this variant, and that go with it: a kernel holds one penalty."""
    found = []
    for value in values:
        try:
            changed = Variant(**(variant.to_params() | {name: value}))
        except VariantError:
            continue
        if changed not in sweep:
            found.append(value)
    return found


def _widths(variant: Variant, settings: Settings) -> str | None:
    own = variant.settings(settings)
    return own.hidden_widths or OWN_WIDTHS.get(own.architecture)


def _but_widths(variant: Variant) -> dict[str, Any]:
    return {name: value for name, value in variant.to_params().items() if name != "hidden_widths"}


def grid_line(variant: Variant, changes: Mapping[str, Any]) -> str:
    """`- {l2: [0.003, 0.01], max_norm: 1}`: the variant with these values in place of its own."""
    own = {
        name: value
        for name, value in variant.to_params().items()
        if name not in PARAMS or value != PARAMS[name].neutral
    }
    return "- {" + ", ".join(f"{name}: {as_yaml(value)}" for name, value in (own | dict(changes)).items()) + "}"


def as_yaml(value: Any) -> str:
    """A value as it stands in a grid file, on one line."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(as_yaml, value)) + "]"
    if isinstance(value, str):
        return yaml.safe_dump(value, default_style='"', width=10_000).strip()
    if isinstance(value, float):
        text = f"{value:.10g}"
        text = text if float(text) == value else repr(value)
        # YAML 1.1 reads 1e-05 as text: it wants a point.
        return text.replace("e", ".0e") if "e" in text and "." not in text else text
    return str(value)
