"""The answer of a sweep, as it was stored with its judgement; before that, what its finished trials show so far."""

import re

from reading import store
from reading.sweep import Sweep

from regtrack.diagnosis.differences.comparison import BASELINE
from regtrack.errors import StoreError
from regtrack.names import NOTE
from showing.plain import escaped


def answer_of(sweep: Sweep) -> str:
    """Clauses with "; " between them, as markdown with everything from the store escaped; the leaderboard has rows."""
    return (stored_answer(sweep) if sweep.judged else None) or so_far(sweep)


def stored_answer(sweep: Sweep) -> str | None:
    """The bold first line of the sweep's note; None where somebody wrote another."""
    note = _note(sweep.uri, sweep.run_id)
    found = re.match(r"\*\*(.+)\*\*\s*$", note.splitlines()[0]) if note else None
    return escaped(_unescaped(found[1])) if found else None


def _note(uri: str, run_id: str) -> str:
    try:
        return store.tags(uri, run_id).get(NOTE, "").strip()
    except StoreError:  # the answer is then read from the leaderboard, which stands
        return ""


def so_far(sweep: Sweep) -> str:
    """The lowest validation error beside the baseline's. It says that nothing is judged. Of a model that was trained
    elsewhere, its test accuracy."""
    best = sweep.leaderboard.iloc[0]
    if sweep.model_uri:
        half = (best["test_accuracy_high"] - best["test_accuracy_low"]) / 2
        return f"{escaped(best['variant'])} has a test accuracy of {best['test_accuracy']:.3f} ± {half:.3f}"
    half = (best["val_error_high"] - best["val_error_low"]) / 2
    sentence = f"{escaped(best['variant'])} has the lowest validation error, {best['val_error']:.3f} ± {half:.3f}"
    baseline = sweep.leaderboard[sweep.leaderboard["variant"] == BASELINE]
    if len(baseline) and best["variant"] != BASELINE:
        sentence += f"; {BASELINE} has {baseline.iloc[0]['val_error']:.3f}"
    seeds = "1 seed" if best["seeds"] == 1 else f"{best['seeds']} seeds"
    return f"{sentence} ({seeds}); whether a difference is real is not judged yet"


def _unescaped(markdown: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)
