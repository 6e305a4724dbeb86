"""Serve the dashboard on this store until it is stopped."""

import os
import sys

import click

from regtrack import names
from regtrack.cli.errors import one_line_errors
from regtrack.cli.options import parse_port
from regtrack.cli.project_run import claim_project_run
from regtrack.shipped import dashboard_app

SETTINGS = ("--server.address=127.0.0.1", "--server.headless=true", "--browser.gatherUsageStats=false")
"""On the command line, so that a Streamlit configuration in the person's folder cannot open it to the network."""


@click.command(help=__doc__)
@click.option("--port", default="8501", show_default=True, help="on 127.0.0.1")
def dashboard_command(port: str) -> None:
    with one_line_errors():
        number = parse_port(port)
        from regtrack.tracking.addresses import refuse_missing

        refuse_missing()
        claim_project_run(names.ROLE_DASHBOARD)  # RUNNING while this serves
        # -P: a file in this folder that is called as a library hides none.
        serve = [sys.executable, "-P", "-m", "streamlit", "run", str(dashboard_app()), f"--server.port={number}"]
        # In this process's place, so that Ctrl-C and SIGTERM reach the server.
        os.execv(sys.executable, [*serve, *SETTINGS])
