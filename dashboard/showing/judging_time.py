"""When what is judged will be there: at the end of a sweep that runs, and by a command where it has ended without."""

from reading.sweep import Sweep

from regtrack import names
from showing.commands import command_on


def judged_when(sweep: Sweep) -> str:
    """`when the sweep ends`, or how a person has it judged; markdown, for the end of a sentence."""
    if sweep.status == names.RUNNING:
        return "when the sweep ends"
    return f"when the sweep, which has ended, is judged: `{command_on(sweep.uri, 'report', sweep=sweep.sweep_id)}`"
