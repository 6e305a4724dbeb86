"""A YAML file -> its values and where each stands, in bounded time and memory whatever the file holds.

Anchors make a few lines stand for billions of values, and YAML's own types raise whatever Python raises on a text that does
not fit them.
"""

from pathlib import Path
from typing import Any

import yaml

from regtrack.errors import GridError
from regtrack.foreign import is_file
from regtrack.words.failures import cut

MOST_BYTES = 200_000
"""Read in a second or two; a grid of a thousand variants has a tenth of it."""
MOST_VALUES = 50_000
"""Written out, every alias replaced by what it stands for."""


MOST_NESTED = 100
"""Brackets or lists in each other. A grid has a tenth of it; the fast parser's C code calls itself, and dies of 100,000."""


class _Placing:
    """A loader that says of every value that it cannot make where the value stands."""

    def construct_object(self, node, deep=False):
        try:
            return super().construct_object(node, deep)
        except yaml.YAMLError:
            raise
        except (
            Exception
        ) as error:  # `!!timestamp x` is an AttributeError, `!!bool x` a KeyError, `2025-13-01` a ValueError
            problem = f"{cut(repr(node.value), 60)} is no {node.tag.rpartition(':')[2]}"
            problem = f"{cut(str(error), 200)} ({problem})" if isinstance(error, ValueError) else problem
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from None


class _Loader(_Placing, yaml.SafeLoader):
    """Python's own: its errors are the ones a person is shown."""


class _FastLoader(_Placing, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Five times faster where PyYAML came with libyaml; the same values."""


def read_yaml(path: Path) -> tuple[yaml.Node | None, Any]:
    """(the tree of nodes, which know their lines; the values) of a file.

    Raises GridError, in one line with file and line number: no file, no text, no YAML, more than a grid can hold.
    """
    if not is_file(path):
        raise GridError(f"grid: no file at {path.absolute()}; expected a YAML file such as grids/core.yaml")
    if (size := path.stat().st_size) > MOST_BYTES:
        raise GridError(
            f"{path}: expected a grid of at most {MOST_BYTES:,} bytes, received {size:,}; a list as a value is an axis, "
            "{l2: [1e-4, 1e-3]}, and says the same in less"
        )
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise GridError(f"{path}: expected UTF-8 text, received other bytes") from None
    except OSError as error:  # of another user, or one of the system's own
        raise GridError(
            f"{path}: expected a file that can be read, received {error.strerror}; let this user read it"
        ) from None
    try:
        try:
            _refuse_nested(path, text)
            return _values(path, _FastLoader(text))
        except yaml.YAMLError:
            return _values(path, _Loader(text))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else text.count("\n", 0, getattr(error, "position", 0)) + 1
        problem = ", ".join(filter(None, (getattr(error, name, None) for name in ("context", "problem", "reason"))))
        raise GridError(f"{path}:{line}: not valid YAML: {cut(problem)}") from None
    except RecursionError:
        raise _too_deep(path) from None


def _values(path: Path, loader: _Loader | _FastLoader) -> tuple[yaml.Node | None, Any]:
    root = loader.get_single_node()
    if root is None:
        return None, None
    _refuse_bombs(path, root)
    return root, loader.construct_document(root)


def _too_deep(path: Path) -> GridError:
    return GridError(f"{path}: brackets or lists nested too deep for a grid; expected at most a list in a variant")


def _refuse_nested(path: Path, text: str) -> None:
    """Raises GridError for brackets or lists nested deeper than the fast parser is safe with: its events come one by one."""
    depth = 0
    for event in yaml.parse(text, Loader=_FastLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_NESTED:
            raise _too_deep(path)


def _refuse_bombs(path: Path, root: yaml.Node) -> None:
    """Raise GridError for an anchor that contains itself, or for aliases that stand for more values than a grid holds."""
    sizes: dict[int, int | None] = {}  # None while a node is being counted: met again then, it contains itself

    def size(node: yaml.Node) -> int:
        if id(node) not in sizes:
            sizes[id(node)] = None
            children = (
                [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else node.value
            )
            sizes[id(node)] = 1 + (sum(map(size, children)) if isinstance(node, yaml.CollectionNode) else 0)
        found = sizes[id(node)]
        line = node.start_mark.line + 1
        if found is None:
            raise GridError(f"{path}:{line}: an anchor contains itself; write its values out")
        if found > MOST_VALUES:
            raise GridError(
                f"{path}:{line}: expected a grid of at most {MOST_VALUES:,} values, received one whose anchors stand for "
                f"{found:,}; write the values out"
            )
        return found

    size(root)
