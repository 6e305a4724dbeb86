"""Freedom: which of two networks is clearly freer or tighter, from their variants and sizes."""

import math

import pytest

from regtrack.diagnosis.regimes.freedom import Freedoms, freedom_of
from regtrack.variants.variant import Variant


def of(parameters=1_000, **params):
    return freedom_of(Variant(**params), parameters)


def is_freer(one, than):
    return Freedoms([one, than]).freer_than(1)[0]


def is_tighter(one, than):
    return Freedoms([one, than]).tighter_than(1)[0]


def test_no_network_is_freer_or_tighter_than_itself():
    """Of one, of unknown size too, and of several at once."""
    of_all = Freedoms([of(), of(math.nan), of(2_000), of(l2=0.1)])
    assert [of_all.freer_than(v).tolist() for v in range(2)] == [[False, False, True, False], [False] * 4]
    assert [of_all.tighter_than(v).tolist() for v in range(2)] == [[False] * 3 + [True], [False] * 4]


@pytest.mark.parametrize(
    ("freer", "than"),
    [(of(2_000), of()), (of(2_000), of(l2=0.1)), (of(2_000, l2=1e-4), of(l2=1e-4)),
     (of(2_000, max_norm=2.0), of(max_norm=1.0)), (of(2_000, hidden_widths="200"), of(hidden_widths="100"))],
)  # fmt: skip
def test_larger_and_held_no_more_is_freer(freer, than):
    """And never the other way round; a greater max-norm holds less."""
    assert is_freer(freer, than)
    assert not is_freer(than, freer)


@pytest.mark.parametrize(
    ("other", "than"),
    [(of(1_800), of()), (of(), of(l2=0.1)), (of(2_000, l2=1e-3), of(l2=1e-4)), (of(2_000, dropout_rate=0.2), of()),
     (of(math.nan), of()), (of(), of(math.nan)), (of(2_000, learning_rate=0.1), of()),
     (of(2_000, dropout_rate=0.2), of(dropout_rate=0.2, dropout_placement="last_hidden"))],
)  # fmt: skip
def test_what_is_not_clearly_freer(other, than):
    """Not twice the size, of the same size, held more, of unknown size, trained otherwise, held in another way."""
    assert not is_freer(other, than)


@pytest.mark.parametrize(
    ("tighter", "than"),
    [(of(l2=1e-4), of()), (of(l2=1e-3), of(l2=1e-4)), (of(500), of()), (of(500, l2=1e-4), of(l2=1e-4)),
     (of(batch_norm=1), of()), (of(max_norm=0.1), of(max_norm=1.0)), (of(l2=1e-3, dropout_rate=0.2), of(dropout_rate=0.2))],
)  # fmt: skip
def test_smaller_or_much_more_strongly_held_is_tighter(tighter, than):
    """From off to on, or by ten times; and never the other way round."""
    assert is_tighter(tighter, than)
    assert not is_tighter(than, tighter)


@pytest.mark.parametrize(
    ("other", "than"),
    [(of(), of()), (of(l2=2e-4), of(l2=1e-4)), (of(l2=1e-3), of(dropout_rate=0.2)), (of(2_000, l2=0.1), of()),
     (of(600), of()), (of(500), of(l2=0.1)), (of(l2=0.1, epochs=5), of())],
)  # fmt: skip
def test_what_is_not_clearly_tighter(other, than):
    """A twin, a little stronger, another regularizer, larger, a little smaller, smaller and held less, trained otherwise."""
    assert not is_tighter(other, than)
