"""Train one variant, straight from its parameters: a sweep of one."""

import click

from regtrack.cli.errors import import_tensorflow_quietly, one_line_errors
from regtrack.cli.options import (
    criteria_options,
    filled,
    parse_seeds,
    parse_workers,
    settings_options,
    split_criteria,
    split_params,
    sweep_options,
    variant_options,
)
from regtrack.cli.plan import one_variant
from regtrack.variants.reference_networks import with_references


@click.command(help=__doc__)
@variant_options
@sweep_options
@settings_options
@criteria_options
def train_command(seeds: str, workers: str, resume: str, register: str, reference: str, **options: str) -> None:
    with one_line_errors():
        criteria, options = split_criteria(options)
        params, settings = split_params(filled(options))
        grid = one_variant(params, settings, parse_seeds(seeds))
        grid, notes = with_references(grid, reference.strip())
        processes = parse_workers(workers)
        import_tensorflow_quietly()
        from regtrack.cli.run import sweep_and_report
        from regtrack.sweeps.asked import Asked

        asked = Asked(processes, resume.strip() or None, register.strip() or None, criteria=criteria)
        sweep_and_report(grid, asked, notes)
