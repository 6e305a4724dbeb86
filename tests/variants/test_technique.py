"""The technique of a variant, from its params."""

import pytest

from regtrack.variants import Variant
from regtrack.variants.technique import regularizers_in, technique_of


@pytest.mark.parametrize(
    ("variant", "technique"),
    [
        (Variant(), "none"),
        (Variant(hidden_widths="4"), "none"),
        (Variant(l1=0.1), "l1"),
        (Variant(l1=0.1, l2=0.1), "l1_l2"),
        (Variant(dropout_rate=0.2, max_norm=1), "dropout + max_norm"),
        (Variant(kernel_regularizer="python:a.b:c"), "kernel_regularizer"),
        (Variant(gaussian_noise=0.1, gaussian_noise_placement="input"), "gaussian_noise"),
        (Variant(spatial_dropout=0.1, dropout_rate=0.1), "dropout + spatial_dropout"),
        (Variant(augment_flip=1, augment_shift=0.1), "augment_flip + augment_shift"),
    ],
)
def test_technique_reads_params_and_text_alike(variant, technique):
    """Params as numbers, or as the text a store returns, give the same technique; l1 with l2 is one technique."""
    params = variant.to_params()
    assert technique_of(params) == technique
    assert technique_of({name: str(value) for name, value in params.items()}) == technique
    assert technique_of({name: value for name, value in params.items() if value}) == technique
    assert technique_of(dict.fromkeys(params, float("nan"))) == "none"


def test_a_technique_comes_apart_into_what_it_was_joined_of():
    """The names of its regularizers in their order; one alone, and none, stay as they are."""
    assert regularizers_in("dropout + max_norm") == ("dropout", "max_norm")
    assert (regularizers_in("l1_l2"), regularizers_in("none")) == (("l1_l2",), ("none",))
