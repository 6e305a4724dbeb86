"""Moved stores: MLflow keeps absolute addresses of artifacts, and a folder that was moved with its database leaves them
pointing to where it was. What is not there is looked for beside the database."""

from pathlib import Path

from regtrack.tracking.addresses import local_folder, sqlite_path


def beside(tracking_uri: str, folder: Path) -> Path | None:
    """Where a run's or a model's missing `folder` lies below the folder of the database: at the longest end of its path
    that is there. None where it is in its place, nowhere, or the store is no sqlite file."""
    database = sqlite_path(tracking_uri)
    if database is None or folder.exists():
        return None
    root, parts = database.resolve().parent, folder.parts
    ends = (root.joinpath(*parts[i:]) for i in range(1, len(parts) - 1))  # of two parts or more: RUN/artifacts
    return next((place for place in ends if place.is_dir()), None)


def found_address(tracking_uri: str, address: str) -> str:
    """The address of a run's artifacts; where they were moved with the database, that of the place they are at now."""
    moved = from_and_to(tracking_uri, address)
    return moved[1].as_uri() if moved else address


def from_and_to(tracking_uri: str, address: str) -> tuple[Path, Path] | None:
    """Where artifacts of this address were, and are; None where they were not moved."""
    folder = local_folder(address)
    place = beside(tracking_uri, folder) if folder else None
    return (folder, place) if place else None
