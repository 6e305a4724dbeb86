"""Where the `regtrack` command works: a store and an experiment, put into MLflow's own settings.

Under `mlflow run` MLflow chose both; at the terminal they are options, and the store is the person's folder's.
"""

import os
from pathlib import Path

import click

from regtrack.cli.errors import one_line_errors
from regtrack.errors import StoreError
from regtrack.foreign import is_folder

EXPERIMENT = "regtrack"
STORE = click.Option(
    ["--store"], default="", metavar="URI",
    help="tracking store: a .db file or an MLflow URI [default MLFLOW_TRACKING_URI, else mlflow.db in this folder]",
)  # fmt: skip
EXPERIMENT_OPTION = click.Option(
    ["--experiment"], default="", metavar="NAME",
    help=f"made where it is new [default what MLflow's settings say, else {EXPERIMENT}]",
)  # fmt: skip


def at_store(command: click.Command, *, experiment: bool = False) -> click.Command:
    """The command with --store, and with --experiment where it makes runs."""
    own = {"store": choose_store} | ({"experiment": choose_experiment} if experiment else {})

    def run(**options: str) -> None:
        with one_line_errors():
            for name, choose in own.items():
                choose(options.pop(name).strip())
        command.callback(**options)

    more = [STORE, EXPERIMENT_OPTION] if experiment else [STORE]
    return click.Command(command.name, params=[*more, *command.params], callback=run, help=command.help)


def choose_store(text: str) -> None:
    """Raises StoreError for text that is neither a .db file nor a URI."""
    if not text and os.environ.get("MLFLOW_TRACKING_URI"):
        return
    if "://" not in text:
        path = Path(text or "mlflow.db").absolute()
        if is_folder(path) or path.suffix not in (".db", ".sqlite"):
            raise StoreError(
                f"store: expected a .db file or a URI such as sqlite:////absolute/path/mlflow.db or http://host:5000, "
                f"received {text!r}"
            )
        if not is_folder(path.parent):  # MLflow would make it, whatever was mistyped
            raise StoreError(f"store: no folder at {path.parent} for {path.name}; make it, or name another")
        text = f"sqlite:///{path}"
    os.environ["MLFLOW_TRACKING_URI"] = text


def choose_experiment(name: str) -> None:
    """Raises StoreError where MLflow has given this process a run, and with it an experiment."""
    if name and os.environ.get("MLFLOW_RUN_ID"):
        raise StoreError(
            f"experiment: MLFLOW_RUN_ID={os.environ['MLFLOW_RUN_ID']} has its own; unset it, or leave experiment out"
        )
    if name:
        os.environ.pop("MLFLOW_EXPERIMENT_ID", None)
        os.environ["MLFLOW_EXPERIMENT_NAME"] = name
    elif not os.environ.get("MLFLOW_EXPERIMENT_ID"):
        os.environ["MLFLOW_EXPERIMENT_NAME"] = os.environ.get("MLFLOW_EXPERIMENT_NAME") or EXPERIMENT
