"""Sentences: of clauses, known beforehand."""

import pytest

from regtrack.words.sentences import as_sentence


@pytest.mark.parametrize(
    ("clause", "sentence"), [("l2 is better", "L2 is better."), ("a", "A."), ("l2=0.1 wins", "L2=0.1 wins."), ("", ".")]
)
def test_a_clause_becomes_a_sentence(clause, sentence):
    """A capital and a full stop, the rest as it was."""
    assert as_sentence(clause) == sentence
