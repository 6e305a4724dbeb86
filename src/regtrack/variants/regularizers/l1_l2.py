from regtrack.variants.effects import KerasObject, Penalty
from regtrack.variants.regularizers.base import Regularizer, short


class L1L2(Regularizer):
    """Both factors at once (elastic net, Zou and Hastie 2005), as one Keras object: a kernel holds only one."""

    name, title, order = "l1_l2", "L1 + L2 penalty", 30
    params = ()
    supersedes = ("l1", "l2")

    def is_active(self, values):
        return values["l1"] > 0 and values["l2"] > 0

    def label(self, values):
        return f"l1={short(values['l1'])}+l2={short(values['l2'])}"

    def effects(self, values):
        return (Penalty(KerasObject("L1L2", {"l1": values["l1"], "l2": values["l2"]})),)
