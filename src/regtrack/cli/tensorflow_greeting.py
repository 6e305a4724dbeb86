"""TensorFlow greets on standard error as it is imported, past every setting: that is held back, and shown if the import fails."""

import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder

from regtrack.training.gpus import MEMORY_GROWTH

TENSORFLOW = "tensorflow"


def import_tensorflow_quietly() -> None:
    quiet_whoever_imports_tensorflow()
    import tensorflow  # noqa: F401


def quiet_whoever_imports_tensorflow() -> None:
    """From here on whoever imports TensorFlow first, a person's own function as well, does so without its greeting."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", TENSORFLOW)
    for name, value in MEMORY_GROWTH.items():
        os.environ.setdefault(name, value)
    if TENSORFLOW not in sys.modules and not any(isinstance(finder, _Quiet) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Quiet())


class _Quiet(MetaPathFinder):
    """Finds TensorFlow as Python does, and nothing else; its first execution is a quiet one."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname != TENSORFLOW:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_quietly(module) -> None:
                with _standard_error_held_back():
                    execute(module)

            spec.loader.exec_module = execute_quietly
        return spec


@contextmanager
def _standard_error_held_back() -> Iterator[None]:
    """What is written to the process's standard error meanwhile is shown only where an exception leaves the block."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
