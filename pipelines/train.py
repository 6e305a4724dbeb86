"""Entry point `train`: a sweep of one variant, straight from its parameters."""

import click

from regtrack.cli.errors import import_tensorflow_quietly, one_line_errors
from regtrack.cli.options import given, parse_seeds, parse_workers, settings_options, sweep_options, variant_options
from regtrack.cli.plan import one_variant
from regtrack.variants.regularizers import PARAMS


@click.command(help=__doc__)
@variant_options
@sweep_options
@settings_options
def main(seeds: str, workers: str, resume: str, register: str, **options: str) -> None:
    with one_line_errors():
        params = {name: value for name, value in given(options).items() if name in PARAMS}
        settings = {name: value for name, value in given(options).items() if name not in PARAMS}
        grid = one_variant(params, settings, parse_seeds(seeds))
        processes = parse_workers(workers)
        import_tensorflow_quietly()
        from regtrack.cli.run import sweep_and_report

        sweep_and_report(grid, workers=processes, resume=resume.strip() or None, register=register.strip() or None)


if __name__ == "__main__":
    main()
