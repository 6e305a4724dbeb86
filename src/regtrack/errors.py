"""Every error regtrack raises on purpose, one tree:

    RegtrackError             catch this to catch them all
    ├── DataError             a data set is missing, damaged, or does not fit the request
    │   └── NoEvidence        a sweep does not hold what a claim of the article needs (diagnosis/claims/evidence.py)
    ├── SettingError          what was given to a command or a function is wrong: epochs, seeds, workers, a port
    ├── GridError             a grid file or a list of variants is wrong (names the place in the file)
    ├── VariantError          a variant's parameters are wrong, or it cannot act on this model
    ├── ModelError            a model cannot be read, built, converted or verified
    ├── TrainingError         training cannot start, or a worker was lost
    │   └── DivergedError     cross-entropy became non-finite
    ├── StoreError            the tracking store is absent, unreadable or of another schema
    │   └── StoreAwayError    it does not answer at this moment: asking again may help
    ├── MarksError            a person's own file of marks cannot be read or written
    └── RegistryError         two files of a registry's folder claim one name

Every message says what was expected, what was received and what to do. Entry points print it in one line
and exit 2: a user's mistake never shows a traceback. Functions of arrays alone, such as the measures, raise ValueError,
as numpy's do.
"""

from regtrack.masking import mask

MOST, BEGINNING, END = 2_200, 1_500, 500
"""Characters of a message, and those of a longer one that are kept: what was received may be a whole file, and what to do stands
behind it. What is left of it is no longer one, so that an error from a worker stays as it is."""


class RegtrackError(Exception):
    """Base of the tree. A message is masked and bounded as it is made: it may quote an address, another library's error, or
    whatever was given."""

    def __init__(self, *args: object):
        super().__init__(*(_bounded(mask(one)) if isinstance(one, str) else one for one in args))


def _bounded(text: str) -> str:
    if len(text) <= MOST:
        return text
    return f"{text[:BEGINNING]} ({len(text) - BEGINNING - END:,} characters left out) {text[-END:]}"


class DataError(RegtrackError):
    """A data set is missing, damaged, or does not fit the request."""


class SettingError(RegtrackError):
    """What was given to a command or a function is wrong; the message begins with its name."""


class GridError(RegtrackError):
    """A grid file or a list of variants is wrong; the message names the place in the file.

    `key` is the one of the grid's that is wrong, where no file is known: it stands in front of `problem`.
    """

    def __init__(self, problem: str, *, key: str | None = None):
        super().__init__(problem)
        self.problem, self.key = self.args[0], key

    def __str__(self) -> str:
        return f"{self.key}: {self.problem}" if self.key else self.problem


class VariantError(RegtrackError):
    """A variant's parameters are wrong, or it cannot act on this model.

    `parameter` is the one that is wrong, `variant` the label of the variant that is; what is known stands in front of
    `problem`.
    """

    def __init__(self, problem: str, *, parameter: str | None = None, variant: str | None = None):
        super().__init__(problem)
        self.problem, self.parameter, self.variant = self.args[0], parameter, variant

    def __str__(self) -> str:
        subject = self.variant or self.parameter
        return f"{subject}: {self.problem}" if subject else self.problem


class ModelError(RegtrackError):
    """A model cannot be read, built, converted or verified."""


class TrainingError(RegtrackError):
    """Training cannot start, or a worker was lost."""


class DivergedError(TrainingError):
    """Cross-entropy became non-finite; the trial fails, the sweep goes on."""


class StoreError(RegtrackError):
    """The tracking store is absent, unreadable or of another schema."""


class StoreAwayError(StoreError):
    """The tracking store, or where its artifacts lie, does not answer at this moment; asking again may help."""


class MarksError(RegtrackError):
    """A person's own file of marks cannot be read or written."""


class RegistryError(RegtrackError):
    """Two files of a registry's folder claim one name."""
