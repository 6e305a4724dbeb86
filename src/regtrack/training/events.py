"""What happens to trials, as plain values: a sweep shows and stores them as they come."""

from dataclasses import dataclass

from regtrack.masking import mask
from regtrack.training.result import Curve, TrainingResult
from regtrack.variants.variant import Variant


@dataclass(frozen=True)
class TrialStarted:
    variant: Variant
    seed: int


@dataclass(frozen=True)
class EpochEnded:
    """`epoch` counts from 1; `metrics` are Curve.MEASURES, Curve.RUNNING and `seconds`."""

    variant: Variant
    seed: int
    epoch: int
    metrics: dict[str, float]


@dataclass(frozen=True)
class TrialFinished:
    result: TrainingResult

    @property
    def variant(self) -> Variant:
        return self.result.variant

    @property
    def seed(self) -> int:
        return self.result.seed


@dataclass(frozen=True)
class TrialFailed:
    """`reason` is one line of at most 500 characters; `curve` holds the epochs until then; `details` is the traceback of
    what was not foreseen and the end of what the worker wrote, empty where there is neither. Both are masked."""

    variant: Variant
    seed: int
    reason: str
    curve: Curve
    details: str = ""

    def __post_init__(self):
        object.__setattr__(self, "reason", mask(self.reason))
        object.__setattr__(self, "details", mask(self.details))


@dataclass(frozen=True)
class TrialLost:
    """Its worker's process was ended by a signal, or nobody knows how: the trial is started once more. `curve` as of TrialFailed,
    `epochs` of it are told again."""

    variant: Variant
    seed: int
    reason: str
    curve: Curve


@dataclass(frozen=True)
class ClusterWaits:
    """Of no trial: for `seconds` no machine of the cluster has had a core and the `gpus` of a trial."""

    seconds: float
    gpus: float


@dataclass(frozen=True)
class ClusterIsHeld:
    """Of no trial: for `seconds` all have stood in line, while others hold what a trial needs: by its name, how much of it is free,
    and how much there is."""

    seconds: float
    free_of: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class ClusterGoesOn:
    """There is a place for a trial again, after `seconds`."""

    seconds: float


OfTheCluster = ClusterWaits | ClusterIsHeld | ClusterGoesOn
Event = TrialStarted | EpochEnded | TrialFinished | TrialFailed | TrialLost | OfTheCluster
