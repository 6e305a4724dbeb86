"""What is asked before a sweep begins."""

import pytest

from regtrack.errors import ModelError
from regtrack.sweeps import preparing
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.preparing import prepare


@pytest.mark.parametrize(
    ("many", "said"), [(1, ["Building each of 2 variants once, to check it before any is trained"]), (2, [])]
)
def test_of_many_variants_it_is_said_why_nothing_begins(many, said, store, tiny, monkeypatch):
    """A line before they are checked, which of two thousand takes two minutes; of few there is none."""

    def checked(variants, job):
        raise ModelError("the first that cannot be built")

    monkeypatch.setattr(preparing, "MANY", many)
    monkeypatch.setattr(preparing, "check_beforehand", checked)
    heard = []
    with pytest.raises(ModelError):
        prepare(tiny.grid, None, store, Asked(), heard.append)
    assert heard == said
