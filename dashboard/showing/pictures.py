"""Pictures of examples: pixels as the store has them, scaled up without smoothing; numbers where they are no images."""

import numpy as np

from regtrack.report.pixels import data_uri

SHOWN_FEATURES = 8


def is_image(x: np.ndarray) -> bool:
    """Whether examples (n, ...) are images: (n, h, w) or (n, h, w, 1, 3 or 4)."""
    return x.ndim == 3 or (x.ndim == 4 and x.shape[-1] in (1, 3, 4))


def pixels(x: np.ndarray, place: int) -> np.ndarray:
    """One of the images (n, ...) as uint8, white the brightest value of all: (h, w), (h, w, 3) or (h, w, 4)."""
    image = x[place][..., 0] if x.ndim == 4 and x.shape[-1] == 1 else x[place]
    brightest = float(x.max())
    if x.dtype == np.uint8 and brightest > 16:  # already 0 to 255; digits has 0 to 16
        return image
    return np.rint(np.clip(image / brightest if brightest > 0 else image, 0, 1) * 255).astype(np.uint8)


def enlarged(image: np.ndarray, side: int) -> np.ndarray:
    """Every pixel repeated, the same whole number of times down and across, to about `side` pixels."""
    times = max(1, side // max(image.shape[:2]))
    return image.repeat(times, axis=0).repeat(times, axis=1)


def uri(x: np.ndarray, place: int) -> str:
    """A data URI of the image at its own size."""
    return data_uri(np.ascontiguousarray(pixels(x, place)))


def features(pairs: list[tuple[str, str | float]], *, named: bool) -> str:
    """The first features of an example that is no image, in words; an empty cell is said to be missing.

    Args:
        pairs: name and value of each.
        named: whether their names mean something: a table's do, the places of an array's numbers do not.
    """
    texts = [(name, value if isinstance(value, str) else f"{value:.4g}") for name, value in pairs[:SHOWN_FEATURES]]
    shown = ", ".join(f"{name} {text or 'missing'}" if named else text for name, text in texts)
    left = len(pairs) - SHOWN_FEATURES
    return shown + (f" and {left} more" if left > 0 else "")
