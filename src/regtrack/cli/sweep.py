"""Train a grid of regularization variants and log every trial."""

import click

from regtrack.cli.errors import one_line_errors
from regtrack.cli.executors import executor_options, split_executor
from regtrack.cli.options import (
    criteria_options,
    filled,
    grid_option,
    option,
    parse_folds,
    parse_force,
    parse_fresh_seeds,
    parse_seeds,
    parse_splits,
    settings_options,
    split_criteria,
    sweep_options,
)
from regtrack.cli.plan import stored_grid, with_settings
from regtrack.cli.start import start_sweep
from regtrack.sweeps.asked import Asked
from regtrack.variants.given_splits import with_splits
from regtrack.variants.named_grid import is_shipped, read_grid
from regtrack.variants.reference_networks import with_references
from regtrack.variants.suiting import suited

CONFIRM = (
    "fresh seeds, 8 or more, of the chosen variant and of the baseline, trained last: they alone then say whether it wins; "
    "0 is off [default 0; of a resumed sweep what it was begun with]"
)


SPLITS = (
    "how often the data are split, each time with fresh seeds, 2 unless seeds says otherwise; 5 or more say what holds whatever "
    "the split, 7 is best [default 1; of a grid file, and of a sweep that is resumed, its own]"
)


CV = (
    "in how many folds the data are put, each tested on once (validated on where the data bring their own test examples), with fresh "
    "seeds as of splits; in place of splits [default of a grid file, and of a sweep that is resumed, its own]"
)


@click.command(help=__doc__)
@grid_option(" [default quick; of a sweep that is resumed its own]")
@sweep_options
@executor_options
@settings_options
@criteria_options
@option("confirm", CONFIRM)
@option("splits", SPLITS)
@option("cv", CV)
def sweep_command(
    grid_name: str,
    seeds: str,
    resume: str,
    register: str,
    reference: str,
    confirm: str,
    splits: str,
    cv: str,
    force: str,
    **options: str,
) -> None:
    with one_line_errors():
        criteria, options = split_criteria(options)
        executor, settings = split_executor(options)
        resume, register = resume.strip() or None, register.strip() or None
        resumes_its_own = resume and not grid_name.strip()
        grid = stored_grid(resume) if resumes_its_own else read_grid(grid_name)
        grid = with_settings(grid, filled(settings), parse_seeds(seeds))
        given = bool(seeds.strip() or resumes_its_own)
        grid = with_splits(grid, parse_splits(splits), parse_folds(cv), seeds_are_given=given)
        shipped = not resumes_its_own and is_shipped(grid_name)
        grid, unsuited = suited(grid) if shipped else (grid, ())
        grid, references = with_references(grid, reference.strip())
        fresh = parse_fresh_seeds(confirm, "confirm", off=True)
        if grid.splits > 1:
            from regtrack.diagnosis.splits.split_design import check_splits

            check_splits(grid, fresh or 0)
        if fresh or grid.budget:
            from regtrack.diagnosis.fresh_seeds import check_budget, check_confirm

            check_confirm(fresh or 0, grid)
            check_budget(grid, 0 if resume else fresh or 0)
        asked = Asked(executor, resume, register, fresh, criteria, force=parse_force(force))
        start_sweep(grid, asked, unsuited + references)
