"""How the wall clock of a sweep grows with variants, seeds, examples, epochs and workers: one is varied, the rest stay.

Each point is a whole `regtrack` sweep in a new store, processes and report included. Prints a table, and writes the chart where it is
told to (`--svg`).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import altair as alt
import pandas as pd
import yaml

ROOT = Path(__file__).parent.parent
BASE = {"variants": 4, "seeds": 3, "examples": 10_000, "epochs": 10, "workers": 2}
POINTS = {
    "variants": (2, 4, 8, 16),
    "seeds": (1, 3, 6, 12),
    "examples": (2_500, 5_000, 10_000, 20_000, 40_000),
    "epochs": (5, 10, 20, 40),
    "workers": (1, 2, 4),
}
"""The base and what each is varied over."""
SMALL = {"examples": 40, "epochs": 5}
"""How many times less of them there is where all is to be quick: the digits have a thousand."""


def seconds(point: dict[str, int], dataset: str) -> tuple[float, float]:
    """(wall clock, of processors) of a sweep with l2 as its variants, from the command to its last line."""
    grid = {
        "settings": {"dataset": dataset, "train_size": point["examples"], "epochs": point["epochs"]},
        "variants": [{}, *({"l2": 1e-5 * i} for i in range(1, point["variants"]))],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "grid.yaml"
        path.write_text(yaml.safe_dump(grid))
        command = ["pipelines/sweep.py", "--grid", str(path), "--seeds", str(point["seeds"])]
        begun, before = time.perf_counter(), os.times()
        done = subprocess.run(
            [sys.executable, *command, "--workers", str(point["workers"])], cwd=ROOT, capture_output=True, text=True,
            env=os.environ | {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db"}, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr)
        took, after = time.perf_counter() - begun, os.times()
        of_processors = sum(getattr(after, of) - getattr(before, of) for of in ("children_user", "children_system"))
        return took, of_processors


def drawn(table: pd.DataFrame) -> alt.Chart:
    """Both axes from zero: a straight line through the left edge's cost is what more of the same costs."""
    chart = alt.Chart(table).mark_line(point=True).encode(
        alt.X("value:Q", title=None, scale=alt.Scale(zero=True)), alt.Y("seconds:Q", scale=alt.Scale(zero=True)),
    )  # fmt: skip
    return chart.properties(width=150, height=130).facet(
        alt.Facet("axis:N", title="Wall clock of a whole sweep, the rest as in the base"), columns=3
    ).resolve_scale(x="independent")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", default="fashion_mnist")
    parser.add_argument("--axes", nargs="*", default=list(POINTS), choices=list(POINTS))
    parser.add_argument("--points", type=int, default=2, help="of each axis at most, from the least on; 5 are all")
    parser.add_argument("--small", action="store_true", help="the digits, few of them, for few epochs: whether it runs")
    parser.add_argument("--svg", help="file to write the chart to")
    given = parser.parse_args()
    base, points, dataset, known, rows = BASE, POINTS, given.dataset, {}, []
    if given.small:
        dataset, base = "digits", BASE | {axis: BASE[axis] // times for axis, times in SMALL.items()}
        points = POINTS | {axis: [value // times for value in POINTS[axis]] for axis, times in SMALL.items()}
    print(f"{dataset}, base: {', '.join(f'{value:,} {axis}' for axis, value in base.items())}")
    print("| axis | value | seconds | CPU seconds |\n|---|---|---|---|")
    for axis in given.axes:
        for value in points[axis][: given.points]:
            point = base | {axis: value}
            which = tuple(point.values())
            known[which] = known.get(which) or seconds(point, dataset)
            took, of_processors = known[which]
            rows.append((axis, value, took))
            print(f"| {axis} | {value:,} | {took:.1f} | {of_processors:.1f} |", flush=True)
    if given.svg:
        drawn(pd.DataFrame(rows, columns=["axis", "value", "seconds"])).save(given.svg)


if __name__ == "__main__":
    main()
