"""`situguard deployment`, and the commands of `situguard config` that look at and change what serves.

They work on the data folder, as the admin API does. A running proxy follows within a second; when a command returns,
every process serves the change.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.table import Column, Table

from agents.models.base import Json
from service.audit.chain_heads import seal_existing_chains
from service.cli.options import data_folder, read_settings
from service.cli.problems import explained, fail
from service.configuration.document import as_patch, checked, differences
from service.configuration.errors import NotEverywhere, NotPrepared
from service.configuration.file import DEMO, ConfigurationFile
from service.configuration.live import LiveConfiguration, changes_of
from service.configuration.store import ConfigurationStore, sources
from service.configuration.version import State, Version
from service.database.engine import Database, existing_database

START = "Start the proxy once: situguard serve --config {file}"
NOT_EVERYWHERE = 1  # the exit status where a process did not answer

deployment = typer.Typer(help="Look at deployments and change them while they serve.", no_args_is_help=True)

DataOption = Annotated[Path | None, typer.Option("--data", help="Data folder of the proxy.")]
SourceOption = Annotated[
    Path | None,
    typer.Option("--config", help="The configuration file that is served. Needed only where a folder has several."),
]
NameArgument = Annotated[str, typer.Argument(help="The deployment's name.")]


@deployment.command("list")
def list_deployments(data: DataOption = None, config: SourceOption = None) -> None:
    """List the deployments of the newest version."""
    from service.cli.config import deployments_table  # noqa: PLC0415 config's commands are beside these

    with _live(data, config) as (live, _):
        newest = live.newest
        console = Console()
        console.print(deployments_table(checked(newest.document)))
        console.print(f"Version {newest.number}, {newest.at:%Y-%m-%d %H:%M} UTC, by {newest.author}.", style="dim")


@deployment.command()
def show(name: NameArgument, data: DataOption = None, config: SourceOption = None) -> None:
    """Print what is stated of a deployment, as YAML."""
    with _live(data, config) as (live, _):
        deployments = live.newest.document["deployments"]
        if name not in deployments:
            fail(f"There is no deployment {name!r}; there are {', '.join(sorted(deployments))}.")
        typer.echo(yaml.safe_dump({name: deployments[name]}, sort_keys=False, allow_unicode=True), nl=False)


@deployment.command("set")
def set_deployment(
    name: NameArgument,
    settings: Annotated[
        list[str], typer.Argument(help="Settings, as in agents.visual=off mode=shadow. Without a value: the default.")
    ],
    data: DataOption = None,
    config: SourceOption = None,
) -> None:
    """Change settings of a deployment. Ends when every process serves the change."""
    patch = as_patch([_assignment(each) for each in settings])
    with _live(data, config) as (live, author):
        _tell(live, live.newest, live.change_deployment(name, patch, author=author))


@deployment.command()
def remove(name: NameArgument, data: DataOption = None, config: SourceOption = None) -> None:
    """Take a deployment out. Requests under way finish."""
    with _live(data, config) as (live, author):
        _tell(live, live.newest, live.remove_deployment(name, author=author))


def apply(
    data: DataOption = None,
    config: SourceOption = None,
    *,
    replace_live: Annotated[
        bool, typer.Option("--replace-live", help="Undo changes that were made since the file was last applied.")
    ] = False,
) -> None:
    """Read the configuration file again, and let every process serve it."""
    with _live(data, config) as (live, author):
        before = live.newest
        _tell(live, before, live.apply_file(author=author, replace_live=replace_live))


def diff(data: DataOption = None, config: SourceOption = None) -> None:
    """Show how the file differs from what serves: what `config apply` would change."""
    with _live(data, config) as (live, _):
        found = differences(checked(live.newest.document), live.file.read())
        typer.echo("\n".join(map(str, found)) or f"{live.store.source} and version {live.newest.number} say the same.")


def versions(data: DataOption = None, config: SourceOption = None) -> None:
    """List the versions, the newest first: when, by whom, and what changed."""
    with _live(data, config) as (live, _):
        listed = live.store.history()
    table = Table("version", "when (UTC)", "who", Column("what changed", overflow="fold", ratio=1), show_lines=True)
    for each in listed:
        changed = [str(change) for change in changes_of(each, listed)] or [str(each.origin)]
        refused = [f"refused: {each.reason}"] if each.state is State.REFUSED else []
        table.add_row(str(each.number), f"{each.at:%Y-%m-%d %H:%M}", each.author, "\n".join([*refused, *changed]))
    Console().print(table)


def rollback(
    version: Annotated[int, typer.Argument(help="The number of the version to go back to.")],
    data: DataOption = None,
    config: SourceOption = None,
) -> None:
    """Go back to what an earlier version stated. It becomes a new version."""
    with _live(data, config) as (live, author):
        _tell(live, live.newest, live.roll_back(version, author=author))


def _assignment(text: str) -> tuple[str, Json]:
    """A setting with its value, which is read as YAML."""
    path, separator, value = text.partition("=")
    if not separator or not path:
        fail(f"{text}: write it as setting=value, for example agents.visual=off")
    try:
        parsed: Json = yaml.safe_load(value)
    except yaml.YAMLError:
        fail(f"{path}: {value!r} cannot be read; quote it")
    return path, parsed


def _tell(live: LiveConfiguration, before: Version, after: Version) -> None:
    console = Console(soft_wrap=True)
    if before.number == after.number:
        console.print(f"Nothing to change: version {after.number} says that already.", markup=False)
        return
    changes = [str(each) for each in differences(checked(before.document), checked(after.document))]
    for line in changes or ["No value changes: what was a default is stated now, or the other way round."]:
        console.print(line, markup=False, highlight=False)
    running = len(live.store.processes())
    served = f"{running} running {'process serves' if running == 1 else 'processes serve'} it"
    console.print(f"Version {after.number}: {served if running else 'the next start serves it'}.", markup=False)


@contextmanager
def _live(data: Path | None, config: Path | None) -> Iterator[tuple[LiveConfiguration, str]]:
    """The live configuration of a data folder, and who is at the terminal."""
    folder = data_folder(data)
    with explained(), existing_database(folder) as database:
        database.upgrade(seal_existing_chains)
        source = _source(database, folder, config)
        file = ConfigurationFile(None if source == DEMO else Path(source))
        live = LiveConfiguration(ConfigurationStore(database, source), file)
        try:
            yield live, f"{getuser()} at the terminal"
        except (NotEverywhere, NotPrepared) as error:
            Console(stderr=True, soft_wrap=True).print(str(error), style="red", markup=False)
            raise typer.Exit(NOT_EVERYWHERE) from None


def _source(database: Database, folder: Path, config: Path | None) -> str:
    """Whose versions are meant: those of the file that is named, else of the only file that was served here."""
    known = sources(database)
    named = config or read_settings().config
    if named is not None:
        source = ConfigurationFile(named).source
        if source not in known:
            others = f"Served from there: {', '.join(known)}" if known else START.format(file=named)
            fail(f"{named} was never served from {folder}.", others)
        return source
    if not known:
        fail(f"Nothing was served from {folder} yet.", START.format(file="FILE"))
    if len(known) > 1:
        fail(
            f"{folder} has versions of {len(known)} configurations.",
            f"Name the one that is meant with --config FILE: {', '.join(known)}",
        )
    return known[0]
