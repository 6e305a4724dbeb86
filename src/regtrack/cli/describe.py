"""Show what each variant changes about the network, a row a layer, and train nothing."""

import click

from regtrack.cli.console import make_console
from regtrack.cli.errors import one_line_errors
from regtrack.cli.options import filled, grid_option, settings_options, split_params, variant_options
from regtrack.cli.plan import one_variant, with_settings
from regtrack.cli.project_run import claim_project_run
from regtrack.cli.refusals import refuse_at_once
from regtrack.cli.tensorflow_greeting import import_tensorflow_quietly
from regtrack.errors import SettingError
from regtrack.variants.grid import Grid
from regtrack.variants.named_grid import is_shipped, read_grid
from regtrack.variants.suiting import suited


@click.command(help=__doc__)
@grid_option("; without one, the variant of the other options, or quick where there are none")
@variant_options
@settings_options
def describe_command(grid_name: str, **options: str) -> None:
    with one_line_errors():
        params, settings = split_params(filled(options))
        grid, notes = _grid_or_variant(grid_name.strip(), params, settings)
        refuse_at_once(grid)
        claim_project_run()
        from regtrack.sweeps.data import job_of

        job = job_of(grid)  # before TensorFlow is imported, unless the source of the data imports that itself
        import_tensorflow_quietly()
        from regtrack.sweeps.describing import as_table, describe_grid

        console = make_console()
        for note in notes:
            console.print(note, markup=False, soft_wrap=True)
        described = describe_grid(grid, job=job, say=lambda text: console.print(text, markup=False, soft_wrap=True))
        console.print()
        for description in described:
            console.print(as_table(description))


def _grid_or_variant(grid_name: str, params: dict[str, str], settings: dict[str, str]) -> tuple[Grid, tuple[str, ...]]:
    """(the grid, what is to be said of it). Raises SettingError for both, and for a bad value."""
    if params and grid_name:
        raise SettingError(
            f"grid: expected a grid or one variant's parameters, received both ({', '.join(params)}); drop one"
        )
    if params:
        return one_variant(params, settings, None), ()
    grid = with_settings(read_grid(grid_name), settings, None)
    return suited(grid) if is_shipped(grid_name) else (grid, ())
