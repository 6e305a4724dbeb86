"""Why an error is of its kind, in words: made when it is shown, from the values that are stored, with class names."""

from collections.abc import Callable, Mapping

from regtrack.diagnosis.triage.high_confidence_errors import MADE_CONFIDENT
from regtrack.diagnosis.triage.kinds import KINDS, name_now
from regtrack.words.numbers import is_missing


def reason_of(row: Mapping, name_of: Callable[[int], str]) -> str:
    """One sentence. An older store holds the sentence itself, which stands as it is.

    Args:
        row: of names.HIGH_CONFIDENCE_ERRORS_COLUMNS.
        name_of: a class -> its name.
    """
    if not is_missing(row.get("reason")):
        return str(row["reason"])
    only_mc = row["mc_outcome"] == MADE_CONFIDENT
    wrong = name_of(int(row["mc_predicted_class"] if only_mc else row["predicted_class"]))
    agreement = f"{row['trials_agreeing']} of {row['trials']} trials predict {wrong}, as here."
    kind = KINDS.get(name_now(row["kind"]))
    if kind is None:  # of another version
        return agreement
    given, rival = name_of(int(row["given_label"])), name_of(int(row["rival_class"]))
    because = kind.because.format(
        given=given, given_probability=row["given_probability"], rival=rival, rival_probability=row["rival_probability"]
    )
    return f"{because}; {agreement}"
