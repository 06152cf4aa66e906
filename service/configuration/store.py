"""Versions and processes in the data folder's database. All of it blocks.

The processes that share a folder agree through these tables alone. That a process lives is told by a lock that ends
with it, so one that was killed holds nothing up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Column, Integer, MetaData, Row, Table, Text, func, select
from sqlalchemy.engine import Connection

from service.configuration.errors import BaseOutdated, ChangeUnderWay, VersionUnknown
from service.configuration.version import Draft, Origin, ServingProcess, State, Version
from service.database.engine import Database, upsert
from service.database.files import WriterLock, is_held, lock_slot

PROPOSAL_SECONDS = 180  # then whoever proposed is believed to be gone; loading a model may take a minute
HISTORY = 100  # versions in a list
MARKS = "SELECT state, max(number) FROM configuration_versions WHERE source = ? GROUP BY state"

# The schema is made by the migrations.
METADATA = MetaData()
VERSIONS = Table(
    "configuration_versions",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
)
PROCESSES = Table(
    "configuration_processes",
    METADATA,
    Column("process", Text, primary_key=True),
    Column("pid", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("serving", Integer, nullable=False),
    Column("prepared", Integer, nullable=False),
    Column("problem", Text),
)


class ConfigurationStore:
    """The versions of one source: of a configuration file, or of the demo's configuration."""

    def __init__(self, database: Database, source: str) -> None:
        self.source = source
        self._database = database

    # ---- versions ----

    def newest(self) -> Version | None:
        """The version that every process is to serve; None before the first."""
        with self._database.snapshot() as connection:
            return self._last(connection, State.COMMITTED)

    def proposed(self) -> Version | None:
        """The version that every process is to prepare; None while nothing is proposed."""
        with self._database.snapshot() as connection:
            return self._last(connection, State.PROPOSED)

    def marks(self) -> tuple[int, int]:
        """The numbers of both, 0 where there is none: what is looked at many times a second."""
        found = dict(self._database.peek(MARKS, self.source))
        return found.get(State.COMMITTED, 0), found.get(State.PROPOSED, 0)

    def version(self, number: int) -> Version:
        """A version by its number; raises `VersionUnknown`."""
        with self._database.snapshot() as connection:
            row = connection.execute(
                select(VERSIONS).where(VERSIONS.c.number == number, VERSIONS.c.source == self.source)
            ).one_or_none()
        if row is None:
            raise VersionUnknown(number)
        return _version(row)

    def history(self) -> list[Version]:
        """The last versions, the newest first, refused ones too."""
        wanted = select(VERSIONS).where(VERSIONS.c.source == self.source).order_by(VERSIONS.c.number.desc())
        with self._database.snapshot() as connection:
            return [_version(row) for row in connection.execute(wanted.limit(HISTORY))]

    def propose(self, draft: Draft) -> Version:
        """Store a version for every process to prepare; raises `ChangeUnderWay` and `BaseOutdated`."""
        now = datetime.now(UTC)
        with self._database.transaction() as connection:
            other = self._last(connection, State.PROPOSED)
            if other is not None:
                if now - other.at < timedelta(seconds=PROPOSAL_SECONDS):
                    raise ChangeUnderWay
                _settle(connection, other.number, State.REFUSED, "whoever proposed it is gone")
            newest = self._last(connection, State.COMMITTED)
            if newest is not None and draft.base not in {None, newest.number}:
                raise BaseOutdated(draft.base or 0, newest.number)
            number = (connection.execute(select(func.max(VERSIONS.c.number))).scalar() or 0) + 1
            values = {
                "number": number,
                "source": self.source,
                "at": now.isoformat(),
                "author": draft.author,
                "origin": draft.origin,
                "document": orjson.dumps(draft.document).decode(),
                "file": draft.file,
                "state": State.PROPOSED,
            }
            connection.execute(VERSIONS.insert().values(values))
        return self.version(number)

    def commit(self, number: int) -> None:
        """From here on every process is to serve it."""
        with self._database.transaction() as connection:
            _settle(connection, number, State.COMMITTED)

    def refuse(self, number: int, reason: str) -> None:
        """Nobody serves it, for this reason."""
        with self._database.transaction() as connection:
            _settle(connection, number, State.REFUSED, reason)

    # ---- processes ----

    @contextmanager
    def registered(self, serving: int) -> Iterator[str]:
        """Count among the processes that serve, for as long as the block runs; yields this process's name."""
        lock = lock_slot(self._database.folder, "serving")
        try:
            self.report(lock.name, serving=serving, prepared=serving)
            yield lock.name
        finally:
            self._leave(lock)

    def report(self, process: str, *, serving: int, prepared: int, problem: str | None = None) -> None:
        """What a process serves now, and which version it is ready for, or why it is not."""
        values = {"pid": os.getpid(), "source": self.source, "serving": serving, "prepared": prepared}
        row = {"process": process, **values, "problem": problem}
        with self._database.transaction() as connection:
            connection.execute(upsert(PROCESSES, replace=[*values, "problem"]), row)

    def processes(self) -> list[ServingProcess]:
        """The processes that serve this source now."""
        with self._database.snapshot() as connection:
            rows = connection.execute(select(PROCESSES).where(PROCESSES.c.source == self.source)).all()
        return [
            ServingProcess(row.process, row.pid, row.serving, row.prepared, row.problem)
            for row in rows
            if is_held(self._database.folder, row.process)
        ]

    def _leave(self, lock: WriterLock) -> None:
        try:
            with self._database.transaction() as connection:
                connection.execute(PROCESSES.delete().where(PROCESSES.c.process == lock.name))
        finally:
            lock.release()

    def _last(self, connection: Connection, state: State) -> Version | None:
        of_source = (VERSIONS.c.source == self.source, VERSIONS.c.state == state)
        row = connection.execute(select(VERSIONS).where(*of_source).order_by(VERSIONS.c.number.desc()).limit(1)).first()
        return None if row is None else _version(row)


def sources(database: Database) -> list[str]:
    """The sources that have versions in a data folder, the one that changed last first."""
    last = func.max(VERSIONS.c.number)
    with database.snapshot() as connection:
        rows = connection.execute(select(VERSIONS.c.source).group_by(VERSIONS.c.source).order_by(last.desc()))
        return [row.source for row in rows]


def _settle(connection: Connection, number: int, state: State, reason: str | None = None) -> None:
    still = (VERSIONS.c.number == number, VERSIONS.c.state == State.PROPOSED)
    connection.execute(VERSIONS.update().where(*still).values(state=state, reason=reason))


def _version(row: Row[Any]) -> Version:
    return Version(
        row.number,
        row.source,
        datetime.fromisoformat(row.at),
        row.author,
        Origin(row.origin),
        orjson.loads(row.document),
        row.file,
        State(row.state),
        row.reason,
    )
