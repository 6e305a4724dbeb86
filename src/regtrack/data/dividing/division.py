"""A source's rows with what divides them: groups or times, and splits that its own rows name."""

from dataclasses import replace

import numpy as np

from regtrack.data.dividing.groups import Groups
from regtrack.data.dividing.times import Times
from regtrack.data.raw import RawData
from regtrack.data.shares import held_out_size


def divided(
    raw: RawData,
    division: Groups | Times | None,
    parts: np.ndarray | None = None,
    *,
    validation_share: float,
    test_share: float,
) -> RawData:
    """`raw` with `division`, and with the splits of `parts` as its own, (n,) text or None; a share is of what is left to train."""
    if parts is None:
        return replace(raw, division=division)
    sizes = {split: int((parts == split).sum()) for split in ("train", "validation", "test")}
    shares = {"validation": validation_share, "test": test_share}
    own = {split: sizes[split] > 0 for split in shares}
    held_out = {
        split: sizes[split] if own[split] else held_out_size(shares[split], sizes["train"])
        for split in ("validation", "test")
    }
    return replace(
        raw,
        division=division,
        parts=parts,
        validation_size=held_out["validation"],
        test_size=held_out["test"],
        has_official_validation=own["validation"],
        has_official_test=own["test"],
    )
