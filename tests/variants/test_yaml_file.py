"""A grid file is read in bounded time and memory, and refused in one line with its place, whatever it holds."""

import datetime
import os
import resource
import time

import pytest

from regtrack.errors import GridError
from regtrack.variants import yaml_file
from regtrack.variants.grid import MOST_VARIANTS, Grid
from regtrack.variants.yaml_file import MOST_BYTES, read_yaml

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGED = "a: &a {x: 1, y: 2}\n" + "".join(
    f"{new}: &{new} {{<<: [{', '.join([f'*{old}'] * 9)}]}}\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
AXIS = f"[{', '.join(f'{i}e-6' for i in range(1, 1000))}]"


@pytest.fixture
def refused(tmp_path):
    """refused(text) -> the one line, said within 2 s of processor time and 100 MB."""

    def refused(text):
        path = tmp_path / "grid.yaml"
        path.write_text(text)
        before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        with pytest.raises(GridError) as caught:
            Grid.from_yaml(path)
        assert time.process_time() - start < 2
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
        message = str(caught.value)
        assert message.startswith(f"{path}")
        assert "\n" not in message
        assert len(message) < 800
        return message.removeprefix(str(path))

    return refused


@pytest.mark.parametrize(
    "text", [LAUGHS, MERGED, LAUGHS.replace("x, ", "{p: 1}, ")], ids=["lists", "merges", "mappings"]
)
def test_anchors_that_stand_for_billions_of_values_are_refused(text, refused):
    """Nine lines of nine aliases each, as lists and as merged mappings: counted before they are written out."""
    assert "expected a grid of at most 50,000 values, received one whose anchors stand for " in refused(text)


@pytest.mark.parametrize("text", ["variants: &a [*a]\n", "variants: &a [{l2: *a}]\n", "a: &a {b: {c: *a}}\n"])
def test_an_anchor_that_contains_itself_is_refused_with_its_line(text, refused):
    """Whatever stands between the anchor and its alias."""
    assert refused(text) == ":1: an anchor contains itself; write its values out"


def test_three_axes_of_999_values_are_counted_and_not_made(refused):
    """997,002,999 variants and the axes they come from; as many as are allowed pass."""
    message = refused(f"variants:\n  - {{}}\n  - {{l1: {AXIS}, l2: {AXIS}, learning_rate: {AXIS}}}\n")
    assert message.startswith(f":3: variants[1]: expected at most {MOST_VARIANTS:,} variants, received 997,003,000 ")
    assert "(999 x 999 x 999 in this entry)" in message


def test_many_entries_count_together(refused):
    """Each entry is small, all of them are too many."""
    entry = f"  - {{l2: {AXIS}, batch_size: %d}}\n"
    message = refused("variants:\n" + "".join(entry % n for n in range(1, 5)))
    assert (
        f":4: variants[2]: expected at most {MOST_VARIANTS:,} variants, received 2,997 (999 in this entry)" in message
    )


@pytest.mark.parametrize(
    "text",
    ["[" * 5000 + "]" * 5000, "variants: " + "[" * 5000, "{a: " * 5000, "- " * 5000 + "x", "[" * 99_000 + "]" * 99_000],
)
def test_what_is_nested_5_000_deep_is_refused(text, refused):
    """Brackets, braces and lists in lists, closed or not."""
    assert refused(text) == ": brackets or lists nested too deep for a grid; expected at most a list in a variant"


@pytest.mark.parametrize("kind", ["timestamp", "bool", "int", "float"])
@pytest.mark.parametrize("value", ["x", "''"])
def test_a_value_that_does_not_fit_its_type_is_named_with_its_line(kind, value, refused):
    """YAML's own types raise AttributeError, KeyError, IndexError and ValueError; each is one line here."""
    message = refused(f"seeds: 2\nvariants:\n  - {{l2: !!{kind} {value}}}\n")
    assert message.startswith(":3: not valid YAML: ")
    assert f"{value.strip(chr(39))!r} is no {kind}" in message


def test_a_date_is_no_parameter(refused):
    """YAML makes a date of 2025-01-01, and refuses 2025-13-01: both in one line."""
    assert refused("variants:\n  - {l2: 2025-13-01}\n") == (
        ":2: not valid YAML: month must be in 1..12 ('2025-13-01' is no timestamp)"
    )
    assert "variants[0].l2: expected " in refused("variants:\n  - {l2: 2025-01-01}\n")


@pytest.mark.parametrize("loader", [yaml_file._Loader, yaml_file._FastLoader], ids=["Python", "libyaml"])
def test_both_parsers_give_the_same_values_and_lines(loader, tmp_path, monkeypatch):
    """Dates, texts, anchors, merged mappings, comments, quotes, more than one line."""
    path = tmp_path / "grid.yaml"
    path.write_text(
        "# mine\na: &a {x: 1, y: 2.5e-3, z: '1'}\nb: {<<: *a, x: null, d: 2025-01-01}\nc:\n  - yes\n  - \"q\\n\"\n  - |\n    long\n"
    )
    monkeypatch.setattr(yaml_file, "_FastLoader", loader)
    root, values = read_yaml(path)
    day = datetime.date(2025, 1, 1)
    a = {"x": 1, "y": 2.5e-3, "z": "1"}
    assert values == {"a": a, "b": a | {"x": None, "d": day}, "c": [True, "q\n", "long\n"]}
    assert [key.start_mark.line for key, _ in root.value] == [1, 2, 3]


def test_a_file_larger_than_a_grid_is_not_read(refused, tmp_path):
    """Told from its size alone; a file at the limit is read."""
    assert f": expected a grid of at most {MOST_BYTES:,} bytes, received {MOST_BYTES + 1:,}" in refused(
        "#" * (MOST_BYTES + 1)
    )
    path = tmp_path / "fits.yaml"
    path.write_text("variants: [{}]\n#" + "x" * (MOST_BYTES - 16))
    assert path.stat().st_size == MOST_BYTES
    assert read_yaml(path)[1] == {"variants": [{}]}


def test_a_pipe_is_no_grid(tmp_path):
    """A FIFO is refused and not waited for."""
    os.mkfifo(tmp_path / "grid.yaml")
    with pytest.raises(GridError, match="grid: no file at"):
        Grid.from_yaml(tmp_path / "grid.yaml")


def test_thousands_of_keys_are_looked_through_at_once(refused):
    """20,000 settings that there are not: the first is named, within the time of one."""
    text = "settings:\n" + "".join(f"  k{i}: 1\n" for i in range(15_000)) + "variants: [{}]\n"
    assert "unknown key" in refused(text)


def test_anchors_within_reason_are_read(tmp_path):
    """What anchors are for: one list, used twice."""
    path = tmp_path / "grid.yaml"
    path.write_text("variants:\n  - {l2: &rates [0.1, 0.2]}\n  - {l1: *rates}\n")
    assert len(Grid.from_yaml(path).variants) == 4
