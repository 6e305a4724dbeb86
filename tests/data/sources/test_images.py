"""images: a folder a class; every mode has its rule, sizes are asked for, and damage is listed."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from regtrack.data import load_dataset
from regtrack.data.pictures.image_reading import Picture, Unreadable, read_picture
from regtrack.errors import DataError

N = 10  # images a class


def picture(i: int, *, height=6, width=4, mode="L") -> Image.Image:
    shape = (height, width) if mode == "L" else (height, width, len(mode))
    return Image.fromarray(np.random.default_rng(i).integers(256, size=shape, dtype=np.uint8))


def fill(folder: Path, classes=("cat", "dog"), **parts) -> Path:
    for c, name in enumerate(classes):
        (folder / name).mkdir(parents=True)
        for i in range(N):
            picture(100 * c + i, **parts).save(folder / name / f"{i:02}.png")
    return folder


@pytest.fixture
def folder(tmp_path):
    """Ten grey pictures of 6 x 4 of each of two classes."""
    return fill(tmp_path / "pets")


def load(folder, query="", **parts):
    return load_dataset(f"images:{folder}{query}", **{"split_seed": 0} | parts)


def test_a_folder_a_class(folder):
    """Pixels, labels and ids are those of the files in the order of class and name; grey stays grey."""
    dataset = load(folder)
    assert (dataset.name, dataset.class_names, dataset.input_shape, dataset.is_image) == (
        "pets", ("cat", "dog"), (6, 4), True)  # fmt: skip
    assert [len(split) for split in dataset.splits.values()] == [12, 4, 4]
    for split in dataset.splits.values():
        for x, label, i in zip(split.x, split.true_label, split.example_id, strict=True):
            assert label == i // N
            np.testing.assert_allclose(x * dataset.scale, np.asarray(picture(100 * label + i % N)), rtol=1e-5)
    assert dataset.notes == ()


def test_colour_is_kept_unless_grey_is_asked_for(tmp_path):
    """RGB gives three channels; mode=grey weighs them 299 : 587 : 114 and says so."""
    folder = fill(tmp_path / "pets", mode="RGB")
    assert load(folder).input_shape == (6, 4, 3)
    dataset = load(folder, "?mode=grey")
    assert dataset.input_shape == (6, 4)
    assert "20 of 20 images: colour turned to grey" in dataset.notes
    i = int(dataset.train.example_id[0])
    pixels = np.asarray(picture(i // N * 100 + i % N, mode="RGB")).astype(float)
    np.testing.assert_allclose(dataset.train.x[0] * dataset.scale, pixels @ [0.299, 0.587, 0.114], atol=1)


def test_one_picture_in_colour_makes_all_colour(folder):
    """Grey pictures beside a coloured one become RGB of three equal channels."""
    picture(0, mode="RGB").save(folder / "cat/99.png")
    dataset = load(folder)
    assert dataset.input_shape == (6, 4, 3)
    grey = dataset.train.x[dataset.train.example_id != N][0]
    np.testing.assert_array_equal(grey[..., 0], grey[..., 2])


def test_size_resizes_to_height_by_width(folder):
    """size=3x2 halves both sides by averaging: the middle of a picture of one grey keeps it; the note counts."""
    for path in folder.glob("*/*.png"):
        Image.new("L", (4, 6), 50 + int(path.stem)).save(path)
    dataset = load(folder, "?size=3x2")
    assert dataset.input_shape == (3, 2)
    np.testing.assert_allclose(dataset.train.x[0] * dataset.scale, 50 + dataset.train.example_id[0] % N)
    assert "20 of 20 images resized to 3x2" in dataset.notes
    squares = load(folder, "?size=5")
    assert squares.input_shape == (5, 5)
    assert "20 of 20 images resized to 5x5, 20 of them with another ratio of sides" in squares.notes


def test_several_sizes_are_refused_and_the_most_frequent_proposed(folder):
    """The proposal, pasted behind the spec, loads."""
    picture(0, height=9, width=9).save(folder / "dog/99.png")
    with pytest.raises(DataError, match=r"2 sizes \(20 of 21 are 6x4, dog/99.png is not\); add \?size=6x4") as caught:
        load(folder)
    assert load(folder, str(caught.value).partition("add ")[2].split()[0]).input_shape == (6, 4)


def test_damaged_files_are_listed_and_skipped_only_when_asked(folder):
    """Six bad files: five are named, all are counted; on_corrupt=skip leaves them out and notes it."""
    good = (folder / "cat/00.png").read_bytes()
    for i, content in enumerate((b"", b"hello", good[:60], good[:-20], b"\x89PNG\r\n\x1a\n", b"GIF89a")):
        (folder / f"cat/bad{i}.png").write_bytes(content)
    with pytest.raises(
        DataError, match=r"received 6 of 26 that are not: cat/bad0.png \(empty file\); .*; and 1 more"
    ) as e:
        load(folder)
    assert str(e.value).count("cat/bad") == 5
    assert "on_corrupt=skip" in str(e.value)
    dataset = load(folder, "?on_corrupt=skip")
    assert sum(map(len, dataset.splits.values())) == 20
    assert dataset.notes[0].startswith(
        "6 of 26 image files cannot be read and were left out: cat/bad0.png (empty file)"
    )


def test_other_files_are_named_and_hidden_ones_ignored(folder):
    """A text file in a class and one beside the classes are noted; hidden files and folders are not mentioned."""
    (folder / "readme.md").write_text("x")
    (folder / "cat/labels.txt").write_text("x")
    (folder / "cat/.DS_Store").write_text("x")
    (folder / ".git").mkdir()
    assert load(folder).notes == ("2 files are no images and were left out: readme.md, cat/labels.txt",)


def test_links_out_of_the_folder_are_not_followed(folder, tmp_path):
    """A linked file or class from elsewhere is left out and noted; a link within the folder is followed."""
    picture(7).save(tmp_path / "elsewhere.png")
    fill(tmp_path / "others", classes=("owl", "fox"))
    os.symlink(tmp_path / "elsewhere.png", folder / "cat/link.png")
    os.symlink(tmp_path / "others/owl", folder / "owl")
    os.symlink(folder / "cat/00.png", folder / "cat/again.png")
    dataset = load(folder)
    assert dataset.class_names == ("cat", "dog")
    assert sum(map(len, dataset.splits.values())) == 21
    assert dataset.notes[0] == "2 files link out of the folder and were left out: owl, cat/link.png"


@pytest.mark.parametrize("validation", ["validation", "val", "valid"])
def test_folders_of_splits_are_the_splits(tmp_path, validation):
    """train, validation and test with the classes inside are the data's own splits, whatever the seed."""
    for name in ("train", validation, "test"):
        fill(tmp_path / "pets" / name)
    for seed in (0, 1):
        ids = [split.example_id.tolist() for split in load(tmp_path / "pets", split_seed=seed).splits.values()]
        assert ids == [list(range(20)), list(range(20, 40)), list(range(40, 60))]


def test_a_missing_split_is_drawn_from_train(tmp_path):
    """With train and val only, test is 20 % of train."""
    for name in ("train", "val"):
        fill(tmp_path / "pets" / name)
    sizes = {name: len(split) for name, split in load(tmp_path / "pets").splits.items()}
    assert sizes == {"train": 16, "validation": 20, "test": 4}


def test_classes_called_like_splits_beside_others_are_classes(tmp_path):
    """Only exactly the split names are splits: train, test and bus are three classes."""
    folder = fill(tmp_path / "vehicles", classes=("train", "test", "bus"))
    assert load(folder).class_names == ("bus", "test", "train")


def png16(path):
    Image.fromarray(np.array([[0, 257, 65535]], dtype=np.uint16)).save(path)


def half_transparent(path):
    Image.fromarray(np.array([[[0, 0, 0, 255], [0, 0, 0, 0], [255, 0, 0, 51]]], dtype=np.uint8)).save(path)


def palette(path):
    image = Image.new("P", (3, 1))
    image.putpalette([10, 20, 30, 200, 100, 0])
    image.putdata([0, 1, 0])
    image.save(path)


def palette_with_transparency(path):
    image = Image.new("P", (3, 1))
    image.putpalette([10, 20, 30, 200, 100, 0])
    image.putdata([0, 1, 0])
    image.save(path, transparency=1)


def bits(path):
    Image.fromarray(np.array([[True, False, True]])).save(path)


def grey_alpha(path):
    Image.fromarray(np.array([[[0, 255], [0, 0], [100, 255]]], dtype=np.uint8), "LA").save(path)


def cmyk(path):
    Image.new("CMYK", (3, 1), (0, 0, 0, 0)).save(path)


def turned(path):
    image = Image.fromarray(np.array([[0], [100], [200]], dtype=np.uint8))  # stands upright when turned left
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held turned
    image.save(path, exif=exif)


def frames(path):
    image = Image.fromarray(np.array([[0, 100, 200]], dtype=np.uint8))
    image.save(path, save_all=True, append_images=[Image.new("L", (3, 1), 7)])


MODES = {
    "16 bits": (png16, ".png", True, [0, 1, 255], "16 bits a pixel turned to 8"),
    "transparent": (half_transparent, ".png", False, [[0, 0, 0], [255, 255, 255], [255, 204, 204]], "transparency laid on"),
    "palette": (palette, ".png", False, [[10, 20, 30], [200, 100, 0], [10, 20, 30]], ""),
    "palette and transparent": (palette_with_transparency, ".png", False, [[10, 20, 30], [255, 255, 255], [10, 20, 30]],
                                "transparency laid on white"),
    "bits": (bits, ".png", True, [255, 0, 255], ""),
    "grey and alpha": (grey_alpha, ".png", True, [0, 255, 100], "transparency laid on white"),
    "CMYK": (cmyk, ".tif", False, [[255] * 3] * 3, ""),
    "turned by EXIF": (turned, ".png", True, [200, 100, 0], ""),
    "several frames": (frames, ".tif", True, [0, 100, 200], "only the first of several frames read"),
}  # fmt: skip


@pytest.mark.parametrize("case", MODES)
def test_every_mode_has_its_rule(case, tmp_path):
    """Known pixels in each mode come out as the known grey or colour values, and what was changed is said."""
    write, suffix, is_grey, pixels, change = MODES[case]
    write(tmp_path / f"a{suffix}")
    found = read_picture(tmp_path / f"a{suffix}", size=None)
    assert isinstance(found, Picture)
    assert (found.size, found.is_grey) == ((1, 3), is_grey)
    np.testing.assert_array_equal(found.pixels("grey" if is_grey else "rgb")[0], pixels)
    assert [one for one in found.changes if change in one] if change else not found.changes


@pytest.mark.parametrize("mode", ["F", "I"])
def test_modes_without_a_known_range_are_refused_by_name(mode, tmp_path):
    """Floating point and 32-bit pixels have no white: they are unreadable, with the remedy."""
    Image.new(mode, (2, 2), 70_000).save(tmp_path / "a.tif")
    found = read_picture(tmp_path / "a.tif", size=None)
    assert isinstance(found, Unreadable)
    assert "save it with 8 or 16" in found.reason


REFUSED = {
    "no folder": ("images:nowhere", "Expected a folder at"),
    "a file": ("images:pets/cat/00.png", "received a file"),
    "one class": ("images:one", "at least two classes in"),
    "no class": ("images:pets/cat", "received none; put the images"),
    "an empty class": ("images:empty", "Expected images in each class folder, received none in"),
    "nested": ("images:nested", "received a folder cat; move its images up"),
    "wrong size": ("images:pets?size=big", "received 'big'; write for example size=64x64"),
    "size zero": ("images:pets?size=0", "received '0'"),
    "size huge": ("images:pets?size=99999", "from 1 to 1024 pixels"),
    "three sides": ("images:pets?size=1x2x3", "received '1x2x3'"),
    "wrong mode": ("images:pets?mode=gray", "Expected mode of images among grey, rgb, received 'gray'"),
    "wrong key": (
        "images:pets?corrupt=skip",
        "among size, mode, on_corrupt, scale, group, validation_share, test_share",
    ),
    "a class in test only": ("images:splits", "received also owl; rename them, or add them to train"),
    "two validations": ("images:twice", "Expected one folder for each split"),
    "no path": ("images:?size=3", "Expected a path behind images:"),
    "nothing readable": ("images:broken?on_corrupt=skip", "received none that can be read"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_image_folder_is_refused_in_one_line(case, folder, tmp_path, monkeypatch):
    """Each wrong layout and option is named."""
    monkeypatch.chdir(tmp_path)
    fill(tmp_path / "one", classes=("cat",))
    fill(tmp_path / "empty")
    (tmp_path / "empty/owl").mkdir()
    fill(tmp_path / "nested/all")
    fill(tmp_path / "nested/more")
    fill(tmp_path / "splits/train")
    fill(tmp_path / "splits/test", classes=("cat", "dog", "owl"))
    for name in ("train", "val", "validation"):
        fill(tmp_path / "twice" / name)
    for path in fill(tmp_path / "broken").glob("*/*"):
        path.write_bytes(b"")
    spec, message = REFUSED[case]
    with pytest.raises(DataError) as caught:
        load_dataset(spec, split_seed=0)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_pixels_can_stay_as_they_are(folder):
    """scale=none: x is 0..255, and black and white are what they were."""
    dataset = load(folder, "?scale=none")
    for x, label, i in zip(dataset.test.x, dataset.test.true_label, dataset.test.example_id, strict=True):
        assert np.array_equal(x, np.asarray(picture(100 * label + i % N)))
    assert (dataset.scale, dataset.pixel_range) == (1.0, (0.0, 255.0))


def test_a_pipe_among_the_pictures_is_left_out_and_noted(folder):
    """A FIFO called .png would be waited for without end."""
    os.mkfifo(folder / "cat" / "never.png")
    assert load(folder).notes == ("1 files are no images and were left out: cat/never.png",)


@pytest.mark.parametrize("names", [("Train", "VAL", "Test"), ("training_set", "validation-set", "test_set"),
                                   ("TRAINING", "dev", "Testing"), ("train_data", "valid images", "test_data")])  # fmt: skip
def test_splits_are_known_in_any_case_and_under_their_usual_names(tmp_path, names):
    """Folders that are called train, validation and test in another writing are the splits, and no three classes."""
    for name in names:
        fill(tmp_path / "pets" / name)
    dataset = load(tmp_path / "pets")
    assert dataset.class_names == ("cat", "dog")
    assert [split.example_id.tolist() for split in dataset.splits.values()] == [
        list(range(20)), list(range(20, 40)), list(range(40, 60))]  # fmt: skip


def test_what_a_macs_zip_leaves_is_no_class(tmp_path):
    """__MACOSX beside the splits changes nothing."""
    for name in ("train", "test"):
        fill(tmp_path / "pets" / name)
    (tmp_path / "pets/__MACOSX/train").mkdir(parents=True)
    assert load(tmp_path / "pets").class_names == ("cat", "dog")


def test_a_split_that_cannot_be_read_at_all_is_refused_in_one_line(tmp_path):
    """All pictures of test damaged, and skipped: no error of numpy's, and advice that holds: without test it is drawn."""
    for name in ("train", "val", "test"):
        fill(tmp_path / "pets" / name)
    for path in (tmp_path / "pets/test").glob("*/*"):
        path.write_bytes(b"")
    with pytest.raises(DataError) as caught:
        load(tmp_path / "pets", "?on_corrupt=skip")
    assert str(caught.value) == (
        "Expected at least one example in each split that pets brings, received none in test; add examples that can be "
        "read, or leave test out, to have it drawn from train."
    )
    (tmp_path / "pets/test").rename(tmp_path / "elsewhere")
    assert [len(split) for split in load(tmp_path / "pets", "?on_corrupt=skip").splits.values()] == [16, 20, 4]


def test_a_train_split_that_cannot_be_read_at_all_is_refused_too(tmp_path):
    """Nothing to train on is not drawn from anywhere."""
    for name in ("train", "test"):
        fill(tmp_path / "pets" / name)
    for path in (tmp_path / "pets/train").glob("*/*"):
        path.write_bytes(b"")
    with pytest.raises(DataError, match=r"received none in train; add examples that can be read\.$"):
        load(tmp_path / "pets", "?on_corrupt=skip")


def test_an_empty_split_folder_is_named(tmp_path):
    """A test folder without classes is told, with its path."""
    fill(tmp_path / "pets/train")
    (tmp_path / "pets/Test").mkdir()
    with pytest.raises(DataError, match=r"in each split, received none in .*/pets/Test; add images, or remove"):
        load(tmp_path / "pets")


def test_links_that_empty_a_folder_are_named_as_the_reason(tmp_path):
    """Where every picture is a link to a cache elsewhere, the refusal says so, and the copy it advises loads."""
    cache = fill(tmp_path / "cache")
    for name in ("cat", "dog"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for path in (cache / name).iterdir():
            (tmp_path / "pets" / name / path.name).symlink_to(path)
    with pytest.raises(DataError, match=r"in .*/cat but 10 links that lead out of .*\(cat/00.png, .*`cp -rL` copies"):
        load(tmp_path / "pets")
    shutil.copytree(tmp_path / "pets", tmp_path / "copied")  # follows links, as cp -rL
    assert load(tmp_path / "copied").class_names == ("cat", "dog")


def test_a_folder_of_train_alone_names_the_folder_to_give(tmp_path):
    """One folder called train is no class: the one that holds the classes is proposed, and it loads."""
    fill(tmp_path / "pets/Train")
    with pytest.raises(
        DataError, match=r"received only 'Train'; .*, or name .*/pets/Train if the classes are in there"
    ):
        load(tmp_path / "pets")
    assert load(tmp_path / "pets/Train").class_names == ("cat", "dog")


def grouped(root: Path, *, nested: bool) -> Path:
    """Ten patients with two pictures in each class, in a folder each or told by the file's name."""
    for c, name in enumerate(("cat", "dog")):
        for i in range(20):
            patient = f"patient{i % 10}"
            path = root / name / patient / f"{i}.png" if nested else root / name / f"{patient}-{i}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            picture(100 * c + i).save(path)
    return root


@pytest.mark.parametrize(
    ("nested", "query"), [(True, "folder"), (False, "(patient[0-9]+)-"), (False, r"patient\d{1,2}")]
)  # fmt: skip
def test_groups_are_folders_or_what_a_pattern_finds(tmp_path, nested, query):
    """Each of ten patients, of both classes, is in one split: six train, two validate, two test; a comma in a pattern is its own."""
    dataset = load(grouped(tmp_path / "pets", nested=nested), f"?group={query}")
    order = sorted(path.as_posix() for path in (tmp_path / "pets").rglob("*.png"))
    found = [{order[i].partition("patient")[2][0] for i in split.example_id} for split in dataset.splits.values()]
    assert [len(one) for one in found] == [6, 2, 2]
    assert len(set.union(*found)) == 10
    assert dataset.divided_by == f"group={query}"


@pytest.mark.parametrize(
    ("nested", "query", "message"),
    [
        (True, "", "or give group=folder where each class folder holds a folder a group"),
        (False, "?group=(pat", "Expected group of images as folder or a regular expression, received '(pat'"),
        (False, "?group=patient(9)", "to find a group in the path of every image, received cat/patient0-0.png"),
        (False, "?group=folder", "received none in"),
        (False, "?group=(pat)", "Expected at least 3 groups to draw from"),
    ],
)
def test_groups_that_divide_nothing_are_refused(tmp_path, nested, query, message):
    """Folders without group=, what is no pattern, a picture without a group, no folders to be groups, one group of all."""
    with pytest.raises(DataError) as caught:
        load(grouped(tmp_path / "pets", nested=nested), query)
    assert message in str(caught.value)
