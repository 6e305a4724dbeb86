from collections.abc import Mapping

from regtrack.data.arrays import raw_from_arrays, raw_from_mapping
from regtrack.data.dataset import Dataset
from regtrack.data.sources.base import Source
from regtrack.errors import DataError, RegtrackError
from regtrack.own_code import FORM, PYTHON, import_function
from regtrack.words.failures import in_a_line


class PythonFunction(Source):
    """What a function of yours returns, `python:package.module:function`."""

    name = "python"
    example = FORM

    def check(self, argument):
        import_function(f"{PYTHON}{argument}", what="dataset", error=DataError)

    def load(self, argument):
        """What the function returns when called without arguments. The current directory can be imported from.

        Args:
            argument: "package.module:function". It returns (x, y), (x, y, class_names), a dict with the arrays that an
                .npz file may hold (`group` among them), or a `Dataset`, whose splits are then its own.

        Raises:
            DataError: it cannot be imported, raises, or returns something else.
        """
        function = import_function(f"{PYTHON}{argument}", what="dataset", error=DataError)
        try:
            returned = function()
        except RegtrackError:
            raise
        except Exception as error:
            raise DataError(
                f"Expected data from {argument}(), received {in_a_line(error)}; call it on its own to see where."
            ) from error
        name = argument.rpartition(":")[2].rpartition(".")[2]
        if isinstance(returned, Dataset):
            return returned
        if isinstance(returned, Mapping):
            return raw_from_mapping(returned, name=name)
        if isinstance(returned, (tuple, list)) and len(returned) in (2, 3):
            return raw_from_arrays(*returned[:2], class_names=returned[2] if len(returned) == 3 else None, name=name)
        received = f"{type(returned).__name__}" + (
            f" of {len(returned)}" if isinstance(returned, (tuple, list)) else ""
        )
        raise DataError(
            f"Expected (x, y), (x, y, class_names), a dict of arrays or a Dataset from {argument}(), received {received}; "
            "return one of these."
        )
