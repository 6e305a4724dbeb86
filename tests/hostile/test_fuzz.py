"""What anybody may hand over, drawn by a seed: it is taken or refused in one line, soon, in bounded memory, and runs and writes
nothing. A thousand cases, or as many as `make soak` asks for; a failure names its seed.
"""

import io
import json
import math
import os
import resource
import time
import zipfile
from contextlib import suppress

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from PIL import Image
from reading import marks
from reading.sound_trials import sound
from support.hostile import RUN_ME, Hostile
from support.project import ROOT

from regtrack import names
from regtrack.cli.options import split_criteria
from regtrack.cli.where import choose_store
from regtrack.data.spec import check_source, known_sources, read_source
from regtrack.diagnosis.allocation.record import Allocation
from regtrack.diagnosis.answer import Answer
from regtrack.diagnosis.criteria import Criteria
from regtrack.diagnosis.differences.readings import Readings
from regtrack.diagnosis.leaderboard import rank_variants
from regtrack.errors import MOST, RegtrackError
from regtrack.models.model_names import check_model_name
from regtrack.tracking import reader
from regtrack.tracking.addresses import refuse_missing
from regtrack.tracking.artifacts import read_table
from regtrack.tracking.doctor.artifacts import COLUMNS, check_artifact
from regtrack.tracking.earlier_answer import UNREADABLE
from regtrack.tracking.packed_trial import unpacked
from regtrack.tracking.predictions import lists, of_split
from regtrack.tracking.shown_examples import read_test_examples
from regtrack.variants import Grid, Settings, Variant
from regtrack.variants.named_grid import read_grid
from regtrack.variants.regularizers import PARAMS
from regtrack.variants.settings_values import settings_from

CASES = int(os.environ.get("REGTRACK_FUZZ_CASES", "1000"))
SECONDS, MIB = 2.0, 400
"""Of processor time for one case; of memory that all of one kind take more than was taken before."""
LONGEST = MOST + 200
"""Characters of a message: what it is about stands in front of some."""
GRIDS = [path.read_bytes() for path in sorted((ROOT / "grids").glob("*.yaml"))]


def _taken(case, seed: int, folder) -> bool:
    """Whether a case was taken, and not refused in a line of our own."""
    try:
        case(Hostile(seed), folder)
    except RegtrackError as error:
        said = str(error)
    except Exception as error:
        raise AssertionError(f"seed {seed}: {type(error).__name__}, no line of our own: {str(error)[:300]}") from error
    else:
        return True
    assert len(said) < LONGEST, f"seed {seed}: a message of {len(said):,} characters"
    return False


@pytest.fixture
def each(tmp_path, monkeypatch):
    """each(case, of): calls case(hostile, folder) for as many seeds as its share `of` a thousand; returns how many were taken."""
    folder = tmp_path / "inner"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("REGTRACK_MARKS", str(folder / "marks.csv"))

    def each(case, of: int) -> int:
        before, taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0
        for seed in range(max(1, of * CASES // 1000)):
            begun = time.process_time()
            taken += _taken(case, seed, folder)
            assert time.process_time() - begun < SECONDS, f"seed {seed}"
        assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < MIB
        assert not list(tmp_path.rglob(RUN_ME.split()[1])), "something was run"
        assert [path.name for path in tmp_path.iterdir()] == ["inner"], "something was written outside"
        return taken

    return each


def test_grids(each):
    """Damaged ones, and any content under a grid's keys: what is taken reads back as itself."""

    def case(hostile, folder):
        path = folder / "grid.yaml"
        if hostile.rng.random() < 0.6:
            path.write_bytes(hostile.damaged(hostile.rng.choice(GRIDS)))
        else:
            content = {key: hostile.value(3) for key in ("settings", "seeds", "primary") if hostile.rng.random() < 0.3}
            known = [*PARAMS, *Settings.model_fields]
            content["variants"] = [{name: hostile.value(1) for name in hostile.rng.sample(known, 2)} for _ in range(3)]
            path.write_bytes(yaml.safe_dump(content, allow_unicode=True).encode(errors="replace"))
        grid = Grid.from_yaml(path)
        path.write_text(grid.to_yaml(), encoding="utf-8")
        assert Grid.from_yaml(path) == grid

    assert each(case, of=200) >= 2


def test_options(each):
    """Of settings, variants and criteria, as a command line or a notebook gives them."""

    def case(hostile, folder):
        def drawn(known):
            return {name: hostile.text() for name in hostile.rng.sample(sorted(known), 2)}

        settings_from(drawn(Settings.model_fields))
        split_criteria(drawn(Criteria.model_fields))
        assert Variant(**drawn([*PARAMS, *Settings.model_fields])).label

    each(case, of=250)


def test_names_of_data_models_grids_and_stores(each, monkeypatch):
    """A source, a path and its options, whatever is written there; a function of the person's own is theirs to run."""

    def data(hostile):
        name = hostile.rng.choice([*known_sources(), hostile.text()[:30]])
        behind = hostile.rng.choice(("", ":", f":{hostile.text()}", f":a?{hostile.text()}", f":~{hostile.text()}/x"))
        if name != "python":
            check_source(name + behind)

    def model(hostile):
        check_model_name(hostile.rng.choice(("keras:", "")) + hostile.text().removeprefix("python:"))

    def store(hostile):
        choose_store(hostile.text().replace("\0", ""))  # which no command line and no environment holds
        refuse_missing(f"sqlite:///{hostile.text()}")

    kinds = (data, data, model, store, lambda hostile: read_grid(hostile.text()))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    each(lambda hostile, folder: hostile.rng.choice(kinds)(hostile), of=150)


def written(write) -> bytes:
    file = io.BytesIO()
    write(file)
    return file.getvalue()


def arrays_of(hostile) -> bytes:
    """Of any shape and type, under names that nearly fit."""
    shape = hostile.rng.choice([(0,), (3,), (40,), (40, 0), (40, 2), (40, 4, 4), (40, 4, 4, 3), (40, 1, 1, 1, 1)])
    kind = hostile.rng.choice(["uint8", "float32", "bool", "U5", "datetime64[s]", "complex64", "float16", "S3", "V4"])
    texts = np.array([hostile.text()[:20] for _ in range(40)])
    labels = hostile.rng.choice(
        [np.arange(40) % 3, np.full(40, np.nan), texts, np.arange(40) * 10**12, np.zeros((40, 2))]
    )
    x, y = hostile.rng.choice(("x", "x_train", "X")), hostile.rng.choice(("y", "y_train", "labels"))
    return written(lambda file: np.savez(file, **{x: np.zeros(shape, kind), y: labels}))


def test_files_of_data(each):
    """Tables, arrays and pictures: damaged, or whole and of something else."""
    rng = np.random.default_rng(0)
    csv = b"a,b,class\n" + b"".join(b"%d,%d.5,%c\n" % (i, i % 7, b"xyz"[i % 3]) for i in range(40))
    columns = {"a": range(40), "b": [str(i) for i in range(40)], "class": ["x", "y"] * 20}
    parquet = written(lambda file: pq.write_table(pa.table(columns), file))
    npz = written(lambda file: np.savez_compressed(file, x=rng.integers(0, 255, (40, 4, 4)), y=np.arange(40) % 3))
    png = written(lambda file: Image.fromarray(np.zeros((8, 8), np.uint8)).save(file, "PNG"))

    def case(hostile, folder):
        kind = hostile.rng.randrange(5)
        if kind == 0:
            rows = (",".join(hostile.text()[:300] for _ in range(3)) for _ in range(20))
            (folder / "d.csv").write_bytes(
                hostile.rng.choice((hostile.damaged(csv), "\n".join(rows).encode(errors="replace")))
            )
            read_source("table:d.csv?target=class")
        elif kind == 1:
            (folder / "d.parquet").write_bytes(hostile.damaged(parquet))
            read_source("table:d.parquet?target=class")
        elif kind == 2:
            (folder / "d.npz").write_bytes(hostile.damaged(npz))
            read_source("npz:d.npz")
        elif kind == 3:
            (folder / "d.npz").write_bytes(arrays_of(hostile))
            read_source("npz:d.npz")
        else:
            for name in "ab":
                (folder / "pictures" / name).mkdir(parents=True, exist_ok=True)
                for i in range(3):
                    (folder / "pictures" / name / f"{i}.png").write_bytes(hostile.damaged(png) if i == 1 else png)
            read_source("images:pictures")

    assert each(case, of=100) >= 2


def test_artifacts(each):
    """Tables of the right schema, by their own word, of other columns and other types; and damaged ones."""

    def case(hostile, folder):
        artifact, n, path = hostile.rng.choice(sorted(COLUMNS)), hostile.rng.randint(0, 5), folder / "table.parquet"
        kinds = [
            [hostile.text()[:50]] * n,
            [1.5] * n,
            [1] * n,
            [None] * n,
            [[1.0] * (i % 2 + 1) for i in range(n)],
            [{"a": 1}] * n,
        ]
        columns = {
            name: pa.array(hostile.rng.choice(kinds)) for name in COLUMNS[artifact] if hostile.rng.random() < 0.95
        }
        table = pa.table(columns).replace_schema_metadata({names.SCHEMA_KEY: names.SCHEMAS[artifact]})
        whole = written(lambda file: pq.write_table(table, file))
        path.write_bytes(hostile.rng.choice((whole, hostile.damaged(whole))))
        check_artifact(path, artifact, deep=True)
        found = read_table(path, artifact)
        found.to_pandas()
        if artifact == names.PREDICTIONS:
            lists(of_split(found, names.TEST), "deterministic_probs")

    assert each(case, of=100) >= 2


def test_stored_examples(each):
    """The test examples of a sweep: other shapes, other types, damaged."""

    def case(hostile, folder):
        x = hostile.rng.choice([np.zeros((3, 2, 2)), np.zeros(3), np.zeros((3, 2), "U1"), np.zeros(0), np.zeros(())])
        texts = np.array([hostile.text()[:50]])
        arrays = {"schema": names.SCHEMAS[names.TEST_EXAMPLES], "x": x, "class_names": texts, "digest": "d", "is_image": True,
                  "pixel_range": hostile.rng.choice([np.array(()), np.array((0.0, 1.0)), texts]), "columns": np.array([], np.str_),
                  "rows": np.zeros((3, 0), "U1")}  # fmt: skip
        arrays |= {
            name: np.arange(hostile.rng.choice((3, 3, 3, 2))) for name in ("example_id", "given_label", "true_label")
        }
        whole, path = written(lambda file: np.savez(file, **arrays)), folder / "examples.npz"
        path.write_bytes(hostile.rng.choice((whole, hostile.damaged(whole))))
        examples = read_test_examples(path)
        for place in range(len(examples.x)):
            examples.picture(place)
            examples.features(place)

    each(case, of=50)


@pytest.mark.filterwarnings("ignore:Duplicate name")  # an archive with a name twice is one of the cases
def test_what_waits_in_a_spool(each):
    """A trial that waits for the store: other archives, other descriptions, files that would lie outside."""

    def case(hostile, folder):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for _ in range(hostile.rng.randint(0, 3)):
                name = hostile.rng.choice(("../x", "/etc/x", "../../x", "artifacts/a", hostile.text()[:40] or "x"))
                archive.writestr(name.replace("\0", ""), hostile.text()[:1000].encode(errors="replace"))
            parts = {name: hostile.value(2) for name in ("run", "epochs", "metrics", "selected_epoch", "seed")}
            archive.writestr("trial.json", json.dumps(hostile.rng.choice((hostile.value(2), parts))))
        packed = hostile.rng.choice((file.getvalue(), hostile.damaged(file.getvalue())))
        with unpacked(packed) as trial:
            assert trial.run.tags is not None

    each(case, of=50)


def test_texts_of_tags_and_files(each):
    """What regtrack wrote as JSON or a line of text, and finds as something else: the error that its reader expects."""

    def case(hostile, folder):
        for text in (hostile.text(), json.dumps(hostile.value(3)), "[" * 100_000, '{"a":' * 50_000):
            for read in (Allocation.from_text, Readings.from_text):
                with suppress(ValueError):
                    read(text)
        with suppress(*UNREADABLE):
            Answer.from_dict(hostile.value(3))
        (folder / "marks.csv").write_bytes(
            hostile.damaged(b"dataset_digest,example_id,mark,note,marked\nabc,1,fine,yes,2026\n")
        )
        marks.read("abc")

    each(case, of=40)


def test_a_store_of_anybody(each):
    """Runs whose tags, params, metrics and times are anything: a table of sweeps, of trials, and a leaderboard."""
    tags = [value for value in vars(names).values() if isinstance(value, str) and value.startswith("regtrack.")]
    known = [*PARAMS, *Settings.model_fields, names.SEED, names.N_VAL, names.N_TEST]
    measures = [*names.EPOCH_METRICS, *(f"{names.TEST}/{name}" for name in names.MEASURES)]

    def case(hostile, folder):
        rows = []
        for i in range(hostile.rng.randint(1, 5)):

            def cells(of):
                return {name: hostile.text() for name in hostile.rng.sample(of, hostile.rng.randint(0, len(of)))}

            found = {name: hostile.rng.choice((0.5, -1.0, 1e30, math.nan)) for name in hostile.rng.sample(measures, 5)}
            status, started = (
                hostile.rng.choice((names.FINISHED, hostile.text())),
                hostile.rng.choice((None, 0, -5, 2**62)),
            )
            own = cells(tags) | hostile.rng.choice(({}, {names.ROLE: names.ROLE_SWEEP}, {names.STAGE: names.EXPLORE}))
            own.pop(names.CUT_OFF, None)
            rows.append(reader.RunRow(f"{i:032x}", "1", status, started, own, cells(known), found, {hostile.text()}))
        reader.sweeps_table(rows)
        rank_variants(sound(reader.trials_table(rows)))

    assert each(case, of=10) == max(1, CASES // 100)
