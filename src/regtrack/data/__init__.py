"""data: a source -> `Dataset` (frozen: three splits, class names, scale, own digest).

`load_dataset(spec, split_seed=...)` is the door for data that can be named:

    digits, fashion_mnist[:folder]          what ships with regtrack's examples
    npz:path                                arrays in a file
    table:path?target=column                a CSV or parquet file
    images:folder?size=32x32                a folder a class
    python:package.module:function          what a function of yours returns
    sklearn:iris, keras:cifar10             the sets of these libraries

and `Dataset.from_arrays(x, y, split_seed=...)` for arrays in memory. A new source is one new file in `sources/` that
defines a `Source` (see `sources/base.py`), and nothing else. Every one gets the same checks before compute, the same
notes, splits and digest.
Importing this package loads numpy only: a reader of the store must not pay for scikit-learn or TensorFlow.
"""

from regtrack.data.dataset import Dataset
from regtrack.data.loading import load_dataset
from regtrack.data.split import Split

__all__ = ["Dataset", "Split", "load_dataset"]
