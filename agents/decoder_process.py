"""One decoder process, seen from its owner: started, given a picture, killed."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

from agents.decoder_frames import MAX_LINE, SAME, FrameBroken, job, picture_in, read_line, rejection_in, size_in
from agents.errors import PictureRejected
from agents.images import Picture

ROOT = Path(__file__).resolve().parents[1]


class DecoderProcess:
    """A child that decodes one picture at a time. `jobs` counts those that it was given."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.jobs = 0

    @staticmethod
    async def start(memory: int, cpu_seconds: int) -> DecoderProcess:
        """A fresh one. Its environment holds where our code lies and nothing else: no keys."""
        command = [sys.executable, "-s", "-P", "-m", "agents.decoder_main", str(memory), str(cpu_seconds)]
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

    async def read(self, data: bytes, declared: str | None) -> Picture | PictureRejected:
        """What it makes of the picture; raises `FrameBroken` where it died or speaks nonsense. Kill it then."""
        self.jobs += 1
        try:
            return await self._exchange(data, declared)
        except (OSError, ValueError, asyncio.IncompleteReadError):
            raise FrameBroken from None

    async def _exchange(self, data: bytes, declared: str | None) -> Picture | PictureRejected:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise FrameBroken
        stdin.write(job(data, declared))
        stdin.write(data)
        await stdin.drain()
        head = read_line(await stdout.readline())
        rejection = rejection_in(head)
        if rejection is not None:
            return rejection
        body = data if head.get("size") == SAME else await stdout.readexactly(size_in(head))
        return picture_in(head, body)

    async def kill(self) -> None:
        """End it, whatever it does, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
