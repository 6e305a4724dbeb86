"""Vega's javascript for the page, bundled once on a machine: vl-convert takes two seconds for it, in every process."""

import functools
import hashlib
import os
import tempfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import altair as alt


@functools.cache
def vega_bundle() -> str:
    """Vega, Vega-Lite (the version that Altair writes for) and Vega-Embed, about 0.9 MB, with nothing that ends a script element.

    It is kept in `~/.regtrack`, by the versions that it was made with. One that is not whole is made again, and where there is no
    home, or nothing can be written there, none is kept.
    """
    with suppress(OSError, RuntimeError):
        digest, _, bundle = _place().read_bytes().partition(b"\n")
        if digest == _digest(bundle):
            return bundle.decode()
    import vl_convert  # 88 MB, for nothing else

    made = vl_convert.javascript_bundle(vl_version=alt.SCHEMA_VERSION.lstrip("v").rsplit(".", 1)[0])
    made = made.replace("</script", "<\\/script")
    with suppress(OSError, RuntimeError):
        _keep(made.encode(), _place())
    return made


def _place() -> Path:
    """Raises RuntimeError where whoever this runs as has no home."""
    return Path.home() / ".regtrack" / f"vega-lite-{alt.SCHEMA_VERSION}-vl-convert-{version('vl-convert-python')}.js"


def _digest(bundle: bytes) -> bytes:
    return hashlib.sha256(bundle).hexdigest().encode()


def _keep(bundle: bytes, path: Path) -> None:
    """Whole or not at all, whoever else writes it at this moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".vega-") as folder:
        beside = Path(folder) / path.name
        beside.write_bytes(_digest(bundle) + b"\n" + bundle)
        os.replace(beside, path)
