"""The pages: each file of views/ is one. It declares its TITLE in the menu and its ORDER there; nothing else to edit."""

import ast
from pathlib import Path

FOLDER = Path(__file__).parent / "views"


def _declared(view: Path) -> tuple[str, int]:
    """(TITLE, ORDER) of a view's file. Read and not run: to run it is to draw the page."""
    for node in ast.parse(view.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("(TITLE, ORDER)", "TITLE, ORDER"):
            return ast.literal_eval(node.value)
    raise SyntaxError(f"{view}: expected a line such as TITLE, ORDER = 'Overview', 10, received none; add it")


def titles_in(folder: Path) -> dict[str, str]:
    """Title of each view of a folder by its file's name, by order, then name. Raises SyntaxError where one has none."""
    declared = {view.stem: _declared(view) for view in folder.glob("*.py")}
    return {name: declared[name][0] for name in sorted(declared, key=lambda name: (declared[name][1], name))}


VIEWS = titles_in(FOLDER)
"""Title of each page by the name of its file, in the order of the menu. The first is the default, at `/`."""


def file_of(view: str) -> str:
    """A page's file, from the folder of the app."""
    return f"{FOLDER.name}/{view}.py"
