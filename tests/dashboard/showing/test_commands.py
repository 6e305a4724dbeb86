"""Commands on a page: for the store that is shown, in the clone and elsewhere."""

import pytest
from showing.commands import command_on

import regtrack.shipped as shipped
from regtrack.shipped import project_folder

RESUME = "mlflow run . --env-manager local --experiment-name 'my demo' -P resume=ab"


@pytest.mark.parametrize(
    ("uri", "start"),
    [
        (f"sqlite:///{project_folder()}/mlflow.db", ""),
        ("sqlite:////else/a b.db", "MLFLOW_TRACKING_URI='sqlite:////else/a b.db' "),
        ("http://me:s3cr3t@host", 'MLFLOW_TRACKING_URI="$MLFLOW_TRACKING_URI" '),
    ],
)
def test_in_the_clone_mlflow_is_told_of_another_store_and_of_the_experiment(uri, start):
    """MLflow takes the store from a variable, and makes its run before it asks regtrack for the experiment."""
    assert command_on(uri, experiment="my demo", resume="ab") == start + RESUME


def test_elsewhere_regtrack_takes_the_store_as_an_option(tmp_path, monkeypatch):
    """And finds the experiment itself."""
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path / "lib" / "regtrack")
    assert (
        command_on("sqlite:////a.db", experiment="my demo", resume="ab")
        == "regtrack run --resume ab --store sqlite:////a.db"
    )
    assert command_on("sqlite:////a.db", "report", sweep="ab") == "regtrack report --sweep ab --store sqlite:////a.db"
