"""Machines of a Ray cluster: what each is to have before trials of one sweep run on it, and how they run there."""

from collections.abc import Sequence

from regtrack.errors import SettingError
from regtrack.training.job import Job
from regtrack.training.pool import OF_A_WORKER
from regtrack.variants.variant import Variant
from regtrack.words.failures import cut, in_a_line


def remote(function, *, num_cpus: int = 1, **options):
    import ray

    return ray.remote(function).options(num_cpus=num_cpus, runtime_env={"env_vars": OF_A_WORKER}, **options)


def compared(variants: Sequence[Variant], job: Job) -> tuple[str, ...]:
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    from regtrack.training.executors.ray_task import look, what_is_here

    machines = [node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]
    shared, variants, asked = [ray.put(job)], list(variants), []
    for node in machines:
        there = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
        answer = remote(what_is_here, num_cpus=0, scheduling_strategy=there).remote(shared, variants)
        asked.append((node["NodeManagerAddress"], answer))
    here, others = look(job, variants), {}
    for name, answer in asked:
        try:
            theirs = ray.get(answer)
        except Exception as error:
            raise SettingError(
                f"executor: expected regtrack on every machine of the cluster, received of {name}: {cut(in_a_line(error))}; "
                "install it there"
            ) from error
        for package, version in here.versions.items():
            if theirs.versions[package] != version:
                raise SettingError(
                    f"executor: expected {package} {version} on every machine, received {theirs.versions[package]} on {name}; "
                    "install the same there"
                )
        for variant, own, found in zip(variants, here.networks, theirs.networks, strict=True):
            if own != found:
                raise SettingError(
                    f"executor: expected the network {job.settings_of(variant).architecture} of this machine on every other, "
                    f"received on {name}: {found}; start the sweep by `ray job submit --working-dir .`, or put the file there"
                )
        if theirs.processor != here.processor:
            others[name] = None
    if not others:
        return ()
    return (f"{', '.join(others)}: another processor than here; a trial may differ there in the last bits",)
