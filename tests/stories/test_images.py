"""A folder of pictures of several sizes and modes -> `regtrack run` with augmentation -> the pictures on screen."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from regtrack import names

pytestmark = pytest.mark.long
CLASSES = {0: "nought", 1: "one", 7: "seven"}
A_CLASS = 40
GRID = """
settings: {architecture: cnn, hidden_widths: '8', epochs: 4, n_passes: 5, learning_rate: 0.01, batch_size: 16}
seeds: 2
variants:
  - {}
  - {spatial_dropout: 0.2}
  - {augment_shift: 0.1}
"""
VARIANTS = {"baseline", "spatial_dropout=0.2", "augment_shift=0.1"}


@pytest.fixture(scope="module")
def pictures(place) -> list[tuple[str, np.ndarray | None]]:
    """(class, pixels (12, 12, 3) where the file is of that size, else None), by class name and file name.

    Sizes 8, 12 and 16; the first picture is grey, the others are tinted; one file is no picture at all.
    """
    digits, found = load_digits(), []
    for label, name in sorted(CLASSES.items(), key=lambda item: item[1]):
        folder = place.folder / "photos" / name
        folder.mkdir(parents=True)
        for i, image in enumerate(digits.images[digits.target == label][:A_CLASS]):
            side = (8, 12, 16)[i % 3]
            grey = Image.fromarray((image * 15).astype(np.uint8)).resize((side, side), Image.Resampling.NEAREST)
            first = not found
            picture = grey if first else Image.merge("RGB", [grey, grey.point(lambda v: v // 2), grey])
            picture.save(folder / f"{i:02}.png")
            found.append((name, np.asarray(picture.convert("RGB")) if side == 12 else None))
    (place.folder / "photos" / "one" / "broken.png").write_bytes(b"\x89PNG and nothing more")
    return found


@pytest.fixture(scope="module")
def told(place, pictures) -> str:
    """What the one command prints."""
    (place.folder / "grid.yaml").write_text(GRID)
    spec = "images:photos?size=12x12&on_corrupt=skip"
    return place.regtrack_process("run", "--dataset", spec, "--grid", "grid.yaml", "--workers", "2")


@pytest.fixture(scope="module")
def sweep(place, told) -> pd.Series:
    [row] = place.sweeps().to_dict("records")
    return pd.Series(row)


def test_what_was_done_to_the_files_is_said(told, pictures):
    """The broken file by its name, and how many pictures were resized."""
    resized = sum(pixels is None for _, pixels in pictures)
    assert "1 of 121 image files cannot be read and were left out: one/broken.png" in told
    assert f"{resized} of 120 images resized to 12x12" in told
    assert "inputs: images 12 × 12 × 3" in told


def test_the_sweep_is_stored_as_the_contract_says(sweep, sweep_holds_together):
    """Leaderboard, predictions, regimes, digest and report of six trials."""
    sweep_holds_together(sweep, variants=VARIANTS, seeds=2)


def test_the_stored_pictures_are_the_files(place, sweep, pictures):
    """Pixel for pixel where the file has the size asked for; every one with its folder's name as its class."""
    examples, compared = place.shown_examples(sweep), 0
    assert examples.x.dtype == np.uint8
    assert examples.columns == ()
    for x, label, example in zip(examples.x, examples.true_label, examples.example_id, strict=True):
        name, pixels = pictures[example]
        assert examples.class_names[label] == name
        if pixels is not None:
            np.testing.assert_array_equal(x, pixels)
            compared += 1
    assert compared >= 3


def test_spatial_dropout_is_dropout_and_augmentation_is_not(place, sweep):
    """The one has Monte Carlo passes that differ; the other is off when it predicts, and has none."""
    for trial in place.trials(sweep).itertuples():
        table = place.table(trial.run_id, names.PREDICTIONS)
        if trial.variant.startswith("spatial"):
            assert table["mutual_information"].max() > 0
        else:
            assert table["mc_mean_probs"].isna().all()


def test_the_network_learned_something(place, sweep):
    """Three digits with shifts of a pixel: far above the third that guessing gets."""
    assert place.trials(sweep)[f"{names.TEST}/accuracy"].max() > 0.7


def test_every_page_of_the_dashboard_opens(sweep, look, words, view):
    """On this sweep, without an exception, and none says that it has nothing to show."""
    assert "no sweep yet" not in words(look(view))


def test_a_picture_is_shown(place, sweep, look):
    """Any test example opens by its address with its picture's classes."""
    example = int(place.shown_examples(sweep).example_id[0])
    assert look("confident_but_wrong", example=str(example)).header[0].value.startswith(f"Example {example}: given as")
