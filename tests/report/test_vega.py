"""Vega's javascript is bundled once on a machine."""

from pathlib import Path

import pytest
import vl_convert

from regtrack.report.vega import vega_bundle

TEXT = "let a = '</script>';\r\nlet ä = 1;\n"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A person's, and a bundler that counts: (home, how often it was asked)."""
    asked = []
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda vl_version: asked.append(vl_version) or TEXT)
    monkeypatch.setenv("HOME", str(tmp_path))
    vega_bundle.cache_clear()
    yield tmp_path, asked
    vega_bundle.cache_clear()


def again() -> str:
    """As another process has it."""
    vega_bundle.cache_clear()
    return vega_bundle()


def test_it_is_bundled_once_on_a_machine_and_is_the_same_then(home):
    """For Altair's version of Vega-Lite, without what would end a script element, with nothing left beside the file."""
    folder, asked = home
    first = vega_bundle()
    assert first == again() == TEXT.replace("</script", "<\\/script")
    assert len(asked) == 1
    assert len(list((folder / ".regtrack").iterdir())) == 1


@pytest.mark.parametrize("content", [b"", b"cut off", b"\xff\xfe\n" + TEXT.encode()])
def test_a_file_that_is_not_whole_is_made_again(home, content):
    """Whatever it holds, the page gets the bundle, and the next process the file."""
    folder, asked = home
    vega_bundle()
    [kept] = (folder / ".regtrack").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(content)
    assert again() == TEXT.replace("</script", "<\\/script")
    assert (len(asked), kept.read_bytes()) == (2, whole)


def test_where_nothing_can_be_kept_it_is_bundled_each_time(home, monkeypatch):
    """A file stands where the folder would; then nobody has a home at all."""
    folder, asked = home
    (folder / ".regtrack").write_text("")
    assert vega_bundle() == again()
    monkeypatch.setattr(Path, "home", lambda: expanduser("~nobody-of-that-name"))
    assert again() == TEXT.replace("</script", "<\\/script")
    assert len(asked) == 3


def expanduser(name: str) -> Path:
    """Raises RuntimeError, as Path.home does."""
    return Path(name).expanduser()
