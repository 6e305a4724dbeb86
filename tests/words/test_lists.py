"""Names in a row and numbers of things."""

from regtrack.words.lists import counted, listed


def test_up_to_four_names_are_listed_and_the_rest_counted():
    """An "and" before the last; of more than four, three and how many others."""
    assert [listed("a"), listed("ab"), listed("abcd")] == ["a", "a and b", "a, b, c and d"]
    assert [listed("abcde"), listed("abcdef", most=2)] == ["a, b, c and 2 others", "a and 5 others"]


def test_one_is_singular_and_all_else_plural():
    """A plural of its own where s is not enough; thousands are set apart."""
    assert [counted(n, "seed") for n in (0, 1, 5)] == ["0 seeds", "1 seed", "5 seeds"]
    assert [counted(1, "pass", "passes"), counted(1000, "pass", "passes")] == ["1 pass", "1,000 passes"]
