"""data: a source -> `Dataset` (frozen: three splits, class names, scale, own digest).

`load_dataset("digits" | "fashion_mnist" | "fashion_mnist:/folder" | ..., split_seed=...)` is the door. A new source is
one new file in this folder that defines `NAME` and `load(argument) -> RawData` (see `sources.py`), and nothing else.
Importing this package loads numpy only: a reader of the store must not pay for scikit-learn or TensorFlow.
"""

from regtrack.data.dataset import Dataset, Split
from regtrack.data.loading import load_dataset

__all__ = ["Dataset", "Split", "load_dataset"]
