"""What does one sweep of 10,000 runs cost: report, doctor, resume, and each page? A grid holds 2,000 variants; five seeds of each.

Ten trials, of a variant without and of one with dropout, are trained and stored as they would be, their seeds' predictions are given to every
further variant with noise of its own, and their rows are copied in the database with its params (`large_store.Copies`): to train
and to deliver 10,000 would take hours. Curves and measures in the store stay those of the two variants. A last variant is left out, so that `resume` has trials to train.
`python benchmarks/wide_sweep.py make STORE [trials]` makes the store, and goes on with one that was begun; `look STORE` measures; without arguments
both, of 1,000 trials.
"""

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from large_store import EXPERIMENT, Copies, linked, look

from regtrack import names
from regtrack.variants import Grid, Settings, Variant

SEEDS, SMALL, HELD_OUT, CLASSES = 5, 1_000, 200, 10
NOISE = 0.3
"""Of a network's logits beside those it was copied from: as far as two seeds of a small network lie apart."""


def grid(trials: int, data: Path) -> Grid:
    """l2 x max_norm x dropout off and on, all seeds of each."""
    n = trials // SEEDS // 2
    wide = next(d for d in range(int(n**0.5), 0, -1) if n % d == 0)
    plain = [{"l2": round(1e-6 * i, 6), "max_norm": round(0.5 * j, 1)} for i in range(n // wide) for j in range(wide)]
    variants = [Variant(**of, dropout_rate=rate) for rate in (0.0, 0.2) for of in plain]
    settings = Settings(dataset=f"npz:{data}", train_size=100, epochs=5, n_passes=20)
    return Grid(tuple(variants), tuple(range(SEEDS)), settings)


def make(uri: str, trials: int = 10_000) -> None:
    from regtrack.sweeps.data import job_of
    from regtrack.tracking import reader
    from regtrack.tracking.store import connect
    from regtrack.tracking.trials_of_sweep import read_trials
    from regtrack.tracking.writer import trial_key

    folder = Path(uri.removeprefix("sqlite:///")).parent
    folder.mkdir(parents=True, exist_ok=True)
    whole = grid(trials, _data(folder / "data.npz"))
    plain, dropped = whole.variants[0], whole.variants[len(whole.variants) // 2]
    if not (folder / "mlflow.db").exists():
        _train(uri, folder, Grid((plain, dropped), whole.seeds, whole.settings))
    client, job = connect(uri), job_of(whole)
    experiment, sweep, _ = reader.find_sweep(client, "latest")
    there = read_trials(client, experiment, sweep)
    engine = sa.create_engine(uri)
    by_label = {one.label: there[there["variant"] == one.label] for one in (plain, dropped)}
    copies = {label: Copies(engine, found["run_id"].tolist()) for label, found in by_label.items()}
    tables = {
        run: _table(folder / run / "artifacts" / names.PREDICTIONS)
        for found in by_label.values()
        for run in found["run_id"]
    }
    done = set(there["variant"])
    for number, variant in enumerate(whole.variants[:-1]):
        if variant.label in done:
            continue
        origin = (dropped if variant.to_params()["dropout_rate"] else plain).label
        seed_of = dict(zip(by_label[origin]["run_id"], by_label[origin][names.SEED], strict=True))
        params = {name: str(value) for name, value in variant.to_params().items()}
        of_run = {
            run: {names.VARIANT: variant.label, names.TRIAL_KEY: trial_key(job, variant, int(seed))} | params
            for run, seed in seed_of.items()
        }

        def changed(table: str, row: dict, of_run=of_run) -> dict:
            own = of_run.get(row.get("run_uuid"), {}) if table in ("tags", "params") else {}
            return {"value": own[row["key"]]} if row.get("key") in own else {}

        ids = copies[origin].write(number, changed, (sweep,))
        linked(folder, ids)
        for run, seed in seed_of.items():
            _predict(
                tables[run], folder / ids[run] / "artifacts" / names.PREDICTIONS, np.random.default_rng([number, seed])
            )
    (folder / sweep / "artifacts" / names.GRID).write_text(whole.to_yaml())


def _data(path: Path) -> Path:
    if not path.exists():
        rng = np.random.default_rng(0)
        y = rng.integers(0, CLASSES, 5 * HELD_OUT)
        x = rng.integers(0, 60, (len(y), 8, 8)) + 15 * y[:, None, None]
        np.savez(path, x=x.astype(np.uint8), y=y)
    return path


def _train(uri: str, folder: Path, small: Grid) -> None:
    from regtrack.sweeps.asked import Asked
    from regtrack.sweeps.sweep import run_sweep
    from regtrack.tracking.store import connect, ensure_experiment

    client = connect(uri)
    os.environ["MLFLOW_EXPERIMENT_ID"] = ensure_experiment(client, EXPERIMENT, folder.as_uri())
    run_sweep(small, client=client, asked=Asked(), say=lambda _: None)


def _table(path: Path) -> pa.Table:
    from regtrack.tracking.artifacts import read_table

    return read_table(path, names.PREDICTIONS)


def _predict(table: pa.Table, path: Path, rng: np.random.Generator) -> None:
    """Another network's predictions in place of the file that was linked."""
    from regtrack.tracking.artifacts import table_bytes
    from regtrack.tracking.predictions import lists

    for column in ("deterministic_probs", "mc_mean_probs"):
        if (probs := lists(table, column)) is not None:
            logits = np.log(np.maximum(probs, 1e-6)) + NOISE * rng.standard_normal(probs.shape)
            powers = np.exp(logits - logits.max(axis=1, keepdims=True))
            values = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
            own = pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), values.shape[1]).cast(
                pa.list_(pa.float32())
            )
            table = table.set_column(table.column_names.index(column), column, own)
    path.unlink()
    path.write_bytes(table_bytes(table, names.PREDICTIONS))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        uri = f"sqlite:///{folder}/mlflow.db"
        make(uri, SMALL)
        look(uri)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        {"make": make, "look": look}[sys.argv[1]](sys.argv[2], *(int(a) if a.isdecimal() else a for a in sys.argv[3:]))
