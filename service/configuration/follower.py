"""How a process comes to serve the newest version: it looks for one, prepares it, and lets it serve once all can.

One follower runs beside the application. It never stops for a version that cannot start: the one before serves on.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Mapping
from contextlib import ExitStack

from agents.errors import CheckpointUnavailable
from agents.loop_lag import until_tick
from guard.errors import GuardError
from guard.guard import Guard
from guard.holder import GuardHolder
from guard.models import build_models
from service.configuration.document import checked
from service.configuration.errors import ConfigurationError
from service.configuration.live import LiveConfiguration
from service.database.errors import StorageError

POLL_SECONDS = 0.25  # between looks at the versions: a change is to serve within a second
RETRY_SECONDS = 5.0  # before a version that could not be started is tried again

logger = logging.getLogger(__name__)


class Follower:
    """Follows one source's versions, from `start` to `close`."""

    def __init__(
        self,
        live: LiveConfiguration,
        guards: GuardHolder,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._live = live
        self._store = live.store
        self._guards = guards
        self._environment = os.environ if environment is None else environment
        self._prepared: Guard | None = None
        self._refused = 0  # the last version that could not be started here
        self._retry_at = 0.0
        self._process = ""
        self._held = ExitStack()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Count among the processes that serve, and follow from now on. SIGHUP applies the file."""
        self._process = await asyncio.to_thread(
            self._held.enter_context, self._store.registered(self._guards.current.version)
        )
        self._tasks.append(asyncio.create_task(self._follow()))
        try:
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self.reload)
        except (RuntimeError, ValueError):  # only a process's main thread gets signals
            logger.debug("SIGHUP is not handled in this thread")

    async def close(self) -> None:
        """Stop following, and leave the processes that serve."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._drop()
        await asyncio.to_thread(self._held.close)

    def reload(self) -> None:
        """Read the file again and apply it; what comes of it is logged."""
        task = asyncio.create_task(self._reload())
        self._tasks.append(task)
        task.add_done_callback(self._tasks.remove)

    async def _reload(self) -> None:
        before = self._guards.current.version
        try:
            version = await asyncio.to_thread(lambda: self._live.apply_file(author=f"SIGHUP, {self._process}"))
        except (ConfigurationError, GuardError, StorageError) as error:
            logger.error("the file was not applied: %s", error)
        else:
            is_new = version.number != before
            logger.info("version %d serves%s", version.number, "" if is_new else ": the file says nothing new")

    async def _follow(self) -> None:
        while True:
            try:
                await self._look()
            except StorageError as error:
                logger.warning("the configuration's versions cannot be read: %s", error)
            await asyncio.sleep(until_tick(POLL_SECONDS))

    async def _look(self) -> None:
        committed, proposed = await asyncio.to_thread(self._store.marks)
        if committed > self._guards.current.version:
            await self._serve(committed)
        elif proposed > max(committed, self._refused):
            if self._prepared is None or self._prepared.version != proposed:
                await self._prepare(proposed)
        elif self._prepared is not None:  # it was refused, somewhere
            await self._drop()

    async def _serve(self, number: int) -> None:
        """Let a committed version serve. One that was not prepared here is started first."""
        if self._prepared is None or self._prepared.version != number:
            now = asyncio.get_running_loop().time()
            if number == self._refused and now < self._retry_at:
                return
            await self._prepare(number)
        if self._prepared is None:
            return
        guard, self._prepared = self._prepared, None
        self._guards.adopt(guard)
        logger.info("version %d serves", number)
        await self._report(number)

    async def _prepare(self, number: int) -> None:
        """Start a version beside the one that serves, and tell the others how it went."""
        await self._drop()
        try:
            guard = await asyncio.to_thread(self._build, number)
            await self._guards.prepare(guard)
        except (GuardError, CheckpointUnavailable) as error:
            await self._report(number, str(error))
        except Exception:  # whatever it was, this version cannot serve, and the other one goes on
            logger.exception("version %d cannot be started", number)
            await self._report(number, "it cannot be started; the log of this process says why")
        else:
            self._prepared = guard
            await self._report(number)

    def _build(self, number: int) -> Guard:
        config = checked(self._store.version(number).document)
        return Guard(config, build_models(config, self._environment, self._guards.current.models), number)

    async def _drop(self) -> None:
        guard, self._prepared = self._prepared, None
        if guard is not None:
            await guard.close()

    async def _report(self, prepared: int, problem: str | None = None) -> None:
        if problem is not None:
            logger.error("version %d cannot serve here: %s", prepared, problem)
            self._refused = prepared
            self._retry_at = asyncio.get_running_loop().time() + RETRY_SECONDS
        serving = self._guards.current.version
        await asyncio.to_thread(
            lambda: self._store.report(self._process, serving=serving, prepared=prepared, problem=problem)
        )
