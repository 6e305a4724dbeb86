"""GPUs, where TensorFlow sees any: how many there are, and which of them a worker has. Their memory is taken as it is needed,
by the environment of whoever imports TensorFlow (`MEMORY_GROWTH`), so that a process leaves some to those beside it."""

MEMORY_GROWTH = {"TF_FORCE_GPU_ALLOW_GROWTH": "true"}
"""Read by TensorFlow when it first computes; else it takes all memory of every GPU that it sees."""


def gpu_count() -> int:
    import tensorflow as tf

    return len(tf.config.list_physical_devices("GPU"))


def take_gpu(worker: int) -> None:
    """Of several GPUs this process sees one alone: that of its worker's number, counted round. Before anything is computed,
    and after a fork: what was begun on a GPU cannot be forked."""
    import tensorflow as tf

    if gpus := tf.config.list_physical_devices("GPU"):
        tf.config.set_visible_devices(gpus[worker % len(gpus)], "GPU")
