"""The logged models of a store, all pages of them."""

from mlflow import MlflowClient
from mlflow.entities import LoggedModel
from mlflow.exceptions import MlflowException

from regtrack.tracking.reader import PAGE


def logged_models(client: MlflowClient, ids: list[str]) -> list[LoggedModel]:
    """Those of these experiments that are not deleted."""
    models, token = [], None
    while ids:
        try:
            page = client.search_logged_models(ids, max_results=PAGE, page_token=token)
        except MlflowException as error:
            if error.error_code == "ENDPOINT_NOT_FOUND":  # a server older than MLflow 3 has none
                return []
            raise
        models, token = models + list(page), page.token
        if not token:
            break
    return models
