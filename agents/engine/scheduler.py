"""Which requests run when. They arrive from any thread; the engine's thread generates their replies."""

from __future__ import annotations

import logging
import queue
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from agents.engine.batch import RunningBatch
from agents.engine.model_runner import ModelRunner
from agents.engine.prefill import WaitingPrompt, same_shape
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
        self._waiting: WaitingQueue[WaitingPrompt] = WaitingQueue()
        self._batch = RunningBatch()
        self._steps = 0

    def submit(self, request: EngineRequest) -> None:
        self._preprocessor.submit(self._preprocess, request)

    def step(self) -> None:
        """Prefill what arrived, then decode one token of every running sequence. Waits while there is nothing to do."""
        arrived = self._admit()
        try:
            for prompts in same_shape(arrived):
                prefilled = self._runner.prefill(prompts)
                self._batch.add(prefilled, sample(prefilled.sequences, prefilled.logits))
            if self._batch.sequences:
                logits = self._runner.decode(self._batch)
                self._batch.append(sample(self._batch.sequences, logits))
        except Exception:
            log.exception("a batch of %s failed", self._runner.name)
            sequences = [*self._batch.sequences, *(prompt.sequence for prompt in arrived)]
            fail_requests(self._runner.name, (sequence.request for sequence in sequences))
            self._batch = RunningBatch()

    def close(self) -> None:
        self._preprocessor.shutdown(wait=True, cancel_futures=True)
        self._waiting.wake()

    def _preprocess(self, request: EngineRequest) -> None:
        if not (request.is_active and self._runner.accepts(request)):
            return
        try:
            inputs = self._runner.preprocess([request])
            sequence = self._runner.open_sequence(request, int(inputs["input_ids"].shape[1]))
        except Exception:
            log.exception("a prompt for %s cannot be read", self._runner.name)
            fail_requests(self._runner.name, [request])
        else:
            if sequence is not None:
                self._waiting.put(WaitingPrompt(sequence, inputs))

    def _admit(self) -> list[WaitingPrompt]:
        """The prompts to prefill in this step, as many as the batch has room for."""
        running = len(self._batch.sequences)
        self._steps += 1
        if running and self._steps % ADMIT_EVERY:
            return []
        admitted = self._waiting.take(self._max_sequences - running, wait=not running)
        return [prompt for prompt in admitted if prompt.sequence.is_running]


class WaitingQueue(Generic[T]):
    """Hands items from any thread to the engine's, in order."""

    def __init__(self) -> None:
        self._items: queue.SimpleQueue[T | None] = queue.SimpleQueue()

    def put(self, item: T) -> None:
        self._items.put(item)

    def wake(self) -> None:
        """End a `take` that waits, with fewer items than it waits for."""
        self._items.put(None)

    def take(self, limit: int, *, wait: bool) -> list[T]:
        """Up to `limit` items. With `wait` it blocks until there is one, or until `wake`."""
        taken = [self._items.get()] if wait else []
        while len(taken) < limit:
            try:
                taken.append(self._items.get_nowait())
            except queue.Empty:
                break
        return [item for item in taken if item is not None]


def fail_requests(model: str, requests: Iterable[EngineRequest]) -> None:
    """End requests with an internal failure."""
    for request in requests:
        request.finish(ModelFailed(model, "internal"))
