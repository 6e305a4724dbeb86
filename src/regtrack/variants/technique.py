"""The technique behind a variant, from its flat params alone."""

from collections.abc import Mapping

from regtrack.variants.params import NEUTRAL_TEXT
from regtrack.variants.regularizers import PARAMS, REGULARIZERS

NO_TECHNIQUE = "none"
_AND = " + "


def technique_of(params: Mapping) -> str:
    """`dropout`, `l1_l2`, `dropout + max_norm` ...; `none` for no regularization. Params as a store gives them back."""
    values = {}
    for name, param in PARAMS.items():
        value = params.get(name, param.neutral)
        missing = value is None or value != value
        values[name] = param.neutral if missing else value
        if param.is_number:
            values[name] = float(values[name])
        elif values[name] in ("", NEUTRAL_TEXT):
            values[name] = param.neutral
    active = [r for r in REGULARIZERS.values() if r.is_active(values)]
    superseded = {name for r in active for name in r.supersedes}
    return _AND.join(r.name for r in active if r.name not in superseded) or NO_TECHNIQUE


def regularizers_in(technique: str) -> tuple[str, ...]:
    """The names of the regularizers that `technique_of` joined; `none` alone."""
    return tuple(technique.split(_AND))
