"""The file that describes a model is MLflow's own, whoever writes and reads it."""

import numpy as np
from mlflow.models import Model, infer_signature

from regtrack.tracking.model_description import read_description, write_description


def described() -> Model:
    model = Model(
        run_id="r", artifact_path="models/äß", metadata={"class_names": ["T-shirt/top", "no", "", "1e3", "x" * 200]}
    )
    model.signature = infer_signature(np.zeros((2, 28, 28), np.float32), np.zeros((2, 10), np.float32))
    model.add_flavor("keras", data="data", keras_version="3.15.1")
    return model


def test_it_is_written_as_mlflow_writes_it(tmp_path):
    """To the byte: lines that are wrapped, words that YAML takes for something else, and letters beyond ASCII included."""
    model = described()
    model.save(tmp_path / "theirs")
    write_description(model, tmp_path)
    assert (tmp_path / "MLmodel").read_bytes() == (tmp_path / "theirs").read_bytes()


def test_it_is_read_as_mlflow_reads_it(tmp_path):
    """The same model, by either way."""
    described().save(tmp_path / "MLmodel")
    assert (
        read_description(tmp_path).to_dict()
        == Model.load(str(tmp_path)).to_dict()
        == described().to_dict()
        | {name: getattr(read_description(tmp_path), name) for name in ("model_uuid", "utc_time_created")}
    )
