"""`situguard keys`: create, list, limit and revoke keys. A token is printed once, alone on standard output."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import orjson
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from service.audit.chain_heads import seal_existing_chains
from service.cli.options import DataOption, configuration, data_folder, read_settings
from service.cli.problems import explained, fail
from service.database.engine import open_database
from service.keys.errors import KeyUnknown
from service.keys.key import ClientKey, key_object
from service.keys.key_settings import DAYS, ChangedLimits, KeySettings, NewKey
from service.keys.store import AdminKey, KeyStore, this_month

keys = typer.Typer(help="Manage the keys that let clients use the proxy.", no_args_is_help=True)

S = TypeVar("S", bound=KeySettings)
Spend = Annotated[
    float | None,
    typer.Option("--spend-per-month", "--spend", help="Budget, in the currency of the configured prices."),
]

ServedOption = Annotated[
    Path | None,
    typer.Option("--config", help="The configuration that is served, to check the names of deployments by."),
]


class Liftable(StrEnum):
    """Limits that can be removed."""

    DEPLOYMENTS = "deployments"
    REQUESTS = "requests-per-minute"
    PICTURES = "pictures-per-minute"
    SPEND = "spend-per-month"

    @property
    def field(self) -> str:
        return self.value.replace("-", "_")


@keys.command()
def create(
    name: Annotated[str, typer.Argument(help="Name of the client, to recognise the key by.")],
    *,
    deployment: Annotated[
        list[str] | None, typer.Option(help="A deployment it may use. Without any, every guarded one.")
    ] = None,
    environment: Annotated[str, typer.Option(help="Becomes part of the token: live, test …")] = "live",
    requests_per_minute: Annotated[int | None, typer.Option(help="Maximum number of requests a minute.")] = None,
    pictures_per_minute: Annotated[int | None, typer.Option(help="Maximum number of pictures a minute.")] = None,
    spend_per_month: Spend = None,
    days: Annotated[int, typer.Option(help="Days until it expires.")] = DAYS,
    data: DataOption = None,
    config: ServedOption = None,
) -> None:
    """Create a client's key. Its token is shown now and never again."""
    _check_deployments(deployment or [], config)
    wanted = _checked(
        NewKey,
        name=name,
        environment=environment,
        deployments=deployment or [],
        requests_per_minute=requests_per_minute,
        pictures_per_minute=pictures_per_minute,
        spend_per_month=spend_per_month,
        days=days,
    )
    with _store(data) as store:
        key, token = store.create(wanted.name, wanted.environment, wanted.limits)
    Console(stderr=True, soft_wrap=True).print(
        f"Key {key.id} for {name}, in {data_folder(data)}.\n"
        "This is its token. It is not stored and will not be shown again:",
        markup=False,
    )
    print(token.text)  # noqa: T201 to be piped


@keys.command("create-admin")
def create_admin(data: DataOption = None) -> None:
    """Create an administrator's key, for the admin listener."""
    with _store(data) as store:
        token = store.create_admin()
    Console(stderr=True, soft_wrap=True).print(
        f"Administrator's key {token.id}, in {data_folder(data)}.\n"
        "This is its token. It is not stored and will not be shown again:",
        markup=False,
    )
    print(token.text)  # noqa: T201 to be piped


@keys.command("list")
def list_keys(
    data: DataOption = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List all keys and their limits, then the administrators' keys."""
    with _store(data) as store:
        known, administrators = store.read(this_month()), store.administrators()
    if as_json:
        clients = [{**key_object(key), "spent": known.spent.get(key.id, 0.0)} for key in known.clients.values()]
        admins = [key.shown for key in administrators]
        typer.echo(orjson.dumps([*clients, *admins], option=orjson.OPT_INDENT_2))
        return
    console = Console(soft_wrap=True)
    if not (known.clients or administrators):
        console.print(f"There are no keys in {data_folder(data)}.", markup=False)
        return
    table = Table("id", "name", "deployments", "requests/min", "pictures/min", "spent", "state")
    for key in known.clients.values():
        limits = key.limits
        rates = [str(limit or "–") for limit in (limits.requests_per_minute, limits.pictures_per_minute)]
        budget = "" if limits.spend_per_month is None else f" of {limits.spend_per_month:g}"
        spent = f"{known.spent.get(key.id, 0.0):.2f}{budget}"
        ends = f"until {limits.expires_at:%Y-%m-%d}" if limits.expires_at else "good"
        table.add_row(key.id, key.name, ", ".join(sorted(limits.deployments)), *rates, spent, _state(key, ends))
    for admin in administrators:
        table.add_row(admin.id, "(admin)", "–", "–", "–", "–", _state(admin, "good"))
    console.print(table)


@keys.command()
def limit(
    id: Annotated[str, typer.Argument(help="The key's id, as `list` shows it.")],  # noqa: A002 the field's own name
    *,
    deployment: Annotated[list[str] | None, typer.Option(help="A deployment it may use from now on.")] = None,
    requests_per_minute: Annotated[int | None, typer.Option(help="Maximum number of requests a minute.")] = None,
    pictures_per_minute: Annotated[int | None, typer.Option(help="Maximum number of pictures a minute.")] = None,
    spend_per_month: Spend = None,
    days: Annotated[int | None, typer.Option(help="Days until it expires, from now.")] = None,
    lift: Annotated[list[Liftable] | None, typer.Option(help="A limit to remove.")] = None,
    data: DataOption = None,
    config: ServedOption = None,
) -> None:
    """Change a key's limits; those that are not named stay. A running proxy follows within a second."""
    _check_deployments(deployment or [], config)
    given = {
        "deployments": deployment or None,
        "requests_per_minute": requests_per_minute,
        "pictures_per_minute": pictures_per_minute,
        "spend_per_month": spend_per_month,
        "days": days,
    }
    named = {name: value for name, value in given.items() if value is not None}
    lifted = dict.fromkeys(each.field for each in lift or ())
    for both in named.keys() & lifted.keys():
        fail(f"{both}: set it or lift it, not both")
    wanted = _checked(ChangedLimits, **named, **lifted)
    with _store(data) as store:
        store.limit(id, wanted.applied_to)


@keys.command()
def revoke(
    id: Annotated[str, typer.Argument(help="The key's id, as `list` shows it.")],  # noqa: A002 the field's own name
    data: DataOption = None,
    *,
    admin: Annotated[bool, typer.Option("--admin", help="The key is an administrator's.")] = False,
) -> None:
    """End a key. A running proxy follows within a second."""
    with _store(data) as store:
        if not admin and id in {key.id for key in store.administrators()}:
            fail(f"{id} is an administrator's key.", f"situguard keys revoke {id} --admin")
        (store.revoke_admin if admin else store.revoke)(id)


def _checked(kind: type[S], **given: object) -> S:
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        fail("\n".join(f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors()))


def _check_deployments(names: list[str], config: Path | None) -> None:
    """End where the served configuration, if it is known, does not have a deployment that is named."""
    file = config or read_settings().config
    if not names:
        return
    if file is None:
        message = "The deployments' names are not checked: name the configuration that is served, with --config FILE."
        Console(stderr=True, soft_wrap=True).print(message, style="dim", markup=False)
        return
    with explained():
        known = configuration(file).deployments
    unknown = [name for name in names if name not in known]
    if unknown:
        fail(f"{file} has no deployment {', '.join(unknown)}; it has {', '.join(known)}.")


def _state(key: ClientKey | AdminKey, otherwise: str) -> str:
    return f"revoked {key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else otherwise


@contextmanager
def _store(data: Path | None) -> Iterator[KeyStore]:
    folder = data_folder(data)
    with explained(), open_database(folder, after_upgrade=seal_existing_chains) as database:
        try:
            yield KeyStore(database)
        except KeyUnknown as error:
            fail(f"{error} in {folder}")
