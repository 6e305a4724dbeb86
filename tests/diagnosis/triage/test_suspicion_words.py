"""Sentences about suspected labels: no excess is said as such, an excess where it is, and nothing is called an error."""

import pandas as pd

from regtrack import names
from regtrack.diagnosis.triage.suspicion_words import disagreement_words, promise_words


def promised(*rows) -> pd.DataFrame:
    """Of test; a row is (label, class, confident, expected, observed, limit)."""
    full = [
        ("test", label, name, confident, confident, expected, observed, limit, observed - expected, observed > limit)
        for label, name, confident, expected, observed, limit in rows
    ]
    return pd.DataFrame(full, columns=list(names.PROMISED_ERRORS_COLUMNS))


def test_no_more_than_promised_is_no_sign():
    """Nine wrong where 8.3 are promised and 15 let pass: said to be no sign of wrong labels."""
    words = promise_words(promised((None, None, 212, 8.3, 9, 15), (0, "cat", 212, 8.3, 9, 14)), threshold=0.9)
    assert words == (
        "Of 212 answers that the sweep's better networks together give with 0.9 or more, their probabilities promise 8.3 "
        "wrong, at most 15; 9 are, no more than promised in any class: no sign of wrong labels beyond those that the "
        "networks expect."
    )


def test_where_nothing_is_confident_labels_are_not_said_to_be_right():
    """No answer of 0.9: there is nothing to count, and so no sign of anything."""
    words = promise_words(promised((None, None, 0, 0.0, 0, 0), (0, "cat", 0, 0.0, 0, 0)), threshold=0.9)
    assert words.startswith("The sweep's better networks together give no answer with 0.9 or more")
    assert "no sign" not in words


def test_an_excess_is_said_where_it_is():
    """The class above its limit is named with both numbers, the others are not; both causes are."""
    rows = ((None, None, 400, 8.3, 30, 15), (0, "cat", 300, 6.3, 5, 13), (1, "dog", 100, 2.0, 25, 6))
    words = promise_words(promised(*rows), threshold=0.95)
    assert "30 are, more than promised where they say dog (25 against 2.0)." in words
    assert "cat" not in words
    assert words.endswith(
        "Networks that are too sure show this with every label right, and wrong labels show it too; only looking tells."
    )


def test_an_excess_of_all_classes_together_needs_none():
    """Each class within its limit, all together beyond theirs: said without a class."""
    words = promise_words(promised((None, None, 400, 8.3, 30, 15), (0, "cat", 300, 6.3, 12, 13)), threshold=0.9)
    assert "30 are, more than promised. Networks that are too sure show this" in words


def test_disagreement_is_no_label_error():
    """The word is what it is: mislabelled or hard."""
    words = disagreement_words(412, 2000)
    assert "412" in words
    assert "disagree with the label: mislabelled or hard" in words
    assert "label error" not in words
