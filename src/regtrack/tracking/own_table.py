"""Whether a stored table is one that regtrack wrote: anybody may have made it, and say of it what regtrack says of its own.

Whoever reads a table may then rely on it: its columns are there and of their kinds, each row says what it is of, classes and counts
are whole numbers, and the probabilities of all examples are of the same classes.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regtrack import names
from regtrack.errors import StoreError
from regtrack.measures.primaries import COMPARED
from regtrack.tracking.column_kinds import LISTS, LISTS_OF_TEXTS, column_of_another_kind, is_missing
from regtrack.words.failures import first_line

COLUMNS = {
    names.PREDICTIONS: names.PREDICTION_COLUMNS,
    names.FEW_PASSES: names.FEW_PASSES_COLUMNS,
    names.PASSES: names.PASSES_COLUMNS,
    names.CONVERGENCE: names.CONVERGENCE_COLUMNS,
    names.PER_CLASS: names.PER_CLASS_COLUMNS,
    names.METHODS: names.METHODS_COLUMNS,
    names.METHOD_VERDICTS: names.METHOD_VERDICTS_COLUMNS,
    names.LEARNING_CURVES: names.CURVE_COLUMNS,
    names.LEADERBOARD: names.LEADERBOARD_COLUMNS,
    names.COMPARISON: names.COMPARISON_COLUMNS,
    names.SECONDARY: names.COMPARISON_COLUMNS,
    names.CLASS_DIFFERENCES: names.CLASS_DIFFERENCES_COLUMNS,
    names.OVER_SPLITS: names.OVER_SPLITS_COLUMNS,
    names.TECHNIQUES: names.TECHNIQUES_COLUMNS,
    names.TECHNIQUE_PAIRS: names.TECHNIQUE_PAIRS_COLUMNS,
    names.EXPECTED_BEST: names.EXPECTED_BEST_COLUMNS,
    names.PARETO: names.PARETO_COLUMNS,
    names.RESPONSE: names.RESPONSE_COLUMNS,
    names.CLAIMS: names.CLAIMS_COLUMNS,
    names.HIGH_CONFIDENCE_ERRORS: names.HIGH_CONFIDENCE_ERRORS_COLUMNS,
    names.LABEL_SUSPICION: names.LABEL_SUSPICION_COLUMNS,
    names.PROMISED_ERRORS: names.PROMISED_ERRORS_COLUMNS,
}
"""Of each table."""
FROM_REPORT = ("sweep/", "diagnosis/", "report/", names.REGIME, names.METHODS, names.METHOD_VERDICTS)
"""What a report writes, and writes again."""
ROWS = {
    names.PREDICTIONS: ("split", "epoch_kind", "example_id"),
    names.FEW_PASSES: ("split", "example_id"),
    names.PASSES: ("example_id", "pass"),
    names.CONVERGENCE: ("n_passes", "measure"),
    names.PER_CLASS: ("method", "label"),
    names.METHODS: ("variant", "method", "temperature", "passes", "trainings", "measure"),
    names.LEARNING_CURVES: ("epoch",),
    names.LEADERBOARD: ("variant",),
    names.COMPARISON: ("family", "split", "variant", "other"),
    names.SECONDARY: ("family", "split", "variant", "other", "primary"),
    names.CLASS_DIFFERENCES: ("variant", "other", "label"),
    names.OVER_SPLITS: ("variant", "other", "primary"),
    names.METHOD_VERDICTS: ("variant", "method", "temperature", "passes", "other", "measure"),
    names.TECHNIQUES: ("technique",),
    names.TECHNIQUE_PAIRS: ("technique", "other_technique"),
    names.EXPECTED_BEST: ("technique", "tries"),
    names.PARETO: ("variant", "method"),
    names.CLAIMS: ("claim", "measure"),
    names.HIGH_CONFIDENCE_ERRORS: ("variant", "seed", "split", "example_id"),
    names.LABEL_SUSPICION: ("split", "example_id"),
}
"""What each row is of, where no two are of the same: never missing."""
ALWAYS = frozenset(
    ["broken", "count", "deterministic_probs", "examples", "fixed", "given_label", "mean_probs", "other_seeds", "predicted", "probs",
     "seeds", "splits", "train_examples", "trials", "trials_agreeing", "trials_confidently_wrong", "trials_wrong"]
)  # fmt: skip
"""What else is never missing in these."""
WHOLE = frozenset(
    ["count", "epoch", "example_id", "examples", "given_label", "label", "mc_predicted_class", "n_passes", "pass",
     "predicted", "predicted_class", "rival_class", "seed", "seeds", "suggested_label", "trials", "true_label"]
)  # fmt: skip
"""Columns of whole numbers from 0, or missing."""
OF_CLASSES = LISTS - LISTS_OF_TEXTS
"""Columns of a number for each class."""
LABELS = ("given_label", "true_label")


def refuse_foreign(table: pa.Table, artifact: str, path: str | Path) -> None:
    """Raises StoreError for a table that regtrack cannot have written, with the first reason."""
    try:
        reason = next(_reasons(table, artifact), "")
    except (ValueError, pa.ArrowException) as error:  # whatever a damaged file makes of itself
        reason = first_line(error)
    if reason:
        again = "`regtrack report` writes it again" if artifact.startswith(FROM_REPORT) else "run the trial again"
        raise StoreError(f"{artifact} at {path}: this table is not one that regtrack wrote: {reason}; {again}")


def _reasons(table: pa.Table, artifact: str) -> Iterator[str]:
    if doubled := [name for name, count in Counter(table.column_names).items() if count > 1]:
        yield f"it has {', '.join(doubled)} more than once"
    if lacking := [name for name in COLUMNS.get(artifact, ()) if name not in table.column_names]:
        yield f"it lacks {', '.join(lacking)}"
    if wrong := column_of_another_kind(table):
        yield wrong
    if artifact in ROWS and table.num_rows:
        yield from _other_rows(table, list(ROWS[artifact]))
    there = {name: table.column(name) for name in table.column_names if not is_missing(table.column(name))}
    for name, column in there.items():
        numbers = pc.list_flatten(column) if name in OF_CLASSES else column
        if pa.types.is_floating(numbers.type) and pc.any(pc.is_inf(numbers)).as_py():
            yield f"{name} holds infinity"
    for name in sorted(WHOLE & there.keys()):
        values = there[name].cast(pa.float64(), safe=False).to_numpy()
        values = values[~np.isnan(values)]
        if not ((values == np.floor(values)) & (values >= 0)).all():
            yield f"{name} holds other than whole numbers from 0"
    if other := set(pc.unique(there.get("primary", pa.chunked_array([[]], pa.string()))).to_pylist()) - {
        None,
        *COMPARED,
    }:
        yield f"primary holds {sorted(other)[0]!r}, which is no measure that is compared"
    classes = {
        name: pc.unique(pc.list_value_length(there[name]).drop_null()).to_pylist()
        for name in sorted(OF_CLASSES & there.keys())
    }
    for name, lengths in classes.items():
        if len(lengths) > 1:
            yield f"{name} holds lists of several lengths"
    if artifact == names.PREDICTIONS and table.num_rows:
        yield from _other_classes(there, {name: lengths[0] for name, lengths in classes.items()})


def _other_rows(table: pa.Table, of_a_row: list[str]) -> Iterator[str]:
    for name in [*of_a_row, *sorted(ALWAYS.intersection(table.column_names))]:
        if pc.any(pc.is_null(table.column(name), nan_is_null=True)).as_py():
            yield f"a row does not say its {name}"
    if len(table.group_by(of_a_row).aggregate([])) < len(table):
        yield f"two rows are of the same {', '.join(of_a_row)}"


def _other_classes(columns: dict[str, pa.ChunkedArray], classes: dict[str, int]) -> Iterator[str]:
    """Of predictions: labels and all probabilities are of the classes that one pass gives probabilities of."""
    one_pass = names.PROBS[0]
    largest = {name: 1 + int(pc.max(columns[name]).as_py()) for name in LABELS if name in columns}
    for name, count in largest.items():
        if count > classes[one_pass]:
            yield f"{name} is of other classes than {one_pass}"
    for name, count in classes.items():
        if count != classes[one_pass]:
            yield f"{name} is of other classes than {one_pass}"
