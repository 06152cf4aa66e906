"""Decoding where it cannot take the service down: in a few processes that may die (see `agents.decoder_process`).

decoder = Decoder()
picture = await decoder.read(data, "messages[0].content[1]")    # or PictureRejected
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from agents.beside import beside
from agents.decoder_process import (
    MAX_LINE,
    MEMORY,
    SAME,
    SECONDS,
    FrameBroken,
    picture_in,
    read_line,
    rejection_in,
    request,
    size_in,
)
from agents.errors import DecoderBusy, PictureRejected
from agents.images import PICTURE_PIXELS, Picture

ROOT = Path(__file__).resolve().parents[1]
CACHED_BYTES = 64 * 1024**2  # of pictures; a conversation sends its pictures again with each turn
ENTRY_BYTES = 1024  # what a cache entry takes beside its picture, rounded up

Reading = Picture | PictureRejected
PictureKey = tuple[str, int]


@dataclass(frozen=True)
class DecoderLimits:
    """How many processes there are, and what each may take.

    A picture has `seconds` by the clock and `cpu_seconds` of CPU. A process has `memory` bytes, and is replaced after
    `jobs` pictures. `waiting` pictures may wait for a process, each for `wait_seconds`; others get `DecoderBusy`.
    """

    processes: int = 2
    seconds: float = 10.0
    cpu_seconds: int = SECONDS
    memory: int = MEMORY
    jobs: int = 500
    waiting: int = 64
    wait_seconds: float = 10.0
    cached_bytes: int = CACHED_BYTES


@dataclass(frozen=True)
class DecoderWork:
    """What decoders do and did. `busy` work now; `lost` died, were too slow, or were left amid their work.

    `pictures` were given to one, and took `seconds` there; those that were remembered are not among them.
    """

    busy: int
    lost: int
    pictures: int
    seconds: float


class Decoder:
    """Bytes in, checked and normalised pictures out. Processes start when they are first needed."""

    def __init__(self, limits: DecoderLimits | None = None) -> None:
        self._limits = limits or DecoderLimits()
        self._cache = PictureCache(self._limits.cached_bytes)
        self._idle: list[DecoderProcess] = []
        self._working: set[DecoderProcess] = set()
        self._turns = asyncio.Semaphore(self._limits.processes)
        self._inside = 0
        self._lost = 0
        self._pictures = 0
        self._seconds = 0.0

    async def start(self) -> None:
        """Start a process ahead of time, so that the first picture does not wait for one. Failures show up later."""
        with contextlib.suppress(PictureRejected, DecoderBusy):
            await self._decode(b"", "start", PICTURE_PIXELS)

    @property
    def processes(self) -> tuple[int, ...]:
        """The ids of all processes that run, idle ones too."""
        return tuple(process.pid for process in (*self._idle, *self._working))

    @property
    def work(self) -> DecoderWork:
        """Since it was made."""
        return DecoderWork(len(self._working), self._lost, self._pictures, self._seconds)

    async def read(self, data: bytes, where: str, max_pixels: int = PICTURE_PIXELS) -> Picture:
        """The picture in `data`, as `agents.images.read_picture` would read it; raises `PictureRejected`.

        A picture that kills its process, or takes too long, is rejected like one that cannot be decoded.
        """
        key = await beside(lambda: picture_key(data, max_pixels))
        reading = self._cache.get(key)
        if reading is None:
            reading = await self._decode(data, where, max_pixels)
            self._cache.put(key, reading)
        if isinstance(reading, Picture):
            return reading
        raise PictureRejected(reading.reason, where=where, too_large=reading.too_large)

    async def close(self) -> None:
        """End all processes; the pictures that they were decoding are rejected."""
        for process in (*self._idle, *self._working):
            await process.kill()
        self._idle.clear()

    async def _decode(self, data: bytes, where: str, max_pixels: int) -> Reading:
        async with self._turn(), self._process() as process:
            try:
                async with asyncio.timeout(self._limits.seconds):
                    return await process.read(data, max_pixels)
            except TimeoutError:
                await process.kill()
                raise PictureRejected("the picture takes too long to decode", where=where) from None
            except FrameBroken:
                await process.kill()
                raise PictureRejected("the picture cannot be decoded", where=where) from None

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Wait until a process is free; raises `DecoderBusy` where the queue is full or the wait too long."""
        if self._inside >= self._limits.processes + self._limits.waiting:
            raise DecoderBusy
        self._inside += 1
        try:
            try:
                async with asyncio.timeout(self._limits.wait_seconds):
                    await self._turns.acquire()
            except TimeoutError:
                raise DecoderBusy from None
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._inside -= 1

    @asynccontextmanager
    async def _process(self) -> AsyncIterator[DecoderProcess]:
        """A process to use alone. It is kept for others unless it was left amid its work, died, or served its time."""
        process = await self._idle_or_new()
        self._working.add(process)
        began, lost = time.monotonic(), True
        try:
            yield process
            lost = not process.alive
        finally:
            self._working.discard(process)
            self._pictures += 1
            self._seconds += time.monotonic() - began
            self._lost += lost
            if not lost and process.jobs < self._limits.jobs:
                self._idle.append(process)
            else:
                await process.kill()

    async def _idle_or_new(self) -> DecoderProcess:
        while self._idle:
            process = self._idle.pop()
            if process.alive:
                return process
            self._lost += 1
            await process.kill()
        try:
            return await DecoderProcess.start(self._limits.memory, self._limits.cpu_seconds)
        except OSError:
            raise DecoderBusy from None  # the system has no room for another process


class DecoderProcess:
    """The owner's end of a decoder process, which decodes one picture at a time. `jobs` counts them."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.jobs = 0

    @staticmethod
    async def start(memory: int, cpu_seconds: int) -> DecoderProcess:
        """Start one. Its environment says where our code is and nothing else: it holds no keys."""
        command = [sys.executable, "-s", "-P", "-m", "agents.decoder_process", str(memory), str(cpu_seconds)]
        environment = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment, limit=MAX_LINE, start_new_session=True
        )
        return DecoderProcess(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def read(self, data: bytes, max_pixels: int) -> Reading:
        """Decode a picture. Raises `FrameBroken` where the process died or broke the protocol: kill it then."""
        self.jobs += 1
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise FrameBroken
        try:
            stdin.write(request(data, max_pixels))
            stdin.write(data)
            await stdin.drain()
            head = read_line(await stdout.readline())
            rejection = rejection_in(head)
            if rejection is not None:
                return rejection
            return picture_in(head, data if head.get("size") == SAME else await stdout.readexactly(size_in(head)))
        except (OSError, ValueError, asyncio.IncompleteReadError):
            raise FrameBroken from None

    async def kill(self) -> None:
        """End it, whatever it does, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()


class PictureCache:
    """The latest readings, within a bound in bytes, by a picture's hash and the pixels that it may have."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = 0
        self._readings: OrderedDict[PictureKey, Reading] = OrderedDict()

    def __len__(self) -> int:
        return len(self._readings)

    def get(self, key: PictureKey) -> Reading | None:
        """The reading of the same bytes for the same number of pixels, if it is still held."""
        reading = self._readings.get(key)
        if reading is not None:
            self._readings.move_to_end(key)
        return reading

    def put(self, key: PictureKey, reading: Reading) -> None:
        """Hold a reading; those that were not used for the longest time make room."""
        self._held += _bytes_of(reading) - _bytes_of(self._readings.pop(key, None))
        self._readings[key] = reading
        while self._held > self._most:
            _, oldest = self._readings.popitem(last=False)
            self._held -= _bytes_of(oldest)


def picture_key(data: bytes, max_pixels: int) -> PictureKey:
    """The key of a picture in the cache. Takes up to three milliseconds a megabyte."""
    return hashlib.sha256(data).hexdigest(), max_pixels


def _bytes_of(reading: Reading | None) -> int:
    if reading is None:
        return 0
    return ENTRY_BYTES + (len(reading.data) if isinstance(reading, Picture) else 0)
