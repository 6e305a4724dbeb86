"""Selection: the variants of a sweep as their params tell them, never as their labels read."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from regtrack.names import BASELINE, SEED
from regtrack.variants.params import Param, Value
from regtrack.variants.regularizers import PARAMS, REGULARIZERS
from regtrack.variants.settings import AXES


@dataclass(frozen=True, eq=False)
class VariantTrials:
    """One variant's finished trials by ascending seed, its regularization params, and the settings it was run at (the
    AXES, as text). `active` are the names of the techniques at work."""

    variant: str
    values: Mapping[str, Value]
    setting: tuple[str, ...]
    active: frozenset[str]
    rows: pd.DataFrame

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def run_ids(self) -> list[str]:
        return [str(run_id) for run_id in self.rows["run_id"]] if "run_id" in self.rows else []

    def strength(self, technique: str) -> float:
        """The value of the technique's first param: a factor, a rate, a radius."""
        return float(self.values[REGULARIZERS[technique].params[0].name])

    def axis(self, name: str) -> str:
        return self.setting[AXES.index(name)]

    def metric(self, name: str) -> pd.Series:
        """By seed, without the seeds that lack it; empty where no trial has it."""
        if name not in self.rows:
            return pd.Series(dtype=float)
        return pd.Series(self.rows[name].to_numpy(float), pd.Index(self.rows[SEED]), name=name).dropna()


def variants_of(trials: pd.DataFrame) -> tuple[VariantTrials, ...]:
    """Every variant of the table, in its order."""
    if not {"variant", SEED} <= set(trials):
        return ()
    first = trials.drop_duplicates("variant").set_index("variant", drop=False).to_dict("index")
    # By seed, the last of one seed alone: once for the table, and not for each of its variants.
    told = trials.sort_values(SEED, kind="stable").drop_duplicates(["variant", SEED], keep="last")
    rows = dict(list(told.groupby("variant", sort=False)))
    return tuple(_variant(str(name), own, rows[name]) for name, own in first.items())


def _variant(name: str, first: Mapping, rows: pd.DataFrame) -> VariantTrials:
    values = {param.name: _value(param, first.get(param.name)) for param in PARAMS.values()}
    setting = tuple("" if pd.isna(first.get(axis)) else str(first[axis]) for axis in AXES)
    active = frozenset(r.name for r in REGULARIZERS.values() if r.is_active(values))
    return VariantTrials(name, values, setting, active, rows)


def _value(param: Param, given) -> Value:
    """A param that a store lacks did not exist when the sweep ran: it was off."""
    if pd.isna(given):
        return param.neutral
    return str(given) if isinstance(param.neutral, str) else float(given)


def main_setting(variants: Sequence[VariantTrials]) -> tuple[str, ...] | None:
    """The settings of the variant labelled baseline, which changes none of the sweep's; else the most common ones."""
    for variant in variants:
        if variant.variant == BASELINE:
            return variant.setting
    counts = Counter(variant.setting for variant in variants)
    return counts.most_common(1)[0][0] if counts else None


def same_but(variant: VariantTrials, others: Sequence[VariantTrials], **changed: Value) -> VariantTrials | None:
    """Of the others the one at the same settings and params except these values; None where there is none."""
    wanted = dict(variant.values) | changed
    found = [other for other in others if other.setting == variant.setting and dict(other.values) == wanted]
    return found[0] if found else None
