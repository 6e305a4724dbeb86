"""The pages by title."""

OVERVIEW, FITTING_REGIMES, CONFIDENT_BUT_WRONG = "Overview", "Fitting regimes", "Confident but wrong"
UNCERTAINTY, COMPARE_TWO, SWEEP_IN_PROGRESS = "Uncertainty", "Compare two", "Sweep in progress"
VIEWS = {
    OVERVIEW: "views/overview.py",
    FITTING_REGIMES: "views/fitting_regimes.py",
    CONFIDENT_BUT_WRONG: "views/confident_but_wrong.py",
    UNCERTAINTY: "views/uncertainty.py",
    COMPARE_TWO: "views/compare_two.py",
    SWEEP_IN_PROGRESS: "views/progress.py",
}
"""Title: file beside the app. The first is the default, at `/`."""
