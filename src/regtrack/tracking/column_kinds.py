"""Of which kind a column of a stored table is, by its name: a file says so itself, and anybody may have written it."""

import pyarrow as pa
import pyarrow.compute as pc

from regtrack import names

TEXTS = frozenset(
    [
        "beaten_by",
        "beaten_by_method",
        "chosen",
        "claim",
        "class",
        "epoch_kind",
        "family",
        "fitting_regime",
        "fitting_regime_selected",
        "held",
        "interval_covers",
        "kind",
        "leans_to",
        "mc_outcome",
        "measure",
        "method",
        "other",
        "other_outlying_seeds",
        "other_technique",
        "outlying_seeds",
        "param",
        "primary",
        "reason",
        "seeds_apart",
        "split",
        "technique",
        "title",
        "unit",
        "variant",
        "verdict",
        "worse_in",
    ]
)
FLAGS = frozenset(["more_than_promised", "not_shown_worse_than_best", "suspected", "temperature", "test_is_fixed"])
LISTS_OF_TEXTS = frozenset(["run_ids"])
LISTS = LISTS_OF_TEXTS | {"deterministic_probs", "mc_mean_probs", "mc_std_probs", "mean_probs", "probs"}
KNOWN = frozenset(column for name, columns in vars(names).items() if name.endswith("_COLUMNS") for column in columns)
"""What is none of these is a number, or yes and no."""


def column_of_another_kind(table: pa.Table) -> str:
    """The first column of another kind than its name has, in words; "" where there is none. One in which all is missing is of any:
    pandas writes it as numbers."""
    for field in table.schema:
        if field.name in KNOWN and not _fits(field) and not is_missing(table.column(field.name)):
            return f"{field.name} holds {field.type} where {_expected(field.name)} stand"
    return ""


def with_number_types(table: pa.Table) -> pa.Table:
    """A column of numbers of which none was there has no type in its file: with one it reads as NaN, as what is missing of others."""
    for place, field in enumerate(table.schema):
        if pa.types.is_null(field.type) and field.name in KNOWN - TEXTS - LISTS - FLAGS:
            table = table.set_column(place, field.name, table.column(place).cast(pa.float64()))
    return table


def is_missing(column: pa.ChunkedArray) -> bool:
    """All of it, or it has no row."""
    return column.null_count == len(column) or (
        pa.types.is_floating(column.type) and bool(pc.all(pc.is_null(column, nan_is_null=True)).as_py())
    )


def _expected(name: str) -> str:
    if name in LISTS:
        return f"lists of {'texts' if name in LISTS_OF_TEXTS else 'numbers'}"
    return "texts" if name in TEXTS else "yes and no" if name in FLAGS else "numbers"


def _fits(field: pa.Field) -> bool:
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if field.name in LISTS:
        if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
            return False
        if field.name in LISTS_OF_TEXTS:
            return _is_text(kind.value_type) or pa.types.is_null(kind.value_type)  # all are empty
        return _is_number(kind.value_type)
    if field.name in TEXTS:
        return _is_text(kind)
    return pa.types.is_boolean(kind) if field.name in FLAGS else _is_number(kind)


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
