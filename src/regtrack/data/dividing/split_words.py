"""Which split a word means: a folder's name, or a cell of a column that says where its row belongs."""

import re

SPLITS = ("train", "validation", "test")
MEANINGS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "val": "validation",
    "valid": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}
"""In any case, and with what people put behind them: Train, TEST, training_set, val-images."""
BEHIND = re.compile(r"[ _-]?(set|data|images|split)$")


def split_meant(word: str) -> str | None:
    """The split that a word means, if it means one."""
    return MEANINGS.get(BEHIND.sub("", word.strip().lower()))
