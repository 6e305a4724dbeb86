"""plan_variants: each variant's model as it will be trained, checked against model, data and settings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import keras
import numpy as np

from regtrack import names
from regtrack.data import Dataset
from regtrack.errors import ModelError, VariantError
from regtrack.models import read_layout, regularize
from regtrack.models.existing import all_layers, find_existing
from regtrack.models.network import Network
from regtrack.models.one_unit import SIGMOID, ending_of_one_unit, has_one_unit
from regtrack.models.prepare import check_precision
from regtrack.models.room import make_room
from regtrack.models.whole_numbers import check_splits
from regtrack.training.either_way import score_either_way
from regtrack.training.engine import engine_of
from regtrack.training.job import Job
from regtrack.training.objective import make_optimizer, patience_of
from regtrack.training.rehearsal import brings_own_code, kind_of, rehearse
from regtrack.training.suiting import check_suiting
from regtrack.uncertainty.mc_dropout.conversion import has_dropout, to_mc_dropout
from regtrack.variants.variant import Variant


@dataclass(frozen=True, eq=False)
class Planned:
    """A variant, the model as it was made and the one that will be trained (both at seed 0), and remarks on the variant
    and on the model."""

    variant: Variant
    original: keras.Model
    regularized: keras.Model
    notes: tuple[str, ...]
    model_notes: tuple[str, ...]


def plan_variants(variants: Sequence[Variant], job: Job) -> Iterator[Planned]:
    """Build every variant's model once, as its trials will; what a person brought is traced too. Nothing is trained.

    Raises:
        ModelError: the model cannot be had, read or trained on this data.
        VariantError: the variant cannot act on it, or sets what is not read.
    """
    made: dict[tuple, tuple] = {}
    rehearsed: set[tuple] = set()
    for variant in variants:
        own, data, network = job.settings_of(variant), job.dataset_of(variant), job.network_of(variant)
        if job.build:
            _check_settings_read(variant, job, network)
        which = (own.architecture, own.hidden_widths, id(data))
        if which not in made:
            made[which] = _make(network, data)
        original, model, model_notes = made[which]
        try:
            regularized = regularize(make_room(model, variant), variant)
            check_precision(regularized)
            engine = engine_of(job, variant, regularized)  # remembered: keys ask
            if network.is_own and has_dropout(regularized):
                _check_convertible(regularized, variant, network)
            make_optimizer(variant, own, steps=1)
            check_suiting(variant, own, network, model, data)
            patience_of(variant, own)
            kind = which, kind_of(variant), engine.is_whole
            if brings_own_code(network, variant) and kind not in rehearsed:
                rehearse(job, variant, regularize(make_room(model, variant), variant))
                rehearsed.add(kind)
        except VariantError as error:
            if error.variant or error.parameter:
                raise
            raise VariantError(error.problem, variant=variant.label) from None
        notes = variant.notes(read_layout(regularized).kinds)
        yield Planned(variant, original, regularized, tuple(notes), model_notes)


def _make(network: Network, dataset: Dataset) -> tuple[keras.Model, keras.Model, tuple[str, ...]]:
    """(as it was made, as it can be trained, remarks)"""
    original = network.made(0)
    if network.is_own:
        network.look_at(original)
    model = network.ready(original)
    check_splits(model, dataset, network.reads)
    if not network.is_own:
        return original, model, (_inputs_note(network),) if network.reads == names.SOURCE else ()
    notes = [*_notes(original, network.made(1), network), *_one_unit_note(original, dataset), _inputs_note(network)]
    if network.keeps_weights and (either := score_either_way(model, dataset, network.reads)):
        notes.append(str(either))
    return original, model, tuple(notes)


def _check_convertible(model: keras.Model, variant: Variant, network: Network) -> None:
    """What Monte Carlo dropout cannot convert is found now, and not behind the first training."""
    try:
        to_mc_dropout(model)
    except ModelError as error:
        keeps = network.existing_regularization == "keep"
        remedy = ", or existing_regularization=remove" if keeps else ""
        raise ModelError(f"{variant.label}: {error}{remedy}") from None


def _check_settings_read(variant: Variant, job: Job, network: Network) -> None:
    for name in ("architecture", "hidden_widths"):
        if name in variant.overrides:
            raise VariantError(
                f"{name} has no effect on a model that build() makes; leave it out, or leave build out",
                variant=variant.label,
            )
    if job.settings.keep_weights and not network.keeps_weights:
        raise ModelError(
            "keep_weights: needs a trained model, keras:file.keras, received a build function; leave keep_weights out, "
            "or save your model and set architecture to keras:file.keras"
        )


def _one_unit_note(original: keras.Model, dataset: Dataset) -> list[str]:
    if not has_one_unit(original):
        return []
    ending = "sigmoid" if ending_of_one_unit(original) == SIGMOID else "logit"
    return [
        f"your model ends in one {ending}: it is trained as two classes, [1 - p, p], p of {dataset.class_names[1]}, and "
        "stored as it was, giving p"
    ]


def _inputs_note(network: Network) -> str:
    how = "the data's own numbers" if network.reads == names.SOURCE else "numbers as regtrack scales them"
    if network.inputs != "auto":
        return f"{'your' if network.is_own else 'the'} model is given {how} (inputs={network.reads})"
    if network.preprocessing:
        return f"your model begins with {network.preprocessing}, so it is given {how} (inputs={network.reads})"
    return f"your model is given {how} (inputs={network.reads}): it begins with no preprocessing"


def _notes(original: keras.Model, other_seed: keras.Model, network: Network) -> tuple[str, ...]:
    found, removes = find_existing(original), network.existing_regularization == "remove"
    notes = []
    if found:
        what = "; ".join(map(str, found))
        notes.append(
            f"your model's own regularization is removed ({what}); existing_regularization=keep leaves it"
            if removes
            else f"your model's own regularization is kept ({what}) and acts in every variant that puts nothing in its place, the baseline too"
        )
    unshifted = [layer.name for layer in _unshifted(original)] if removes else []
    if unshifted:
        notes.append(f"layer {unshifted[0]} has no bias: the batch normalization behind it, now removed, gave one")
    if network.keeps_weights:
        notes.append(
            "every seed starts from the model's own weights; seeds differ in the order of examples and in masks"
        )
    elif _same_weights(original, other_seed):
        notes.append("every seed starts from the same weights: build() should leave initializers without a seed")
    for layer in _frozen_at_random(original, other_seed):
        notes.append(
            f"layer {layer} is frozen at weights that are drawn anew at each seed; keep_weights=true starts it from those "
            "of a trained model"
        )
    return tuple(notes)


def _same_weights(model: keras.Model | keras.Layer, other: keras.Model | keras.Layer) -> bool:
    pairs = zip(model.get_weights(), other.get_weights(), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def _frozen_at_random(model: keras.Model, other_seed: keras.Model) -> list[str]:
    pairs = zip(read_layout(model).sites, read_layout(other_seed).sites, strict=True)
    return [a.layer.name for a, b in pairs if not a.trained and not _same_weights(a.layer, b.layer)]


def _unshifted(model: keras.Model) -> Iterator[keras.Layer]:
    """Layers without a bias whose output batch normalization reads."""
    for _, layer in all_layers(model):
        if isinstance(layer, keras.layers.BatchNormalization):
            for node in layer._inbound_nodes:
                giver = node.input_tensors[0]._keras_history.operation
                if getattr(giver, "use_bias", True) is False:
                    yield giver
