"""What a command refuses it refuses at once: before TensorFlow and MLflow are imported, which takes seconds."""

import json
import subprocess
import sys

from support.store_files import copy_database

REFUSED = {
    "run --dataset digit": "Expected a data set among ",
    "run --dataset digits:": "Expected something after the colon of 'digits:'",
    "run --dataset npz:nowhere.npz": "Expected a file at ",
    "run --dataset images:nowhere?size=64": "Expected a folder at ",
    "run --dataset keras:nothing": "Expected an image set of Keras among ",
    "run --dataset keras:imdb": "Expected an image set of Keras among ",
    "run --dataset python:nowhere:data": "dataset python:nowhere:data: expected a module nowhere, received ",
    "run --dataset python:own:nothing": "dataset python:own:nothing: expected a function nothing in own (",
    "train --dataset table:nowhere.csv?target=y --l2 0.1": "Expected a file at ",
    "run --model python:own:nothing": "model python:own:nothing: expected a function nothing in own (",
    "run --model python:fails:build": "model python:fails:build: expected fails to be importable, received ",
    "run --model resnet": "model: expected one of mlp, cnn, rnn, ",
    "run --model keras:no.keras": "model keras:no.keras: no file at ",
    "run --register a/b": "register: expected a name without / and :",
    "run --epochs 0": "epochs: expected ",
    "run --seeds x": "seeds: expected ",
    "run --workers 0": "workers: expected ",
    "run --confirm 3": "confirm: expected ",
    "run --reference x": "reference: expected ",
    "run --margin x": "margin: expected ",
    "run --grid nope": "grid: expected ",
    "train --model kears:x --l2 0.1": "model: expected one of mlp, cnn, rnn, ",
    "train --l2 -1": "l2: expected ",
    "describe --dataset nowhere": "Expected a data set among ",
    "describe --dataset npz:nowhere.npz": "Expected ",
    "describe --dataset digits --train_size 5": "Expected train_size to be 0 (all) or ",
    "describe --model resnet": "model: expected one of mlp, cnn, rnn, ",
    "confirm --seeds 3": "seeds: expected ",
    "report --margin x": "margin: expected ",
    "uncertainty": "model_uri: expected ",
    "uncertainty --model_uri m --seed x": "seed: expected ",
    "uncertainty --model_uri m --inputs x": "inputs: expected ",
    "uncertainty --model_uri m --n_passes 0": "n_passes: expected ",
    "uncertainty --model_uri m --dataset nowhere": "Expected a data set among ",
    "uncertainty --model_uri models:/m-1 --dataset npz:nowhere.npz": "Expected a file at ",
    "uncertainty --model_uri m": "model_uri: expected the address of a logged Keras model such as models:/m-..., ",
    "dashboard --port x": "port: expected ",
}
REACH_THE_STORE = {  # and so import MLflow
    "run --dataset npz:empty.npz": "Expected an .npz file at ",
    "run --dataset python:own:data": "Expected data from own:data(), received ValueError: no rows; ",
    "run --dataset python:own:number": "Expected (x, y), (x, y, class_names), a dict of arrays or a Dataset from own:number(), ",
    "run --resume latest": "resume: expected latest or the id of a sweep in experiment ",
    "run --grid core --resume 12ab": "resume: expected latest or the id of a sweep in experiment ",
    "confirm --sweep 12ab": "sweep: expected latest or the id of a sweep in this store, received '12ab'; ",
    "report": "sweep: expected latest or the id of a sweep in this store, received 'latest'; ",
    "uncertainty --model_uri models:/m-1": "model_uri: cannot load 'models:/m-1' as a Keras model (",
    "uncertainty --model_uri models:/nobody/1": "model_uri: cannot load 'models:/nobody/1' as a Keras model (",
}


OWN = """
def data():
    raise ValueError("no rows")
def number():
    return 5
"""


def test_nothing_heavy_is_imported_to_refuse_an_option(tmp_path, empty_database):
    """All of them in one fresh process: each is its line and exit code 2, and at the end nothing heavy was needed; data that
    cannot be had, and sweeps and models that are not in the store, are refused before TensorFlow by what trains, too."""
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "fails.py").write_text("1 / 0")
    (tmp_path / "empty.npz").touch()
    copy_database(empty_database, tmp_path / "mlflow.db")
    code = """
import json, sys
from click.testing import CliRunner
from regtrack.cli.main import main
said, heavy = {}, []
for lines in json.loads(sys.argv[1]):
    for line in lines:
        result = CliRunner().invoke(main, line.split())
        said[line] = [result.exit_code, result.stderr]
    heavy.append(sorted({"tensorflow", "keras", "mlflow"} & {name.partition(".")[0] for name in sys.modules}))
print(json.dumps([said, heavy]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps([[*REFUSED], [*REACH_THE_STORE]])],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    said, heavy = json.loads(done.stdout)
    wanted = REFUSED | REACH_THE_STORE
    assert {line: code for line, (code, _) in said.items()} == dict.fromkeys(wanted, 2)
    assert [line for line, start in wanted.items() if not said[line][1].startswith(f"error: {start}")] == []
    assert heavy == [[], ["mlflow"]]
