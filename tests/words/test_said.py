"""Said: a value with a name becomes its sentence where it is shown, whatever it came from."""

import json
from dataclasses import asdict
from typing import ClassVar

import pytest

from regtrack.diagnosis.advice.steps import Advice
from regtrack.diagnosis.regimes.against_folk_rule import AgainstRule
from regtrack.diagnosis.regimes.remarks import Remark
from regtrack.diagnosis.regimes.remedies import Remedy
from regtrack.diagnosis.regimes.shapes import Shape
from regtrack.words.said import Said


class Weather(Said):
    WORDS: ClassVar = {"rain": "{mm:.1f} mm of rain", "sun": lambda hours: "sun" if hours else "no sun"}


@pytest.mark.parametrize(
    ("name", "values", "sentence"),
    [("rain", {"mm": 2}, "2.0 mm of rain"), ("sun", {"hours": 0}, "no sun"), ("sun", {"hours": 3}, "sun")],
)
def test_the_sentence_is_that_of_the_name(name, values, sentence):
    """By a template or by a function of the values; the same once JSON had it."""
    said = Weather(name, values)
    assert said.sentence == Weather.in_words(said) == Weather.in_words(json.loads(json.dumps(asdict(said)))) == sentence


def test_an_older_stores_sentence_stands_as_it_is():
    """Braces in it are no template; nothing said is no words."""
    assert Weather.in_words("it rained {mm}") == "it rained {mm}"
    assert Weather.in_words(None) == ""


def test_an_older_stores_advice_is_read():
    """regime/1 and regime/2 hold a sentence beside the grid lines."""
    assert Advice.in_words({"sentence": "it fits; keep it", "grid_lines": []}) == "it fits; keep it"


@pytest.mark.parametrize("kind", [Advice, AgainstRule, Remark, Remedy, Shape])
def test_no_two_names_say_the_same(kind):
    """A sentence has one name, so that whoever reads the name knows what is shown."""
    templates = [words for words in kind.WORDS.values() if isinstance(words, str)]
    assert len(set(templates)) == len(templates) > 0
