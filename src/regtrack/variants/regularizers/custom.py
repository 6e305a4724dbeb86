from regtrack.variants.effects import Constraint, KerasObject, Penalty
from regtrack.variants.identity import function_identity
from regtrack.variants.params import NEUTRAL_TEXT, Param
from regtrack.variants.regularizers.base import Regularizer


def function_name(value) -> str:
    """`package.module:function`, or a callable's name with its digest: functions of one name stay apart."""
    return value.removeprefix("python:") if isinstance(value, str) else function_identity(value)


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
