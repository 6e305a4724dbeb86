"""The registry: one file here is one regularizer, found by importing the folder. Nothing else to edit."""

from regtrack.registry import discover
from regtrack.variants.regularizers.base import Regularizer

REGULARIZERS: dict[str, Regularizer] = discover(__name__, __path__, Regularizer)
"""Every regularizer by name, in registry order."""

PARAMS = {param.name: param for regularizer in REGULARIZERS.values() for param in regularizer.params}
"""Every regularization parameter by name, in registry order."""
