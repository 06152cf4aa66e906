"""`situguard records`: read, verify, purge, back up and upgrade them, beside a running service."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console

from guard.verdict import Action
from service.audit.anchor import held_against, read_anchor, write_anchor
from service.audit.backup import back_up
from service.audit.chain import read_key
from service.audit.content_store import Shelf, today
from service.audit.reader import Reader, Selection, reading
from service.audit.stored_record import Entry
from service.audit.verify import examine
from service.audit.violations import Examined
from service.cli.data_folder import Data, data_folder
from service.cli.moments import moment
from service.cli.problems import explained, fail
from service.cli.records_shown import line, shown, verified
from service.database.engine import upgrade_database

records = typer.Typer(help="What was decided, and why.", no_args_is_help=True)

NOT_WHOLE = 1  # the status of a verification that found something
FOLLOW_SECONDS = 0.5  # between looks at the file

Json = Annotated[bool, typer.Option("--json", help="JSON, an object a line.")]
OfDeployment = Annotated[str | None, typer.Option("--deployment", help="Only of this deployment.")]
OfAction = Annotated[Action | None, typer.Option("--action", help="Only with this action.")]
Since = Annotated[
    datetime | None,
    typer.Option("--since", parser=moment, metavar="TIME", help="From then on: 90m, 12h, 7d, or a date."),
]


@records.command()
def tail(
    *,
    count: Annotated[int, typer.Option("--count", "-n", min=0, help="So many of the newest decisions.")] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as decisions are made.")] = False,
    deployment: OfDeployment = None,
    action: OfAction = None,
    since: Since = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """The newest decisions, a line each."""
    selection, folder = Selection(deployment, action, since), data_folder(data)
    with explained():
        with reading(folder) as reader:
            row = reader.newest_row()
            _print_lines(reader.last(selection, count), as_json=as_json)
        while follow:
            time.sleep(FOLLOW_SECONDS)
            with reading(folder, any_schema=True) as reader:
                fresh = reader.after(row)
            _print_lines(filter(selection.has, fresh), as_json=as_json)
            row = fresh[-1].row if fresh else row


@records.command()
def show(
    id: Annotated[str, typer.Argument(help="A decision's id, as the reply's header and `tail` have it.")],  # noqa: A002 the field's own name
    *,
    content: Annotated[bool, typer.Option("--content", help="What was kept of it, too.")] = False,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """One decision whole, with its outcome."""
    folder = data_folder(data)
    with explained(), reading(folder) as reader:
        found = _records_of(reader, id)
    if as_json:
        _print_json(found)
    else:
        Console(soft_wrap=True).print(shown(found, Shelf(folder), with_content=content))


@records.command()
def export(
    *,
    deployment: OfDeployment = None,
    action: OfAction = None,
    since: Since = None,
    out: Annotated[Path | None, typer.Option("--out", help="A new file; without one, standard output.")] = None,
    data: Data = None,
) -> None:
    """Records as they are stored, JSON Lines, in the order of their commits. No content."""
    with explained(), reading(data_folder(data)) as reader:
        found = reader.selected(Selection(deployment, action, since))
        if out is None:
            _print_json(found)
            return
        try:
            with out.open("xb") as file:
                file.writelines(orjson.dumps(entry.exported()) + b"\n" for entry in found)
        except OSError as error:
            fail(f"{out}: {error.strerror}")


@records.command()
def verify(
    *,
    anchor: Annotated[
        Path | None, typer.Option("--anchor", help="A file kept elsewhere: holds the ends, tried first, then renewed.")
    ] = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Find what was edited, moved, removed or cut off. Status 1 if anything was."""
    folder = data_folder(data)
    with explained():
        known = None if anchor is None else read_anchor(anchor)
        with reading(folder) as reader:
            found = examine(reader, read_key(folder), Shelf(folder))
            set_back = () if known is None else held_against(known, reader)
    found = Examined(found.chains, (*found.flaws, *set_back), found.kept, found.absent)
    _report(found, as_json=as_json)
    if anchor is not None:
        write_anchor(anchor, found)


@records.command()
def purge(
    *,
    id: Annotated[str | None, typer.Option("--id", help="All that one decision kept, due or not.")] = None,  # noqa: A002
    data: Data = None,
) -> None:
    """Remove content that is due, or that of one decision. Records stay, and their chain holds."""
    folder = data_folder(data)
    shelf = Shelf(folder)
    with explained(), reading(folder, any_schema=True) as reader:
        found = [] if id is None else _records_of(reader, id)
    if id is None:
        removed = shelf.purge(today())
    else:
        removed = shelf.forget(mention.digest for entry in found for mention in entry.mentions())
    Console().print(f"{removed} pieces of content removed.")


@records.command()
def backup(
    path: Annotated[Path, typer.Argument(help="A new folder. It can be served, read and verified by --data.")],
    *,
    with_content: Annotated[bool, typer.Option("--with-content", help="Kept content, too: purge it there.")] = False,
    data: Data = None,
) -> None:
    """Copy the records, and their key, as they are at one moment, and verify the copy."""
    with explained():
        found = back_up(data_folder(data), path, with_content=with_content)
    _report(found)


@records.command()
def upgrade(data: Data = None) -> None:
    """Bring the records to this version's schema. Serving does so too; a backup first is wise."""
    with explained():
        before, after = upgrade_database(data_folder(data))
    Console().print(f"Schema {before} → {after}." if before != after else f"Schema {after}: nothing to do.")


def _records_of(reader: Reader, id: str) -> list[Entry]:  # noqa: A002
    """The records of a decision, by its id or its reply's."""
    found = reader.of(id.removeprefix("chatcmpl-"))
    if not found:
        fail(f"there is no decision {id!r}")
    return found


def _report(found: Examined, *, as_json: bool = False) -> None:
    """Say what a verification found; end with status 1 if that is anything."""
    if as_json:
        typer.echo(orjson.dumps({"whole": found.whole, **asdict(found)}))
    else:
        Console(soft_wrap=True).print(verified(found))
    if not found.whole:
        raise typer.Exit(NOT_WHOLE)


def _print_lines(entries: Iterable[Entry], *, as_json: bool) -> None:
    if as_json:
        _print_json(entries)
        return
    console = Console(soft_wrap=True, highlight=False)
    for entry in entries:
        console.print(line(entry))


def _print_json(entries: Iterable[Entry]) -> None:
    for entry in entries:
        typer.echo(orjson.dumps(entry.exported()))
