"""Records as the gate uses them: commit and wait, post and go on, or ask whether writing works."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from service.audit.chain import ChainKey, load_key
from service.audit.content_store import Content, Shelf
from service.audit.content_writer import Keeper
from service.audit.errors import RecordsAltered, RecordsUnavailable, RecordsUnusable
from service.audit.record import Record
from service.audit.writer import Writer
from service.database.engine import open_database
from service.database.locks import Slot, take_slot

COMMIT_SECONDS = 5.0  # past it a request fails: a disk that takes longer is not working

logger = logging.getLogger(__name__)


class Records:
    """Open from `open_records` to `close`."""

    def __init__(self, engine: Engine, slot: Slot, key: ChainKey, shelf: Shelf) -> None:
        self._engine = engine
        self._slot = slot
        self.key = key
        self._writer = Writer(engine, slot.writer, key)
        self._writer.start()
        self._keeper = Keeper(shelf)

    async def keep(self, content: Content | None) -> None:
        """Return when the content is on disk; raises `RecordsUnavailable`. None is kept at once."""
        if content is not None:
            await self._done(self._keeper.put(content))

    async def commit(self, record: Record) -> None:
        """Return when the record is on disk; raises `RecordsUnavailable`."""
        await self._done(self._writer.put(record))

    async def check(self) -> None:
        """Write something that means nothing; raises `RecordsUnavailable` where that fails."""
        await self._done(self._writer.put(None))

    def post(self, record: Record, content: Content | None = None) -> None:
        """Queue a record that nothing waits for, after its content. Where that fails, the record does not claim it."""
        if content is None:
            self._put(record)
            return
        without = replace(record, body={**record.body, "kept_until": None})
        try:
            kept = self._keeper.put(content)
        except RecordsUnavailable:
            self._put(without)
        else:
            kept.add_done_callback(lambda done: self._put(without if done.exception() else record))

    def close(self) -> None:
        """Write what waits and free the folder. Blocks until that is done."""
        self._keeper.stop()
        self._writer.stop()
        self._engine.dispose()
        self._slot.release()

    def _put(self, record: Record) -> None:
        try:
            self._writer.put(record)
        except RecordsUnavailable:
            logger.error("an outcome was not recorded: queue full")

    async def _done(self, future: Future[None]) -> None:
        try:
            async with asyncio.timeout(COMMIT_SECONDS):
                # Shielded: the write goes on whatever becomes of the request that waits for it.
                await asyncio.shield(asyncio.wrap_future(future))
        except TimeoutError:
            raise RecordsUnavailable("timeout") from None


def open_records(folder: Path) -> Records:
    """Records in a folder, made on first use; raises `RecordsUnusable`."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        slot = take_slot(folder)
    except OSError as error:
        raise RecordsUnusable(folder, error.strerror or "cannot be written") from None
    try:
        return Records(open_database(folder), slot, load_key(folder), Shelf(folder))
    except BaseException as error:
        slot.release()
        if isinstance(error, RecordsAltered):
            raise RecordsUnusable(folder, f"{error}; see: situguard records verify --data {folder}") from None
        if isinstance(error, SQLAlchemyError):
            raise RecordsUnusable(folder, f"records cannot be written ({type(error).__name__})") from None
        raise
