from regtrack.variants.effects import Constraint, KerasObject, Penalty
from regtrack.variants.params import NEUTRAL_TEXT, Param
from regtrack.variants.regularizers.base import Regularizer


def function_name(value) -> str:
    """`function` of `python:package.module:function`, or a callable's own name."""
    return value.rsplit(":", 1)[-1] if isinstance(value, str) else getattr(value, "__name__", type(value).__name__)


class CustomPenalty(Regularizer):
    """Your own penalty: a function kernel -> scalar, set on every kernel the way l1 and l2 are."""

    name, title, order = "kernel_regularizer", "custom penalty", 100
    params = (Param("kernel_regularizer", "function", NEUTRAL_TEXT,
                    "python:package.module:function, kernel -> scalar penalty; none is off"),)  # fmt: skip

    def label(self, values):
        return f"{self.name}={function_name(values[self.name])}"

    def effects(self, values):
        return (Penalty(KerasObject("CustomPenalty", {"function": values[self.name]})),)


class CustomConstraint(Regularizer):
    """Your own constraint: a function kernel -> projected kernel, set on hidden kernels the way max-norm is."""

    name, title, order = "kernel_constraint", "custom constraint", 110
    params = (Param("kernel_constraint", "function", NEUTRAL_TEXT,
                    "python:package.module:function, kernel -> projected kernel; none is off"),)  # fmt: skip

    def label(self, values):
        return f"{self.name}={function_name(values[self.name])}"

    def effects(self, values):
        return (Constraint(KerasObject("CustomConstraint", {"function": values[self.name]})),)
