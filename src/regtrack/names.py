"""The store contract in one place: tags, metrics, artifact paths and columns. Standard library only.

The measures' own names come from `regtrack.measures`.

Writer, reader, charts and dashboard share these names and nothing else; `docs/artifacts.md` documents each, and a
test holds the two together. Params are `Settings` and the registry's (see `regtrack.variants`), plus `SEED` and
the example counts.
"""

from regtrack.measures.declared import MEASURES as _DECLARED
from regtrack.measures.declared import measures_computed, measures_shown
from regtrack.measures.measure import Shown

# ---- tags -----------------------------------------------------------------------------------------------------
ROLE = "regtrack.role"
ROLE_SWEEP, ROLE_TRIAL, ROLE_UNCERTAINTY, ROLE_REPORT = "sweep", "trial", "uncertainty", "report"
ROLE_DASHBOARD = "dashboard"
SWEEP_ID = "regtrack.sweep_id"
VARIANT = "regtrack.variant"
TRIAL_KEY = "regtrack.trial_key"
STAGE = "regtrack.stage"
"""Of a trial: EXPLORE is the grid's, and what a run without the tag is; CONFIRM a fresh seed of the chosen or the baseline;
RESPLIT of the grid on a further split of the data."""
EXPLORE, CONFIRM, RESPLIT = "explore", "confirm", "resplit"
CONFIRM_SEEDS = "regtrack.confirm_seeds"
"""Of a sweep's run: the fresh seeds of each that were asked for, before its test examples were read."""
SPLITS = "regtrack.splits"
"""Of a sweep's run: how often its data are split, where that is more than once."""
ALLOCATION = "regtrack.allocation"
"""Of the run of a sweep with `seeds: auto`: who was given which seeds, and the choice, each written before it is acted on; see
diagnosis.allocation.record."""
LOOKS = "regtrack.looks"
"""Of a sweep's run: how many networks each look at test read, see diagnosis.differences.readings."""
SPLIT_LOOKS = "regtrack.looks_over_splits"
"""The same of the looks at the test examples of all splits, where they are enough for a verdict."""
ENGINE = "regtrack.engine"
KERAS_DRAWS = "regtrack.keras_draws"
DATASET_DIGEST = "regtrack.dataset_digest"
PRIMARY = "regtrack.primary"
"""Of a sweep: the measure that was to choose and to be judged, written before the first network is trained."""
MODEL_URI = "regtrack.model_uri"
TRIALS_PLANNED = "regtrack.trials_planned"
FAILURE = "regtrack.failure"
CUT_OFF = "regtrack.cut_off"
"""Of an attempt at a trial that did not come to its end, and that another took the place of: why. Readers pass over it."""
PROCESS = "regtrack.process"
"""host:pid:start of the process that writes a run, see tracking.process."""
FITTING_REGIME, FITTING_REGIME_SELECTED = "regtrack.fitting_regime", "regtrack.fitting_regime_selected"
"""Of the variant, over its seeds: at the last epoch, and at the selected one."""
CHART_VIEW = "regtrack.chart_view"
"""Key of the chart view that is stored for a sweep, see tracking.shared_view; without one links are plain."""
NOTE = "mlflow.note.content"
"""MLflow's own: what its UI shows on top of a run."""

# ---- fitting regimes ------------------------------------------------------------------------------------------
UNDERFIT, WELL_FIT, OVERFIT, UNDETERMINED = "underfit", "well fit", "overfit", "undetermined"
WELL_FIT_HERE = "well fit as far as this sweep can tell"
"""Well fit with no evidence from outside the variant and its likes: neither a target nor a clearly different network."""
REGIMES = (UNDERFIT, WELL_FIT, WELL_FIT_HERE, OVERFIT, UNDETERMINED)

# ---- words that are stored ------------------------------------------------------------------------------------
FINISHED, FAILED, KILLED, RUNNING = "FINISHED", "FAILED", "KILLED", "RUNNING"
"""Statuses of a run, MLflow's own."""
DETERMINISTIC, TEMPERATURE, MC_DROPOUT, ENSEMBLE = "deterministic", "temperature", "mc_dropout", "ensemble"
"""Methods: one pass with dropout off, the same tempered, the mean over passes with it on, the mean over seeds."""
BEST_SINGLE = "best_single"
"""What an ensemble is set beside: of the networks in it the one that validation prefers."""
BASELINE = "baseline"
"""Label of the variant that regularizes nothing and sets nothing."""
BETTER, WORSE, EQUAL, NOT_SHOWN = "better", "worse", "practically equal", "not shown to differ"
NO_VERDICT = "no verdict"
"""Verdicts of two variants."""
WINS, AHEAD = "wins", "ahead"
"""Of the chosen variant where it is better than the baseline: with seeds enough to call it a win, and with fewer."""
BASELINE_BEST, OVERTAKEN, NO_BASELINE = "baseline is best", "baseline is overtaken on test", "no baseline"
ANSWER_VERDICTS = (WINS, AHEAD, NOT_SHOWN, EQUAL, WORSE, NO_VERDICT, BASELINE_BEST, OVERTAKEN, NO_BASELINE)
"""Of a sweep."""
CONFIRMED, NOT_CONFIRMED, NOTHING_TO_CONFIRM = "confirmed", "not confirmed", "nothing to confirm"
CONFIRMATION_VERDICTS = (CONFIRMED, NOT_CONFIRMED, NO_VERDICT, NOTHING_TO_CONFIRM)
"""Of a choice, by fresh seeds: the last where the baseline itself is chosen."""
NOT_PURSUED, PURSUED, CHOSEN, COMPARED_WITH = "not pursued", "pursued", "chosen", "compared with"
"""Of a variant where seeds are spent where they decide: not pursued says that it got no more of them, and nothing else."""
SUPPORTED, NOT_SUPPORTED, UNDETERMINED_HERE = "supported", "not supported", "undetermined here"
CLAIM_VERDICTS = (SUPPORTED, NOT_SUPPORTED, UNDETERMINED_HERE)

# ---- params beside those of Settings and of the regularizers --------------------------------------------------
SEED = "seed"
SPLIT = "split"
"""Of a trial on a further split of its sweep's data: which, from 1. Those of the sweep's own split have none."""
INPUTS = "inputs"
SOURCE, SCALED = "source", "scaled"
"""What a model reads: numbers as the data's source has them, or as regtrack scales them. Earlier stores say nothing of
trained models: they read scaled ones."""
N_TRAIN, N_VAL, N_TEST = "train_examples", "val_examples", "test_examples"

# ---- metrics --------------------------------------------------------------------------------------------------
TRAIN_ACCURACY, TRAIN_CROSS_ENTROPY, TRAIN_PENALTY = "train/accuracy", "train/cross_entropy", "train/penalty"
VAL_ACCURACY, VAL_CROSS_ENTROPY = "val/accuracy", "val/cross_entropy"
TRAIN_BALANCED_ACCURACY, VAL_BALANCED_ACCURACY = "train/balanced_accuracy", "val/balanced_accuracy"
TRAIN_RUNNING_CROSS_ENTROPY = "train/running_cross_entropy"
"""What Keras' progress bar shows: the mean over the epoch's steps, dropout on, while the weights still change."""
EPOCH_METRICS = (
    TRAIN_ACCURACY, TRAIN_CROSS_ENTROPY, TRAIN_RUNNING_CROSS_ENTROPY, TRAIN_PENALTY, VAL_ACCURACY, VAL_CROSS_ENTROPY,
    TRAIN_BALANCED_ACCURACY, VAL_BALANCED_ACCURACY,
)  # fmt: skip
"""One value an epoch; the step is the epoch, from 1."""

TEST, TEST_MC = "test", "test_mc"
MEASURES = tuple(measure.name for measure in measures_computed())
"""Each under `test/` and, for models with dropout, under `test_mc/`; against the given labels; step 0."""
ACCURACY, BALANCED_ACCURACY, NEGATIVE_LOG_LIKELIHOOD = "accuracy", "balanced_accuracy", "negative_log_likelihood"
BRIER_SCORE, AURC, ERROR_DETECTION_AUROC = "brier_score", "aurc", "error_detection_auroc"
DEBIASED_CALIBRATION_ERROR = "debiased_calibration_error"
ACCURACY_TRUE_LABEL = "accuracy_true_label"
"""Beside `accuracy` where labels were corrupted."""

GENERALIZATION_GAP = _DECLARED["generalization_gap"].of
GENERALIZATION_GAP_LOW, GENERALIZATION_GAP_HIGH = f"{GENERALIZATION_GAP}_low", f"{GENERALIZATION_GAP}_high"
BEST_EPOCH, LAST_EPOCH = _DECLARED["best_epoch"].of, "fit/last_epoch"
SELECTED = "fit/selected_"
"""Prefix of train and validation accuracy, plain and balanced, and cross-entropy at the selected epoch, e.g.
fit/selected_val_accuracy."""
FIT_SECONDS, MC_SECONDS, PARAMETERS = _DECLARED["fit_seconds"].of, _DECLARED["mc_seconds"].of, "cost/parameters"
PRODUCTS = "cost/products"
"""Multiplications by weights that one pass takes for one example, see models.products."""
MC_DOUBLING_RATIO = "cost/mc_doubling_ratio"
"""Measured seconds of n_passes over those of half as many."""
WEIGHTS = "weights"

# ---- artifacts ------------------------------------------------------------------------------------------------
MODEL, SERVING = "model", "serving"
"""Names of a trial's two logged models: the Keras one, and the one that answers with its uncertainty."""
SERVED, SERVED_MODEL, SERVED_DESCRIPTION = "serving", "model.keras", "serving.json"
"""The folder of the second one's data, and its files."""
ENCODING = "encoding.json"
"""In both logged models of a table: what makes inputs of its raw rows."""
PREDICTIONS = "uncertainty/predictions.parquet"
FEW_PASSES = "uncertainty/few_passes.parquet"
PASSES = "uncertainty/passes.parquet"
CONVERGENCE = "uncertainty/convergence.parquet"
METHODS = "uncertainty/methods.parquet"
METHOD_VERDICTS = "uncertainty/method_verdicts.parquet"
PER_CLASS = "uncertainty/per_class.parquet"
LEARNING_CURVES = "fit/learning_curves.parquet"
TEST_EXAMPLES = "dataset/test_examples.npz"
REGIME = "fit/regime.json"
FAILURE_DETAILS = "failure/details.txt"
"""Of a trial that failed: the traceback and the end of what its worker wrote."""
GRID = "sweep/grid.yaml"
"""As the sweep was started, settings and seeds included: `-P grid=` of this file repeats it."""
LEADERBOARD = "sweep/leaderboard.parquet"
COMPARISON = "sweep/comparison.parquet"
SECONDARY = "sweep/secondary.parquet"
"""By each measure that decides beside the primary one, as COMPARISON has it."""
OVER_SPLITS = "sweep/over_splits.parquet"
TECHNIQUES, EXPECTED_BEST = "sweep/techniques.parquet", "sweep/expected_best.parquet"
TECHNIQUE_PAIRS = "sweep/technique_pairs.parquet"
PARETO = "sweep/pareto.parquet"
ANSWER = "sweep/answer.json"
CLASS_DIFFERENCES = "sweep/class_differences.parquet"
RESPONSE = "sweep/response.parquet"
CLAIMS = "sweep/claims.parquet"
NEXT_GRID = "sweep/next_grid.yaml"
REPORT, CLAIMS_PAGE = "report/index.html", "report/claims.md"
HIGH_CONFIDENCE_ERRORS = "diagnosis/high_confidence_errors.parquet"
LABEL_SUSPICION = "diagnosis/label_suspicion.parquet"
PROMISED_ERRORS = "diagnosis/promised_errors.parquet"

SCHEMA_KEY = "regtrack.schema"
SCHEMAS = {PREDICTIONS: "predictions/1", LEARNING_CURVES: "learning_curves/2", LEADERBOARD: "leaderboard/3",
           TEST_EXAMPLES: "test_examples/3", FEW_PASSES: "few_passes/1", PASSES: "passes/1",
           CONVERGENCE: "convergence/1", METHODS: "methods/1", METHOD_VERDICTS: "method_verdicts/1", REGIME: "regime/3", COMPARISON: "comparison/2", SECONDARY: "secondary/1",
           CLASS_DIFFERENCES: "class_differences/1",
           OVER_SPLITS: "over_splits/1",
           TECHNIQUES: "techniques/1", TECHNIQUE_PAIRS: "technique_pairs/1", EXPECTED_BEST: "expected_best/1", PARETO: "pareto/1",
           ANSWER: "answer/1", RESPONSE: "response/1",
           CLAIMS: "claims/1", HIGH_CONFIDENCE_ERRORS: "high_confidence_errors/2",
           LABEL_SUSPICION: "label_suspicion/1", PROMISED_ERRORS: "promised_errors/1", PER_CLASS: "per_class/1"}  # fmt: skip
"""Name and version of each artifact's columns, written into the file."""

# ---- columns --------------------------------------------------------------------------------------------------
OF_EXAMPLE = ("example_id", "given_label", "true_label")
PROBS = ("deterministic_probs", "mc_mean_probs", "mc_std_probs")
"""A list a row: a number a class."""
UNCERTAINTIES = (
    "predictive_entropy", "expected_entropy", "mutual_information", "mutual_information_corrected", "variation_ratio",
)  # fmt: skip
PREDICTION_COLUMNS = ("split", "epoch_kind", *OF_EXAMPLE, *PROBS, *UNCERTAINTIES)
FEW_PASSES_COLUMNS = ("split", "example_id", "n_passes", "mean_probs")
PASSES_COLUMNS = ("example_id", "pass", "probs")
CONVERGENCE_COLUMNS = ("n_passes", "blocks", "measure", "mean", "std", "seconds")
PER_CLASS_COLUMNS = (
    "method", "label", "class", "count", "predicted",
    *(column for measure in measures_shown(Shown.CLASSES) for column in measure.columns),
)  # fmt: skip
METHODS_COLUMNS = (
    "variant", "method", "temperature", "passes", "trainings", "measure", "value", "low", "high", "difference",
    "difference_low", "difference_high", "interval_covers", "reference", "reference_q95",
)  # fmt: skip
METHOD_VERDICTS_COLUMNS = (
    "variant", "method", "temperature", "passes", "trainings", "other", "other_passes", "other_trainings", "measure", "seeds",
    "examples", "difference", "low", "high", "interval_covers", "p_adjusted", "verdict", "reason",
)  # fmt: skip
CURVE_COLUMNS = ("epoch", *EPOCH_METRICS, "seconds")
TEST_EXAMPLE_ARRAYS = ("schema", "example_id", "x", "given_label", "true_label", "class_names", "digest", "is_image",
                       "pixel_range", "columns", "rows")  # fmt: skip
LEADERBOARD_COLUMNS = (
    "variant", "technique", "seeds", "fitting_regime", "leans_to", "fitting_regime_selected", "verdict",
    "not_shown_worse_than_best",
    *(column for measure in measures_shown(Shown.LEADERBOARD) for column in measure.columns),
)  # fmt: skip
COMPARISON_COLUMNS = (
    "family", "split", "variant", "other", "seeds", "other_seeds", "examples", "difference", "low", "high",
    "standard_error", "freedom", "p_value", "p_adjusted", "verdict", "fixed", "broken", "power", "seeds_needed_low",
    "seeds_needed_high", "reason", "low_alone", "high_alone", "p_equal", "difference_iqm", "seeds_apart", "outlying_seeds",
    "seeds_needed_seen", "primary", "other_outlying_seeds", "probability_of_improvement",
)  # fmt: skip
CLASS_DIFFERENCES_COLUMNS = (
    "variant", "other", "label", "class", "examples", "recall", "other_recall", "difference", "low", "high", "p_adjusted",
    "verdict", "reason",
)  # fmt: skip
OVER_SPLITS_COLUMNS = (
    "variant", "other", "splits", "seeds", "examples", "train_examples", "test_is_fixed", "primary", "difference", "low", "high",
    "standard_error", "freedom", "verdict", "reason", "split_share", "seed_share", "example_share",
)  # fmt: skip
TECHNIQUES_COLUMNS = (
    "technique", "settings", "trainings", "fit_seconds", "chosen", "seeds", "primary", "validation", "test", "test_low",
    "test_high", "other", "difference", "low", "high", "verdict", "reason",
)  # fmt: skip
TECHNIQUE_PAIRS_COLUMNS = ("technique", "other_technique", *COMPARISON_COLUMNS)
EXPECTED_BEST_COLUMNS = (
    "technique", "tries", "settings", "trainings", "validation", "test", "test_low", "test_high", "difference", "low", "high",
    "verdict", "reason", "primary",
)  # fmt: skip
PARETO_COLUMNS = (
    "variant", "technique", "method", "passes", "products", "cost", "seeds", "accuracy", "accuracy_low", "accuracy_high",
    "negative_log_likelihood", "negative_log_likelihood_low", "negative_log_likelihood_high", "beaten_by", "beaten_by_method", "worse_in",
)  # fmt: skip
RESPONSE_COLUMNS = (
    "param", "held", "strength", "variant", "fitting_regime", "seeds", "measure", "value", "low", "high",
)  # fmt: skip
CLAIMS_COLUMNS = ("claim", "title", "measure", "effect", "low", "high", "unit", "seeds", "verdict", "reason", "run_ids")
HIGH_CONFIDENCE_ERRORS_COLUMNS = (
    "variant", "seed", "split", "example_id", "given_label", "true_label", "predicted_class", "confidence",
    "mc_predicted_class", "mc_confidence", "mc_outcome", "kind", "rival_class", "given_probability",
    "rival_probability", "suspicion", "trials", "trials_wrong", "trials_confidently_wrong", "trials_agreeing",
)  # fmt: skip
LABEL_SUSPICION_COLUMNS = (
    "split", "example_id", "given_label", "true_label", "suggested_label", "suspicion", "suspected",
)  # fmt: skip
PROMISED_ERRORS_COLUMNS = (
    "split", "label", "class", "examples", "confident", "expected_wrong", "observed_wrong", "upper_limit", "excess",
    "more_than_promised",
)  # fmt: skip
SERVING_COLUMNS = ("predicted_class", "predicted_label", "confidence", "predictive_entropy", "mutual_information")
MEAN_PROB, STD_PROB = "mean_prob_", "std_prob_"
"""What the serving model answers: these columns, then each prefix once for every class name."""
