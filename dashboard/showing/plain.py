"""Text from the store as it may stand in markdown: what markdown, HTML or Streamlit would read as its own stays text."""

import re

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$:#&])")


def escaped(text: object) -> str:
    """The same words, on one line, with every mark of markdown escaped."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))
