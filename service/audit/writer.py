"""The chain writer: a thread that takes what waits, seals it, and makes it durable in one commit (group commit)."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from service.audit.chain import ChainKey, SealedRecord
from service.audit.chain_heads import move_head, resume_chain
from service.audit.errors import RecordsAltered, RecordsUnavailable
from service.audit.record import Record
from service.audit.tables import append, probe
from service.database.engine import Database
from service.database.errors import DatabaseFailed, DatabaseMoved

MAX_WAITING = 8192  # records; past it releases fail at once, which is better than late
MAX_GROUP = 256  # records in one commit
# How long a record that nobody waits for lets others join it: an outcome then takes no commit of its own, but goes with
# the next decision.
LINGER_SECONDS = 0.05

# What an operator reads where the file is whole and is not the one that we wrote.
CAUSES = {DatabaseMoved: "the database was removed, moved or replaced", RecordsAltered: "an older copy lies there"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PendingWrite:
    """A record to make durable; without one, a test of whether that would work. `done` is there if somebody waits."""

    record: Record | None
    done: asyncio.Future[None] | None = None


class ChainWriter:
    """One thread, one chain."""

    def __init__(self, database: Database, name: str, key: ChainKey) -> None:
        self._database = database
        self._name = name
        self._key = key
        with database.transaction() as connection:
            self._head = resume_chain(connection, name, key)
        self._lost = False  # after a failed write or sync nobody knows what is on disk: nothing more is written
        self._waiting: queue.SimpleQueue[PendingWrite | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=f"records {name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, record: Record | None, done: asyncio.Future[None] | None = None) -> None:
        """Queue a record. The future is done when it is on disk; raises `RecordsUnavailable` when too many wait."""
        if self._waiting.qsize() >= MAX_WAITING:
            raise RecordsUnavailable("queue full")
        self._waiting.put(PendingWrite(record, done))

    def stop(self) -> None:
        """Write what waits, then end."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            group, last = self._next_group()
            if group:
                self._commit(group)
            if last:
                return

    def _next_group(self) -> tuple[list[PendingWrite], bool]:
        """Wait for one record, then take all that wait beside it, or come while nobody waits for any of them.

        The second part is whether to end after them.
        """
        group: list[PendingWrite] = []
        pending, until = self._waiting.get(), time.monotonic() + LINGER_SECONDS
        while pending is not None:
            group.append(pending)
            if pending.done is not None:
                until = 0.0
            if len(group) == MAX_GROUP:
                return group, False
            try:
                pending = self._waiting.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                return group, False
        return group, True

    def _commit(self, group: list[PendingWrite]) -> None:
        sealed: list[SealedRecord] = []
        head = self._head
        try:
            if self._lost:
                raise RecordsUnavailable("lost")
            for pending in group:
                if pending.record is not None:
                    sealed.append(self._key.seal(pending.record, head))
                    head = sealed[-1].head
            with self._database.driver_transaction() as connection:
                move_head(connection, self._name, self._head, head, self._key)
                if sealed:
                    append(connection, self._name, sealed)
                else:
                    probe(connection, self._name)
        except Exception as error:  # noqa: BLE001 whatever it was, nobody may believe that the records are there
            self._lost = self._lost or (isinstance(error, DatabaseFailed) and error.lost)
            cause = "lost" if self._lost else CAUSES.get(type(error), "write failed")
            logger.error("%d records were not written: %s", len(group), cause)
            _tell(group, cause)
        else:
            self._head = head  # only what is on disk is part of the chain
            _tell(group, None)


def _tell(group: Iterable[PendingWrite], cause: str | None) -> None:
    """Wake who waits, all at once: they are of one event loop."""
    waiting = [pending.done for pending in group if pending.done is not None]
    if waiting:
        with suppress(RuntimeError):  # the loop has closed: nobody waits any more
            waiting[0].get_loop().call_soon_threadsafe(settle, waiting, cause)


def settle(waiting: Iterable[asyncio.Future[None]], cause: str | None) -> None:
    """End the waits, with `RecordsUnavailable` if there is a cause. Who has gone is not told."""
    for done in waiting:
        if done.done():
            continue
        if cause is None:
            done.set_result(None)
        else:
            done.set_exception(RecordsUnavailable(cause))
