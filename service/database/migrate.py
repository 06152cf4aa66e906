"""The schema's version: which one a database has, which one this service needs, and the way from one to the other."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection


def schema_version(connection: Connection) -> str | None:
    """The version that a database has; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_version() -> str:
    """The version that this service works with."""
    return str(ScriptDirectory.from_config(_alembic_config()).get_current_head())


def migrate(connection: Connection) -> None:
    """Bring a database up to the newest version; raises alembic's `CommandError` if it is newer than this service."""
    config = _alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _alembic_config() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(files("service.database") / "migrations"))
    return config
