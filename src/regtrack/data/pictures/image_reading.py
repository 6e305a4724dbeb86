"""One picture: read whole, every mode turned into grey or colour of 8 bits by a rule of its own, resized."""

import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

GREY_MODES = frozenset({"1", "L", "LA", "La", "I;16", "I;16L", "I;16B", "I;16N", "I"})
LAID_ON_WHITE = "transparency laid on white"
FROM_16_BITS = "16 bits a pixel turned to 8"
FIRST_FRAME = "only the first of several frames read"
MAX_REASON = 80


@dataclass(frozen=True)
class Unreadable:
    """Why a file could not be read, in a few words."""

    reason: str


@dataclass(frozen=True, eq=False)
class Picture:
    """Args:
    image: a Pillow image of mode L or RGB.
    size: (height, width) in the file.
    is_grey: the file holds no colour.
    changes: what was done to it, for a note.
    """

    image: object
    size: tuple[int, int]
    is_grey: bool
    changes: tuple[str, ...]

    def pixels(self, mode: str) -> np.ndarray:
        """(height, width) uint8 for "grey" (ITU-R 601 luma of colours), (height, width, 3) for "rgb"."""
        return np.asarray(self.image.convert("L" if mode == "grey" else "RGB"))


def read_picture(path: Path, *, size: tuple[int, int] | None) -> Picture | Unreadable:
    """The picture at `path` as a viewer shows it (turned upright by its EXIF orientation), resized to (height, width).

    Read to the last byte: a file cut short is unreadable, not half a picture.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # here: a reader of the store need not pay for it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)  # e.g. a damaged EXIF block, with good pixels
            with Image.open(path) as file:
                file.verify()  # a PNG's checksums, which load does not ask for; afterwards the file must be opened anew
            with Image.open(path) as file:
                frames = getattr(file, "n_frames", 1)
                file.load()
                upright = ImageOps.exif_transpose(file)
    except UnidentifiedImageError:
        return Unreadable("no image" if path.stat().st_size else "empty file")
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, Image.DecompressionBombError,
            Image.DecompressionBombWarning) as error:  # fmt: skip
        return Unreadable(" ".join(str(error).split())[:MAX_REASON] or type(error).__name__)
    converted = _eight_bits(upright)
    if isinstance(converted, Unreadable):
        return converted
    image, changes = converted
    if frames > 1:
        changes = (*changes, FIRST_FRAME)
    height_width = (image.height, image.width)
    if size is not None and height_width != size:
        # Averaging over the pixels that fall into one (not taking one of them), and Pillow wants (width, height).
        image = image.resize((size[1], size[0]), Image.Resampling.BILINEAR)
    return Picture(image, height_width, upright.mode in GREY_MODES, changes)


def _eight_bits(image) -> tuple[object, tuple[str, ...]] | Unreadable:
    """The image in mode L or RGB, and what was done to it."""
    from PIL import Image

    mode = image.mode
    if mode in ("L", "RGB") and "transparency" not in image.info:
        return image, ()
    if mode == "1":
        return image.convert("L"), ()
    if mode.startswith("I;16") or mode == "I":
        # Pillow's own conversion cuts at 255 instead of scaling.
        values = np.asarray(image).astype(np.int64)
        if values.min() < 0 or values.max() > 65535:
            return Unreadable("32 bits a pixel: save it with 8 or 16")
        return Image.fromarray(np.rint(values / 257).astype(np.uint8)), (FROM_16_BITS,)
    if mode in ("LA", "La", "RGBA", "RGBa", "PA") or "transparency" in image.info:
        full = image.convert("RGBA")  # the one mode that Pillow composites
        opaque = full.getextrema()[3][0] == 255
        white = Image.new("RGBA", full.size, "white")
        laid = full if opaque else Image.alpha_composite(white, full)
        to = "L" if mode in ("L", "LA", "La", "1") else "RGB"
        return laid.convert("RGB").convert(to), () if opaque else (LAID_ON_WHITE,)
    if mode in ("P", "CMYK", "YCbCr", "HSV", "RGBX"):
        return image.convert("RGB"), ()
    return Unreadable(f"mode {mode}: save it with 8 or 16 bits a pixel")
