"""Measure: what is known of one before it is computed. Standard library only: both sides of the store depend on it."""

from dataclasses import dataclass
from enum import Flag, auto

POINTS = "points"
TOLD_BY_THE_NUMBER = ("", "share", "share of examples", "test examples")
"""Units that a table's heading leaves out: 0.883 is a share, and 12 confident errors are examples."""


class Shown(Flag):
    """Places that show a measure. Each takes its measures from the registry, in its order."""

    LEADERBOARD = auto()
    """A column of sweep/leaderboard.parquet, offered and sorted by on the overview, and a name to download."""
    OVERVIEW = auto()
    """On the overview before a person chooses columns."""
    TERMINAL = auto()
    """The table at a sweep's end, and its copy in the sweep's note."""
    ACCURACY_TABLE = auto()
    """The report's first table: how often a variant is right."""
    CONFIDENCE_TABLE = auto()
    """The report's second table: whether its confidence can be trusted."""
    METHODS = auto()
    """uncertainty/methods.parquet, and the table that sets one pass beside Monte Carlo dropout and the ensemble."""
    CONVERGENCE = auto()
    """A panel of the chart against the number of passes."""
    RESPONSE = auto()
    """Against the strength of one regularizer: sweep/response.parquet and its chart."""
    CURVES = auto()
    """A panel of the learning curves."""
    CLASSES = auto()
    """uncertainty/per_class.parquet, and each class by itself on screen."""


NOWHERE = Shown(0)


@dataclass(frozen=True)
class Measure:
    """One quantity: everything said of it anywhere.

    name: its key in the store. words: what it is called in a sentence and in the glossary. unit: of the number as it is
    shown ("points" is 100 times the share that is stored). digits: decimals where no interval decides them.
    higher_is_better: None where neither end is better. help: what it is, without its direction.
    heading: of a column or an axis, where `words` is too long. computed: "module.function" below regtrack.uncertainty
    that computes it from probabilities and labels, see `uncertainty.headline`; such a measure is logged under `test/` and
    `test_mc/`. of: the metric of a trial whose mean over seeds it is; without one it is judged over the whole sweep.
    interval: whether it has columns of its limits. unequal_classes: overview and terminal show it where classes are
    unequal, and else leave it out. two_classes: it is defined for two classes alone, the second being the positive one.
    """

    name: str
    words: str
    unit: str
    digits: int
    higher_is_better: bool | None
    help: str
    shown: Shown = NOWHERE
    heading: str = ""
    computed: str = ""
    of: str = ""
    interval: bool = False
    unequal_classes: bool = False
    two_classes: bool = False

    def __post_init__(self):
        if not self.heading:
            object.__setattr__(self, "heading", self.words)
        if self.computed and not self.of:
            object.__setattr__(self, "of", f"test/{self.name}")

    @property
    def scale(self) -> int:
        """What is stored times this is what is shown: the unit of display is never inside the measure."""
        return 100 if self.unit == POINTS else 1

    @property
    def axis(self) -> str:
        """Title of an axis: the heading with its unit."""
        return f"{self.heading} ({self.unit})" if self.unit else self.heading

    @property
    def column(self) -> str:
        """Title of a table's column: the unit only where the number does not tell it."""
        return self.heading if self.unit in TOLD_BY_THE_NUMBER else self.axis

    @property
    def meaning(self) -> str:
        """`help` and the direction: what glossary and tooltips say."""
        better = {True: "; higher is better", False: "; lower is better", None: ""}
        return self.help + better[self.higher_is_better]

    @property
    def paired_digits(self) -> int:
        """Side by side on the same networks: a digit more, since they differ by less than either's interval; a count has none."""
        return self.digits + 1 if self.digits else 0

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns in a table of variants."""
        return (self.name, f"{self.name}_low", f"{self.name}_high") if self.interval else (self.name,)
