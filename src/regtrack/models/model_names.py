"""What a model may be called: whether there is one of that name is known before regtrack imports TensorFlow."""

from difflib import get_close_matches
from pathlib import Path

from regtrack.errors import ModelError
from regtrack.foreign import is_file
from regtrack.models.own_file import KERAS, file_of
from regtrack.models.own_function import import_builder
from regtrack.own_code import PYTHON
from regtrack.variants.settings import OWN_WIDTHS


def check_model_name(architecture: str) -> None:
    """Raises ModelError for an architecture that is not shipped, a keras: file that is not there, and a python: function that
    cannot be imported; its module may import anything."""
    if architecture.startswith(KERAS):
        file_of(architecture)
    elif architecture.startswith(PYTHON):
        import_builder(architecture)
    else:
        check_shipped(architecture)


def check_model_uri(uri: str) -> None:
    """Raises ModelError for what is neither an address (models:/..., runs:/..., s3://...) nor a folder that holds a model."""
    if ":/" not in uri and not is_file(Path(uri) / "MLmodel"):
        raise ModelError(
            f"model_uri: expected the address of a logged Keras model such as models:/m-..., or a folder with its MLmodel file, "
            f"received {uri!r}; copy it from the run's page"
        )


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
