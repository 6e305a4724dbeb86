"""Gallery: pages of examples, each a button that opens it."""

from dataclasses import dataclass

import streamlit as st
from reading import networks

from regtrack.pixels.enlarging import SHOWN as SIDE
from regtrack.pixels.png import data_uri
from regtrack.words.markdown import escaped
from showing import selection
from showing.features import features_in_words

PAGE, COLUMNS = 24, 6
STYLE = f"""<style>
[class*="st-key-card"] button {{height: auto; padding: 4px;}}
[class*="st-key-card"] button img {{width: {SIDE}px !important; height: {SIDE}px !important; max-height: none !important;
  max-width: 100% !important; object-fit: contain !important; image-rendering: pixelated; border-radius: 3px;}}
</style>"""
"""Streamlit draws a picture in a button as small as a letter unless told."""


@dataclass(frozen=True)
class Card:
    """`name` is what the example is, for who cannot see it; `words` are lines of markdown below, escaped."""

    example_id: int
    name: str
    words: tuple[str, ...]


def draw_gallery(cards: list[Card], examples: networks.Examples, *, name: str) -> None:
    """A page of the cards, in their order; a click pushes `example`. `name` is the URL's name of the page's number."""
    pages = max(1, -(-len(cards) // PAGE))
    page = _page(name, pages)
    st.html(STYLE)
    shown = cards[PAGE * (page - 1) : PAGE * page]
    for row in range(0, len(shown), COLUMNS):
        for column, card in zip(st.columns(COLUMNS), shown[row : row + COLUMNS], strict=False):
            with column:
                _card(card, examples, name)
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            _turn("Previous", name, page - 1, pages)
            st.markdown(f"page {page} of {pages}", width="content")
            _turn("Next", name, page + 1, pages)


def _page(name: str, pages: int) -> int:
    """From the URL, within what there is: filters may have left fewer pages."""
    asked = selection.param(name, "1")
    return min(max(int(asked), 1), pages) if asked.isdecimal() else 1


def _turn(label: str, name: str, page: int, pages: int) -> None:
    st.button(label, key=f"{name}:{label}", disabled=not 1 <= page <= pages, on_click=selection.push,
              kwargs={name: None if page == 1 else page})  # fmt: skip


def _card(card: Card, examples: networks.Examples, name: str) -> None:
    place = examples.place.get(card.example_id)
    if place is not None and examples.has_pictures:
        label = f"![{escaped(card.name)}]({data_uri(examples.picture(place))})"
    else:
        label = f"example {card.example_id}"
    st.button(label, key=f"card:{name}:{card.example_id}", on_click=selection.push, kwargs={"example": card.example_id})
    lines = list(card.words)
    if place is not None and not examples.has_pictures:
        lines.append(escaped(features_in_words(examples.features(place), named=examples.is_table)))
    st.caption("  \n".join(lines))
