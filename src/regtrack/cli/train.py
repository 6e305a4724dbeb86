"""Train one variant, straight from its parameters: a sweep of one."""

import click

from regtrack.cli.errors import one_line_errors
from regtrack.cli.executors import executor_options, split_executor
from regtrack.cli.options import (
    criteria_options,
    filled,
    parse_force,
    parse_seeds,
    settings_options,
    split_criteria,
    split_params,
    sweep_options,
    variant_options,
)
from regtrack.cli.plan import one_variant, stored_grid, with_settings
from regtrack.cli.start import start_sweep
from regtrack.sweeps.asked import Asked
from regtrack.variants.reference_networks import with_references


@click.command(help=__doc__)
@variant_options
@sweep_options
@executor_options
@settings_options
@criteria_options
def train_command(seeds: str, resume: str, register: str, reference: str, force: str, **options: str) -> None:
    with one_line_errors():
        criteria, options = split_criteria(options)
        executor, options = split_executor(options)
        params, settings = split_params(filled(options))
        resume, register = resume.strip() or None, register.strip() or None
        if resume and not params:
            grid = with_settings(stored_grid(resume), settings, parse_seeds(seeds))
        else:
            grid = one_variant(params, settings, parse_seeds(seeds))
        grid, notes = with_references(grid, reference.strip())
        start_sweep(grid, Asked(executor, resume, register, criteria=criteria, force=parse_force(force)), notes)
