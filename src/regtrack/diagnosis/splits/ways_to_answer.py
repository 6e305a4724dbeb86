"""The Pareto set over splits: accuracy, likelihood and cost of each way to answer, read on the networks of all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from regtrack.diagnosis.differences.crossed import bound_without_spread
from regtrack.diagnosis.differences.over_splits import FEWEST_SPLITS
from regtrack.diagnosis.differences.split_comparison import BOUNDING, SplitErrors, pair_over_splits, with_training
from regtrack.diagnosis.network_errors import errors_of_networks
from regtrack.diagnosis.pareto.dominance import LEVEL, MEASURES, alpha_of_each, pareto_of_reads
from regtrack.diagnosis.pareto.predictors import Predictor
from regtrack.diagnosis.pareto.read import Read
from regtrack.diagnosis.primary import Primary
from regtrack.diagnosis.splits.own_mean import mean_over_splits
from regtrack.diagnosis.splits.resplit import Resplit
from regtrack.names import DETERMINISTIC, MC_DROPOUT


def pareto_over_splits(
    splits: Sequence[Resplit],
    predictors: Sequence[Predictor],
    techniques: Mapping[str, str],
    *,
    looks: int = 1,
    folds: int = 0,
) -> pd.DataFrame:
    """names.PARETO_COLUMNS, as of one split, by differences over all of them; those of `predictors` that have too few splits are left
    out. Two methods of one variant are paired, as all networks of one seed are."""
    errors = {measure: [_errors(split, measure) for split in splits] for measure in MEASURES}
    counts = pd.Series([one.variant for split in errors[MEASURES[0]] for one in split.errors]).value_counts()
    enough = [one for one in predictors if counts.get(_named(one.variant, one.method), 0) >= FEWEST_SPLITS]
    alpha, keys = alpha_of_each(len(enough), looks), [_named(one.variant, one.method) for one in enough]
    return pareto_of_reads(enough, techniques, {name: _read(errors[name], keys, alpha, folds) for name in MEASURES})


def _named(variant: str, method: str) -> str:
    return f"{variant} by {method}"


def _errors(split: Resplit, measure: str) -> SplitErrors:
    """Of each way to answer, under a name of its own."""
    found, trained = [], {}
    for method in (DETERMINISTIC, MC_DROPOUT):
        networks = errors_of_networks(
            split.test.trials, split.test.given_label, mc=method == MC_DROPOUT, primary=Primary(measure)
        )
        for one in networks:
            name = _named(one.variant, method)
            found.append(replace(one, variant=name))
            trained[name] = split.train_examples[one.variant]
    return SplitErrors(found, split.test.example_id, trained, len(split.validation.example_id))


def _read(splits: Sequence[SplitErrors], keys: Sequence[str], alpha: float, folds: int) -> Read:
    alone = np.array([mean_over_splits(splits, key, folds=folds, level=LEVEL) for key in keys]).reshape(-1, 3)
    seeds = np.array(
        [sum(len(one.wrong) for split in splits for one in split.errors if one.variant == key) for key in keys]
    )
    lower, upper = (np.full((len(keys), len(keys)), np.nan) for _ in range(2))
    found = [
        (i, j, pair_over_splits(splits, keys[i], keys[j], folds=folds)) for i, j in combinations(range(len(keys)), 2)
    ]
    found = [(i, j, row) for i, j, row in found if row and row["splits"] >= FEWEST_SPLITS]
    if found and alpha:
        i, j, rows = zip(*found, strict=True)
        table = with_training(pd.DataFrame(rows))
        error, loss = table["standard_error"].to_numpy(), -table["difference"].to_numpy()  # a difference is a gain
        unseen = bound_without_spread(alpha, table[BOUNDING].to_numpy())
        half = np.where(error == 0, unseen, stats.t.isf(alpha, table["freedom"].to_numpy()) * error)
        lower[i, j], upper[i, j] = loss - half, loss + half
        lower[j, i], upper[j, i] = -loss - half, -loss + half
    return Read(seeds, *alone.T, lambda a, b: (lower[a, b], upper[a, b]))
