"""docs/design.md: its map names every room there is, and each file it speaks of is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
INDENT = 2  # characters a level of the map
BESIDE = {"pipelines", "grids", "benchmarks", "deploy", "tests", "docs"}
"""Folders whose own folders are not on the map."""


def mapped() -> list[str]:
    """The rooms of the map, each with its path from the project's root."""
    rooms, path = [], []
    for line in re.search(r"```\n(.*?)```", PAGE, re.DOTALL)[1].splitlines():
        spaces, name = re.fullmatch(r"( *)(\S+)/ +\S.*", line).groups()
        path[len(spaces) // INDENT :] = [name]
        rooms.append("/".join(path))
    return rooms


def test_the_map_names_every_room_once_and_no_other():
    """Every folder with code of the package and of the dashboard, and those beside them."""
    files = [*(ROOT / "src/regtrack").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]
    rooms = {str(file.parent.relative_to(ROOT)) for file in files}
    assert len(rooms) > 20
    assert sorted(mapped()) == sorted(rooms | BESIDE)
    assert all((ROOT / name).is_dir() for name in BESIDE)


def test_the_rooms_stand_in_the_order_of_the_layers():
    """The map says that imports go up the list: as pyproject.toml, which a contract holds, has its layers from top to bottom."""
    text = (ROOT / "pyproject.toml").read_text()
    layers = re.search(r'id = "layers".*?layers = \[(.*?)\n\]', text, re.DOTALL)[1]
    level = {room: i for i, line in enumerate(layers.splitlines()) for room in re.findall(r"regtrack\.(\w+)", line)}
    rooms = [room.split("/")[2] for room in mapped() if room.startswith("src/regtrack/") and room.count("/") == 2]
    levels = [level[room] for room in rooms]
    assert levels == sorted(levels, reverse=True)


def test_every_file_the_page_speaks_of_is_there():
    """A path in backticks, from the project's root or the package, names a file."""
    paths = re.findall(r"`([\w/]+/\w+\.(?:py|md|yaml))`", PAGE)
    assert len(paths) > 20
    assert [path for path in paths if not any((root / path).is_file() for root in (ROOT, ROOT / "src/regtrack"))] == []
