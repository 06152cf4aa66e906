"""Reading records, beside a service that writes them: nothing is changed and nothing is waited for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Integer, Label, Row, Select, literal_column, select, type_coerce
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import NullType

from service.audit.errors import RecordsUnusable
from service.audit.stored_record import Entry
from service.audit.tables import RECORDS
from service.database.engine import demand_records, engine_over
from service.database.migrate import newest, revision

ROW: Label[int] = literal_column("records.rowid", Integer).label("row")  # records are never deleted, so it only grows
# As they are: a value of a type that has no place there must not stop the reading.
COLUMNS: list[ColumnElement[Any]] = [type_coerce(column, NullType).label(column.name) for column in RECORDS.c]


@dataclass(frozen=True)
class Selection:
    """Which decisions are meant."""

    deployment: str | None = None
    action: str | None = None
    since: datetime | None = None

    @property
    def narrow(self) -> bool:
        """Whether not every decision of the time is meant."""
        return self.deployment is not None or self.action is not None

    def has(self, entry: Entry) -> bool:
        """Whether it is such a decision; its time is checked by the query."""
        wanted = {"deployment": self.deployment, "action": self.action}
        return entry.kind == "decision" and all(entry.body.get(name) == want for name, want in wanted.items() if want)


class Reader:
    """Over an open connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def last(self, selection: Selection, count: int) -> list[Entry]:
        """The newest decisions of a selection, oldest first."""
        query = _since(_all().order_by(ROW.desc()), selection)
        found: list[Entry] = []
        with self.connection.execution_options(yield_per=500).execute(query) as rows:
            for entry in map(_entry, rows):
                if len(found) == count:
                    break
                if selection.has(entry):
                    found.append(entry)
        return found[::-1]

    def after(self, row: int) -> list[Entry]:
        """What was committed after that row."""
        return [_entry(each) for each in self.connection.execute(_rows().where(row < ROW))]

    def newest_row(self) -> int:
        """The row committed last; 0 where there is none."""
        return self.connection.scalar(select(ROW).select_from(RECORDS).order_by(ROW.desc()).limit(1)) or 0

    def of(self, decision: str) -> list[Entry]:
        """The records of a decision's id."""
        return [_entry(each) for each in self.connection.execute(_rows().where(RECORDS.c.id == decision))]

    def selected(self, selection: Selection) -> Iterator[Entry]:
        """All records of a selection in the order of their commits, outcomes after their decisions."""
        chosen: set[str] = set()
        query = _since(_rows(), selection)
        for entry in map(_entry, self.connection.execution_options(yield_per=500).execute(query)):
            if selection.has(entry):
                chosen.add(entry.id)
                yield entry
            elif entry.kind != "decision" and (entry.id in chosen or not selection.narrow):
                chosen.discard(entry.id)
                yield entry

    def chain(self, writer: str) -> Iterator[Entry]:
        """A writer's records in the order of its chain."""
        query = _all().where(RECORDS.c.writer == writer).order_by(RECORDS.c.sequence)
        return map(_entry, self.connection.execution_options(yield_per=500).execute(query))

    def mac_at(self, writer: str, sequence: int) -> str | None:
        """The MAC of one record, in hex; None if it is not there."""
        at = (RECORDS.c.writer == writer) & (RECORDS.c.sequence == sequence)
        mac = self.connection.scalar(select(RECORDS.c.mac).where(at))
        return None if mac is None else bytes(mac).hex()

    def writers(self) -> list[str]:
        """All that have records."""
        return list(self.connection.scalars(select(RECORDS.c.writer).distinct().order_by(RECORDS.c.writer)))


@contextmanager
def reading(folder: Path, *, any_schema: bool = False) -> Iterator[Reader]:
    """One moment of a folder's records, whatever is written meanwhile; raises `RecordsUnusable`."""
    demand_records(folder)
    engine = engine_over(folder)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only=ON")
            connection.exec_driver_sql("BEGIN")
            if not any_schema:
                _check_schema(folder, connection)
            yield Reader(connection)
    except SQLAlchemyError as error:
        raise RecordsUnusable(folder, f"records cannot be read ({type(error).__name__})") from None
    finally:
        engine.dispose()


def _check_schema(folder: Path, connection: Connection) -> None:
    stands = revision(connection)
    if stands != newest():
        told = f"its schema is {stands or 'none'}, this version reads {newest()}"
        raise RecordsUnusable(folder, f"{told}; run: situguard records upgrade --data {folder}")


def _all() -> Select[Any]:
    return select(*COLUMNS, ROW)


def _rows() -> Select[Any]:
    return _all().order_by(ROW)


def _since(query: Select[Any], selection: Selection) -> Select[Any]:
    if selection.since is None:
        return query
    return query.where(RECORDS.c.at >= selection.since.isoformat(timespec="milliseconds"))


def _entry(row: Row[Any]) -> Entry:
    writer, kind, id_, at, text, digest = map(str, (row.writer, row.kind, row.id, row.at, row.body, row.digest))
    sequence = row.sequence if isinstance(row.sequence, int) else 0
    mac = row.mac if isinstance(row.mac, bytes) else b""
    return Entry(row.row, writer, sequence, kind, id_, at, text, digest, mac)
