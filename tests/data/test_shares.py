"""Shares: how many examples a share is."""

import pytest

from regtrack.data.shares import held_out_size


@pytest.mark.parametrize(
    ("share", "n", "size"), [(0.2, 1797, 360), (0.2, 15, 3), (0.1, 30, 3), (0.2, 178, 36), (0.001, 10, 1)]
)
def test_a_share_is_rounded_up_but_not_beyond_what_is_whole(share, n, size):
    """ceil, without the float that makes 0.1 of 30 more than 3."""
    assert held_out_size(share, n) == size
