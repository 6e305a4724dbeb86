"""Entry point `dashboard`: serve the dashboard on this store until it is stopped."""

import os
import sys
from pathlib import Path

import click

from regtrack.cli.errors import one_line_errors
from regtrack.cli.options import parse_port

APP = Path(__file__).parent.parent / "dashboard" / "app.py"


@click.command(help=__doc__)
@click.option("--port", default="8501", show_default=True, help="on 127.0.0.1")
def main(port: str) -> None:
    with one_line_errors():
        number = parse_port(port)
        run_id = os.environ.get("MLFLOW_RUN_ID")
        if run_id:  # of `mlflow run`; RUNNING while this serves: the tag says what it is
            from regtrack import names
            from regtrack.tracking.store import connect

            connect().set_tag(run_id, names.ROLE, names.ROLE_DASHBOARD)
        # In this process's place, so that Ctrl-C and SIGTERM reach the server.
        os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(APP), "--server.port", str(number)])


if __name__ == "__main__":
    main()
