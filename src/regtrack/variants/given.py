"""Settings from what a person gave, over what stands already."""

from collections.abc import Mapping

from pydantic import ValidationError

from regtrack.errors import GridError
from regtrack.variants.settings import Settings
from regtrack.variants.variant import describe_error


def settings_from(given: Mapping[str, str], base: Settings | None = None) -> Settings:
    """`base` with the given values (text or numbers) in place. Raises GridError naming the setting."""
    try:
        return Settings(**((base or Settings()).model_dump() | dict(given)))
    except ValidationError as error:
        name, problem = describe_error(error, Settings.model_fields)
        raise GridError(f"{name}: {problem}") from None
