"""Clauses, which are joined as they are needed, made into sentences, last of all."""


def as_sentence(clause: str) -> str:
    """With a capital at its beginning and a full stop behind it."""
    return f"{clause[:1].upper()}{clause[1:]}."
