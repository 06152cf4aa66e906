"""The content writer: threads that write content, so that neither the event loop nor the chain writer waits for it."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor

from service.audit.content_store import Content, ContentStore, today
from service.audit.errors import RecordsUnavailable

THREADS = 4  # their syncs wait for the same disk, and share its journal
MAX_WAITING = 128  # records whose content waits; each may hold a request's pictures

logger = logging.getLogger(__name__)


class ContentWriter:
    """Keeps content, and purges what is due: at its start, and when the first content of a day is written."""

    def __init__(self, store: ContentStore) -> None:
        self._store = store
        self._pool = ThreadPoolExecutor(THREADS, "content")
        self._room = threading.BoundedSemaphore(MAX_WAITING)
        self._purged = today()
        self._pool.submit(self._purge)

    def put(self, content: Content) -> Future[None]:
        """Queue content. The future is done when it is on disk; raises `RecordsUnavailable` when too much waits."""
        if not self._room.acquire(blocking=False):
            raise RecordsUnavailable("content queue full")
        if self._purged != today():
            self._purged = today()
            self._pool.submit(self._purge)
        return self._pool.submit(self._keep, content)

    def stop(self) -> None:
        """Write what waits, then end."""
        self._pool.shutdown()

    def _keep(self, content: Content) -> None:
        try:
            self._store.keep(content)
        except OSError as error:
            logger.error("content was not kept: %s", error.strerror)
            raise RecordsUnavailable("content not kept") from None
        finally:
            self._room.release()

    def _purge(self) -> None:
        try:
            purged = self._store.purge(today())
        except OSError as error:
            logger.error("content that is due was not purged: %s", error.strerror)
        else:
            if purged:
                logger.info("%d pieces of content were due, and purged", purged)
