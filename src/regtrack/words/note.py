"""A note: a line of what a person should know before training, wherever it is printed."""


def as_note(text: str) -> str:
    """`Note: text`."""
    return f"Note: {text}"
