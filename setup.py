"""The wheel carries dashboard and grids inside the package, from where they stand; the rest is in pyproject.toml.

pyproject.toml alone would need a list of every package as soon as it maps one folder.
"""

from setuptools import find_packages, setup

ROOMS = ("reading", "showing", "views")
SHIPPED = {
    "regtrack.dashboard": "dashboard",
    **{f"regtrack.dashboard.{room}": f"dashboard/{room}" for room in ROOMS},
    "regtrack.grids": "grids",
}

setup(packages=[*find_packages("src"), *SHIPPED], package_dir={"": "src", **SHIPPED})
