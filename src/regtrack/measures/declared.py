"""Every measure, a row each: to add one, write its function below regtrack.uncertainty and its row here.

The order is that of every table's columns. A row of a trial's own metric has it in `of`; one with `computed` is logged.
"""

from regtrack.measures.measure import POINTS, Measure, Shown

EXAMPLES = "share of examples"
_LEADERBOARD = Shown.LEADERBOARD | Shown.OVERVIEW
_ROWS = (
    # ---- how often right -------------------------------------------------------------------------------------
    Measure("val_error", "validation error", EXAMPLES, 3, False,
            "errors of the validation examples, at the selected epoch", interval=True,
            shown=_LEADERBOARD | Shown.TERMINAL | Shown.ACCURACY_TABLE | Shown.RESPONSE),
    Measure("val_error_last", "validation error, last epoch", EXAMPLES, 3, False,
            "errors of the validation examples at the last epoch, as the training was run", shown=Shown.RESPONSE),
    Measure("test_accuracy", "test accuracy", EXAMPLES, 3, True,
            "right answers of the test examples, at the selected epoch", interval=True, of="test/accuracy",
            shown=_LEADERBOARD | Shown.TERMINAL | Shown.ACCURACY_TABLE | Shown.RESPONSE),
    Measure("accuracy", "accuracy", "share", 3, True, "right answers, against the given labels",
            computed="per_class.accuracy", shown=Shown.METHODS | Shown.CONVERGENCE),
    Measure("balanced_accuracy", "balanced accuracy", "share", 3, True,
            "mean recall over the classes, [0, 1]: a rare class counts like a common one",
            computed="per_class.balanced_accuracy", unequal_classes=True,
            shown=_LEADERBOARD | Shown.TERMINAL | Shown.ACCURACY_TABLE),
    Measure("auroc", "AUROC", "", 3, True,
            "of two classes: chance that an example of the second is given more probability of it than one of the first, "
            "[0, 1]", computed="two_classes.auroc", two_classes=True, shown=_LEADERBOARD | Shown.TERMINAL | Shown.ACCURACY_TABLE),
    Measure("average_precision", "average precision", "share", 3, True,
            "of two classes: mean precision over the examples of the second, ranked by its probability; by chance the base "
            "rate", computed="two_classes.average_precision", two_classes=True,
            shown=Shown.LEADERBOARD | Shown.ACCURACY_TABLE),
    Measure("f1_second_class", "F1 of the second class", "share", 3, True,
            "of two classes: harmonic mean of recall and precision of the second", heading="F1, second class",
            computed="two_classes.f1_second_class", two_classes=True, shown=Shown.LEADERBOARD | Shown.ACCURACY_TABLE),
    Measure("base_rate", "base rate of the second class", "share", 3, None,
            "of two classes: share of the examples that belong to the second", heading="base rate",
            computed="two_classes.base_rate", two_classes=True, shown=Shown.LEADERBOARD | Shown.ACCURACY_TABLE),
    Measure("difference", "difference from the baseline", POINTS, 1, True,
            "test accuracy minus the baseline's, or balanced accuracy where that is judged", heading="from baseline", interval=True,
            shown=_LEADERBOARD | Shown.TERMINAL | Shown.ACCURACY_TABLE),
    Measure("log_likelihood_gained", "log-likelihood gained on the baseline", "nats", 3, True,
            "the baseline's negative log-likelihood on test minus the variant's, where that is judged",
            heading="gained on baseline", interval=True,
            shown=_LEADERBOARD | Shown.TERMINAL | Shown.ACCURACY_TABLE),
    Measure("train_error", "train error", EXAMPLES, 3, False, "errors of the training examples, in inference mode",
            shown=Shown.LEADERBOARD | Shown.TERMINAL | Shown.ACCURACY_TABLE | Shown.RESPONSE),
    Measure("brier_score_lowered", "Brier score lowered from the baseline's", "", 3, True,
            "the baseline's Brier score on test minus the variant's, where that is judged",
            heading="Brier score lowered", interval=True, shown=_LEADERBOARD | Shown.TERMINAL | Shown.ACCURACY_TABLE),
    Measure("calibration_error_lowered", "debiased calibration error lowered from the baseline's", "", 3, True,
            "the baseline's debiased calibration error on test minus the variant's, where that is judged",
            heading="calibration error lowered", interval=True,
            shown=_LEADERBOARD | Shown.TERMINAL | Shown.ACCURACY_TABLE),
    Measure("aurc_lowered", "AURC lowered from the baseline's", "", 3, True,
            "the baseline's AURC on test minus the variant's, where that is judged", heading="AURC lowered",
            interval=True, shown=_LEADERBOARD | Shown.TERMINAL | Shown.ACCURACY_TABLE),
    Measure("generalization_gap", "generalization gap", EXAMPLES, 3, False,
            "validation error minus train error, both in inference mode", interval=True, of="fit/generalization_gap",
            shown=_LEADERBOARD | Shown.TERMINAL | Shown.ACCURACY_TABLE | Shown.RESPONSE),
    Measure("test_accuracy_true_label", "test accuracy, true labels", EXAMPLES, 3, True,
            "right answers against the true labels, where labels were changed on purpose", of="test/accuracy_true_label",
            shown=Shown.LEADERBOARD | Shown.TERMINAL | Shown.ACCURACY_TABLE),
    Measure("accuracy_true_label", "accuracy, true labels", "share", 3, True,
            "right answers against the true labels, where labels were changed on purpose"),
    # ---- of one class ----------------------------------------------------------------------------------------
    Measure("recall", "recall", "share", 3, True, "share of the class that is found", interval=True,
            shown=Shown.CLASSES),
    Measure("precision", "precision", "share", 3, True,
            "share of what is taken for the class that belongs to it", interval=True, shown=Shown.CLASSES),
    Measure("f1", "F1", "share", 3, True, "harmonic mean of recall and precision", shown=Shown.CLASSES),
    # ---- whether its confidence can be trusted -----------------------------------------------------------------
    Measure("negative_log_likelihood", "negative log-likelihood", "nats", 3, False,
            "mean of minus the logarithm of the label's probability, nats", heading="NLL",
            computed="calibration.negative_log_likelihood",
            shown=_LEADERBOARD | Shown.TERMINAL | Shown.CONFIDENCE_TABLE | Shown.METHODS | Shown.CONVERGENCE
            | Shown.RESPONSE),
    Measure("brier_score", "Brier score", "", 3, False,
            "squared distance of the probabilities from the label, summed over the classes, [0, 2]",
            computed="calibration.brier_score", shown=Shown.METHODS | Shown.RESPONSE),
    Measure("expected_calibration_error", "expected calibration error", "share", 3, False,
            "mean distance of accuracy from confidence over equal-width bins of the top label", heading="ECE",
            computed="calibration.expected_calibration_error",
            shown=_LEADERBOARD | Shown.CONFIDENCE_TABLE | Shown.METHODS | Shown.CONVERGENCE),
    Measure("reference", "calibration error if calibrated", "share", 3, None,
            "mean calibration error of as many examples if every confidence were right", heading="ECE if calibrated"),
    Measure("reference_q95", "95 % quantile of the calibration error if calibrated", "share", 3, None,
            "one calibrated network in twenty has more", heading="its 95 %"),
    Measure("adaptive_calibration_error", "adaptive calibration error", "share", 3, False,
            "mean distance of accuracy from confidence over bins of equally many examples",
            computed="calibration.adaptive_calibration_error"),
    Measure("debiased_calibration_error", "debiased calibration error", "", 4, False,
            "squared distance of accuracy from confidence over 15 equal-width bins of the top label, less what chance adds: "
            "about 0 where every confidence is right; compared, and not logged", shown=Shown.METHODS),
    Measure("aurc", "AURC", "", 4, False, "area under the risk-coverage curve", computed="selective.aurc",
            shown=_LEADERBOARD | Shown.CONFIDENCE_TABLE | Shown.METHODS | Shown.CONVERGENCE | Shown.RESPONSE),
    Measure("error_detection_auroc", "error detection AUROC", "", 3, True,
            "chance that an error is less sure than a right answer, [0, 1]", computed="selective.error_detection_auroc",
            shown=Shown.METHODS),
    Measure("high_confidence_errors", "high-confidence errors", "test examples", 0, False,
            "test examples that are wrong with confidence at or above the threshold", heading="confident but wrong",
            computed="selective.high_confidence_errors",
            shown=_LEADERBOARD | Shown.CONFIDENCE_TABLE | Shown.METHODS | Shown.RESPONSE),
    Measure("high_confidence_errors_at_equal_coverage", "high-confidence errors at equal coverage", "test examples", 0,
            False, "errors among as many of the surest as one pass accepts at the threshold: lowering every confidence "
            "gains nothing here", heading="… at equal coverage", shown=Shown.METHODS),
    Measure("mc_high_confidence_errors", "high-confidence errors with MC dropout", "test examples", 0, False,
            "test examples that the mean of the Monte Carlo passes gets confidently wrong", heading="confident but wrong with MC dropout",
            of="test_mc/high_confidence_errors", shown=Shown.LEADERBOARD | Shown.CONFIDENCE_TABLE | Shown.RESPONSE),
    Measure("test_mc_accuracy", "test accuracy with MC dropout", EXAMPLES, 3, True,
            "right answers of the mean of the Monte Carlo passes", heading="accuracy with MC dropout",
            of="test_mc/accuracy", shown=Shown.LEADERBOARD | Shown.TERMINAL | Shown.CONFIDENCE_TABLE),
    # ---- training ----------------------------------------------------------------------------------------------
    Measure("error", "error", EXAMPLES, 3, False, "1 minus accuracy, in inference mode", shown=Shown.CURVES),
    Measure("cross_entropy", "cross-entropy", "nats", 3, False,
            "the loss's data term, nats, in inference mode", shown=Shown.CURVES),
    Measure("penalty", "penalty", "nats", 3, None, "the loss's regularization term, nats", heading="penalty, train only",
            shown=Shown.CURVES),
    Measure("best_epoch", "selected epoch", "", 1, None,
            "best validation cross-entropy; its weights are the stored model", of="fit/best_epoch",
            shown=Shown.LEADERBOARD | Shown.ACCURACY_TABLE),
    Measure("fit_seconds", "training time", "s", 1, False, "seconds of a trial's training with its evaluation after each "
            "epoch", heading="training", of="cost/fit_seconds",
            shown=_LEADERBOARD | Shown.ACCURACY_TABLE | Shown.RESPONSE),
    Measure("mc_seconds", "MC prediction time", "s", 1, False, "seconds of the Monte Carlo passes over the test examples",
            of="cost/mc_seconds", shown=Shown.RESPONSE),
    Measure("near_zero_share", "weights near zero", "share", 3, None, "kernel weights with magnitude below 1e-3",
            of="weights/near_zero_share", shown=Shown.RESPONSE),
    Measure("l2_norm", "L2 norm of the weights", "", 3, None, "root of the sum of squares over all kernels",
            of="weights/l2_norm", shown=Shown.RESPONSE),
    Measure("max_incoming_norm", "largest norm of a unit's incoming weights", "", 3, None,
            "largest L2 norm of one hidden unit's incoming weights: what max-norm bounds", of="weights/max_incoming_norm",
            shown=Shown.RESPONSE),
)  # fmt: skip

MEASURES = {measure.name: measure for measure in _ROWS}


def measures_shown(place: Shown) -> tuple[Measure, ...]:
    """Those that `place` shows, in its order."""
    return tuple(measure for measure in MEASURES.values() if place in measure.shown)


def measures_computed() -> tuple[Measure, ...]:
    """Those computed from probabilities and labels: the ones logged under `test/` and `test_mc/`."""
    return tuple(measure for measure in MEASURES.values() if measure.computed)
