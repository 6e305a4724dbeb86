"""Examples in a real browser: from the gallery to one of them, by mouse, keyboard, matrix and link; and marks of one."""

import hashlib
import re
from pathlib import Path

import pandas as pd
import pytest

CARD = "[class*=st-key-card]"
VIEW = "confident_but_wrong"
MOST_TABS = 80


def heading(example_id: int) -> re.Pattern:
    return re.compile(rf"^Example {example_id}: given as ")


def test_a_click_on_a_picture_opens_the_example_and_back_returns(tab, demo, surest_error):
    """The gallery begins with the surest error; a click puts it into the address and opens it, back undoes that."""
    example_id = str(surest_error["example_id"])
    tab.open(VIEW, sweep=demo.sweep_id)
    before = tab.page.url
    picture = tab.page.locator(f"{CARD} button img").first
    assert picture.get_attribute("alt").startswith(f"Example {example_id}, given as ")
    picture.click()
    tab.see(heading(example_id))
    tab.at_rest()
    assert tab.query == {"sweep": [demo.sweep_id], "example": [example_id]}
    tab.page.go_back()
    picture.wait_for()
    tab.see(heading(example_id), gone=True)
    assert tab.page.url == before
    assert tab.errors == []
    assert tab.strangers == []


def test_the_keyboard_opens_an_example(tab, demo, surest_error):
    """Tab reaches the first picture from the top of the page, and Enter opens it."""
    tab.open(VIEW, sweep=demo.sweep_id)
    in_card = f"document.activeElement.closest({CARD!r}) !== null"
    for _ in range(MOST_TABS):
        tab.page.keyboard.press("Tab")
        if tab.page.evaluate(in_card):
            break
    assert tab.page.evaluate(in_card), f"not reached by pressing Tab {MOST_TABS} times"
    tab.page.keyboard.press("Enter")
    tab.see(heading(surest_error["example_id"]))
    assert tab.query["example"] == [str(surest_error["example_id"])]


@pytest.mark.long
def test_a_copied_link_of_an_example_opens_the_same_view(tab, tab_on, page, demo, surest_error):
    """Another browser shows word for word what the click showed, with the chart of probabilities in it."""
    tab.open(VIEW, sweep=demo.sweep_id)
    tab.page.locator(f"{CARD} button").first.click()
    tab.see(heading(surest_error["example_id"]))
    tab.at_rest()
    colleague = tab_on(tab.base, page=page)
    page.goto(tab.page.url)
    colleague.at_rest()
    assert page.locator("svg.marks text", has_text="What does it say this is?").count() == 1
    assert words(page) == words(tab.page)
    assert colleague.errors == []


def words(page) -> list[str]:
    """What is read on the page, charts included."""
    texts = page.locator("[data-testid=stMain]").inner_text().split("\n")
    return [text.strip() for text in texts if text.strip()] + page.locator("svg.marks text").all_inner_texts()


@pytest.mark.long
def test_a_click_on_a_cell_of_the_matrix_filters_the_gallery(tab, demo):
    """Its two classes are in the address, only its examples in the gallery, as many as it says; back shows all again."""
    tab.open(VIEW, sweep=demo.sweep_id)
    everything = tab.page.locator(f"{CARD} button").count()
    cell = tab.page.locator("svg.marks .mark-rect.role-mark path").first
    told = dict(part.split(": ") for part in cell.get_attribute("aria-label").split("; "))
    given, said, count = told["given label"], told["predicted class"], int(told["examples"])
    assert 1 <= count < everything
    cell.click(position={"x": 3, "y": 3})  # beside the number that stands in the middle
    tab.see(re.compile(rf"^{count} example"))
    tab.at_rest()
    assert (tab.query["given"], tab.query["said"]) == ([given], [said])
    shown = [picture.get_attribute("alt") for picture in tab.page.locator(f"{CARD} button img").all()]
    assert len(shown) == count
    assert all(alt.endswith(f"given as {given}, predicted as {said}") for alt in shown)
    tab.page.go_back()
    tab.page.locator(f"{CARD} button").nth(everything - 1).wait_for()
    assert "given" not in tab.query
    assert tab.errors == []


@pytest.fixture
def no_marks(marks_file):
    """The demo's dashboard has no marks, before and after."""
    marks_file.unlink(missing_ok=True)
    yield marks_file
    marks_file.unlink(missing_ok=True)


@pytest.mark.long
def test_a_mark_is_kept_in_a_file_of_the_users_own(tab, demo, surest_error, no_marks):
    """It survives a reload, is exported as an id to relabel, and not one byte of the store changes; then it is removed."""
    example_id, note = int(surest_error["example_id"]), "looks like a 4, <b>surely</b>"
    before = contents(demo.folder)
    tab.open(VIEW, sweep=demo.sweep_id, example=example_id)
    tab.page.locator("label", has_text="label error").click()
    tab.page.get_by_label("Note").fill(note)
    tab.page.get_by_role("button", name="Save mark").click()
    tab.see("Marked as label error")
    stored = pd.read_csv(no_marks)
    assert stored[["example_id", "mark", "note"]].values.tolist() == [[example_id, "label error", note]]

    tab.page.reload()
    tab.at_rest()
    assert tab.page.get_by_role("radio", name="label error").is_checked()
    assert tab.page.get_by_label("Note").input_value() == note

    tab.page.get_by_role("button", name="Back to the gallery").click()
    tab.see("✓ label error")
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name="Examples to relabel, as CSV").click()
    relabel = pd.read_csv(download.value.path())
    assert relabel[["example_id", "given_label", "note"]].values.tolist() == [
        [example_id, surest_error["given_label"], note]
    ]
    assert contents(demo.folder) == before

    tab.page.locator(f"{CARD} button").first.click()
    tab.page.get_by_role("button", name="Remove mark").click()
    tab.see("The mark is removed")
    assert pd.read_csv(no_marks).empty
    assert tab.errors == []


def contents(folder: Path) -> dict[str, str]:
    """Digests of a store's files, but for the database's index of who reads; an empty write-ahead log is none."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size and path.suffix != ".db-shm"]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
