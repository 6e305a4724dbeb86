"""What a model may be called: whether there is one of that name is known before TensorFlow is imported."""

from difflib import get_close_matches

from regtrack.errors import ModelError
from regtrack.models.own_file import KERAS, file_of
from regtrack.own_code import PYTHON
from regtrack.variants.settings import OWN_WIDTHS


def check_model_name(architecture: str) -> None:
    """Raises ModelError for an architecture that is not shipped, and for a keras: file that is not there.

    A python: function is imported where it is called: its module may import anything.
    """
    if architecture.startswith(KERAS):
        file_of(architecture)
    elif not architecture.startswith(PYTHON):
        check_shipped(architecture)


def check_shipped(architecture: str) -> None:
    """Raises ModelError for another than mlp, cnn, rnn."""
    if architecture in OWN_WIDTHS:
        return
    close = get_close_matches(architecture, OWN_WIDTHS, n=1)
    close = [f"{KERAS}{architecture}"] if architecture.endswith((".keras", ".h5")) else close
    close = [f"{PYTHON}{architecture}"] if ":" in architecture else close
    hint = f"did you mean {close[0]}?" if close else "set model to one of these"
    raise ModelError(
        f"model: expected one of {', '.join(OWN_WIDTHS)}, python:package.module:function or keras:file.keras, "
        f"received {architecture!r}; {hint}"
    )
