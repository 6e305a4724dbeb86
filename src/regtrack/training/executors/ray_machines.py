"""Machines of a Ray cluster: what each is to have before trials of one sweep run on it, how they run there, what they leave."""

from collections.abc import Iterator, Sequence

from regtrack.errors import SettingError
from regtrack.training.executors.machine import look, refuse_other
from regtrack.training.job import Job
from regtrack.training.worker_process import OF_A_WORKER
from regtrack.variants.variant import Variant
from regtrack.words.failures import cut, in_a_line

ANSWER_SECONDS = 10.0
"""How long machines have to say what a lost worker left."""


def remote(function, *, num_cpus: int = 1, **options):
    import ray

    return ray.remote(function).options(num_cpus=num_cpus, runtime_env={"env_vars": OF_A_WORKER}, **options)


def compared(variants: Sequence[Variant], job: Job) -> tuple[str, ...]:
    import ray

    from regtrack.training.executors.ray_task import what_is_here

    here, others = look(job, variants), {}
    for name, answer in list(_on_each(what_is_here, [ray.put(job)], list(variants))):
        try:
            theirs = ray.get(answer)
        except Exception as error:
            raise SettingError(
                f"executor: expected regtrack on every machine of the cluster, received of {name}: {cut(in_a_line(error))}; "
                "install it there"
            ) from error
        refuse_other(theirs, here, name, job)
        if theirs.processor != here.processor:
            others[name] = None
    if not others:
        return ()
    return (f"{', '.join(others)}: another processor than here; a trial may differ there in the last bits",)


def left_words(log: str) -> str:
    """The end of what a trial's process wrote that is no more, from whichever machine has it."""
    import ray
    from ray.exceptions import RayError

    from regtrack.training.executors.ray_task import what_it_wrote

    asked = [answer for _, answer in _on_each(what_it_wrote, log)]
    answered, _ = ray.wait(asked, num_returns=len(asked), timeout=ANSWER_SECONDS) if asked else ([], [])
    found = []
    for answer in answered:
        try:
            found.append(ray.get(answer))
        except RayError:  # the machine has gone as well
            continue
    return "\n".join(filter(None, found))


def _on_each(function, *arguments) -> Iterator[tuple[str, object]]:
    """(a machine that trains, the answer it is going to give)."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    for node in ray.nodes():
        if node["Alive"] and node["Resources"].get("CPU"):
            there = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
            yield node["NodeManagerAddress"], remote(function, num_cpus=0, scheduling_strategy=there).remote(*arguments)
