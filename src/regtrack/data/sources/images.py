from collections import Counter
from dataclasses import replace

import numpy as np

from regtrack.data.dividing.groups import Groups
from regtrack.data.pictures.folder_groups import FolderGroups
from regtrack.data.pictures.image_files import ImageFolder, find_images
from regtrack.data.pictures.image_reading import Picture, Unreadable, read_picture
from regtrack.data.query import SHARES, Query, existing_path, parse_query, refuse_idle_shares
from regtrack.data.raw import RawData
from regtrack.data.shares import check_shares, held_out_size
from regtrack.data.sources.base import Source
from regtrack.errors import DataError
from regtrack.foreign import given_path, is_folder

MAX_SIDE = 1024
MAX_NAMED = 5


class ImageFolders(Source):
    """A folder of pictures, a folder a class, `images:folder?size=32x32&mode=grey`."""

    name = "images"
    options = ("size", "mode", "on_corrupt", "scale", "group", *SHARES)
    example = "images:photos?size=64x64"

    def check(self, argument):
        existing_path(self._query(argument), folder=True)

    def load(self, argument):
        """The pictures of a folder, x (n, height, width) of grey or (n, height, width, 3) of colour, uint8.

        Subfolders are classes; or they are train, validation (val) and test, with the classes inside, which are then the
        splits. Rows are in the order of splits, class names and file names.

        Args:
            argument: folder, with `?size=HxW` or `size=N` (all are resized; else all must be of one size), `&mode=grey|rgb`
                (else grey if all are), `&on_corrupt=skip` (else a file that cannot be read is refused),
                `&scale=none` (pixels stay 0..255; else all are divided by one number), `&group=folder` (each class folder
                holds a folder a group, and no group stands in two splits) or `&group=(patient[0-9]+)` (a regular expression that
                finds the group in a picture's path), `&validation_share=`, `&test_share=`.

        Raises:
            DataError: there is no such folder, it has no classes, or pictures are unreadable or of several sizes.
        """
        query = self._query(argument)
        size = _size(query)
        mode = query.choice("mode", ("grey", "rgb"))
        skips = query.choice("on_corrupt", ("skip", "refuse"), "refuse") == "skip"
        scale = query.choice("scale", ("one", "none"), "one")
        shares = {key: query.share(key) for key in SHARES}
        check_shares(**shares)
        text = ",".join(query.many("group"))
        groups = FolderGroups.of_text(text) if text else None
        folder = find_images(existing_path(query, folder=True), groups)

        read = {file: read_picture(file.path, size=size) for file in folder.files}
        corrupt = {file.path: found.reason for file, found in read.items() if isinstance(found, Unreadable)}
        notes = list(folder.notes)
        if corrupt:
            shown = "; ".join(
                f"{path.relative_to(folder.root)} ({why})" for path, why in list(corrupt.items())[:MAX_NAMED]
            )
            more = f"; and {len(corrupt) - MAX_NAMED} more" if len(corrupt) > MAX_NAMED else ""
            if not skips:
                raise DataError(
                    f"Expected readable images in {folder.root}, received {len(corrupt)} of {len(read)} that are not: "
                    f"{shown}{more}; repair or remove them, or leave them out with on_corrupt=skip."
                )
            notes.append(f"{len(corrupt)} of {len(read)} image files cannot be read and were left out: {shown}{more}")
        good = {file: found for file, found in read.items() if isinstance(found, Picture)}
        if not good:
            raise DataError(f"Expected images in {folder.root}, received none that can be read; correct the folder.")
        if size is None:
            _check_one_size(good, folder, query)
        mode = mode or ("grey" if all(picture.is_grey for picture in good.values()) else "rgb")
        x = np.stack([picture.pixels(mode) for picture in good.values()])
        notes += _conversions(list(good.values()), mode, x.shape[1:3] if size else None)
        raw = _raw(x, list(good), folder, tuple(notes), shares)
        if groups:
            raw = replace(raw, division=Groups.of_values(text, np.array([file.group for file in good])))
        refuse_idle_shares(query, raw)
        return replace(raw, is_scaled=scale == "one")

    def _query(self, argument: str) -> Query:
        return parse_query(self.name, argument, self.options, example=self.example)

    def reads(self, path):
        return bool(path) and is_folder(given_path(path))


def _raw(x: np.ndarray, files: list, folder: ImageFolder, notes: tuple[str, ...], shares: dict) -> RawData:
    number = {name: i for i, name in enumerate(folder.class_names)}
    in_split = Counter(file.split for file in files)
    n_train = in_split["train"]

    def held_out(split: str) -> int:
        return in_split[split] if split in folder.splits else held_out_size(shares[f"{split}_share"], n_train)

    return RawData(
        name=folder.root.name or "images",
        x=x,
        labels=np.array([number[file.class_name] for file in files], dtype=np.int64),
        class_names=folder.class_names,
        is_image=True,
        pixel_range=(0, 255),
        validation_size=held_out("validation"),
        test_size=held_out("test"),
        has_official_test="test" in folder.splits,
        has_official_validation="validation" in folder.splits,
        notes=notes,
    )


def _size(query: Query) -> tuple[int, int] | None:
    """(height, width) in pixels, or None if no size was asked for."""
    text = query.one("size")
    if not text:
        return None
    sides = text.lower().replace("×", "x").split("x")
    if len(sides) > 2 or not all(side.strip().isdecimal() and 1 <= int(side) <= MAX_SIDE for side in sides):
        raise DataError(
            f"Expected size of {query.source} as HEIGHTxWIDTH or one side, from 1 to {MAX_SIDE} pixels, received {text!r}; write "
            "for example size=64x64."
        )
    return int(sides[0]), int(sides[-1])


def _check_one_size(good: dict, folder: ImageFolder, query: Query) -> None:
    counts = Counter(picture.size for picture in good.values())
    if len(counts) == 1:
        [(height, width)] = counts
        if max(height, width) > MAX_SIDE:
            raise DataError(
                f"Expected images up to {MAX_SIDE} pixels a side in {folder.root}, received {height}x{width}; give a size "
                "they are resized to, for example size=64x64."
            )
        return
    (height, width), most = counts.most_common(1)[0]
    odd = next(file.path for file, picture in good.items() if picture.size != (height, width))
    raise DataError(
        f"Expected images of one size in {folder.root}, received {len(counts)} sizes ({most} of {len(good)} are "
        f"{height}x{width}, {odd.relative_to(folder.root)} is not); add {'&' if query.options else '?'}size={height}x{width} "
        "(height x width), to which all are resized."
    )


def _conversions(pictures: list[Picture], mode: str, size: tuple[int, int] | None) -> list[str]:
    """A sentence on each kind of conversion that changed pictures."""
    notes = []
    counts = Counter(change for picture in pictures for change in picture.changes)
    notes += [f"{n} of {len(pictures)} images: {change}" for change, n in sorted(counts.items())]
    if mode == "grey" and (coloured := sum(not picture.is_grey for picture in pictures)):
        notes.append(f"{coloured} of {len(pictures)} images: colour turned to grey")
    if size:
        resized = [picture for picture in pictures if picture.size != size]
        stretched = sum(abs(p.size[0] * size[1] - p.size[1] * size[0]) > max(p.size) for p in resized)
        if resized:
            also = f", {stretched} of them with another ratio of sides" if stretched else ""
            notes.append(f"{len(resized)} of {len(pictures)} images resized to {size[0]}x{size[1]}{also}")
    return notes
