"""What the numbers are that an evaluated model reads: the data source's own, or as regtrack scales them."""

from regtrack import names
from regtrack.errors import SettingError

INPUTS = (names.SOURCE, names.SCALED)


def check_inputs(inputs: str) -> None:
    """Raises SettingError for another word; "" leaves it to the model's own trial."""
    if inputs not in ("", *INPUTS):
        raise SettingError(f"inputs: expected {' or '.join(INPUTS)}, received {inputs!r}")
