"""What a machine that trains has: versions, networks by their names, processor; and what it is to have in common with others."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from regtrack.errors import SettingError
from regtrack.training.job import Job
from regtrack.variants.variant import Variant

PACKAGES = ("regtrack", "tensorflow", "keras", "numpy")
"""What has to be the same wherever trials of one sweep run."""


@dataclass(frozen=True)
class Machine:
    """versions: by package. networks: by variant what tells its network from others of its name, or why it cannot be had.
    processor: what it can do."""

    versions: dict[str, str]
    networks: dict[Variant, str]
    processor: str


def look(job: Job, variants: Sequence[Variant]) -> Machine:
    """At this machine."""
    versions = {"Python": ".".join(python_version().split(".")[:2])} | {name: version(name) for name in PACKAGES}
    return Machine(versions, {variant: _network(job, variant) for variant in variants}, _processor())


def refuse_other(found: Machine, here: Machine, name: str, job: Job) -> None:
    """Raises SettingError where the machine of this name has other versions than this one, or another network of a variant."""
    for package, own in here.versions.items():
        if found.versions[package] != own:
            raise SettingError(
                f"executor: expected {package} {own} on every machine, received {found.versions[package]} on {name}; "
                "install the same there"
            )
    for variant, network in found.networks.items():
        if network != here.networks[variant]:
            raise SettingError(
                f"executor: expected the network {job.settings_of(variant).architecture} of this machine on every other, "
                f"received on {name}: {network}; start the sweep by `ray job submit --working-dir .`, or put the file there"
            )


def _network(job: Job, variant: Variant) -> str:
    try:
        return job.network_of(variant).digest
    except Exception as error:  # a person's own code may raise anything
        return str(error)


def _processor() -> str:
    """The instructions that libraries choose their code by, sorted; empty where the system does not say."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    flags = next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), ())
    return " ".join(sorted(flags))
