"""Variant: one point of a grid, a frozen value that round-trips to flat params."""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model

from regtrack.errors import VariantError
from regtrack.names import BASELINE
from regtrack.own_code import FORM, PYTHON
from regtrack.variants.effects import ONE_A_PLACE, Effect
from regtrack.variants.identity import function_identity, is_identity
from regtrack.variants.params import NEUTRAL_TEXT, Param, Value
from regtrack.variants.regularizers import PARAMS, REGULARIZERS
from regtrack.variants.regularizers.base import short
from regtrack.variants.settings import AXES, Number, Settings, Whole, stored_names

OneEffect = TypeVar("OneEffect")


def _function(value):
    if callable(value) or value == NEUTRAL_TEXT:
        return value
    if isinstance(value, str) and value.startswith(PYTHON) and value.count(":") == 2 and not value.endswith(":"):
        return value
    if isinstance(value, str) and is_identity(value):
        return value  # of a notebook's function, as a store gives it back: it names the variant, and cannot be trained
    raise ValueError(f"expected {FORM} or a callable, received {value!r}")


def _flag(value):
    if value in (0, 1, True, False, "0", "1", "true", "false"):
        return int(value in (1, "1", "true"))
    raise ValueError(f"expected 0 or 1, received {value!r}")


def _field(param: Param):
    limits = {"ge": param.low, ("lt" if param.high_open else "le"): param.high}
    limits = {name: limit for name, limit in limits.items() if limit is not None}
    kinds = {
        "number": Annotated[Number, Field(**limits)] if limits else Number,
        "integer": Annotated[Whole, Field(**limits)] if limits else Whole,
        "flag": Annotated[int, BeforeValidator(_flag)],
        "choice": Literal[param.choices] if param.choices else str,
        "function": Annotated[Any, AfterValidator(_function)],
    }
    return (kinds[param.kind], Field(param.neutral, description=param.help))


_Regularization: type[BaseModel] = create_model(
    "Regularization", __config__=ConfigDict(extra="forbid", frozen=True), **{n: _field(p) for n, p in PARAMS.items()}
)


def describe_error(error: ValidationError, known: Iterable[str]) -> tuple[str, str]:
    """The first problem pydantic found, as (field, "expected ..., received ..."); `known` are the keys there are."""
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        close = difflib.get_close_matches(name, list(known), n=1)
        return (
            name,
            f"unknown key; did you mean {close[0]!r}?" if close else f"unknown key; known are {', '.join(known)}",
        )
    if first["type"] == "value_error":
        return name, str(first["ctx"]["error"])
    text = first["msg"][0].lower() + first["msg"][1:]
    text = text.removeprefix("input should be ")
    return name, f"expected {text}, received {first['input']!r}"


class Variant:
    """Regularization parameters of a model, and any setting this point of the grid changes.

    `Variant(l2=1e-3, dropout_rate=0.2, max_norm=1.0)`, `Variant(hidden_widths="16")`. Frozen, hashable, equal by
    value; `Variant.from_params(v.to_params()) == v`. Raises VariantError for an unknown or out-of-range parameter,
    for a parameter that is left without effect (a placement without a rate), for two penalties or two constraints on
    one kernel and for two kinds of dropout in front of it.
    """

    __slots__ = ("_overrides", "_values")

    def __init__(self, **params: Any):
        try:
            params = stored_names(params)
        except ValueError as error:
            raise VariantError(str(error)) from None
        overrides = {name: params.pop(name) for name in AXES if name in params}
        shared = [name for name in params if name in Settings.model_fields]
        if shared:
            raise VariantError(
                "is the whole sweep's and cannot differ between variants; set it in the settings",
                parameter=shared[0],
            )
        try:
            values = dict(_Regularization(**params))  # model_dump would take a callable dataclass apart
            checked = Settings(**overrides).model_dump()
        except ValidationError as error:
            name, problem = describe_error(error, [*PARAMS, *AXES])
            raise VariantError(problem, parameter=name) from None
        object.__setattr__(self, "_values", values)
        object.__setattr__(self, "_overrides", {name: checked[name] for name in overrides})
        self._check_effective()
        taken = Counter((type(effect), getattr(effect, "slot", None)) for effect in self.effects())
        for (_, slot), asked_for in taken.items():
            if slot and asked_for > 1:
                count = "two" if asked_for == 2 else asked_for
                raise VariantError(f"{ONE_A_PLACE[slot]}, {count} are asked for; keep one", variant=self.label)

    def _check_effective(self):
        active = {param.name for r in self.active() for param in r.params}
        active |= {param.name for r in self.active() for s in r.supersedes for param in REGULARIZERS[s].params}
        for name, value in self._values.items():
            if value != PARAMS[name].neutral and name not in active:
                owner = next(r for r in REGULARIZERS.values() if PARAMS[name] in r.params)
                raise VariantError(
                    f"has no effect without {owner.params[0].name}; set {owner.params[0].name} or drop {name}",
                    parameter=name,
                )

    def __setattr__(self, name, value):
        raise AttributeError(f"a Variant is frozen: cannot set {name}")

    def __getattr__(self, name):
        if not name.startswith("_") and name in self._values:
            return self._values[name]
        raise AttributeError(f"no parameter {name!r}")

    def __reduce__(self):
        return (_restore, (self._changed(),))

    def __eq__(self, other):
        return isinstance(other, Variant) and self._identity() == other._identity()

    def __hash__(self):
        return hash(self._identity())

    def __repr__(self):
        return f"Variant({', '.join(f'{k}={v!r}' for k, v in self._changed().items())})"

    def _changed(self) -> dict[str, Any]:
        return {n: v for n, v in self._values.items() if v != PARAMS[n].neutral} | self._overrides

    def _identity(self) -> tuple:
        # By content: a callable that went through a pickle is another object, and may not be hashable.
        return tuple((n, function_identity(v) if callable(v) else v) for n, v in self._changed().items())

    def active(self) -> tuple:
        """The regularizers at work, in registry order; those superseded left out."""
        at_work = [r for r in REGULARIZERS.values() if r.is_active(self._values)] if self._values else []
        superseded = {name for r in at_work for name in r.supersedes}
        return tuple(r for r in at_work if r.name not in superseded)

    def effects(self) -> tuple[Effect, ...]:
        return tuple(effect for r in self.active() for effect in r.effects(self._values))

    def effect(self, kind: type[OneEffect]) -> OneEffect | None:
        """The first of this kind; None without one."""
        return next((effect for effect in self.effects() if isinstance(effect, kind)), None)

    def notes(self, layer_kinds: frozenset[str]) -> tuple[str, ...]:
        """Remarks on unusual but allowed values on a model with these layer kinds."""
        return tuple(note for r in self.active() for note in r.notes(self._values, layer_kinds))

    @property
    def label(self) -> str:
        """Readable name, e.g. `l2=0.001+dropout=0.2`; `baseline` when nothing is active."""
        parts = [r.label(self._values) for r in self.active()]
        parts += [f"{name}={short(value)}" for name, value in self._overrides.items()]
        return "+".join(parts) or BASELINE

    @property
    def overrides(self) -> dict[str, Value]:
        """The settings this variant sets for itself."""
        return dict(self._overrides)

    def settings(self, base: Settings) -> Settings:
        """The sweep's settings with this variant's own in their place."""
        return base.model_copy(update=self._overrides)

    def to_params(self) -> dict[str, Value]:
        """Flat params: every regularization parameter (neutral when off), then the settings this variant sets."""
        return {n: function_identity(v) if callable(v) else v for n, v in self._values.items()} | self._overrides

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> "Variant":
        """The variant of flat params (numbers may be text, as a tracking store returns them)."""
        return cls(**params)


def _restore(changed: dict[str, Any]) -> Variant:
    return Variant(**changed)
