"""Looks at test: what each may spend, worked by hand, and that they never add up to more than there is."""

import pytest

from regtrack.diagnosis.differences.looks import SHARES, alpha_of_look


def test_the_looks_spend_what_the_issue_of_looking_allows():
    """One-sided 0.020, 0.004 and 0.001 of 0.025, nothing from the fourth on."""
    assert [alpha_of_look(looks, 0.025) for looks in (1, 2, 3, 4, 9)] == pytest.approx([0.020, 0.004, 0.001, 0, 0])


def test_together_they_spend_it_all():
    """By Bonferroni, however the looks hang together."""
    assert sum(SHARES) == pytest.approx(1)


@pytest.mark.parametrize("looks", [0, -1])
def test_a_look_counts_itself(looks):
    """No look is none to judge."""
    with pytest.raises(ValueError, match=f"expected looks >= 1, this one counted, received {looks}"):
        alpha_of_look(looks, 0.05)
