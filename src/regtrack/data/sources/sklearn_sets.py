"""sklearn: the small classification sets that come with scikit-learn, `sklearn:iris`; no download."""

import difflib

import numpy as np

from regtrack.data.arrays import held_out_size
from regtrack.data.raw import RawData
from regtrack.data.sources import digits
from regtrack.data.tables.standardizing import standardized
from regtrack.errors import DataError

NAME = "sklearn"
TABLES = ("iris", "wine", "breast_cancer")
SETS = (*TABLES, "digits")
REGRESSION = ("diabetes", "linnerud", "california_housing")
HELD_OUT_SHARE = 0.2  # each of validation and test: 60/20/20


def load(argument: str) -> RawData:
    """One of SETS; of the tables, columns scaled one by one. Splits are drawn.

    Raises:
        DataError: the name is none of SETS.
    """
    name = argument.strip().lower()
    if name in REGRESSION:
        raise DataError(
            f"Expected a classification set among {', '.join(SETS)}, received {name!r}, whose target is a quantity: "
            "regression is not supported; choose one of these."
        )
    if name not in SETS:
        close = difflib.get_close_matches(name.replace("-", "_"), SETS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"write for example {NAME}:{SETS[0]}."
        raise DataError(f"Expected a set of scikit-learn among {', '.join(SETS)}, received {argument!r}; {hint}")
    if name == "digits":
        return digits.load("")  # equal data, equal name, equal digest
    import sklearn.datasets  # here: it costs a second that a reader of the store need not pay

    found = getattr(sklearn.datasets, f"load_{name}")()
    held_out = held_out_size(HELD_OUT_SHARE, len(found.target))
    raw = RawData(
        name=name,
        x=found.data,
        labels=found.target.astype(np.int64),
        class_names=tuple(map(str, found.target_names)),
        is_image=False,
        validation_size=held_out,
        test_size=held_out,
    )
    return standardized(raw, columns=tuple(map(str, found.feature_names)), cells=found.data.astype(np.str_))
