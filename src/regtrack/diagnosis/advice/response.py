"""Response curves: each measure against the strength of one regularizer, all else held."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from regtrack.names import BASELINE, RESPONSE_COLUMNS
from regtrack.variants.regularizers import PARAMS, REGULARIZERS
from regtrack.variants.variant import Variant


def strength_params() -> list[str]:
    """Parameters that have a strength, in registry order."""
    return [name for name, param in PARAMS.items() if param.strength]


def held_without(variant: Variant, param: str) -> tuple[Variant, Variant]:
    """(the variant with `param` off, the same but for what says where `param` acts): what is held in a curve."""
    params = variant.to_params()
    owner = next(r for r in REGULARIZERS.values() if PARAMS[param] in r.params)
    own = {p.name: p.neutral for p in owner.params}
    return Variant(**(params | own)), Variant(**(params | {param: PARAMS[param].strength.first[0]}))


def series(variants: Iterable[Variant], param: str) -> dict[str, list[Variant]]:
    """held -> the variants that differ in `param` alone, weakest first, the one without it in front.

    `held` is the label of what they share, e.g. "baseline", or "dropout_placement=last_hidden" where companions of
    `param` say where it acts. Only curves of two strengths or more.
    """
    variants = list(variants)
    groups: dict[tuple, list[Variant]] = {}
    for variant in variants:
        if getattr(variant, param) != PARAMS[param].neutral:
            groups.setdefault(held_without(variant, param), []).append(variant)
    found, variants = {}, set(variants) if groups else ()
    for (off, acting), members in groups.items():
        members = sorted(members, key=lambda v: getattr(v, param), reverse=PARAMS[param].strength.stronger == "lower")
        points = [off, *members] if off in variants else members
        if len(points) > 1:
            found[_held_label(off, acting, param)] = points
    return found


class Tried:
    """The variants of a sweep as advice asks for them: whether one was tried, and on which curve it lies. Every variant of thousands asks,
    of all others."""

    def __init__(self, variants: Iterable[Variant]):
        self.variants = tuple(variants)
        self._known = frozenset(self.variants)
        self._curves: dict[str, dict[Variant, list[Variant]]] = {}

    def __contains__(self, variant: Variant) -> bool:
        return variant in self._known

    def __iter__(self) -> Iterator[Variant]:
        return iter(self.variants)

    def curve(self, variant: Variant, param: str) -> list[Variant]:
        """Those that differ from this one in `param` alone, weakest first, itself among them; one without it lies on the first of its
        curves."""
        if param not in self._curves:
            self._curves[param] = of = {}
            for points in series(self.variants, param).values():
                for point in points:
                    of.setdefault(point, points)
        return self._curves[param].get(variant, [variant])


def _held_label(off: Variant, acting: Variant, param: str) -> str:
    """The held variant's label, and the companions of `param` that are not neutral."""
    owner = next(r for r in REGULARIZERS.values() if PARAMS[param] in r.params)
    companions = [
        f"{p.name}={getattr(acting, p.name)}" for p in owner.params if p.name != param and getattr(acting, p.name) != p.neutral
    ]  # fmt: skip
    return "+".join([off.label, *companions]) if companions and off.label != BASELINE else companions[0] if companions else off.label  # fmt: skip


def response_table(variants: Sequence[Variant], measures: pd.DataFrame, regimes: Mapping[str, str]) -> pd.DataFrame:
    """A row a (param, held, strength, measure): names.RESPONSE_COLUMNS; strength 0 is off.

    Args:
        measures: a row a (variant, measure): value, low, high, seeds.
        regimes: fitting regime by variant label.
    """
    rows, of_variant = [], {}
    for row in measures.itertuples():
        of_variant.setdefault(row.variant, []).append(row)
    for param in strength_params():
        for held, points in series(variants, param).items():
            for variant in points:
                label, strength = variant.label, float(getattr(variant, param))
                for row in of_variant.get(label, ()):
                    rows.append((param, held, strength, label, regimes.get(label), row.seeds, row.measure, row.value, row.low, row.high))  # fmt: skip
    return pd.DataFrame(rows, columns=list(RESPONSE_COLUMNS))
