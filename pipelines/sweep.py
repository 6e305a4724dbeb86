"""Entry point `main`: train a grid of regularization variants and log every trial."""

import click

from regtrack.cli.errors import import_tensorflow_quietly, one_line_errors
from regtrack.cli.options import (
    criteria_options,
    given,
    parse_seeds,
    parse_workers,
    settings_options,
    split_criteria,
    sweep_options,
)
from regtrack.cli.plan import with_settings
from regtrack.variants.grid import Grid


@click.command(help=__doc__)
@click.option("--grid", "grid_path", default="grids/quick.yaml", show_default=True, help="grid file (YAML)")
@sweep_options
@settings_options
@criteria_options
def main(grid_path: str, seeds: str, workers: str, resume: str, register: str, **options: str) -> None:
    with one_line_errors():
        criteria, settings = split_criteria(options)
        grid = with_settings(Grid.from_yaml(grid_path), given(settings), parse_seeds(seeds))
        processes = parse_workers(workers)
        import_tensorflow_quietly()
        from regtrack.cli.run import sweep_and_report  # TensorFlow and MLflow: after everything was parsed

        resume, register = resume.strip() or None, register.strip() or None
        sweep_and_report(grid, workers=processes, resume=resume, register=register, criteria=criteria)


if __name__ == "__main__":
    main()
