"""The words that stand for an example without a picture."""

from showing.features import features_in_words


def test_what_is_no_image_is_told_in_numbers():
    """The first few, and how many more there are."""
    pairs = [(f"x{i}", float(i)) for i in range(10)]
    assert features_in_words(pairs, named=False) == "0, 1, 2, 3, 4, 5, 6, 7 and 2 more"


def test_a_row_of_a_table_is_told_by_its_columns():
    """Each cell behind its column's name; an empty one is missing, and not a blank."""
    pairs = [("size", "1.50"), ("colour", ""), ("note", "red")]
    assert features_in_words(pairs, named=True) == "size 1.50, colour missing, note red"
