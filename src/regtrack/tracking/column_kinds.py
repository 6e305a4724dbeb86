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
LISTS = frozenset(["deterministic_probs", "mc_mean_probs", "mc_std_probs", "mean_probs", "probs", "run_ids"])
KNOWN = frozenset(column for name, columns in vars(names).items() if name.endswith("_COLUMNS") for column in columns)
"""What is neither text nor list of these is a number, or yes and no."""


def column_of_another_kind(table: pa.Table) -> str:
    """The first column of another kind than its name has, in words; "" where there is none. One in which all is missing is of any:
    pandas writes it as numbers."""
    for field in table.schema:
        if field.name in KNOWN and not _fits(field) and not _is_missing(table.column(field.name)):
            expected = "texts" if field.name in TEXTS else "lists" if field.name in LISTS else "numbers"
            return f"{field.name} holds {field.type} where {expected} stand"
    return ""


def _is_missing(column: pa.ChunkedArray) -> bool:
    return column.null_count == len(column) or (
        pa.types.is_floating(column.type) and bool(pc.all(pc.is_null(column, nan_is_null=True)).as_py())
    )


def _fits(field: pa.Field) -> bool:
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if field.name in TEXTS:
        return pa.types.is_string(kind) or pa.types.is_large_string(kind)
    if field.name in LISTS:
        return pa.types.is_list(kind) or pa.types.is_large_list(kind)
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
