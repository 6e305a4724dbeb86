"""Groups of pictures: the folders within the class folders, or what a pattern finds in a picture's path."""

import re
from dataclasses import dataclass
from pathlib import Path

from regtrack.errors import DataError

FOLDER = "folder"


@dataclass(frozen=True)
class FolderGroups:
    """Args:
    given: as a person gives it, FOLDER or a regular expression.
    pattern: None where folders are the groups.
    """

    given: str
    pattern: re.Pattern | None

    @classmethod
    def of_text(cls, text: str) -> "FolderGroups":
        """Raises DataError for what is no regular expression."""
        if text == FOLDER:
            return cls(text, None)
        try:
            return cls(text, re.compile(text))
        except re.error as error:
            raise DataError(
                f"Expected group of images as {FOLDER} or a regular expression, received {text!r} ({error}); write for example "
                "group=(patient[0-9]+)."
            ) from None

    @property
    def are_folders(self) -> bool:
        return self.pattern is None

    def of(self, path: Path) -> str:
        """The group of a picture by its path within the data's folder: its own folder, or the first bracket of the pattern (all of
        what it finds where it has none). Raises DataError where nothing is found."""
        if self.pattern is None:
            return path.parent.name
        found = self.pattern.search(path.as_posix())
        group = found and (found[1] if self.pattern.groups else found[0])
        if not group:
            raise DataError(
                f"Expected the pattern group={self.given} to find a group in the path of every image, received {path.as_posix()}, in "
                "which it finds none; correct it, or move the image away."
            )
        return group
