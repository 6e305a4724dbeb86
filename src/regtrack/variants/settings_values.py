"""Settings from what a person gave, over what stands already."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from regtrack.errors import SettingError
from regtrack.variants.settings import Settings
from regtrack.variants.variant import describe_error

OF_ONE_DATASET = ("train_size", "label_noise")

Model = TypeVar("Model", bound=BaseModel)


def settings_from(values: Mapping[str, str], base: Settings | None = None) -> Settings:
    """`base` with the values (text or numbers) in place. Raises SettingError naming the setting."""
    return checked_values(Settings, (base or Settings()).model_dump() | dict(values))


def settings_for(values: Mapping[str, str], base: Settings) -> Settings:
    """As `settings_from`. Where another dataset is among them than `base` has, its train_size and label_noise, which were meant
    for its own, are left behind: nobody's labels are changed unless it is asked for."""
    if values.get("dataset", base.dataset) != base.dataset:
        base = base.model_copy(update={name: Settings.model_fields[name].default for name in OF_ONE_DATASET})
    return settings_from(values, base)


def checked_values(model: type[Model], values: Mapping) -> Model:
    """The declared values, checked. Raises SettingError naming the one that is wrong, what was expected and received."""
    try:
        return model(**values)
    except ValidationError as error:
        name, problem = describe_error(error, model.model_fields)
        raise SettingError(f"{name}: {problem}") from None
