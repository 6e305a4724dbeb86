"""Tutorial and how-to under test: every block runs, in order, in a folder of its own, and says what the page says. Python
blocks of the other pages run each on its own.

- A python block whose first line is `# name.py`, and a yaml block with `# name.yaml`, is that file; another python block
  runs. All of a page share their names and their folder. `<!-- setup ... -->` is Python that a reader does not see.
- In a bash block `regtrack` runs as it stands, in this process, but that a sweep trains one epoch at one seed; what serves or
  installs is only looked at, and `mlflow run` is held against MLproject and the commands behind it.
- A text block is what the block above it prints: line by line (`…` stands for what was left out), up to the first
  figure that training gives. One that begins with `error: ` is the whole error, and nothing was trained.
"""

import os
import re
import runpy
import shlex
import sys
from dataclasses import dataclass, field
from pathlib import Path

import keras
import pytest
import yaml
from click.testing import CliRunner
from support.project import ROOT, load_script
from support.sweeps import in_this_process, trials_here

from regtrack.cli.main import main

PAGES = ("tutorial.md", "how-to.md")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$|^<!-- (setup)\n(.*?)^-->$", flags=re.MULTILINE | re.DOTALL)
LOOKED_AT = ("pip install .",)
"""What is not run here: make test and test_wheel.py install."""
SHORT = ("--epochs", "1", "--seeds", "1,", "--n_passes", "2")
TRAINED = re.compile(r"\s*\d+/\d+  ")
"""A finished trial's line: from there on figures depend on the training."""


@dataclass(frozen=True)
class Block:
    page: str
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"docs/{self.page} line {self.line}"


def blocks(page: str) -> list[Block]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found[1] or found[3], found[2] or found[4])
        for found in BLOCK.finditer(text)
    ]


def commands(block: Block) -> list[str]:
    """A command a line, continued lines joined."""
    return [line for line in block.text.replace("\\\n", " ").splitlines() if line.strip()]


def entry_points() -> dict[str, set[str]]:
    """Entry point -> the parameters that its command takes, declared in MLproject or handed on."""
    found = yaml.safe_load((ROOT / "MLproject").read_text())["entry_points"]
    scripts = {name: ROOT / re.search(r"pipelines/\w+\.py", entry["command"])[0] for name, entry in found.items()}
    commands = {name: runpy.run_path(str(script))["main"] for name, script in scripts.items()}
    return {
        name: {option.removeprefix("--") for param in command.params for option in param.opts}
        for name, command in commands.items()
    }


@dataclass
class Reader:
    """A person who does what the page says."""

    folder: Path
    names: dict = field(default_factory=lambda: {"__name__": "__main__"})
    printed: str = ""
    served: list = field(default_factory=list)
    ran: int = 0

    def follow(self, block: Block, following: Block | None) -> None:
        if block.kind in ("python", "setup", "yaml"):
            file = re.match(r"# ([\w-]+\.(?:py|yaml))\n", block.text)
            if file:
                (self.folder / file[1]).write_text(block.text)
                return
            assert block.kind != "yaml", f"{block}: a yaml block begins with the name of its file"
            exec(compile(block.text, str(block), "exec"), self.names)
        elif block.kind == "bash":
            self.printed = ""
            refused = following is not None and following.kind == "text" and following.text.startswith("error: ")
            for line in commands(block):
                self.run(block, line, refused)
        elif block.kind == "text":
            self.compare(block)
        else:
            raise AssertionError(f"{block}: expected python, bash, yaml or text, received {block.kind!r}")

    def run(self, block: Block, line: str, refused: bool) -> None:
        command, *arguments = shlex.split(line)
        if line in LOOKED_AT:
            return
        if command == "mlflow":
            check_mlflow_run(block, arguments)
            return
        assert command == "regtrack", f"{block}: what is {command}?"
        trains = arguments[0] in ("run", "train")
        done = CliRunner().invoke(main, [*arguments, *(SHORT if trains else ())])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        self.printed, self.ran = self.printed + done.output, self.ran + 1
        allowed = {2} if refused else {0, 1} if arguments == ["doctor"] else {0}  # 1: this machine lacks memory
        assert done.exit_code in allowed, f"{block}: {line}\n{done.output}"
        if arguments[0] == "dashboard":
            assert Path(self.served.pop()[5]).name == "app.py"

    def compare(self, block: Block) -> None:
        said = [" ".join(line.split()) for line in self.printed.splitlines()]
        place = 0
        for line in block.text.splitlines():
            if TRAINED.match(line):
                break
            head, shortened, _ = line.partition("…")
            wanted = " ".join(head.split())
            if not wanted:
                continue
            fits = [
                i
                for i, one in enumerate(said)
                if i >= place and (one.startswith(wanted) if shortened else one == wanted)
            ]
            assert fits, f"{block}: {line!r} is not what was printed:\n{self.printed}"
            place = fits[0] + 1


def check_mlflow_run(block: Block, arguments: list[str]) -> None:
    """`mlflow run . --env-manager local [-e ENTRY] [-P NAME=VALUE]...` with an entry point and names that there are."""
    assert arguments[:4] == ["run", ".", "--env-manager", "local"], block
    given = list(zip(arguments[4::2], arguments[5::2], strict=True))
    entry = dict(given).get("-e", "main")
    assert {option for option, _ in given} <= {"-e", "-P"}, block
    names = {value.partition("=")[0] for option, value in given if option == "-P"}
    known = entry_points()
    assert entry in known, f"{block}: entry point {entry}"
    assert names <= known[entry], f"{block}: {names - known[entry]} of {entry}"


@pytest.fixture
def reader(tmp_path, monkeypatch, empty_database) -> Reader:
    """In an empty folder, nothing of MLflow's set; the process is left as it was."""
    import mlflow

    import regtrack.sweeps.notebook as notebook
    import regtrack.training.fit as fit

    for name in [name for name in os.environ if name.startswith("MLFLOW_")]:
        monkeypatch.delenv(name)
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME", "MLFLOW_EXPERIMENT_ID"):
        monkeypatch.setenv(name, "")  # so that what a command sets is taken back
        monkeypatch.delenv(name)
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    in_this_process(monkeypatch, trials_here)
    monkeypatch.setattr(fit, "run_trials", trials_here)
    real = notebook.sweep
    monkeypatch.setattr(
        notebook, "sweep", lambda *args, **given: real(*args, **given | {"seeds": 1, "epochs": 1, "n_passes": 2})
    )
    person = Reader(tmp_path)
    monkeypatch.setattr(os, "execv", lambda path, command: person.served.append(command))
    monkeypatch.chdir(tmp_path)
    imported = set(sys.modules)
    yield person
    for name in set(sys.modules) - imported:
        if str(getattr(sys.modules[name], "__file__", None) or "").startswith(str(tmp_path)):
            del sys.modules[name]
    mlflow.set_tracking_uri(None)


@pytest.mark.long
@pytest.mark.parametrize("page", PAGES)
def test_a_page_does_what_it_says(reader, page):
    """Followed from its first block to its last, nothing fails and every text block is what was printed."""
    keras.utils.clear_session(free_memory=False)  # layers are named as in a fresh process
    found = blocks(page)
    for block, following in zip(found, [*found[1:], None], strict=True):
        try:
            reader.follow(block, following)
        except AssertionError:
            raise
        except Exception as error:
            raise AssertionError(f"{block}: {error!r}") from error
    assert reader.ran >= 4


OTHERS = {
    f"{path.name}-{i}": text
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if path.name not in PAGES
    for i, text in enumerate(re.findall(r"^```python\n(.*?)^```", path.read_text(encoding="utf-8"), flags=re.M | re.S))
}
"""The Python blocks of all other pages."""


@pytest.mark.parametrize("block", OTHERS)
def test_a_block_of_another_page_runs_by_itself(reader, block):
    """README's and every other page's: alone in an empty folder, one epoch at one seed, it ends without an error."""
    exec(compile(OTHERS[block], block, "exec"), reader.names)


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda path: path.name
)
def test_every_mlflow_run_of_the_pages_names_what_mlproject_has(path):
    """Entry points and parameters of each command in a block, in every page."""
    text = path.read_text(encoding="utf-8")
    for found in re.finditer(r"^```(?:bash)?\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL):
        block = Block(path.name, text.count("\n", 0, found.start()) + 1, "bash", found[1])
        for line in commands(block):
            words = shlex.split(line, comments=True) if line.startswith("mlflow run") else []
            if words:
                check_mlflow_run(block, words[1:])


def anchors(path: Path) -> set[str]:
    """Of a page's headings, as GitHub writes them."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    }


LINKED = (ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))


@pytest.mark.parametrize("path", LINKED, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path):
    """Each relative link of a page is a file, and what stands behind # is a heading of it."""
    text = path.read_text(encoding="utf-8")
    links = [link.partition("#") for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    lost = [
        f"{file}{mark}{anchor}"
        for file, mark, anchor in links
        if not (page := path.parent / file if file else path).exists() or (anchor and anchor not in anchors(page))
    ]
    assert lost == []


NAMED = re.compile(r"docs/[\w-]+\.md")


@pytest.mark.parametrize("room", ["src", "benchmarks", "dashboard", "tests", "docs"])
def test_every_page_that_is_named_is_there(room):
    """A docstring, a comment or a page that sends a reader to docs/ names a page of it."""
    texts = {path: path.read_text(encoding="utf-8") for kind in ("*.py", "*.md") for path in (ROOT / room).rglob(kind)}
    lost = {
        str(path): gone
        for path, text in texts.items()
        if (gone := {n for n in NAMED.findall(text) if not (ROOT / n).is_file()})
    }
    assert lost == {}


def test_the_reference_is_what_the_code_says():
    """docs/reference.md is what its script makes of the code as it stands; `python docs/make_reference.py` mends it."""
    made = load_script("docs/make_reference.py").page()
    assert all(f"### regtrack {name}\n" in made for name in main.commands)
    assert " at 0x" not in made
    assert (ROOT / "docs" / "reference.md").read_text(encoding="utf-8") == made
