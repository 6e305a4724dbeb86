"""The sweep command: the default grid suits the model that is given."""

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from support.sweeps import in_this_process

from regtrack.cli.main import main


@pytest.fixture
def trained(monkeypatch, tmp_path) -> dict:
    """What the command would train and say, in place of training it, in a folder with a model file."""
    import regtrack.cli.run as run

    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.keras").touch()  # is asked for before it is read
    for label, image in enumerate(np.random.default_rng(0).integers(0, 255, (2, 10, 8, 8), dtype=np.uint8)):
        (tmp_path / "photos" / str(label)).mkdir(parents=True)
        for i, pixels in enumerate(image):
            Image.fromarray(pixels).save(tmp_path / "photos" / str(label) / f"{i}.png")

    received = {}
    in_this_process(monkeypatch, None)
    monkeypatch.setattr(
        run, "sweep_and_report", lambda grid, asked, notes, job: received.update(grid=grid, notes=notes)
    )
    return received


@pytest.mark.parametrize("grid", [[], ["--grid", "quick"], ["--grid", "article"]])
def test_the_readmes_command_with_a_model_file_has_no_widths_to_refuse(grid, trained):
    """A .keras file has its widths: shipped grids are run without theirs, and what is left out is said."""
    spec = ["--dataset", "images:photos?size=8x8", "--model", "keras:mine.keras"]
    done = CliRunner().invoke(main, ["run", *spec, "--existing_regularization", "remove", *grid])
    assert done.exit_code == 0, done.output
    assert not [variant for variant in trained["grid"].variants if "hidden_widths" in variant.overrides]
    assert len(trained["grid"].variants) > 5
    [note] = trained["notes"]
    assert note.startswith("left out of the grid, since keras:mine.keras has widths of its own: hidden_widths=")


def test_a_persons_own_grid_is_taken_at_its_word(trained, tmp_path):
    """Widths in a file of one's own are not left out in silence: the plan refuses them by name."""
    (tmp_path / "mine.yaml").write_text("variants: [{}, {hidden_widths: 4}]")
    CliRunner().invoke(main, ["run", "--grid", str(tmp_path / "mine.yaml"), "--model", "keras:mine.keras"])
    assert [variant.overrides for variant in trained["grid"].variants] == [{}, {"hidden_widths": "4"}]
    assert trained["notes"] == ()


def test_a_shipped_architecture_keeps_its_widths(trained):
    """The demo is as it was."""
    CliRunner().invoke(main, ["run", "--model", "mlp"])
    assert {"hidden_widths": "4"} in [dict(variant.overrides) for variant in trained["grid"].variants]
