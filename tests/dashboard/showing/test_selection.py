"""Selections live in the URL; what the URL cannot mean is said, and never shown as if it were meant."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[3]


def boxes():
    """A page with every kind of widget; what each returns stands in its words."""
    import streamlit as st
    from showing import selection

    one = selection.pick("One", ["a", "b"], name="one")
    many = selection.picks("Many", ["a", "b", "c"], name="many")
    level = selection.number("Level", name="level", default=0.5, low=0.0, high=1.0, step=0.1)
    words = selection.text("Words", name="words")
    on = selection.flag("On", name="on")
    st.code(repr((one, many, level, words, on)))


def opened(**query) -> AppTest:
    app = AppTest.from_function(boxes, default_timeout=60)
    app.query_params.update(query)
    return app.run()


def test_without_a_query_every_widget_has_its_default():
    """And nothing is written to the address by looking."""
    app = opened()
    assert app.code[0].value == "('a', [], 0.5, '', False)"
    assert dict(app.query_params) == {}


def test_the_address_sets_every_widget():
    """A copied link opens the same view."""
    app = opened(one="b", many=["a", "c"], level="0.9", words=" x y ", on="yes")
    assert app.code[0].value == "('b', ['a', 'c'], 0.9, 'x y', True)"


def test_each_choice_is_written_to_the_address():
    """By its own name, in the form that the address sets it again from."""
    app = opened()
    app.selectbox[0].select("b").run()
    app.multiselect[0].set_value(["a", "c"]).run()
    app.slider[0].set_value(0.7).run()
    app.text_input[0].set_value("x").run()
    app.toggle[0].set_value(True).run()
    written = {"one": "b", "many": ["a", "c"], "level": "0.7", "words": "x", "on": "yes"}
    assert {name: app.query_params[name] for name in written} == written
    assert app.code[0].value == "('b', ['a', 'c'], 0.7, 'x', True)"


def test_going_back_undoes_a_choice():
    """The earlier address alone decides, whatever the widget held meanwhile."""
    app = opened(one="a")
    app.selectbox[0].select("b").run()
    app.query_params["one"] = "a"  # what the browser sends after back
    assert app.run().code[0].value.startswith("('a'")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"one": "z"}, "One z"),
        ({"many": ["a", "z"]}, "Many z"),
        ({"level": "7"}, "Level 7"),
        ({"level": "nan"}, "Level nan"),
        ({"level": "much"}, "Level much"),
    ],
)
def test_what_is_not_there_is_said(query, said):
    """The default is shown, with a sentence; no traceback."""
    app = opened(**query)
    assert not app.exception
    assert said in app.caption[0].value
    assert app.code[0].value.startswith("('a'")


def test_markup_in_the_address_is_text():
    """What a link says is shown escaped."""
    app = opened(one="<img src=x>[a](b)")
    assert r"\<img src=x\>\[a\](b)" in app.caption[0].value


def test_help_is_the_glossary():
    """Every meaning that the dashboard gives stands in docs/glossary.md, word for word."""
    from showing.glossary import MEANINGS

    rows = re.findall(
        r"^\| (\*\*.+?) \| (.+?) \|$", (ROOT / "docs/glossary.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    glossary = {word: meaning for terms, meaning in rows for word in re.findall(r"\*\*(.+?)\*\*", terms)}
    assert {word: glossary.get(word) for word in MEANINGS} == MEANINGS


def clicked_on():
    """A page with a choice, that shows the key of an element beside it."""
    import streamlit as st
    from showing import selection

    selection.pick("One", ["a", "b"], name="one")
    st.code(selection.fresh_key("one"))


def test_after_back_an_element_has_a_key_it_never_had():
    """With an earlier key the browser keeps what was clicked, and says nothing when it is clicked again."""
    app = AppTest.from_function(clicked_on, default_timeout=60).run()
    keys = [app.code[0].value]
    app.selectbox[0].select("b").run()
    keys.append(app.code[0].value)
    del app.query_params["one"]  # back
    keys.append(app.run().code[0].value)
    assert len(set(keys)) == 3
