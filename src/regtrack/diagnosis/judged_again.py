"""Judged again: what an answer says otherwise than the one before it, from their values."""

from regtrack.diagnosis.answer import Answer
from regtrack.measures.declared import MEASURES
from regtrack.names import BETTER, EQUAL, NOT_SHOWN, WORSE
from regtrack.words.lists import listed


def what_changed(before: Answer, after: Answer) -> list[str]:
    """A sentence a change, without its full stop; empty where both say the same. Numbers alone are no change: other rules
    make other intervals."""
    found = []
    if before.primary != after.primary:
        found.append(f"judged by {MEASURES[after.primary].words}, before by {MEASURES[before.primary].words}")
    if (before.best, _head(before)) != (after.best, _head(after)):
        found.append(f"{after.best}: {_head(after)}, before {before.best}: {_head(before)}")
    found += _moved("fitting regime", dict(before.regimes), dict(after.regimes))
    found += _moved("against the baseline", _against(before), _against(after))
    return found


def _head(answer: Answer) -> str:
    return answer.verdict if answer.confirmation is None else f"{answer.confirmation.verdict} by fresh seeds"


def _against(answer: Answer) -> dict[str, str]:
    """By variant, what is shown of it; not of the chosen one, which the head is about."""
    of = {BETTER: answer.better, WORSE: answer.worse, EQUAL: answer.equal, NOT_SHOWN: answer.not_shown}
    return {variant: verdict for verdict, variants in of.items() for variant in variants}


def _moved(what: str, before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Variants that moved alike in one sentence."""
    moves: dict[tuple[str, str], list[str]] = {}
    for variant, verdict in after.items():
        if variant in before and before[variant] != verdict:
            moves.setdefault((before[variant], verdict), []).append(variant)
    return [f"{what} of {listed(variants)}: {new}, before {old}" for (old, new), variants in moves.items()]
