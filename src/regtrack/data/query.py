"""A source's argument: `path?key=value&key=value1,value2` -> the path and its options."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from regtrack.data.raw import RawData
from regtrack.errors import DataError
from regtrack.foreign import given_path

SHARES = {"validation_share": "0.2", "test_share": "0.2"}


@dataclass(frozen=True)
class Query:
    """Args:
    source: the source's name, for messages.
    path: what stands before the question mark, decoded.
    options: key -> its values, decoded; only keys that were given.
    """

    source: str
    path: str
    options: Mapping[str, tuple[str, ...]]

    def many(self, key: str) -> tuple[str, ...]:
        """All values of a key; () if it was not given."""
        return self.options.get(key, ())

    def one(self, key: str, default: str = "") -> str:
        """The one value of a key; DataError if there are several."""
        values = self.options.get(key, (default,))
        if len(values) > 1:
            raise DataError(
                f"Expected one value for {key} of {self.source}, received {', '.join(values)}; write a comma that is "
                "part of a value as %2C."
            )
        return values[0]

    def choice(self, key: str, choices: tuple[str, ...], default: str = "") -> str:
        """One of `choices`, or `default` if the key was not given."""
        value = self.one(key, default)
        if key in self.options and value not in choices:
            raise DataError(
                f"Expected {key} of {self.source} among {', '.join(choices)}, received {value!r}; choose one."
            )
        return value

    def share(self, key: str) -> float:
        """A number between 0 and 1, by default as in SHARES; its range is checked where it is used."""
        text = self.one(key, SHARES[key])
        try:
            return float(text)
        except ValueError:
            raise DataError(
                f"Expected {key} of {self.source} as a number between 0 and 1, received {text!r}; give for example 0.2."
            ) from None


def parse_query(source: str, argument: str, keys: tuple[str, ...], *, example: str) -> Query:
    """The path and options of an argument.

    A key once, each value not empty. `%XX` stands for a character that would be read otherwise: %3F for ?, %26 for &,
    %2C for a comma within a value, %25 for %. A plus is a plus.

    Args:
        source: its name.
        argument: what follows the colon.
        keys: the options this source knows.
        example: a right spec, for messages.

    Raises:
        DataError: no path, an unknown key, a key twice or without a value.
    """
    path, _, query = argument.partition("?")
    path = _decoded(path, argument)
    if not path.strip():
        raise DataError(f"Expected a path behind {source}:, received {argument!r}; write for example {example}.")
    options: dict[str, tuple[str, ...]] = {}
    for part in query.split("&") if query else ():
        key, equals, value = part.partition("=")
        key = _decoded(key, argument).strip()
        if key not in keys:
            close = difflib.get_close_matches(key, keys, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"write for example {example}."
            raise DataError(f"Expected options of {source} among {', '.join(keys)}, received {key!r}; {hint}")
        if key in options:
            raise DataError(
                f"Expected {key} once in {argument!r}, received it twice; several values are separated by commas."
            )
        values = tuple(_decoded(one, argument) for one in value.split(","))
        if not equals or not all(one.strip() for one in values):
            raise DataError(
                f"Expected a value for {key} in {argument!r}, received none; write {key}=value, or leave it out."
            )
        options[key] = values
    return Query(source, path, options)


def refuse_idle_shares(query: Query, raw: RawData) -> None:
    """DataError where a share was asked for of a split that the data brings itself."""
    for split, own in (("validation", raw.has_official_validation), ("test", raw.has_official_test)):
        if own and f"{split}_share" in query.options:
            raise DataError(
                f"Expected {split}_share only where {split} is drawn, received it for {query.path}, which has its own "
                f"{split} split; leave it out."
            )


def existing_path(query: Query, *, folder: bool = False) -> Path:
    """The path made absolute; DataError with that path if there is no such file (or folder)."""
    if "\0" in query.path:
        raise DataError(f"Expected a path behind {query.source}:, received one with a NUL character; correct it.")
    path = given_path(query.path).absolute()  # `mlflow run` changes the working directory: show where it looked
    kind = "folder" if folder else "file"
    try:
        there = path.is_dir() if folder else path.is_file()
        other = path.exists()
    except OSError as error:
        raise DataError(
            f"Expected a {kind} at {path}, received an error ({error.strerror}); correct the path."
        ) from None
    if not there:
        other = ("a folder" if path.is_dir() else "a file" if path.is_file() else "a pipe or device") if other else ""
        received = other or "nothing there"
        raise DataError(
            f"Expected a {kind} at {path}, received {received}; correct the path, best to an absolute one (`mlflow run` "
            "changes the working directory)."
        )
    return path


def _decoded(text: str, argument: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise DataError(
            f"Expected %-escapes of UTF-8 in {argument!r}, received others in {text!r}; write % itself as %25."
        ) from None
