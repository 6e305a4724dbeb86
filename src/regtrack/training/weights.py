"""What a technique did to the weights: L1's sparsity, L2's small norms, max-norm's bound."""

import keras
import numpy as np

from regtrack.models.layout import read_layout

NEAR_ZERO = 1e-3
"""A weight of smaller magnitude counts as near zero."""


def weight_measures(model: keras.Model) -> dict[str, float]:
    """Measures over the kernels (biases are not penalized) of a model.

    near_zero_share: share of weights with magnitude below 1e-3, [0, 1]; also per layer with kernels,
    `near_zero_share/layer_1` and on in the order data meets them (Keras' own names count up over a process).
    l2_norm: root of the sum of squares over all kernels.
    max_incoming_norm: largest L2 norm of one hidden unit's incoming weights: what max-norm bounds by r. Absent
    for a model without hidden layers.
    """
    layout = read_layout(model)
    per_layer = [np.concatenate([kernel.variable.numpy().ravel() for kernel in site.kernels]) for site in layout.sites]
    everything = np.concatenate(per_layer)
    measures = {
        "near_zero_share": float((np.abs(everything) < NEAR_ZERO).mean()),
        "l2_norm": float(np.sqrt(np.sum(everything.astype(np.float64) ** 2))),
    }
    norms = [
        np.sqrt((kernel.variable.numpy() ** 2).sum(axis=kernel.incoming_axes)).max()
        for site in layout.hidden
        for kernel in site.kernels
    ]
    if norms:
        measures["max_incoming_norm"] = float(max(norms))
    for i, weights in enumerate(per_layer, start=1):
        measures[f"near_zero_share/layer_{i}"] = float((np.abs(weights) < NEAR_ZERO).mean())
    return measures
