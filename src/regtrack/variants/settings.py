"""Settings: everything that determines a trial besides its regularization and its seed. One flat namespace."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _no_flag(value):
    """`yes` in YAML is a bool, and a bool is a number in Python: refuse it where a number is meant."""
    if isinstance(value, bool):
        raise ValueError(f"expected a number, received {value}")
    return value


def _widths(value):
    text = str(value).strip()
    if text and not re.fullmatch(r"[1-9]\d*(-[1-9]\d*)*", text):
        raise ValueError(f"expected widths such as 100-100 or 16, received {value!r}")
    return text


def _fold(value):
    found = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text := str(value).strip())
    if text and not (found and 1 <= int(found[1]) <= int(found[2]) and int(found[2]) > 1):
        raise ValueError(f"expected a fold such as 2/5, the second of five, received {value!r}")
    return text


Whole = Annotated[int, BeforeValidator(_no_flag)]
Number = Annotated[float, BeforeValidator(_no_flag), Field(allow_inf_nan=False)]
Widths = Annotated[str, BeforeValidator(_widths)]
FoldText = Annotated[str, BeforeValidator(_fold)]


class Settings(BaseModel):
    """Data, network, training and evaluation of a sweep. Frozen; validated once, at construction."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: str = Field(
        "digits",
        min_length=1,
        description="digits, fashion_mnist, npz:file, table:file?target=column, images:folder, sklearn:NAME, "
        "keras:NAME or python:package.module:function",
    )
    split_seed: Whole = Field(0, ge=0, description="seed of split, subset and label noise: one per sweep")
    fold: FoldText = Field(
        "", description="test on one fold alone, such as 2/5, the second of five; cv trains all of them"
    )
    train_size: Whole = Field(0, ge=0, description="learn on this many training examples; 0 is all")
    label_noise: Number = Field(0.0, ge=0, lt=1, description="share of labels changed to another class, every split")
    architecture: str = Field(
        "mlp", min_length=1, description="mlp, cnn, rnn, python:package.module:function or keras:file.keras"
    )
    hidden_widths: Widths = Field("", description="hidden widths, such as 100-100; empty is the architecture's own")
    keep_weights: bool = Field(False, description="true: start from the weights of the keras: file (fine-tuning)")
    existing_regularization: Literal["remove", "keep"] = Field(
        "remove", description="what becomes of dropout, penalties, constraints and batch norm that your own model has"
    )
    inputs: Literal["auto", "source", "scaled"] = Field(
        "auto",
        description="what a model reads: source, the data's own numbers; scaled, as regtrack scales them; auto: source "
        "for your own model that begins with preprocessing (Rescaling, Normalization, Embedding, whole numbers ...)",
    )
    optimizer: Literal["adam", "sgd", "rmsprop", "nadam"] = Field("adam", description="Keras optimizer")
    learning_rate: Number = Field(0.001, gt=0, description="initial learning rate")
    learning_rate_schedule: Literal["cosine", "constant"] = Field(
        "cosine", description="cosine: decays to 0 over the budget; constant: the article's"
    )
    batch_size: Whole = Field(64, ge=1, description="examples a training step")
    class_weights: Literal["none", "balanced"] = Field(
        "none", description="balanced: rare classes weigh more in the loss, n / (C n_c)"
    )
    epochs: Whole = Field(20, ge=1, description="the fixed budget")
    n_passes: Whole = Field(100, ge=1, description="Monte Carlo dropout passes")
    n_bins: Whole = Field(15, ge=1, description="bins of the calibration errors")
    high_confidence: Number = Field(0.9, gt=0, le=1, description="confidence from which an error counts as high")


AXES = (
    "train_size", "architecture", "hidden_widths", "optimizer", "learning_rate", "learning_rate_schedule",
    "batch_size", "class_weights", "epochs",
)  # fmt: skip
"""Settings that a variant may set for itself, so that a grid can vary them. Evaluation stays the sweep's, and of the
data all but train_size, which moves neither validation nor test."""

GIVEN_AS = {"architecture": "model"}
"""Settings that a person gives under another name: a model is given, the store records which architecture it was."""


def stored_names(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, each under the name that the store has for it. Raises ValueError where both names are given."""
    stored = {public: name for name, public in GIVEN_AS.items()}
    both = [f"{name} and {stored[name]}" for name in given if stored.get(name) in given]
    if both:
        raise ValueError(f"expected one of {both[0]}, which are the same, received both")
    return {stored.get(name, name): value for name, value in given.items()}


IN_PLACE_OF_EMPTY = {"hidden_widths": "own", "fold": "no fold"}
"""What an empty setting means, in words."""

OWN_WIDTHS = {"mlp": "100-100", "cnn": "64", "rnn": "64-64"}
"""Hidden widths of the architectures, where none are set."""
