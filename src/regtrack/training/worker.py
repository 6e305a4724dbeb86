"""A worker process: receives the data once, then one trial at a time, and sends back what happens to it. Asked whether
variants can be trained, it answers that.

Forked by the template, or started as `python -m regtrack.training.worker FD PARENT`, and not by multiprocessing's spawn, which
would import the caller's main module again: a notebook has none, and a script without a guard would start itself over.
"""

import gc
import os
import pickle
import signal
import sys
from multiprocessing.connection import Connection

from regtrack.training.beforehand import ToCheck, answer
from regtrack.training.gpus import take_gpu
from regtrack.training.parent_death import die_with


def main(descriptor: int, parent: int) -> None:
    die_with(parent)
    serve(Connection(descriptor))


def prepare() -> None:
    """Everything that a trial imports, and the threads it may have; nothing is computed, so that this can be forked."""
    gc.disable()  # what is imported stays: to look through it for garbage again and again is a quarter of the imports' time
    _one_thread()
    import regtrack.training.one_trial  # noqa: F401

    gc.freeze()  # nor is it looked through later, by any process that is forked from here
    gc.enable()


def serve(connection: Connection) -> None:
    """Run the trials that come, of the job that comes first, as the worker of the number that comes second, and check what is to
    be checked, until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the parent decides
    packed = connection.recv_bytes()  # before TensorFlow is imported, so that the parent need not wait for that
    number = int(connection.recv_bytes())
    prepare()
    take_gpu(number)
    import cloudpickle

    from regtrack.training.one_trial import LastTrainer

    def tell(event):  # or an answer
        connection.send_bytes(cloudpickle.dumps(event))

    job, last = pickle.loads(packed), LastTrainer()
    while True:
        try:
            asked = pickle.loads(connection.recv_bytes())
        except EOFError:
            return
        try:
            if isinstance(asked, ToCheck):
                tell(answer(job, asked))
            else:
                run(tell, job, *asked, last)
        except BrokenPipeError:
            return


def _one_thread() -> None:
    """The number of threads changes bits: with one, a trial's result does not depend on how many run beside it."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def run(tell, job, variant, seed: int, last) -> None:
    """One trial of the job; `tell` hears everything that happens to it, TrialFinished or TrialFailed last."""
    import traceback

    from regtrack.errors import RegtrackError
    from regtrack.training.events import EpochEnded, TrialFailed, TrialFinished
    from regtrack.training.one_trial import trial
    from regtrack.training.result import Curve
    from regtrack.words.failures import MOST_DETAILS, cut, in_a_line

    curve = Curve()

    def on_epoch(epoch, metrics):
        curve.append(metrics)
        tell(EpochEnded(variant, seed, epoch, metrics))

    try:
        result = trial(job, variant, seed, on_epoch, last=last)
    except BrokenPipeError:
        raise
    except RegtrackError as error:
        tell(TrialFailed(variant, seed, cut(str(error)), curve))
    except Exception as error:
        details = traceback.format_exc()
        tell(TrialFailed(variant, seed, in_a_line(error), curve, details[-MOST_DETAILS:]))
    else:
        tell(TrialFinished(result))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
    os._exit(0)  # TensorFlow's threads may take seconds to end, and nothing is left to do
