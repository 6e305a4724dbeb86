"""Which files of a folder are pictures of which class, and of which split."""

import os
from dataclasses import dataclass
from pathlib import Path

from regtrack.data.dividing.split_words import SPLITS, split_meant
from regtrack.data.pictures.folder_groups import FOLDER, FolderGroups
from regtrack.errors import DataError
from regtrack.words.lists import first_few

NO_FOLDERS = frozenset({"__MACOSX"})  # what a Mac's zip leaves beside the folders
SUFFIXES = frozenset(
    [".bmp", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"]
)
MAX_NAMED = 5


@dataclass(frozen=True)
class ImageFile:
    """Where a picture lies, its class, its split ("train" if the splits are to be drawn), and its group ("" without groups)."""

    path: Path
    class_name: str
    split: str
    group: str = ""


@dataclass(frozen=True)
class ImageFolder:
    """Args:
    root: the folder, absolute.
    files: in the order of splits, class names and file names.
    class_names: sorted.
    splits: those the folder has itself: () or train and at least one more.
    notes: what was left out.
    """

    root: Path
    files: tuple[ImageFile, ...]
    class_names: tuple[str, ...]
    splits: tuple[str, ...]
    notes: tuple[str, ...]


def find_images(root: Path, groups: FolderGroups | None = None) -> ImageFolder:
    """The pictures under `root`, a folder a class, or a folder a split with a folder a class in it.

    Hidden files and folders are ignored; other files and links that lead out of the folder are left out and noted.

    Args:
        groups: what tells the groups of pictures apart.

    Raises:
        DataError: there are fewer than two classes, a class is empty or holds folders, the splits do not agree, or a picture has
            no group.
    """
    left_out: list[str] = []
    outside: list[str] = []
    tops = _folders(root, root, left_out, outside)
    by_split = {split_meant(top.name): top for top in tops}
    has_splits = {"train"} < set(by_split) and None not in by_split
    if has_splits and len(by_split) < len(tops):
        raise DataError(
            f"Expected one folder for each split in {root}, received {', '.join(top.name for top in tops)}; merge those "
            "of one split, or take one of them out of the folder."
        )
    places = {s: by_split[s] for s in SPLITS if s in by_split} if has_splits else {"train": root}
    classes = {
        split: _folders(place, root, left_out, outside) if has_splits else tops for split, place in places.items()
    }
    class_names = tuple(sorted(folder.name for folder in classes["train"]))
    if len(class_names) < 2:
        received = f"only {class_names[0]!r}" if class_names else "none"
        remedy = "put the images of each class into a folder of its name"
        if by_split.keys() == {"train"}:
            remedy += f", or name {tops[0]} if the classes are in there"
        raise DataError(
            f"Expected a folder for each of at least two classes in {places['train']}, received {received}"
            f"{_but_links(outside, places['train'], root)}; {remedy}."
        )
    files = []
    for split, folders in classes.items():
        if not folders:
            raise DataError(
                f"Expected the classes of {places['train']} in each split, received none in {places[split]}"
                f"{_but_links(outside, places[split], root)}; add images, or remove the folder to have that split drawn."
            )
        strange = sorted({folder.name for folder in folders} - set(class_names))
        if strange:
            raise DataError(
                f"Expected in {places[split]} the classes of {places['train']}, received also "
                f"{', '.join(strange[:MAX_NAMED])}; rename them, or add them to train."
            )
        for folder in sorted(folders):
            found = _pictures(folder, root, left_out, outside, groups)
            if not found:
                raise DataError(
                    f"Expected images in each class folder, received none in {folder}"
                    f"{_but_links(outside, folder, root)}; add some, or remove the folder."
                )
            group_of = groups.of if groups else lambda _: ""
            files += [ImageFile(path, folder.name, split, group_of(path.relative_to(root))) for path in found]
    notes = [_named(left_out, "are no images"), _named(outside, "link out of the folder")]
    return ImageFolder(root, tuple(files), class_names, tuple(places) if has_splits else (), tuple(filter(None, notes)))


def _but_links(outside: list[str], place: Path, root: Path) -> str:
    """Says of an empty place that it holds links out of `root`: where all data lies elsewhere, they are the reason."""
    links = [link for link in outside if (root / link).is_relative_to(place)]
    if not links:
        return ""
    return (
        f" but {len(links):,} links that lead out of {root} ({first_few(links)}), "
        f"which are not followed (`cp -rL` copies what they point to)"
    )


def _named(paths: list[str], why: str) -> str:
    if not paths:
        return ""
    more = f" and {len(paths) - MAX_NAMED} more" if len(paths) > MAX_NAMED else ""
    return f"{len(paths)} files {why} and were left out: {', '.join(paths[:MAX_NAMED])}{more}"


def _entries(folder: Path, root: Path, outside: list[str]) -> list[Path]:
    """What lies in `folder`, sorted by name, without hidden things and links that lead out of `root`."""
    entries = []
    inside = Path(os.path.realpath(root))
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or entry.name in NO_FOLDERS:
            continue
        if entry.is_symlink() and not Path(os.path.realpath(entry)).is_relative_to(inside):
            outside.append(str(entry.relative_to(root)))
            continue
        entries.append(entry)
    return entries


def _folders(place: Path, root: Path, left_out: list[str], outside: list[str]) -> list[Path]:
    """The folders in `place`; files beside them are left out."""
    entries = _entries(place, root, outside)
    left_out += [str(entry.relative_to(root)) for entry in entries if not entry.is_dir()]
    return [entry for entry in entries if entry.is_dir()]


def _pictures(
    folder: Path, root: Path, left_out: list[str], outside: list[str], groups: FolderGroups | None
) -> list[Path]:
    """Those of a class: in its folder, or in the folders of its groups."""
    entries = _entries(folder, root, outside)
    nested = [entry for entry in entries if entry.is_dir()]
    if groups and groups.are_folders:
        left_out += [str(entry.relative_to(root)) for entry in entries if not entry.is_dir()]
        return [path for group in nested for path in _pictures(group, root, left_out, outside, None)]
    if nested:
        raise DataError(
            f"Expected only images in the folder {folder}, received a folder {nested[0].name}; move its images up, name the folder "
            f"that holds the classes, or give group={FOLDER} where each class folder holds a folder a group."
        )
    pictures = [entry for entry in entries if entry.suffix.lower() in SUFFIXES and not _is_pipe(entry)]
    kept = set(pictures)
    left_out += [str(entry.relative_to(root)) for entry in entries if entry not in kept]
    return pictures


def _is_pipe(entry: Path) -> bool:
    """Whether reading it might wait for ever, whatever its name ends in."""
    return entry.is_fifo() or entry.is_socket() or entry.is_char_device() or entry.is_block_device()
