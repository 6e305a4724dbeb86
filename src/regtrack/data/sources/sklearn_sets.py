import difflib

import numpy as np

from regtrack.data.raw import RawData
from regtrack.data.shares import held_out_size
from regtrack.data.sources.base import Source
from regtrack.data.sources.digits import Digits
from regtrack.data.tables.standardizing import standardized
from regtrack.errors import DataError

TABLES = ("iris", "wine", "breast_cancer")
REGRESSION = ("diabetes", "linnerud", "california_housing")
HELD_OUT_SHARE = 0.2  # each of validation and test: 60/20/20


class SklearnSets(Source):
    """The small classification sets that come with scikit-learn, `sklearn:iris`; no download."""

    name = "sklearn"
    sets = (*TABLES, "digits")

    def load(self, argument):
        """One of the sets; of the tables, columns scaled one by one. Splits are drawn.

        Raises:
            DataError: the name is none of the sets.
        """
        name = argument.strip().lower()
        if name in REGRESSION:
            raise DataError(
                f"Expected a classification set among {', '.join(self.sets)}, received {name!r}, whose target is a quantity: "
                "regression is not supported; choose one of these."
            )
        if name not in self.sets:
            close = difflib.get_close_matches(name.replace("-", "_"), self.sets, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"write for example {self.name}:{self.sets[0]}."
            raise DataError(
                f"Expected a set of scikit-learn among {', '.join(self.sets)}, received {argument!r}; {hint}"
            )
        if name == "digits":
            return Digits().load("")  # equal data, equal name, equal digest
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
