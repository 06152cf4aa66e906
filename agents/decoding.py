"""Decoding where it cannot take the service down: in a few processes that may die (see `decoder_main`).

decoder = Decoder()
picture = await decoder.read(data, "image/png", "messages[0].content[1]")    # or PictureRejected
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from agents.beside import beside
from agents.decoder_frames import FrameBroken
from agents.decoder_main import MEMORY, SECONDS
from agents.decoder_process import DecoderProcess
from agents.errors import DecoderBusy, PictureRejected
from agents.images import Picture
from agents.picture_cache import CACHED_BYTES, PictureCache, Reading, picture_key


@dataclass(frozen=True)
class DecoderLimits:
    """How many processes, and what each may take.

    A picture has `seconds` by the clock and `cpu_seconds`; a process has `memory` bytes and is renewed after `jobs`.
    `waiting` pictures may stand in line, `wait_seconds` each; the next are turned away with `DecoderBusy`.
    """

    processes: int = 2
    seconds: float = 10.0
    cpu_seconds: int = SECONDS
    memory: int = MEMORY
    jobs: int = 500
    waiting: int = 64
    wait_seconds: float = 10.0
    cached_bytes: int = CACHED_BYTES


class Decoder:
    """Checked, normalised pictures from bytes. Processes start when they are first needed."""

    def __init__(self, limits: DecoderLimits | None = None) -> None:
        self._limits = limits or DecoderLimits()
        self._cache = PictureCache(self._limits.cached_bytes)
        self._idle: list[DecoderProcess] = []
        self._working: set[DecoderProcess] = set()
        self._turns = asyncio.Semaphore(self._limits.processes)
        self._inside = 0

    async def start(self) -> None:
        """Start a process ahead of time, so that the first picture does not wait for one. A failure shows later."""
        with contextlib.suppress(PictureRejected, DecoderBusy):
            await self._decoded(b"", None, "start")

    @property
    def processes(self) -> tuple[int, ...]:
        """The ids of all processes that run, idle ones too."""
        return tuple(process.pid for process in (*self._idle, *self._working))

    async def read(self, data: bytes, declared: str | None, where: str) -> Picture:
        """The picture that `data` holds, as `agents.images.read_picture` would have it; raises `PictureRejected`.

        A picture that kills its process, or takes it too long, is rejected like one that cannot be decoded.
        """
        key = await beside(lambda: picture_key(data, declared))
        reading = self._cache.get(key)
        if reading is None:
            reading = await self._decoded(data, declared, where)
            self._cache.put(key, reading)
        if isinstance(reading, Picture):
            return reading
        raise PictureRejected(reading.reason, where=where, too_large=reading.too_large)

    async def close(self) -> None:
        """End all processes; what they were decoding is rejected."""
        for process in (*self._idle, *self._working):
            await process.kill()
        self._idle.clear()

    async def _decoded(self, data: bytes, declared: str | None, where: str) -> Reading:
        async with self._turn(), self._process() as process:
            try:
                async with asyncio.timeout(self._limits.seconds):
                    return await process.read(data, declared)
            except TimeoutError:
                await process.kill()
                raise PictureRejected("the picture takes too long to decode", where=where) from None
            except FrameBroken:
                await process.kill()
                raise PictureRejected("the picture cannot be decoded", where=where) from None

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Wait in line, for so long and among so many."""
        if self._inside >= self._limits.processes + self._limits.waiting:
            raise DecoderBusy
        self._inside += 1
        try:
            await self._reach_the_front()
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._inside -= 1

    async def _reach_the_front(self) -> None:
        try:
            async with asyncio.timeout(self._limits.wait_seconds):
                await self._turns.acquire()
        except TimeoutError:
            raise DecoderBusy from None

    @asynccontextmanager
    async def _process(self) -> AsyncIterator[DecoderProcess]:
        """A process to oneself. One that is left amid its work, is dead or has done its share does not come back."""
        process = await self._taken()
        self._working.add(process)
        whole = False
        try:
            yield process
            whole = process.alive and process.jobs < self._limits.jobs
        finally:
            self._working.discard(process)
            if whole:
                self._idle.append(process)
            else:
                await process.kill()

    async def _taken(self) -> DecoderProcess:
        while self._idle:
            process = self._idle.pop()
            if process.alive:
                return process
            await process.kill()
        try:
            return await DecoderProcess.start(self._limits.memory, self._limits.cpu_seconds)
        except OSError:
            raise DecoderBusy from None  # the system has no room for another process
