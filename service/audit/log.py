"""The audit log as the gate uses it: commit a record and wait, post one and go on, or ask whether writing works."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import replace

from service.audit.chain import ChainKey, load_key
from service.audit.content_store import Content, ContentStore
from service.audit.content_writer import ContentWriter
from service.audit.errors import RecordsAltered, RecordsUnavailable
from service.audit.record import Record
from service.audit.writer import ChainWriter, settle
from service.database.engine import Database
from service.database.errors import DatabaseFailed, StorageUnusable
from service.database.files import WriterLock

COMMIT_SECONDS = 5.0  # past it a request fails: a disk that takes longer is not working

logger = logging.getLogger(__name__)


class AuditLog:
    """Open from `open_audit_log` to `close`."""

    def __init__(self, database: Database, lock: WriterLock, key: ChainKey) -> None:
        self.key = key
        self._lock = lock
        self._writer = ChainWriter(database, lock.name, key)
        self._writer.start()
        self._content = ContentWriter(ContentStore(database.folder))

    async def keep(self, content: Content | None) -> None:
        """Return when the content is on disk, at once if there is none; raises `RecordsUnavailable`."""
        if content is not None:
            await _done(self._content.put(content))

    async def commit(self, record: Record) -> None:
        """Return when the record is on disk; raises `RecordsUnavailable`."""
        await self._written(record)

    async def check(self) -> None:
        """Write something that means nothing; raises `RecordsUnavailable` where that fails."""
        await self._written(None)

    def post(self, record: Record, content: Content | None = None) -> None:
        """Queue a record that nothing waits for, after its content. Where content is not kept, the record says so."""
        if content is None:
            self._put(record)
            return
        without = replace(record, body={**record.body, "kept_until": None})
        try:
            kept = self._content.put(content)
        except RecordsUnavailable:
            self._put(without)
        else:
            kept.add_done_callback(lambda done: self._put(without if done.exception() else record))

    def close(self) -> None:
        """Write what waits and let another process write under this name. Blocks until that is done."""
        self._content.stop()
        self._writer.stop()
        self._lock.release()

    async def _written(self, record: Record | None) -> None:
        """The write goes on whatever becomes of the request that waits for it."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._writer.put(record, done)
        deadline = loop.call_later(COMMIT_SECONDS, settle, [done], "timeout")
        try:
            await done
        finally:
            deadline.cancel()

    def _put(self, record: Record) -> None:
        try:
            self._writer.put(record)
        except RecordsUnavailable:
            logger.error("an outcome was not recorded: queue full")


def open_audit_log(database: Database) -> AuditLog:
    """The audit log in an open database, writing its own chain; raises `StorageUnusable`."""
    folder = database.folder
    ContentStore(folder).check()
    lock = database.lock_writer()
    with ExitStack() as failing:
        failing.callback(lock.release)
        try:
            opened = AuditLog(database, lock, load_key(folder))
        except RecordsAltered as error:
            raise StorageUnusable(folder, f"{error}; see: situguard records verify --data {folder}") from None
        except DatabaseFailed as error:
            raise StorageUnusable(folder, f"records cannot be written ({error.kind})") from None
        failing.pop_all()
    return opened


async def _done(future: Future[None]) -> None:
    try:
        async with asyncio.timeout(COMMIT_SECONDS):
            # Shielded: the write goes on whatever becomes of the request that waits for it.
            await asyncio.shield(asyncio.wrap_future(future))
    except TimeoutError:
        raise RecordsUnavailable("timeout") from None
