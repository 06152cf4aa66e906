"""`situguard records`: read, verify, purge, back up and upgrade records, beside a running service."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console

from guard.verdict import Action
from service.audit.anchor import anchor_violations, read_anchor, write_anchor
from service.audit.backup import back_up
from service.audit.chain import read_key
from service.audit.chain_heads import seal_existing_chains
from service.audit.content_store import ContentStore, today
from service.audit.labels import LabelStore, labelled_cases
from service.audit.reader import AuditReader, DecisionFilter, reading
from service.audit.record import StoredRecord
from service.audit.verify import verify_records
from service.audit.violations import Verification
from service.cli.options import DataOption, data_folder, moment
from service.cli.problems import explained, fail
from service.cli.records_view import decision_line, decision_page, verification_page
from service.database.engine import Database, existing_database

records = typer.Typer(help="What was decided, and why.", no_args_is_help=True)

NOT_INTACT = 1  # the exit status of a verification that found something
FOLLOW_SECONDS = 0.5  # between looks at the database

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
DeploymentOption = Annotated[str | None, typer.Option("--deployment", help="Only decisions of this deployment.")]
ActionOption = Annotated[Action | None, typer.Option("--action", help="Only decisions with this action.")]
SinceOption = Annotated[
    datetime | None,
    typer.Option("--since", parser=moment, metavar="TIME", help="Only from this time on: 90m, 12h, 7d, or a date."),
]


@records.command()
def tail(
    *,
    count: Annotated[int, typer.Option("--count", "-n", min=0, help="How many of the newest decisions.")] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as decisions are made.")] = False,
    deployment: DeploymentOption = None,
    action: ActionOption = None,
    since: SinceOption = None,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Show the newest decisions, one a line."""
    chosen = DecisionFilter(deployment, action, since)
    with _existing(data) as database:
        with reading(database) as reader:
            row = reader.newest_row()
            _print_lines(reader.last(chosen, count), as_json=as_json)
        while follow:
            time.sleep(FOLLOW_SECONDS)
            with reading(database, any_schema=True) as reader:
                fresh = reader.after(row)
            _print_lines(filter(chosen.matches, fresh), as_json=as_json)
            row = fresh[-1].row if fresh else row


@records.command()
def show(
    id: Annotated[str, typer.Argument(help="The decision's id, from the reply's header or from `tail`.")],  # noqa: A002 the field's own name
    *,
    content: Annotated[bool, typer.Option("--content", help="Show the content that was kept, too.")] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Show one decision in full, with its outcome."""
    with _existing(data) as database, reading(database) as reader:
        found = _records_of(reader, id, database.folder)
    if as_json:
        _print_json(found)
    else:
        store = ContentStore(database.folder)
        Console(soft_wrap=True).print(decision_page(found, store, with_content=content))


@records.command()
def export(
    *,
    deployment: DeploymentOption = None,
    action: ActionOption = None,
    since: SinceOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="A new file. Without it, standard output.")] = None,
    data: DataOption = None,
) -> None:
    """Write records as they are stored, as JSON Lines, in the order of their commits. Without content."""
    with _existing(data) as database, reading(database) as reader:
        found = reader.matching(DecisionFilter(deployment, action, since))
        if out is None:
            _print_json(found)
            return
        try:
            with out.open("xb") as file:
                file.writelines(orjson.dumps(record.exported()) + b"\n" for record in found)
        except OSError as error:
            fail(f"{out}: {error.strerror}")


@records.command()
def labels(
    *,
    content: Annotated[bool, typer.Option("--content", help="With the texts and pictures that were kept.")] = False,
    data: DataOption = None,
) -> None:
    """Write the decisions that people marked in the console, with the verdict that was right, as JSON Lines."""
    with _existing(data) as database, reading(database) as reader:
        store = ContentStore(database.folder) if content else None
        for case in labelled_cases(LabelStore(database).all(), reader, store):
            typer.echo(orjson.dumps(case))


@records.command()
def verify(
    *,
    anchor: Annotated[
        Path | None,
        typer.Option("--anchor", help="A file to keep elsewhere. It is checked first, then set to the present ends."),
    ] = None,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Find records that were edited, moved, removed or cut off. Exits with status 1 if there are any."""
    with explained():
        known = None if anchor is None else read_anchor(anchor)
    with _existing(data) as database, reading(database) as reader:
        found = verify_records(reader, read_key(database.folder), ContentStore(database.folder))
        set_back = () if known is None else anchor_violations(known, reader)
    found = Verification(found.chains, (*found.violations, *set_back), found.kept, found.absent)
    _report(found, as_json=as_json)
    if anchor is not None:
        write_anchor(anchor, found)


@records.command()
def purge(
    *,
    id: Annotated[str | None, typer.Option("--id", help="Remove all that this decision kept, due or not.")] = None,  # noqa: A002
    data: DataOption = None,
) -> None:
    """Remove content that is due, or that of one decision. Records stay, and their chain still verifies."""
    with _existing(data) as database, reading(database, any_schema=True) as reader:
        found = [] if id is None else _records_of(reader, id, database.folder)
    store = ContentStore(database.folder)
    if id is None:
        removed = store.purge(today())
    else:
        removed = store.forget(reference.digest for record in found for reference in record.content_references())
    Console().print(f"{removed} pieces of content removed.")


@records.command()
def backup(
    path: Annotated[Path, typer.Argument(help="A new folder. It can be served, read and verified with --data.")],
    *,
    with_content: Annotated[
        bool, typer.Option("--with-content", help="Copy kept content, too: purge it there.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Copy the records and their key as they are at one moment, and verify the copy."""
    with _existing(data) as database:
        found = back_up(database, path, with_content=with_content)
    _report(found)


@records.command()
def upgrade(data: DataOption = None) -> None:
    """Bring the records to this version's schema. Serving does so too. Make a backup first."""
    with _existing(data) as database:
        before, after = database.upgrade(seal_existing_chains)
    Console().print(f"Schema {before} → {after}." if before != after else f"Schema {after}: nothing to do.")


@contextmanager
def _existing(data: Path | None) -> Iterator[Database]:
    with explained(), existing_database(data_folder(data)) as database:
        yield database


def _records_of(reader: AuditReader, id: str, folder: Path) -> list[StoredRecord]:  # noqa: A002
    """The records of a decision, by its id or its reply's."""
    found = reader.of(id.removeprefix("chatcmpl-"))
    if not found:
        fail(f"there is no decision {id!r} in {folder}")
    return found


def _report(found: Verification, *, as_json: bool = False) -> None:
    """Say what a verification found; end with status 1 if that is anything."""
    if as_json:
        counts = {"kept": found.kept, "absent": found.absent}
        whole = {"whole": found.intact, "chains": found.chains, "flaws": found.violations, **counts}
        typer.echo(orjson.dumps(whole))
    else:
        Console(soft_wrap=True).print(verification_page(found))
    if not found.intact:
        raise typer.Exit(NOT_INTACT)


def _print_lines(found: Iterable[StoredRecord], *, as_json: bool) -> None:
    if as_json:
        _print_json(found)
        return
    console = Console(soft_wrap=True, highlight=False)
    for record in found:
        console.print(decision_line(record))


def _print_json(found: Iterable[StoredRecord]) -> None:
    for record in found:
        typer.echo(orjson.dumps(record.exported()))
