"""The writer thread: takes what waits, seals it, and makes it durable in one commit (group commit)."""

from __future__ import annotations

import logging
import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from service.audit.chain import ChainKey, Sealed
from service.audit.chain_heads import move, resume
from service.audit.errors import RecordsUnavailable
from service.audit.record import Record, now
from service.database.engine import append, probe, transaction

MAX_WAITING = 8192  # records; past it releases fail at once, which is better than late
MAX_GROUP = 256  # records in one commit
# SQLite's words for a failed write or sync. After one, nobody knows what is on the disk, so nothing more is released.
LOST = "disk I/O error"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Order:
    """A record to make durable; without one, a test of whether that would work."""

    record: Record | None
    done: Future[None] = field(default_factory=Future)


class Writer:
    """One thread, one connection, one chain."""

    def __init__(self, engine: Engine, name: str, key: ChainKey) -> None:
        self._engine = engine
        self._name = name
        self._key = key
        with transaction(engine) as connection:
            self._seal = resume(connection, name, key)
        self._lost = False
        self._orders: queue.Queue[Order | None] = queue.Queue(MAX_WAITING)
        self._thread = threading.Thread(target=self._run, name=f"records {name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, record: Record | None) -> Future[None]:
        """Queue a record. The future is done when it is on disk; raises `RecordsUnavailable` when too many wait."""
        order = Order(record)
        try:
            self._orders.put_nowait(order)
        except queue.Full:
            raise RecordsUnavailable("queue full") from None
        return order.done

    def stop(self) -> None:
        """Write what waits, then end."""
        self._orders.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            group, last = self._next_group()
            if group:
                self._commit(group)
            if last:
                return

    def _next_group(self) -> tuple[list[Order], bool]:
        """Wait for one order, then take all that wait beside it."""
        group: list[Order] = []
        order = self._orders.get()
        while order is not None:
            group.append(order)
            if len(group) == MAX_GROUP or self._orders.empty():
                return group, False
            order = self._orders.get()
        return group, True

    def _commit(self, group: list[Order]) -> None:
        try:
            self._write([order.record for order in group])
        except Exception as error:  # noqa: BLE001 whatever it was, nobody may believe that the records are there
            self._refuse(group, error)
        else:
            for order in group:
                order.done.set_result(None)

    def _write(self, records: list[Record | None]) -> None:
        if self._lost:
            raise SQLAlchemyError(LOST)
        sealed: list[Sealed] = []
        seal = self._seal
        for record in records:
            if record is not None:
                sealed.append(self._key.seal(record, seal))
                seal = sealed[-1].seal
        with self._engine.begin() as connection:
            if sealed:
                append(connection, self._name, sealed)
                move(connection, self._name, seal, self._key)
            else:
                probe(connection, self._name, now())
        self._seal = seal  # only what is on disk is part of the chain

    def _refuse(self, group: list[Order], error: Exception) -> None:
        self._lost = self._lost or LOST in str(error)
        cause = "lost" if self._lost else "write failed"
        logger.error("%d records were not written: %s", len(group), cause)
        for order in group:
            order.done.set_exception(RecordsUnavailable(cause))
