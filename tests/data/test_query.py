"""A source's argument: what was written comes back, what cannot be meant is refused with the right way."""

import re
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regtrack.data.query import existing_path, parse_query
from regtrack.errors import DataError

KEYS = ("target", "drop", "categorical")
text = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1).filter(str.strip)


def parse(argument: str):
    return parse_query("table", argument, KEYS, example="table:mine.csv?target=class")


@given(path=text, options=st.dictionaries(st.sampled_from(KEYS), st.lists(text, min_size=1, max_size=3)))
def test_what_is_quoted_comes_back(path, options):
    """Any path and any values, percent-encoded, are the ones parsed: no character is lost or means something else."""
    query = "&".join(f"{key}={','.join(quote(one, safe='') for one in values)}" for key, values in options.items())
    parsed = parse(f"{quote(path, safe='')}?{query}" if query else quote(path, safe=""))
    assert parsed.path == path
    assert {key: list(values) for key, values in parsed.options.items()} == options


@given(st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="?%&=,"), min_size=1).filter(str.strip))
def test_ordinary_characters_need_no_quoting(name):
    """A path or a column with spaces, plus signs or umlauts is written as it is."""
    parsed = parse(f"{name}?target={name}")
    assert (parsed.path, parsed.one("target")) == (name, name)


@given(st.text())
def test_an_argument_is_parsed_or_refused_in_one_sentence(argument):
    """Whatever is written gives a query or a DataError, never another exception."""
    with suppress(DataError):
        assert parse(argument).path.strip()


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("", "Expected a path behind table:, received ''; write for example table:mine.csv?target=class."),
        ("?target=a", "Expected a path behind table:"),
        ("a.csv?targe=b", "received 'targe'; did you mean 'target'?"),
        ("a.csv?zzz=b", "among target, drop, categorical, received 'zzz'; write for example"),
        ("a.csv?target", "Expected a value for target in 'a.csv?target', received none"),
        ("a.csv?target=", "Expected a value for target"),
        ("a.csv?drop=a,,b", "Expected a value for drop"),
        ("a.csv?target=a&target=b", "Expected target once"),
        ("a.csv?target=%ff", "Expected %-escapes of UTF-8"),
    ],
)
def test_a_wrong_argument_names_its_fault(argument, message):
    """An unknown key suggests the closest; a missing or repeated value and a missing path are each told apart."""
    with pytest.raises(DataError) as caught:
        parse(argument)
    assert message in str(caught.value)


def test_one_value_is_asked_for_as_one():
    """Two values where one is wanted are refused, and the way to write a comma is told."""
    with pytest.raises(DataError, match=r"one value for target of table, received a, b; write a comma.*%2C"):
        parse("a.csv?target=a,b").one("target")
    assert parse("a.csv?target=a%2Cb").one("target") == "a,b"
    assert parse("a.csv").one("target", "none") == "none"


def test_a_share_is_a_number():
    """A share that is no number is refused by its key."""
    query = parse_query("npz", "a?test_share=many", ("test_share",), example="npz:a")
    with pytest.raises(DataError, match="Expected test_share of npz as a number between 0 and 1, received 'many'"):
        query.share("test_share")


def test_a_missing_file_shows_the_absolute_path_tried(tmp_path, monkeypatch):
    """A relative path is shown as the absolute one that was looked for; a folder where a file is due is told apart."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=f"a file at {re.escape(str(tmp_path / 'no.csv'))}, received nothing there"):
        existing_path(parse("no.csv"))
    with pytest.raises(DataError, match="received a folder"):
        existing_path(parse("."))
    with pytest.raises(DataError, match=r"Expected a folder at .*received nothing there"):
        existing_path(parse("no"), folder=True)
    with pytest.raises(DataError, match="NUL"):
        existing_path(parse("%00"))
    with pytest.raises(DataError, match=r"received an error \(File name too long\)|received nothing there"):
        existing_path(parse("a" * 5000))
