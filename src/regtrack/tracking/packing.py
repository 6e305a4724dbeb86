"""pack_trial: what a finished trial's run is to hold, written once, before the store is asked for anything."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

from regtrack import names
from regtrack.data import Dataset
from regtrack.scratch import passing_folder
from regtrack.tracking.measures import trial_metrics
from regtrack.tracking.models import write_keras_model
from regtrack.tracking.packed_trial import ARTIFACTS, DESCRIPTION, MODELS, Epoch
from regtrack.tracking.serving import write_serving_model
from regtrack.tracking.trial_run import TrialRun
from regtrack.tracking.trial_tables import write_trial
from regtrack.training.result import TrainingResult


def pack_trial(run: TrialRun, epochs: Sequence[Epoch], result: TrainingResult, dataset: Dataset) -> bytes:
    """A zip archive without compression: models and tables are compressed already."""
    with passing_folder() as parent:
        folder = Path(parent)
        for name in (ARTIFACTS, MODELS):
            (folder / name).mkdir()
        write_trial(result, dataset, folder / ARTIFACTS)
        write_models(result, dataset, folder / MODELS)
        content = {
            "run": run.to_dict(),
            "epochs": list(epochs),
            "metrics": {name: float(value) for name, value in trial_metrics(result, dataset).items()},
            "selected_epoch": result.curve.selected_epoch,
            "seed": result.seed,
        }
        (folder / DESCRIPTION).write_text(json.dumps(content), encoding="utf-8")
        packed = io.BytesIO()
        with ZipFile(packed, "w", ZIP_STORED) as archive:
            for path in sorted(folder.rglob("*")):
                archive.write(path, path.relative_to(folder))
    return packed.getvalue()


def write_models(result: TrainingResult, dataset: Dataset, folder: Path) -> None:
    """Both models of a trial, each in a folder of its name."""
    probs = result.of("test").probs[:2]
    write_keras_model(
        folder / names.MODEL,
        result.model_bytes,
        dataset.inputs(dataset.test, result.settings.inputs, slice(2)).astype(result.takes),
        probs[:, 1:] if result.one_unit else probs,
        encoding=dataset.encoding_to(result.settings.inputs),
    )
    (folder / names.SERVING).mkdir()
    write_serving_model(result, dataset, folder / names.SERVING)
