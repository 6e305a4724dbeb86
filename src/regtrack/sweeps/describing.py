"""describe_grid: what each variant of a grid changes in the model and around it, before anything is trained."""

from collections.abc import Callable
from dataclasses import dataclass

from rich.markup import escape
from rich.table import Table

from regtrack.models.describe import LayerRow, describe_variant, total_penalty
from regtrack.sweeps.data import job_of, say_of
from regtrack.training.job import Job
from regtrack.training.plan import Planned, plan_variants
from regtrack.variants import effects as what
from regtrack.variants.grid import Grid
from regtrack.variants.regularizers.base import short
from regtrack.variants.settings import Settings
from regtrack.variants.variant import Variant
from regtrack.words.note import as_note


@dataclass(frozen=True)
class Totals:
    """Of the model as it will be trained.

    parameters: elements of all weights; trainable: of those that training changes. penalty_at_start: sum of the
    penalties on the initial weights, nats; None without one. elsewhere: what the variant does to loss, optimizer,
    training and settings rather than to layers, in words.
    """

    parameters: int
    trainable: int
    penalty_at_start: float | None
    elsewhere: tuple[str, ...]


@dataclass(frozen=True)
class Description:
    """One variant: its label, a row a layer, remarks that a person should read before training, totals."""

    label: str
    rows: tuple[LayerRow, ...]
    notes: tuple[str, ...]
    totals: Totals


def describe_grid(
    grid: Grid,
    *,
    job: Job | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> list[Description]:
    """What each variant of `grid` does, in the grid's order, at seed 0. Nothing is trained, nothing is stored.

    Args:
        job: what its trials would share, where that is not all in the grid (see `job_of`).
        say: is given what there is to say of the data, a line or a screen at a time.
    Raises:
        RegtrackError: whatever a sweep of this grid would refuse before its first trial.
    """
    job = job or job_of(grid)
    found = [_description(one, job.settings) for one in plan_variants(grid.variants, job)]
    say_of(job.dataset, say)
    return found


def as_table(description: Description) -> Table:
    """The description for a terminal: a row a layer, the totals and remarks below."""
    table = Table(title=escape(description.label), title_justify="left", caption=_caption(description))
    table.caption_justify = "left"
    for name in ("layer", "kind", "output shape"):
        table.add_column(name)
    table.add_column("parameters", justify="right")
    table.add_column("change")
    table.add_column("penalty at start (nats)", justify="right")
    for row in description.rows:
        texts = (row.layer, row.kind, row.output_shape, f"{row.parameters:,}", row.added, _number(row.penalty_at_start))
        table.add_row(*map(escape, texts), style="bold" if row.added else None)
    totals = description.totals
    table.add_section()
    table.add_row("total", "", "", f"{totals.parameters:,}", "", _number(totals.penalty_at_start))
    return table


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _caption(description: Description) -> str:
    totals = description.totals
    lines = [f"{totals.trainable:,} of {totals.parameters:,} parameters are trained"]
    if not any(row.added for row in description.rows) and not totals.elsewhere:
        lines.append("nothing is added to the model")
    lines += totals.elsewhere
    lines += map(as_note, description.notes)
    return escape("\n".join(lines))


def _description(planned: Planned, shared: Settings) -> Description:
    variant, model = planned.variant, planned.regularized
    totals = Totals(
        model.count_params(),
        sum(weight.value.shape.num_elements() for weight in model.trainable_weights),
        total_penalty(model),
        _elsewhere(variant, shared),
    )
    rows = describe_variant(planned.original, model, variant)
    return Description(variant.label, tuple(rows), (*planned.notes, *planned.model_notes), totals)


_MIXED = {
    "blend": "each training example is blended with another of its batch",
    "paste": "a rectangle of each training image comes from another of its batch",
}
_AVERAGED = {
    "decay": "a moving average of the weights, of decay {} an update,",
    "tail": "the mean of the weights at the ends of the last {} of the epochs",
}


def _elsewhere(variant: Variant, shared: Settings) -> tuple[str, ...]:
    """What acts on loss, optimizer, training and settings."""
    texts = []
    for effect in variant.effects():
        if isinstance(effect, what.LossOption):
            texts.append(f"loss: {effect.name}={short(effect.value)} in the cross-entropy that is trained on")
        elif isinstance(effect, what.OptimizerOption):
            texts.append(
                f"optimizer: {f'{effect.becomes} with ' if effect.becomes else ''}{effect.name}={short(effect.value)}"
            )
        elif isinstance(effect, what.EntropyReward):
            texts.append(f"loss: less by {short(effect.weight)} times the entropy of the predicted probabilities")
        elif isinstance(effect, what.MixedExamples):
            texts.append(
                f"data: {_MIXED[effect.way]}, the labels in the same shares, drawn from Beta({short(effect.alpha)}, {short(effect.alpha)})"
            )
        elif isinstance(effect, what.AveragedWeights):
            texts.append(
                f"training: {_AVERAGED[effect.way].format(short(effect.value))} is measured, selected and stored"
            )
        elif isinstance(effect, what.SharpnessAware):
            texts.append(f"training: two gradients a step, the second {short(effect.radius)} (L2) up the first")
        elif isinstance(effect, what.StopEarly):
            texts.append(f"training: ends after {effect.patience} epochs without a better validation cross-entropy")
        elif isinstance(effect, what.AtInput):
            texts.append(f"data: {effect.layer.class_name} changes each training example anew, at the model's input")
    for name, value in variant.overrides.items():
        texts.append(f"setting: {name}={short(value)} in place of {short(getattr(shared, name)) or 'its own'}")
    weights = variant.settings(shared).class_weights
    if weights != "none" and "class_weights" not in variant.overrides:
        texts.append(f"loss: class_weights={weights}")
    return tuple(texts)
