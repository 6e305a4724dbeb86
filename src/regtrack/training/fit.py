"""fit_variants: train many variants on many seeds, no store needed."""

from collections.abc import Callable, Sequence

import keras

from regtrack.data import Dataset
from regtrack.errors import TrainingError
from regtrack.training.events import Event, TrialFailed, TrialFinished
from regtrack.training.job import Job
from regtrack.training.plan import plan_variants
from regtrack.training.pool import run_trials
from regtrack.training.result import TrainingResult
from regtrack.variants.settings import Settings
from regtrack.variants.variant import Variant


def fit_variants(
    variants: Sequence[Variant],
    dataset: Dataset,
    *,
    seeds: Sequence[int],
    settings: Settings | None = None,
    workers: int | None = None,
    build: Callable[[int], keras.Model] | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> list[TrainingResult]:
    """Train every variant at every seed; results in the order variants x seeds, the same whatever `workers`.

    Args:
        variants: what to compare, e.g. [Variant(), Variant(l2=1e-3)].
        dataset: from `load_dataset`. A variant that sets a train_size other than this data's is refused.
        seeds: of initial weights, order of examples and masks. One network a seed.
        settings: network, optimizer and budget; default `Settings()`.
        workers: processes of one thread each; default one a core, or one a GPU where TensorFlow sees any.
        build: seed -> your own Keras model, instead of the settings' architecture; one that ends in logits gets a
            softmax, and what it has of regularization is removed unless the settings keep it.
        on_event: called with each TrialStarted, EpochEnded, TrialFinished, TrialFailed.
    Raises:
        VariantError, ModelError: a variant cannot act on this model; before anything is trained.
        TrainingError: trials failed (diverged, say); the others are finished first and stand in `error.results`.
    """
    job = Job(dataset, settings or Settings(), build, few_passes=len(set(seeds)))
    check_trainable(variants, job)
    trials = [(variant, seed) for variant in variants for seed in seeds]
    results, failures = {}, []
    for event in run_trials(trials, job, workers=workers):
        if isinstance(event, TrialFinished):
            results[event.variant, event.seed] = event.result
        elif isinstance(event, TrialFailed):
            failures.append(event)
        if on_event:
            on_event(event)
    finished = [results[trial] for trial in trials if trial in results]
    if failures:
        first = failures[0]
        error = TrainingError(
            f"{len(failures)} of {len(trials)} trials failed, the first {first.variant.label} at seed {first.seed}: "
            f"{first.reason}"
        )
        error.results = finished
        raise error
    return finished


def check_trainable(variants: Sequence[Variant], job: Job) -> dict[Variant, tuple[str, ...]]:
    """Build every variant once, before anything is trained; returns the notes on each, those on a network with the
    first that uses it.

    Raises VariantError or ModelError, with the variant's label, for the first that cannot act on its model, or for a
    model that cannot be trained on this data.
    """
    notes, said = {}, set()
    for planned in plan_variants(variants, job):
        of_model = tuple(note for note in planned.model_notes if note not in said)
        said |= set(of_model)
        notes[planned.variant] = (*planned.notes, *of_model)
    return notes
