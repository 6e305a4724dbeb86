"""Check environment, store, runs and artifacts; say what would be repaired, and repair it with --fix.

Exit code 0 when all is well or was repaired, 1 when findings remain. Nothing is ever deleted.
"""

import os
import sys
from itertools import groupby

import click

from regtrack.cli.errors import one_line_errors
from regtrack.cli.where import STORE, choose_store
from regtrack.foreign import is_file
from regtrack.masking import mask
from regtrack.words.lists import counted

FINDINGS_REMAIN = 1
SHOWN_A_KIND = 10


@click.command(help=__doc__)
@click.option("--fix", is_flag=True, help="repair what can be repaired")
@click.option("--deep", is_flag=True, help="read the whole database and every artifact, not only their first pages")
def doctor_command(store: str, fix: bool, deep: bool) -> None:
    with one_line_errors():
        named = store.strip() or os.environ.get("MLFLOW_TRACKING_URI", "")
        choose_store(store.strip())
        from regtrack.cli.environment import environment_facts, examine_environment

        for line in environment_facts():
            click.echo(line)
        findings = examine_environment() + _examine_store(bool(named), fix=fix, deep=deep)
        _say(findings)
        if findings:
            sys.exit(FINDINGS_REMAIN)
        click.echo("all is well")


doctor_command.params.insert(0, STORE)


def _examine_store(named: bool, *, fix: bool, deep: bool) -> list:
    """What is wrong with the store, after repair where that is asked for. Raises StoreError: it cannot be opened."""
    from mlflow.tracking import get_tracking_uri

    from regtrack.tracking.addresses import sqlite_path
    from regtrack.tracking.doctor import examine, repair
    from regtrack.tracking.doctor.database import database_facts
    from regtrack.tracking.patience import TRIES, set_patience
    from regtrack.tracking.sql_reader import refuse_what_a_client_would_change
    from regtrack.tracking.store import connect_to_read

    set_patience({TRIES: "1"})  # it says that a server is gone; it does not wait
    uri = get_tracking_uri()
    path = sqlite_path(uri)
    if not named and not is_file(path):
        click.echo(f"no tracking store at {path} yet: regtrack run makes it")
        return []
    refuse_what_a_client_would_change(uri)
    client = connect_to_read(uri)
    for line in database_facts(uri):
        click.echo(line)
    findings = examine(client, deep=deep)
    if not fix:
        return findings
    for line in repair(client, findings):
        click.echo(f"repaired: {line}")
    return examine(client, deep=deep)


def _say(findings: list) -> None:
    for kind, group in groupby(sorted(findings, key=lambda finding: finding.kind), key=lambda finding: finding.kind):
        group = list(group)
        for finding in group[:SHOWN_A_KIND]:
            click.echo(mask(f"{kind}: {finding.where}: {finding.what}"))
            click.echo(mask(f"    {'--fix would ' if finding.fixable else 'do: '}{finding.remedy}"))
        if len(group) > SHOWN_A_KIND:
            click.echo(f"    and {len(group) - SHOWN_A_KIND} more of this kind")
    if findings:
        fixable = sum(finding.fixable for finding in findings)
        click.echo(f"{counted(len(findings), 'finding')}, {fixable} of them repaired by --fix")
