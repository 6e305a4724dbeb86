"""The name of a model in MLflow's registry."""

from regtrack.errors import SettingError


def check_registered_name(name: str) -> None:
    """MLflow's rules for a name in the model registry, asked before anything is trained. Raises SettingError."""
    if set(name) & set("/:") or name.startswith("."):
        raise SettingError(f"register: expected a name without / and : that starts with no dot, received {name!r}")
