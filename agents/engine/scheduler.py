"""Which requests run when. They arrive from any thread; the engine's thread generates their replies."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Generic, TypeVar

import torch

from agents.engine.batch import RunningBatch
from agents.engine.model_runner import ModelRunner
from agents.engine.prefill import PrefillOutput, WaitingPrompt
from agents.engine.request import EngineRequest
from agents.engine.sampler import sample
from agents.errors import ModelFailed

# Steps between two admissions while sequences run: reading several prompts at once costs little more than reading one.
ADMIT_EVERY = 8

log = logging.getLogger(__name__)

T = TypeVar("T")


class Scheduler:
    """Continuous batching. `submit` is for any thread, `step` for the engine's, and `close` wakes a waiting `step`.

    Prompts are preprocessed on a thread of their own, so that decoding does not wait for pictures.
    """

    def __init__(self, runner: ModelRunner, max_sequences: int) -> None:
        self._runner = runner
        self._max_sequences = max_sequences
        self._preprocessor = ThreadPoolExecutor(1, thread_name_prefix="prompts")
        self._waiting: WaitingQueue[list[WaitingPrompt]] = WaitingQueue(places=len)
        self._batch = RunningBatch()
        self._steps = 0

    def submit(self, request: EngineRequest) -> None:
        self._preprocessor.submit(self._preprocess, request)

    def step(self) -> None:
        """Prefill what arrived, then decode one token of every running sequence. Waits while there is nothing to do."""
        arrived = self._admit()
        try:
            # All are read before any is sampled, because the two prompts of a pair may differ in shape.
            self._begin(self._runner.read(arrived))
            if self._batch.rows:
                logits = self._runner.decode(self._batch)
                self._batch.append(sample(self._batch.rows, logits))
        except Exception:
            log.exception("a batch of %s failed", self._runner.name)
            rows = [*self._batch.rows, *(prompt.row for prompt in arrived)]
            fail_requests(self._runner.name, (row.request for row in rows))
            self._batch = RunningBatch()

    def close(self) -> None:
        self._preprocessor.shutdown(wait=True, cancel_futures=True)
        self._waiting.wake()

    def _preprocess(self, request: EngineRequest) -> None:
        if not (request.is_active and self._runner.accepts(request)):
            return
        try:
            inputs = [self._runner.prepare(prompt) for prompt in request.prompts]
            sequence = self._runner.open_sequence(request, *(int(each["input_ids"].shape[1]) for each in inputs))
            rows = zip(sequence.rows, inputs, strict=True) if sequence else ()
            waiting = [self._runner.waiting(*row) for row in rows]
        except Exception:
            log.exception("a prompt for %s cannot be read", self._runner.name)
            fail_requests(self._runner.name, [request])
        else:
            if waiting:
                self._waiting.put(waiting)

    def _begin(self, prefilled: list[PrefillOutput]) -> None:
        """Add what was prefilled to the batch, each row with the first token of its reply."""
        rows = [row for output in prefilled for row in output.rows]
        if rows:
            tokens = iter(sample(rows, torch.cat([output.logits for output in prefilled])))
            for output in prefilled:
                self._batch.add(output, [*islice(tokens, len(output.rows))])

    def _admit(self) -> list[WaitingPrompt]:
        """The prompts to prefill in this step, as many as the batch has room for."""
        running = len(self._batch.rows)
        self._steps += 1
        if running and self._steps % ADMIT_EVERY:
            return []
        admitted = self._waiting.take(self._max_sequences - running, wait=not running)
        return [prompt for prompts in admitted if prompts[0].row.is_running for prompt in prompts]


class WaitingQueue(Generic[T]):
    """Hands items from any thread to the engine's, in order. `places` says how many of the limit an item takes."""

    def __init__(self, places: Callable[[T], int] = lambda _: 1) -> None:
        self._items: queue.SimpleQueue[T | None] = queue.SimpleQueue()
        self._places = places
        self._held: list[T] = []  # an item that found too little room

    def put(self, item: T) -> None:
        self._items.put(item)

    def wake(self) -> None:
        """End a `take` that waits, with fewer items than it waits for."""
        self._items.put(None)

    def take(self, limit: int, *, wait: bool) -> list[T]:
        """Items that take up to `limit` places. With `wait` it blocks until there is one, or until `wake`.

        Then the first item is taken whatever its size, since there will never be more room.
        """
        taken: list[T] = []
        while limit > 0:
            item = self._pop(wait=wait and not taken)
            if item is None:
                break
            if self._places(item) > limit and (taken or not wait):
                self._held = [item]  # whoever comes later waits behind it
                break
            taken.append(item)
            limit -= self._places(item)
        return taken

    def _pop(self, *, wait: bool) -> T | None:
        """The next item; None where there is none yet, or after `wake`."""
        if self._held:
            return self._held.pop()
        try:
            return self._items.get(block=wait)
        except queue.Empty:
            return None


def fail_requests(model: str, requests: Iterable[EngineRequest]) -> None:
    """End requests with an internal failure."""
    for request in requests:
        request.finish(ModelFailed(model, "internal"))
