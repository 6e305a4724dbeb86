"""The menu is made of the files of views/."""

import pages
import pytest


def test_each_view_is_a_page_in_the_order_it_declares():
    """The overview opens first; a page's address is its file's name."""
    assert pages.VIEWS == {
        "overview": "Overview",
        "techniques": "Techniques",
        "fitting_regimes": "Fitting regimes",
        "confident_but_wrong": "Confident but wrong",
        "uncertainty": "Uncertainty",
        "compare_two": "Compare two",
        "progress": "Sweep in progress",
    }
    assert pages.file_of("overview") == "views/overview.py"


def test_a_view_that_declares_no_title_is_refused_in_one_line(tmp_path):
    """It names the file and what to write into it."""
    (tmp_path / "mine.py").write_text("TITLE = 'Mine'\n")
    with pytest.raises(SyntaxError, match=r"mine\.py: expected a line such as TITLE, ORDER = .*; add it"):
        pages.titles_in(tmp_path)
