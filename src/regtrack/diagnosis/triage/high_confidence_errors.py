"""Where the networks are confident but wrong, what Monte Carlo dropout makes of it, and what it probably is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regtrack import names
from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.diagnosis.triage import triage
from regtrack.diagnosis.triage.kinds.base import ErrorEvidence
from regtrack.diagnosis.triage.label_suspicion import trusted_mean_probs, trusted_trials
from regtrack.errors import DataError

CONFIDENT_TOO, DEFUSED, MADE_CONFIDENT = "confident too", "defused", "made confident"
MC_OUTCOMES = (CONFIDENT_TOO, DEFUSED, MADE_CONFIDENT)
"""With dropout on, a high-confidence error of the deterministic pass is still one (of any wrong class), or no longer
(below the threshold, or right); or only Monte Carlo dropout makes it."""

_DTYPES = dict.fromkeys(names.HIGH_CONFIDENCE_ERRORS_COLUMNS, "int64") | {
    "variant": "str", "split": "str", "confidence": "float32", "mc_predicted_class": "Int64",
    "mc_confidence": "float32", "mc_outcome": "str", "kind": "str", "given_probability": "float64",
    "rival_probability": "float64", "suspicion": "float64",
}  # fmt: skip
_COUNTS = ("errors", "confident_errors", "confident_right")
_MC_COUNTS = ("mc_errors", "mc_confident_errors", "defused", "made_confident", "made_doubtful")
_OF_MC = ("mc_predicted_class", "mc_confidence", "mc_outcome")
_SHARES = ("defused_share", "made_doubtful_share")


@dataclass(frozen=True)
class _Answers:
    """One pass over n_examples: class, its probability, whether it is wrong, whether it reaches the threshold."""

    predicted_class: np.ndarray
    confidence: np.ndarray
    wrong: np.ndarray
    confident: np.ndarray

    @property
    def error(self) -> np.ndarray:
        return self.wrong & self.confident


def _answers(probs: np.ndarray, given_label: np.ndarray, threshold: float) -> _Answers:
    if not 0 <= threshold <= 1:
        raise ValueError(f"expected a threshold in [0, 1], received {threshold}")
    predicted_class = probs.argmax(axis=1)
    confidence = probs[np.arange(len(probs)), predicted_class]  # a tenth of what `max` takes along so short an axis
    # In the precision of the probabilities, as `uncertainty.selective.high_confidence_errors` does
    return _Answers(predicted_class, confidence, predicted_class != given_label, confidence >= float(threshold))


def _mc_answers(trial: TrialPredictions, given_label: np.ndarray, threshold: float) -> _Answers | None:
    return None if trial.mc_mean_probs is None else _answers(trial.mc_mean_probs, given_label, threshold)


def trial_counts(held_out: HeldOut, *, threshold: float) -> pd.DataFrame:
    """A row a trial: how often it is confident but wrong, and what Monte Carlo dropout mends and spoils.

    Args:
        held_out: one split; against its given labels.
        threshold: [0, 1], confidence from which an answer counts as confident.
    Returns:
        variant, seed, examples. errors: wrong answers. confident_errors: those with confidence >= threshold.
        confident_right: right ones with it. With dropout, else missing: mc_errors, mc_confident_errors, the same of
        Monte Carlo dropout; defused: confident errors no longer so; made_confident: the reverse; made_doubtful:
        confident right answers that are below the threshold or wrong under Monte Carlo dropout. Counts add up:
        mc_confident_errors = confident_errors - defused + made_confident. defused_share, made_doubtful_share: of
        confident_errors and of confident_right; missing where these are 0. Read the two together: lowering every
        confidence defuses errors and spoils right answers alike. The sweep's counts are the sums.
    """
    rows = []
    for trial in held_out.trials:
        one = _answers(trial.probs, held_out.given_label, threshold)
        mc = _mc_answers(trial, held_out.given_label, threshold)
        sure = one.confident & ~one.wrong
        row = {"variant": trial.variant, "seed": trial.seed, "examples": len(one.wrong), "errors": one.wrong.sum(),
               "confident_errors": one.error.sum(), "confident_right": sure.sum()}  # fmt: skip
        if mc is not None:
            defused, doubtful = one.error & ~mc.error, sure & ~(mc.confident & ~mc.wrong)
            row |= {"mc_errors": mc.wrong.sum(), "mc_confident_errors": mc.error.sum(), "defused": defused.sum(),
                    "made_confident": (mc.error & ~one.error).sum(), "made_doubtful": doubtful.sum()}  # fmt: skip
        rows.append(row)
    table = pd.DataFrame(rows, columns=["variant", "seed", "examples", *_COUNTS, *_MC_COUNTS])
    table = table.astype({"variant": "str"} | dict.fromkeys(_MC_COUNTS, "Int64"))
    for share, part, whole in zip(_SHARES, ("defused", "made_doubtful"), _COUNTS[1:], strict=True):
        table[share] = table[part].to_numpy(float, na_value=np.nan) / table[whole].where(table[whole] > 0)
    return table


def find_high_confidence_errors(
    held_out: Sequence[HeldOut], suspicion: pd.DataFrame, *, threshold: float
) -> pd.DataFrame:
    """A row per (trial, example) that is wrong with confidence >= threshold: names.HIGH_CONFIDENCE_ERRORS_COLUMNS.

    Wrong against the given label, in the deterministic pass or under Monte Carlo dropout. In the order of `held_out`,
    its trials, its examples.

    Args:
        held_out: validation first, then test.
        suspicion: `label_suspicion` of the same examples.
        threshold: [0, 1].
    Returns:
        predicted_class, confidence: of the deterministic pass; mc_predicted_class, mc_confidence, mc_outcome (one of
        MC_OUTCOMES): missing without dropout. Confidences are float32, and reach the threshold in that precision.
        kind, rival_class, given_probability, rival_probability: of `triage`. trials: how many predicted the example; trials_wrong, trials_confidently_wrong: how
        many of them their deterministic pass is wrong on (with confidence >= threshold). trials_agreeing: how many
        predict the class of this error, which is mc_predicted_class where only Monte Carlo dropout makes it.
    Raises:
        DataError: as `trusted_trials`, or `suspicion` is of other examples. ValueError: no such threshold.
    """
    trusted = trusted_trials(held_out)
    tables = [_of_split(split, trusted, _of_examples(suspicion, split), threshold) for split in held_out]
    return pd.concat(tables, ignore_index=True)


def _of_examples(suspicion: pd.DataFrame, split: HeldOut) -> pd.DataFrame:
    of_split = suspicion[suspicion["split"] == split.split].set_index("example_id")
    unknown = ~np.isin(split.example_id, of_split.index)
    if unknown.any():
        raise DataError(
            f"{split.split}: expected the label suspicion of every example, received none of {int(unknown.sum())} of "
            f"{len(unknown)}, among them example {split.example_id[unknown][0]}; compute it of the same splits."
        )
    return of_split.loc[split.example_id]


def _of_split(split: HeldOut, trusted: np.ndarray, suspicion: pd.DataFrame, threshold: float) -> pd.DataFrame:
    mean_probs = trusted_mean_probs(split, trusted)
    n, votes = len(split.example_id), np.zeros(mean_probs.shape, np.int64)
    wrong, confidently_wrong, parts, others = np.zeros(n, np.int64), np.zeros(n, np.int64), [], []
    of_trusted = set(trusted.tolist())
    for i, trial in enumerate(split.trials):  # one at a time: what is kept of a trial is its errors
        one = _answers(trial.probs, split.given_label, threshold)
        votes[np.arange(n), one.predicted_class] += 1
        wrong += one.wrong
        confidently_wrong += one.error
        parts.append(_of_trial(one, _mc_answers(trial, split.given_label, threshold)))
        errors = parts[-1]["row"]
        own = trial.probs[errors] if i in of_trusted else None
        others.append(_without(own, mean_probs[errors], len(trusted)))
    found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    row, wrong_class, mc_class = (found.pop(name) for name in ("row", "wrong_class", "mc_predicted_class"))
    of_trial = np.repeat(np.arange(len(parts)), [len(part["row"]) for part in parts])
    evidence = ErrorEvidence(
        mean_probs=mean_probs[row],
        others_mean_probs=np.concatenate(others),
        given_label=np.asarray(split.given_label)[row],
        wrong_class=wrong_class,
        suggested_label=suspicion["suggested_label"].to_numpy()[row],
        suspicion=suspicion["suspicion"].to_numpy()[row],
        suspected=suspicion["suspected"].to_numpy(bool)[row],
        trials=np.full(len(row), len(split.trials)),
        trials_agreeing=votes[row, wrong_class],
    )
    triaged = triage(evidence)
    table = pd.DataFrame(found).assign(
        variant=np.array([trial.variant for trial in split.trials], object)[of_trial],
        seed=np.array([trial.seed for trial in split.trials])[of_trial],
        mc_predicted_class=pd.arrays.IntegerArray(mc_class.astype(np.int64), mc_class < 0),
        split=split.split,
        example_id=np.asarray(split.example_id)[row],
        given_label=evidence.given_label,
        true_label=np.asarray(split.true_label)[row],
        **vars(triaged),
        suspicion=evidence.suspicion,
        trials=evidence.trials,
        trials_wrong=wrong[row],
        trials_confidently_wrong=confidently_wrong[row],
        trials_agreeing=evidence.trials_agreeing,
    )
    return table[list(names.HIGH_CONFIDENCE_ERRORS_COLUMNS)].astype(_DTYPES)


def _without(own: np.ndarray | None, mean_probs: np.ndarray, n_trusted: int) -> np.ndarray:
    """The mean of the trusted trials but this one, whose probabilities are `own`; None if it is not among them."""
    if own is None:
        return mean_probs
    return (n_trusted * mean_probs - own) / (n_trusted - 1) if n_trusted > 1 else np.full(mean_probs.shape, np.nan)


def _of_trial(one: _Answers, mc: _Answers | None) -> dict[str, np.ndarray]:
    """Of a trial's errors (n_errors,) each: `row` is the example's position, `wrong_class` the error's class; what a trial without
    dropout has not is -1, NaN and None."""
    row = np.flatnonzero(one.error if mc is None else one.error | mc.error)
    found = {"row": row, "wrong_class": one.predicted_class[row], "predicted_class": one.predicted_class[row],
             "confidence": one.confidence[row]}  # fmt: skip
    if mc is None:
        missing = np.full(len(row), np.nan, np.float32), np.full(len(row), None, object)
        return found | dict(zip(_OF_MC, (np.full(len(row), -1), *missing), strict=True))
    was, still = one.error[row], mc.error[row]
    outcome = np.select([was & still, was], [CONFIDENT_TOO, DEFUSED], MADE_CONFIDENT).astype(object)
    found["wrong_class"] = np.where(was, one.predicted_class[row], mc.predicted_class[row])
    return found | dict(zip(_OF_MC, (mc.predicted_class[row], mc.confidence[row], outcome), strict=True))
