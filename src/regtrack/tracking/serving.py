"""write_serving_model: beside a trial's Keras model, one that answers with class, confidence and uncertainty.

No pickle: the .keras archive, a JSON description, and the code that reads them.
"""

from __future__ import annotations

import json
import shutil
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import mlflow
import numpy as np
import pandas as pd
from mlflow import pyfunc
from mlflow.models import Model
from mlflow.models.signature import ModelSignature
from mlflow.models.utils import _save_example
from mlflow.types import ColSpec, ParamSchema, ParamSpec, Schema

import regtrack
from regtrack import names
from regtrack.data import Dataset
from regtrack.scratch import own_folder
from regtrack.tracking.model_description import write_description
from regtrack.tracking.model_environment import FILES, write_environment
from regtrack.tracking.models import DATA, REQUIREMENTS
from regtrack.training.result import TrainingResult

if TYPE_CHECKING:
    from regtrack.tracking.serving_model import ServingModel

SERVING_REQUIREMENTS = (*REQUIREMENTS, f"pandas=={version('pandas')}")
INPUT_IN_WORDS = {
    names.SOURCE: "the source's own values, as they are",
    names.SCALED: "as Dataset.x: the source's own values divided by scale",
}
CODE = "code"
"""The folder that travels with the data, and is put on sys.path where the model is loaded."""
LOADER = Path(__file__).with_name("regtrack_serving.py")


def write_serving_model(result: TrainingResult, dataset: Dataset, folder: Path) -> None:
    """Write the serving model of a trial into an empty folder, which `mlflow.pyfunc.load_model` takes as well.

    With its defaults it repeats the trial's own passes. The folder is what `mlflow.pyfunc.save_model` writes (a test holds both to
    it), which looks up every required package, and writes what describes the model twice.
    """
    description = {
        "input_shape": list(dataset.input_shape),
        "class_names": list(dataset.class_names),
        "scale": dataset.scale,
        "inputs": result.settings.inputs,
        "dropout": result.of("test").mc is not None,
        "n_passes": result.settings.n_passes,
        "seed": result.seed,
    }
    model = Model(metadata=description | _input_in_words(dataset, result.settings.inputs))
    model.signature = _signature(description)
    data = folder / DATA / names.SERVED
    data.mkdir(parents=True)
    (data / names.SERVED_MODEL).write_bytes(result.model_bytes)
    (data / names.SERVED_DESCRIPTION).write_text(json.dumps(description, indent=1))
    if dataset.encoding is not None:
        encoding = dataset.encoding_to(result.settings.inputs)
        (data / names.ENCODING).write_text(encoding.to_json(), "utf-8")
    _save_example(model, _example(dataset, result.settings.inputs), str(folder))
    model.model_size_bytes = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    own = {"data": f"{DATA}/{names.SERVED}", "code": CODE, "streamable": False}
    pyfunc.add_to_model(model, loader_module=LOADER.stem, **own, **FILES)
    (folder / CODE).mkdir()
    for file in (LOADER, _code()):
        shutil.copyfile(file, folder / CODE / file.name)
    write_description(model, folder)
    write_environment(folder, SERVING_REQUIREMENTS)


def load_serving_model(uri: str) -> ServingModel:
    """The serving model at an MLflow URI, by this process's regtrack: no code of the model's own is put on sys.path."""
    from regtrack.tracking import serving_model  # imports TensorFlow: whoever logs models need not

    folder = Path(mlflow.artifacts.download_artifacts(uri))
    return serving_model._load_pyfunc(str(folder / DATA / names.SERVED))


def _example(dataset: Dataset, inputs: str) -> np.ndarray | pd.DataFrame:
    """Two test examples as a caller gives them: of a table its raw rows."""
    if dataset.encoding is None:
        return dataset.inputs(dataset.test, inputs, slice(2))
    return pd.DataFrame(dataset.test.rows[:2].astype(object), columns=list(dataset.columns))


def _input_in_words(dataset: Dataset, inputs: str) -> dict:
    """For the metadata: what the model takes, and of a table what its columns are."""
    if dataset.encoding is None:
        return {"input": INPUT_IN_WORDS[inputs]}
    kinds = dataset.encoding.columns
    text = (
        f"the table's raw rows, a DataFrame with the columns {', '.join(kinds)}; or encoded, {INPUT_IN_WORDS[inputs]}"
    )
    return {"input": text, "columns": kinds}


def _signature(description: dict) -> ModelSignature:
    """Outputs and params. No input schema: MLflow would take an array of one shape, or a DataFrame, and not both; and of a
    table it would refuse whole numbers where others are meant, and a number that comes as text."""
    types = dict.fromkeys(names.SERVING_COLUMNS, "double") | {"predicted_class": "long", "predicted_label": "string"}
    classes = description["class_names"]
    types |= dict.fromkeys([names.MEAN_PROB + name for name in classes], "double")
    spread = {"mutual_information", *(names.STD_PROB + name for name in classes)}
    types |= dict.fromkeys([names.STD_PROB + name for name in classes], "double")
    return ModelSignature(
        outputs=Schema([ColSpec(type_, name, required=name not in spread) for name, type_ in types.items()]),
        params=ParamSchema([ParamSpec(name, "long", description[name]) for name in ("n_passes", "seed")]),
    )


@cache
def _code() -> Path:
    """All of regtrack's code in a zip, which Python imports from; one for the process, gone with it.

    One file and not ninety: a store behind a server takes a request a file, each trial. All of it and not only what
    serving imports: half a package in front of sys.path would hide an installed one.
    """
    package, code = Path(regtrack.__file__).parent, own_folder() / "regtrack.zip"
    with ZipFile(code, "w", ZIP_DEFLATED) as archive:
        for file in sorted(package.rglob("*.py")):
            archive.write(file, file.relative_to(package.parent))
    return code
