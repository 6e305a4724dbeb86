"""Which regularizer should I use, is the win real, and can I trust the network's confidence?

Each command takes the options of the project's entry point of that name; `run` is the sweep.
"""

import os
import sys

import click

from regtrack import __version__
from regtrack.cli.confirm import confirm_command
from regtrack.cli.dashboard import dashboard_command
from regtrack.cli.delete import delete_command
from regtrack.cli.deliver import deliver_command
from regtrack.cli.describe import describe_command
from regtrack.cli.doctor import doctor_command
from regtrack.cli.report import report_command
from regtrack.cli.sweep import sweep_command
from regtrack.cli.train import train_command
from regtrack.cli.uncertainty import uncertainty_command
from regtrack.cli.where import at_store


@click.group(help=__doc__)
@click.version_option(__version__, prog_name="regtrack")
def main() -> None:
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    # For python:module:function of a module in this folder; last, so that no file here hides an installed package.
    sys.path.append(os.getcwd())


main.add_command(at_store(sweep_command, experiment=True), "run")
main.add_command(at_store(train_command, experiment=True))
main.add_command(at_store(confirm_command))
main.add_command(describe_command)
main.add_command(at_store(report_command))
main.add_command(at_store(dashboard_command))
main.add_command(at_store(uncertainty_command, experiment=True))
main.add_command(at_store(delete_command))
main.add_command(at_store(deliver_command))
main.add_command(doctor_command)

if __name__ == "__main__":
    main()
