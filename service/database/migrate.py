"""The schema's version: which one a database has, which one this service needs, and the way from one to the other.

Alembic is loaded where a schema is changed: that takes as long as all else that opening a database does.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

from sqlalchemy import inspect
from sqlalchemy.engine import Connection

VERSION_TABLE = "alembic_version"
PREFIX, DIGITS = "v", 4  # of a migration's file, which is named by the version that it leads to


class SchemaTooNew(Exception):
    """The database is of a newer version of this service."""


def schema_version(connection: Connection) -> str | None:
    """The version that a database has; None for an empty one."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar()  # noqa: S608 a constant
    return None if version is None else str(version)


def newest_version() -> str:
    """The version that this service works with."""
    names = (each.name for each in (_migrations() / "versions").iterdir())
    return max(name[len(PREFIX) :][:DIGITS] for name in names if name.startswith(PREFIX))


def migrate(connection: Connection) -> None:
    """Bring a database up to the newest version; raises `SchemaTooNew`."""
    from alembic import command  # noqa: PLC0415 see above
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_migrations()))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise SchemaTooNew from None


def _migrations() -> Traversable:
    return files("service.database") / "migrations"
