"""Files that hold far more than they weigh: told from what they say of themselves, before anything is unpacked."""

import os
from pathlib import Path

SMALL = 1 << 30
"""Bytes that any machine unpacks without harm."""
MOST_TIMES = 200
"""As often as real data are smaller in their file, at most; deflate reaches 1,000 with zeros alone."""


def swollen(path: Path, held: int, *, small: int = SMALL) -> str:
    """What is wrong with a file of which `held` bytes would be unpacked, in words; empty where nothing is. Up to `small` bytes
    nothing is."""
    weight = path.stat().st_size
    if held > memory():
        return f"{held / 1e9:,.1f} GB to unpack, more than this machine's memory ({memory() / 1e9:,.1f} GB)"
    if held > small and held > MOST_TIMES * weight:
        return f"{held / 1e9:,.1f} GB to unpack from a file of {weight / 1e6:,.1f} MB"
    return ""


def memory() -> int:
    """Bytes of this machine's memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
