"""`situguard keys`: create, list, limit and revoke. A key's token is printed once, alone on standard output."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from service.cli.data_folder import Data, data_folder
from service.cli.problems import explained, fail
from service.keys.errors import KeyUnknown
from service.keys.key import ClientKey
from service.keys.store import KeyStore, open_keys, this_month
from service.keys.wanted_limits import DAYS, ChangedLimits, NewKey, Wish

keys = typer.Typer(help="Who may use the proxy.", no_args_is_help=True)

W = TypeVar("W", bound=Wish)
Spend = Annotated[
    float | None,
    typer.Option("--spend-per-month", "--spend", help="In the currency of the configuration's price table."),
]


class Liftable(StrEnum):
    """Limits that can be taken away."""

    DEPLOYMENTS = "deployments"
    REQUESTS = "requests-per-minute"
    PICTURES = "pictures-per-minute"
    SPEND = "spend-per-month"

    @property
    def field(self) -> str:
        return self.value.replace("-", "_")


@keys.command()
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is, for people.")],
    *,
    deployment: Annotated[list[str] | None, typer.Option(help="May be used; without any: every guarded one.")] = None,
    environment: Annotated[str, typer.Option(help="Part of the token's text: live, test …")] = "live",
    requests_per_minute: Annotated[int | None, typer.Option(help="At most so many.")] = None,
    pictures_per_minute: Annotated[int | None, typer.Option(help="At most so many.")] = None,
    spend_per_month: Spend = None,
    days: Annotated[int, typer.Option(help="Until it expires.")] = DAYS,
    data: Data = None,
) -> None:
    """Make a client's key. The token is shown now and never again."""
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
    Console(stderr=True).print(
        f"Key {key.id} for {name}. This is its token; it is not kept and not shown again:", markup=False
    )
    print(token.text)  # noqa: T201 to be piped


@keys.command("create-admin")
def create_admin(data: Data = None) -> None:
    """Make an administrator's key, for the admin listener."""
    with _store(data) as store:
        token = store.create_admin()
    Console(stderr=True).print(
        f"Administrator's key {token.id}. This is its token; it is not shown again:", markup=False
    )
    print(token.text)  # noqa: T201 to be piped


@keys.command("list")
def list_keys(data: Data = None) -> None:
    """All keys, and what they may do."""
    with _store(data) as store:
        known = store.read(this_month())
    table = Table("id", "name", "deployments", "requests/min", "pictures/min", "spent", "state")
    for key in known.clients.values():
        table.add_row(*_row(key, known.spent.get(key.id, 0.0)))
    Console().print(table)


@keys.command()
def limit(
    id: Annotated[str, typer.Argument(help="The key's id, as `list` shows it.")],  # noqa: A002 the field's own name
    *,
    deployment: Annotated[list[str] | None, typer.Option(help="May be used, in place of those before.")] = None,
    requests_per_minute: Annotated[int | None, typer.Option(help="At most so many.")] = None,
    pictures_per_minute: Annotated[int | None, typer.Option(help="At most so many.")] = None,
    spend_per_month: Spend = None,
    days: Annotated[int | None, typer.Option(help="Until it expires, from now.")] = None,
    lift: Annotated[list[Liftable] | None, typer.Option(help="Take this limit away.")] = None,
    data: Data = None,
) -> None:
    """Change what a key may do; what is not named stays. A running proxy knows within a second."""
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
        fail(f"{both}: either set or lifted, not both")
    wanted = _checked(ChangedLimits, **named, **lifted)
    with _store(data) as store, _known():
        store.limit(id, wanted.over)


@keys.command()
def revoke(
    id: Annotated[str, typer.Argument(help="The key's id, as `list` shows it.")],  # noqa: A002 the field's own name
    data: Data = None,
    *,
    admin: Annotated[bool, typer.Option("--admin", help="It is an administrator's key.")] = False,
) -> None:
    """End a key. A running proxy knows within a second."""
    with _store(data) as store, _known():
        (store.revoke_admin if admin else store.revoke)(id)


@contextmanager
def _known() -> Iterator[None]:
    try:
        yield
    except KeyUnknown as error:
        fail(str(error))


def _checked(kind: type[W], **given: object) -> W:
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        fail("\n".join(f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors()))


@contextmanager
def _store(data: Path | None) -> Iterator[KeyStore]:
    with explained():
        store = open_keys(data_folder(data))
    try:
        yield store
    finally:
        store.close()


def _row(key: ClientKey, spent: float) -> list[str]:
    limits = key.limits
    budget = f"{spent:.2f}" + (f" of {limits.spend_per_month:g}" if limits.spend_per_month is not None else "")
    ends = f"until {limits.expires_at:%Y-%m-%d}" if limits.expires_at else "good"
    state = f"revoked {key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else ends
    rates = [str(limit or "–") for limit in (limits.requests_per_minute, limits.pictures_per_minute)]
    return [key.id, key.name, ", ".join(sorted(limits.deployments)), *rates, budget, state]
