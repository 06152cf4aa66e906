"""Where jobs arrive from any thread and are worked off on the engine's: continuously, or batch after batch."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Protocol, TypeVar

from agents.engine.batch import Batch
from agents.engine.collate import Prompt
from agents.engine.model_runner import Workbench
from agents.engine.prefill import prefill
from agents.engine.request import Job
from agents.engine.sequence import open_row
from agents.engine.static_batch import reply_together
from agents.errors import ModelFailed

# Steps between two times that rows may join: reading several prompts at once costs little more than reading one.
JOIN_EVERY = 8

log = logging.getLogger(__name__)

T = TypeVar("T")


class Desk(Protocol):
    """`submit` is called from any thread, `work` again and again by the engine's, `close` once to wake it up."""

    def submit(self, job: Job) -> None: ...

    def work(self) -> None: ...

    def close(self) -> None: ...


class ContinuousDesk:
    """Prompts are read on a thread of their own, so that decoding does not wait for pictures."""

    def __init__(self, bench: Workbench, rows: int) -> None:
        self._bench = bench
        self._most = rows
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="prompts")
        self._prompts: queue.SimpleQueue[Prompt | None] = queue.SimpleQueue()
        self._batch = Batch(bench)
        self._steps = 0

    def submit(self, job: Job) -> None:
        self._reader.submit(self._read, job)

    def work(self) -> None:
        """Let in what has arrived, and write a token of every row; waits while there is nothing to do."""
        arrived = self._arrived()
        try:
            for prompts in _by_form(arrived):
                self._batch.join(prefill(self._bench, prompts))
            if self._batch.rows:
                self._batch.step()
        except Exception:
            log.exception("a batch of %s failed", self._bench.name)
            failed = [*self._batch.rows, *(prompt.row for prompt in arrived)]
            _fail(self._bench.name, (row.job for row in failed))
            self._batch = Batch(self._bench)

    def close(self) -> None:
        self._reader.shutdown(wait=True, cancel_futures=True)
        self._prompts.put(None)

    def _read(self, job: Job) -> None:
        if not job.is_open:
            return
        try:
            inputs = self._bench.prompts([job])
            row = open_row(self._bench, job, int(inputs["input_ids"].shape[1]))
        except Exception:
            log.exception("a prompt for %s cannot be read", self._bench.name)
            _fail(self._bench.name, [job])
        else:
            if row is not None:
                self._prompts.put(Prompt(row, inputs))

    def _arrived(self) -> list[Prompt]:
        self._steps += 1
        if self._batch.rows and self._steps % JOIN_EVERY:
            return []
        room = self._most - len(self._batch.rows)
        arrived = _taken(self._prompts, room, wait=not self._batch.rows)
        return [prompt for prompt in arrived if prompt.row.is_open]


class StockDesk:
    """What waits goes together as one batch, and the next batch begins when it is over."""

    def __init__(self, bench: Workbench, rows: int, closing: Callable[[], bool]) -> None:
        self._bench = bench
        self._most = rows
        self._closing = closing
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()

    def submit(self, job: Job) -> None:
        self._jobs.put(job)

    def work(self) -> None:
        """Work off what waits; waits while there is nothing to do."""
        jobs = [job for job in _taken(self._jobs, self._most, wait=True) if job.is_open]
        try:
            if jobs:
                reply_together(self._bench, jobs, self._closing)
        except Exception:
            log.exception("a batch of %s failed", self._bench.name)
            _fail(self._bench.name, jobs)

    def close(self) -> None:
        self._jobs.put(None)


def _taken(waiting: queue.SimpleQueue[T | None], most: int, *, wait: bool) -> list[T]:
    """Up to `most` of what waits. With `wait` at least one, unless None wakes the thread up."""
    taken = [waiting.get()] if wait else []
    while len(taken) < most:
        try:
            taken.append(waiting.get_nowait())
        except queue.Empty:
            break
    return [thing for thing in taken if thing is not None]


def _by_form(prompts: Sequence[Prompt]) -> Iterable[list[Prompt]]:
    """Prompts that can be read by the model in one go."""
    alike = sorted(prompts, key=lambda prompt: str(prompt.form))
    return ([*group] for _, group in groupby(alike, lambda prompt: prompt.form))


def _fail(model: str, jobs: Iterable[Job]) -> None:
    for job in jobs:
        job.end(ModelFailed(model, "internal"))
