"""Reading records beside a service that writes them: nothing is changed and nothing is waited for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, type_coerce
from sqlalchemy.engine import Connection
from sqlalchemy.types import NullType

from service.audit.record import StoredRecord
from service.audit.tables import RECORDS
from service.database.engine import Database, insertion_order
from service.database.errors import DatabaseFailed, StorageUnusable
from service.database.migrate import newest_version, schema_version

ROW = insertion_order(RECORDS)
# As they are: a value of a type that has no place there must not stop the reading.
COLUMNS: list[ColumnElement[Any]] = [type_coerce(column, NullType).label(column.name) for column in RECORDS.c]
ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class DecisionFilter:
    """Which decisions are meant."""

    deployment: str | None = None
    action: str | None = None
    since: datetime | None = None
    verdict: str | None = None

    def matches(self, record: StoredRecord) -> bool:
        """Whether it is such a decision. Its time is not looked at: the query has done that."""
        wanted = {"deployment": self.deployment, "action": self.action, "verdict": self.verdict}
        return record.kind == "decision" and all(
            record.body.get(name) == value for name, value in wanted.items() if value
        )


class AuditReader:
    """Reads over an open connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def last(self, chosen: DecisionFilter, count: int) -> list[StoredRecord]:
        """The newest decisions that match, oldest first."""
        query = _since(select(*COLUMNS, ROW).order_by(ROW.desc()), chosen.since)
        found: list[StoredRecord] = []
        with self.connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query) as rows:
            for record in map(_stored_record, rows):
                if len(found) == count:
                    break
                if chosen.matches(record):
                    found.append(record)
        return found[::-1]

    def newest(self, since: datetime, most: int) -> list[StoredRecord]:
        """The newest records of any kind, oldest first, no more than `most` of them."""
        query = _since(select(*COLUMNS, ROW).order_by(ROW.desc()).limit(most), since)
        return [_stored_record(each) for each in self.connection.execute(query)][::-1]

    def after(self, row: int) -> list[StoredRecord]:
        """What was committed after that row."""
        return [_stored_record(each) for each in self.connection.execute(_in_order().where(row < ROW))]

    def newest_row(self) -> int:
        """The row that was committed last; 0 where there is none."""
        return self.connection.scalar(select(ROW).select_from(RECORDS).order_by(ROW.desc()).limit(1)) or 0

    def of(self, decision: str) -> list[StoredRecord]:
        """The records of a decision's id."""
        return [_stored_record(each) for each in self.connection.execute(_in_order().where(RECORDS.c.id == decision))]

    def matching(self, chosen: DecisionFilter) -> Iterator[StoredRecord]:
        """All decisions that match and their outcomes, in the order in which they were committed."""
        all_decisions = chosen.deployment is None and chosen.action is None and chosen.verdict is None
        matched: set[str] = set()
        for record in self._stream(_since(_in_order(), chosen.since)):
            if chosen.matches(record):
                matched.add(record.id)
                yield record
            elif record.kind != "decision" and (record.id in matched or all_decisions):
                matched.discard(record.id)
                yield record

    def chain(self, writer: str) -> Iterator[StoredRecord]:
        """A writer's records in the order of its chain."""
        query = select(*COLUMNS, ROW).where(RECORDS.c.writer == writer)
        return self._stream(query.order_by(RECORDS.c.sequence))

    def mac_at(self, writer: str, sequence: int) -> str | None:
        """The MAC of one record, in hex; None if it is not there."""
        at = (RECORDS.c.writer == writer) & (RECORDS.c.sequence == sequence)
        mac = self.connection.scalar(select(RECORDS.c.mac).where(at))
        return None if mac is None else bytes(mac).hex()

    def writers(self) -> list[str]:
        """All writers that have records."""
        return list(self.connection.scalars(select(RECORDS.c.writer).distinct().order_by(RECORDS.c.writer)))

    def _stream(self, query: Select[Any]) -> Iterator[StoredRecord]:
        return map(_stored_record, self.connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query))


@contextmanager
def reading(database: Database, *, any_schema: bool = False) -> Iterator[AuditReader]:
    """One moment of the records, whatever is written meanwhile; raises `StorageUnusable`."""
    folder = database.folder
    try:
        with database.snapshot() as connection:
            if not any_schema and (found := schema_version(connection)) != newest_version():
                needed = f"its schema is {found or 'none'}, this version reads {newest_version()}"
                raise StorageUnusable(folder, f"{needed}; run: situguard records upgrade --data {folder}")
            yield AuditReader(connection)
    except DatabaseFailed as error:
        raise StorageUnusable(folder, f"records cannot be read ({error.kind})") from None


def _in_order() -> Select[Any]:
    return select(*COLUMNS, ROW).order_by(ROW)


def _since(query: Select[Any], since: datetime | None) -> Select[Any]:
    return query if since is None else query.where(RECORDS.c.at >= since.isoformat(timespec="milliseconds"))


def _stored_record(row: Row[Any]) -> StoredRecord:
    """A row, whatever somebody put into its columns."""
    writer, kind, id_, at, text, digest = map(str, (row.writer, row.kind, row.id, row.at, row.body, row.digest))
    sequence = row.sequence if isinstance(row.sequence, int) else 0
    mac = row.mac if isinstance(row.mac, bytes) else b""
    return StoredRecord(row.row, writer, sequence, kind, id_, at, text, digest, mac)
