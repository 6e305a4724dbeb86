"""An example that has no picture, in words: its first features."""

SHOWN_FEATURES = 8


def features_in_words(pairs: list[tuple[str, str | float]], *, named: bool) -> str:
    """The first features of an example that is no image, in words; an empty cell is said to be missing.

    Args:
        pairs: name and value of each.
        named: whether their names mean something: a table's do, the places of an array's numbers do not.
    """
    texts = [(name, value if isinstance(value, str) else f"{value:.4g}") for name, value in pairs[:SHOWN_FEATURES]]
    shown = ", ".join(f"{name} {text or 'missing'}" if named else text for name, text in texts)
    left = len(pairs) - SHOWN_FEATURES
    return shown + (f" and {left} more" if left > 0 else "")
