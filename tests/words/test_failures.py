"""A failure's reason is what is wrong, not what the machinery puts around it."""

import pytest

from regtrack.words.failures import MOST, cut, in_a_line, last_line

IN_USER_CODE = """in user code:

    File "/somewhere/training/trainer.py", line 80, in run_epoch  *
        probs = model(tf.gather(x, rows), training=True)
    File "/somewhere/keras/src/utils/traceback_utils.py", line 122, in error_handler  **
        raise e.with_traceback(filtered_tb) from None

    ValueError: Dimensions must be equal, but are 5 and 6
"""
KERAS = """Exception encountered when calling Mine.call().

\x1b[1mInput 0 of layer "dense" is incompatible\x1b[0m

Arguments received by Mine.call():
  • inputs=tf.Tensor(shape=(4, 8), dtype=float32)
  • training=True"""
BOTH = """in user code:

    File "/somewhere/trainer.py", line 82, in run_epoch  *
        probs = model(tf.gather(x, rows), training=True)

    ValueError: Exception encountered when calling Mine.call().
    
    no such thing in training
    
    Arguments received by Mine.call():
      • training=True
"""
GRAPH = """Graph execution error:

Detected at node model/dense/MatMul defined at (most recent call last):
<stack traces unavailable>
Matrix size-incompatible: In[0]: [4,8], In[1]: [9,2]
\t [[{{node model/dense/MatMul}}]] [Op:__inference_run_epoch_123]"""


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (IN_USER_CODE, "ValueError: Dimensions must be equal, but are 5 and 6"),
        (KERAS, 'Input 0 of layer "dense" is incompatible'),
        (BOTH, "no such thing in training"),
        (GRAPH, "Matrix size-incompatible: In[0]: [4,8], In[1]: [9,2]"),
        ("no such seed\nand more", "no such seed"),
        ("\n\n  padded\n", "padded"),
        ("no answer from http://me:s3cret@host", "no answer from http://me:***@host"),
    ],
    ids=["autograph", "keras", "keras in autograph", "graph", "two lines", "padded", "secret"],
)
def test_an_exception_says_what_is_wrong_and_not_how_it_came_there(message, expected):
    """TensorFlow's and Keras' frames, arguments and headings are passed over."""
    assert in_a_line(ArithmeticError(message)) == f"ArithmeticError: {expected}"


def test_a_type_is_said_once():
    """TensorFlow raises again under the type that its message begins with."""
    assert in_a_line(ValueError(IN_USER_CODE)) == "ValueError: Dimensions must be equal, but are 5 and 6"


def test_an_exception_without_words_is_its_type():
    """Nothing is made up where nothing is said."""
    assert in_a_line(KeyboardInterrupt()) == "KeyboardInterrupt"


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("one\ntwo\nI0000 00:00:1795847739.835712 7087 port.cc:153] oneDNN custom operations are on.\n", "two"),
        ("bad thing\n2026-01-02 03:04:05.6: I tensorflow/core/util/port.cc:153] oneDNN\n", "bad thing"),
        ('Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    f()\nLookupError: gone\n',
         "LookupError: gone"),
        ("F0000 00:00:1.2 3 tensor.cc:9] Check failed: a == b\n*** Check failure stack trace: ***\n    @     0x7f01  f()\n",
         "F0000 00:00:1.2 3 tensor.cc:9] Check failed: a == b"),
        ("", ""), ("\n \n", ""),
    ],
    ids=["greeting", "dated greeting", "traceback", "check failed", "empty", "blank"],
)  # fmt: skip
def test_a_log_says_last_what_is_wrong(log, expected):
    """TensorFlow's greetings and stack traces behind the last words are passed over."""
    assert last_line(log) == expected


def test_a_reason_has_an_end():
    """A line of 50,000 characters is cut at 500, one of 500 is left as it is."""
    assert [len(last_line("x" * n)) for n in (MOST, 50_000)] == [MOST, MOST]
    assert len(in_a_line(ValueError("y" * 50_000))) == MOST
    assert [cut("abc", 3), cut("abcd", 3)] == ["abc", "ab…"]
