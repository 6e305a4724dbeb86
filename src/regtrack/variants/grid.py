"""Grid: a validated YAML file -> variants x seeds, with the settings they share.

settings: {dataset: digits, epochs: 40}     # any field of Settings
seeds: 5                                    # 0..4, or a list of seeds; auto or {start: 3, trials: 60}: see seed_budget
variants:
  - {}                                      # the baseline
  - {l2: 0.001, dropout_rate: 0.2}          # one variant
  - {l1: [1e-5, 1e-4], max_norm: [1, 2]}    # a list is an axis: the product of all lists, four variants
  - {train_size: [500, 1000]}               # a setting of settings.AXES may be varied too
references:                                 # variants that the others are measured by: three seeds each
  - {hidden_widths: "400-400"}
splits: 7                                   # the data split so many times, each with seeds of its own: 2 unless said
                                            # or cv: 5, five folds of which each is tested on once
primary: balanced_accuracy                  # the measure that chooses and is judged, one of measures.primaries
"""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from regtrack.errors import GridError, VariantError
from regtrack.measures.primaries import PRIMARIES
from regtrack.variants.regularizers import PARAMS
from regtrack.variants.seed_budget import SEEDS, SeedBudget
from regtrack.variants.settings import GIVEN_AS, Settings, stored_names
from regtrack.variants.variant import Variant, describe_error
from regtrack.variants.yaml_file import read_yaml
from regtrack.words.failures import cut

SPLITS, CV = "splits", "cv"
KEYS = ("settings", SEEDS, SPLITS, CV, "variants", "references", "primary")
AUTO = "auto"
SEEDS_OF_A_REFERENCE = 3
"""As many as a regime takes to be told: a reference is to show what can be reached, not to win."""
MOST_SEEDS = 1000
"""A greater number is meant as a seed, not as a number of seeds."""
SEEDS_OF_A_SPLIT = 2
"""Where splits are given and seeds are not: 15 trainings are best spent as 7 splits of 2 (docs/comparison.md)."""
MOST_SPLITS = 100
"""A greater number is meant as a split_seed."""
MOST_VARIANTS = 2000
"""Each is a network that is built and checked before the first is trained."""


@dataclass(frozen=True)
class Grid:
    """Variants x seeds under shared settings. Raises GridError for an empty or repeated variant or seed.

    `references` are those of the variants that are there to measure the others by: SEEDS_OF_A_REFERENCE each, whatever
    the others have. `primary` is the measure that is to choose and to be judged, AUTO where the data decide. With a
    `budget` the seeds are those that every variant starts with, and what validation says decides who gets more. `splits`
    times the data are split, the first of them as the settings say; `trials` are those of the first. With `by_folds` these are
    the folds of one partition, and the settings name the first.
    """

    variants: tuple[Variant, ...]
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    settings: Settings = field(default_factory=Settings)
    references: tuple[Variant, ...] = ()
    primary: str = AUTO
    budget: SeedBudget | None = None
    splits: int = 1
    by_folds: bool = False

    def __post_init__(self):
        for name in ("variants", "seeds", "references"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if self.primary not in (AUTO, *PRIMARIES):
            raise GridError(f"primary: expected {AUTO} or one of {', '.join(PRIMARIES)}, received {self.primary!r}")
        self._check_splits()
        outcomes = [_outcome(variant, self.settings) for variant in self.variants]
        names = [variant.label for variant in self.variants]
        for word, values, shown in (("variant", outcomes, names), ("seed", self.seeds, self.seeds)):
            if not values:
                raise GridError(f"{word}s: expected at least one {word}, received none")
            repeated = _first_repeated(values)
            if repeated:
                raise GridError(f"{word}s: {shown[repeated[1]]!r} stands twice; keep one")
        if self.budget and self.budget.trials is not None and self.budget.trials < len(self.trials):
            raise GridError(
                f"expected at least {len(self.trials)} trials, which {len(self.variants)} variants take to start "
                f"with, received {self.budget.trials}; give more, or start with fewer seeds",
                key=SEEDS,
            )

    def _check_splits(self) -> None:
        key, what, fewest = (CV, "folds", "2") if self.by_folds else (SPLITS, "splits", "1 (off)")
        is_whole = isinstance(self.splits, int) and not isinstance(self.splits, bool)
        if not is_whole or not 1 + self.by_folds <= self.splits <= MOST_SPLITS:
            raise GridError(
                f"expected {fewest} or a number of {what} up to {MOST_SPLITS}, received {self.splits!r}", key=key
            )
        if self.splits > 1 and self.budget:
            raise GridError(
                "expected none beside seeds: auto, which spends seeds on one split; give seeds as a number", key=key
            )
        own = f"1/{self.splits}" if self.by_folds else ""
        if self.splits > 1 and self.settings.fold not in ("", own):
            raise GridError(
                f"expected none beside fold, which trains one alone, received {self.splits} and fold {self.settings.fold}; leave one "
                "of them out",
                key=key,
            )
        if own:
            object.__setattr__(self, "settings", self.settings.model_copy(update={"fold": own}))

    def resplit(self, split: int) -> "Grid":
        """The grid on the split after so many: the next fold, or the split_seed that follows by as many, and seeds that no split before
        it has. References are there to be measured by on the first, and stay there."""
        after = split * (max(seed for _, seed in self.trials) + 1)
        drawn = (
            {"fold": f"{split + 1}/{self.splits}"}
            if self.by_folds
            else {"split_seed": self.settings.split_seed + split}
        )
        return replace(
            self,
            variants=tuple(variant for variant in self.variants if variant not in self.references),
            seeds=tuple(seed + after for seed in self.seeds),
            settings=self.settings.model_copy(update=drawn),
            references=(),
            splits=1,
            by_folds=False,
        )

    def with_budget(self, budget: SeedBudget) -> "Grid":
        """The grid with as many seeds as the budget starts with, and what is left of it spent where it decides."""
        return replace(self, seeds=tuple(range(budget.start)), budget=budget)

    @property
    def trials(self) -> tuple[tuple[Variant, int], ...]:
        return tuple((variant, seed) for variant in self.variants for seed in self.seeds_of(variant))

    def seeds_of(self, variant: Variant) -> tuple[int, ...]:
        """Of a reference the first of the grid's, and those that follow them where it has fewer."""
        if variant not in self.references:
            return self.seeds
        following = range(max(self.seeds) + 1, max(self.seeds) + 1 + SEEDS_OF_A_REFERENCE)
        return (*self.seeds, *following)[:SEEDS_OF_A_REFERENCE]

    def to_yaml(self) -> str:
        """The grid as a file that `from_yaml` reads back: every variant on a line, settings and seeds as they are."""
        groups = {"variants": [v for v in self.variants if v not in self.references], "references": self.references}
        seeds = self.budget.content if self.budget else list(self.seeds)
        settings = self.settings.model_dump(exclude_defaults=True, exclude={"fold"} if self.by_folds else None)
        content = {"settings": settings, "seeds": seeds}
        lines = [
            yaml.safe_dump({key: value}, default_flow_style=None, sort_keys=False, width=10_000)
            for key, value in content.items()
        ]
        lines += [f"{CV if self.by_folds else SPLITS}: {self.splits}\n"] * (self.splits > 1)
        for key, variants in groups.items():
            lines += [f"{key}:\n"] * bool(variants) + [f"  - {_flow(variant)}" for variant in variants]
        return "".join([*lines, f"primary: {self.primary}\n" * (self.primary != AUTO)])

    @classmethod
    def from_yaml(cls, path: str | Path) -> "Grid":
        """Read and validate a grid file. Raises GridError: one line with file, line number, expected, received."""
        root, content = read_yaml(Path(path))
        return _Reader(Path(path), root).grid(content)


class _Reader:
    """Turns the parsed content into a Grid and every problem into one line with its place."""

    def __init__(self, path: Path, root: yaml.Node | None):
        self.path, self.root = path, root

    def fail(self, place: tuple, problem: str):
        line = _line(self.root, place)
        where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
        raise GridError(f"{self.path}:{line}: {where + ': ' if where else ''}{cut(problem)}") from None

    def grid(self, content: Any) -> Grid:
        if not isinstance(content, dict):
            self.fail((), f"expected the keys {', '.join(KEYS)}, received {type(content).__name__}")
        for place, key in _repeated_keys(self.root):
            self.fail(place, f"key {key!r} stands twice; YAML would silently keep the last")
        for key in content:
            if key not in KEYS:
                self.fail((key,), f"unknown key; expected {', '.join(KEYS)}")
        settings = self._settings(content.get("settings"))
        variants = self._variants(content.get("variants"), settings)
        references = self._references(content.get("references", []), variants, settings)
        primary = content.get("primary", AUTO)
        if primary not in (AUTO, *PRIMARIES):
            self.fail(("primary",), f"expected {AUTO} or one of {', '.join(PRIMARIES)}, received {primary!r}")
        by_folds = CV in content
        if by_folds and SPLITS in content:
            self.fail((CV,), f"expected one of {SPLITS} and {CV}, received both; leave one of them out")
        splits = content.get(CV if by_folds else SPLITS, 1)
        seeds, budget = content.get(SEEDS, 5 if splits == 1 else SEEDS_OF_A_SPLIT), None
        if seeds == AUTO or isinstance(seeds, dict):
            budget = self._budget({} if seeds == AUTO else seeds)
            seeds = budget.start
        grid = Grid((*variants, *references), self._seeds(seeds), settings, references, primary)
        try:
            return replace(grid, budget=budget, splits=splits, by_folds=by_folds)
        except GridError as error:
            self.fail((error.key or SEEDS,), error.problem)

    def _references(self, content: Any, variants: tuple[Variant, ...], settings: Settings) -> tuple[Variant, ...]:
        if content in ([], None):
            return ()
        references = self._variants(content, settings, group="references")
        known = {_outcome(variant, settings): variant.label for variant in variants}
        for reference in references:
            if _outcome(reference, settings) in known:
                self.fail(("references",), f"{reference.label} stands among the variants already; keep one")
        return references

    def _settings(self, content: Any) -> Settings:
        content = {} if content is None else content
        if not isinstance(content, dict):
            self.fail(("settings",), f"expected a mapping, received {content!r}")
        try:
            return Settings(**stored_names({str(key): value for key, value in content.items()}))
        except ValidationError as error:
            name, problem = describe_error(error, Settings.model_fields)
            self.fail(("settings", _as_written(name, content)), problem)
        except ValueError as error:
            self.fail(("settings",), str(error))

    def _budget(self, content: Mapping) -> SeedBudget:
        try:
            return SeedBudget.of(content)
        except GridError as error:
            self.fail((SEEDS,), error.problem)

    def _seeds(self, content: Any) -> tuple[int, ...]:
        if isinstance(content, int) and content > MOST_SEEDS:
            self.fail((SEEDS,), f"expected at most {MOST_SEEDS} seeds, received {content}; one seed is [{content}]")
        seeds = list(range(content)) if isinstance(content, int) and not isinstance(content, bool) else content
        if not isinstance(seeds, list) or not seeds:
            self.fail((SEEDS,), f"expected a number of seeds, a list of them or auto, received {content!r}")
        for i, seed in enumerate(seeds):
            if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
                self.fail((SEEDS, i), f"expected a whole number from 0, received {seed!r}")
        repeated = _first_repeated(seeds)
        if repeated:
            self.fail((SEEDS, repeated[1]), f"seed {seeds[repeated[1]]} stands twice; keep one")
        return tuple(seeds)

    def _variants(self, content: Any, settings: Settings, group: str = "variants") -> tuple[Variant, ...]:
        if not isinstance(content, list) or not content:
            received = "nothing" if content is None else repr(content)
            self.fail((group,), f"expected a list with at least one variant, received {received}")
        variants, places = [], []
        for i, entry in enumerate(content):
            if not isinstance(entry, dict):
                self.fail((group, i), f"expected a mapping such as {{l2: 0.001}}, received {entry!r}")
            for key, value in entry.items():
                if value == []:
                    self.fail((group, i, key), "expected at least one value, received an empty list")
            self._check_count((group, i), entry, len(variants))
            for combination in product(entry):
                try:
                    variants.append(Variant(**combination))
                except VariantError as error:
                    parameter = _as_written(error.parameter, entry)
                    if parameter in entry:
                        self.fail((group, i, parameter), error.problem)
                    self.fail((group, i), str(error))
                places.append(i)
        repeated = _first_repeated([_outcome(variant, settings) for variant in variants])
        if repeated:
            first, again = repeated
            label = variants[first].label
            self.fail((group, places[again]), f"repeats {group}[{places[first]}] ({label}); keep one")
        return tuple(variants)

    def _check_count(self, place: tuple, entry: dict, before: int) -> None:
        """Asked before the product is made: three lists of 999 are a billion variants."""
        axes = [len(value) for value in entry.values() if isinstance(value, list)]
        if (count := before + math.prod(axes)) > MOST_VARIANTS:
            of = f" ({' x '.join(map(str, axes))} in this entry)" if axes else ""
            self.fail(
                place,
                f"expected at most {MOST_VARIANTS:,} variants, received {count:,}{of}; vary fewer parameters at a time",
            )


def _flow(variant: Variant) -> str:
    """What the variant sets, as a line of YAML."""
    own = {n: v for n, v in variant.to_params().items() if n not in PARAMS or v != PARAMS[n].neutral}
    return yaml.safe_dump(own, default_flow_style=True, sort_keys=False, width=10_000)


def _as_written(name: str | None, content: Mapping) -> str | None:
    """A setting's name as it stands in the file."""
    public = GIVEN_AS.get(name)
    return public if public in content and name not in content else name


def _outcome(variant: Variant, settings: Settings) -> frozenset:
    """All that tells variants apart: one that only sets a setting to what the grid has anyway is no other variant."""
    return frozenset((variant.to_params() | variant.settings(settings).model_dump()).items())


def product(entry: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Every combination of the entry's values; a list is an axis."""
    axes = [value if isinstance(value, list) else [value] for value in entry.values()]
    return (dict(zip([str(key) for key in entry], point, strict=True)) for point in itertools.product(*axes))


def _first_repeated(values) -> tuple[int, int] | None:
    seen: dict[Any, int] = {}
    for i, value in enumerate(values):
        if value in seen:
            return seen[value], i
        seen[value] = i
    return None


def _line(root: yaml.Node | None, place: tuple) -> int:
    """The line (from 1) of the deepest part of `place` that stands in the file."""
    node, line = root, (root.start_mark.line + 1 if root is not None else 1)
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in reversed(node.value) if k.value == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _repeated_keys(node: yaml.Node | None, place: tuple = ()) -> Iterable[tuple[tuple, str]]:
    if isinstance(node, yaml.MappingNode):
        times = Counter(key.value for key, _ in node.value)  # keys that are lists were refused when values were made
        for key, value in node.value:
            if times[key.value] > 1:
                yield (*place, key.value), key.value
            yield from _repeated_keys(value, (*place, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value):
            yield from _repeated_keys(item, (*place, i))
