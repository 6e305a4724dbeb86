"""Words for splits, as people write them."""

import pytest

from regtrack.data.dividing.split_words import split_meant


@pytest.mark.parametrize(
    ("word", "split"),
    [
        ("train", "train"), ("Training", "train"), ("TRAIN_SET", "train"), (" val ", "validation"), ("valid", "validation"),
        ("dev", "validation"), ("val-images", "validation"), ("Test", "test"), ("testing data", "test"), ("tests", None), ("", None),
    ],
)  # fmt: skip
def test_a_word_means_a_split_or_none(word, split):
    """Case, space and what stands behind a word do not count; another word means none."""
    assert split_meant(word) == split
