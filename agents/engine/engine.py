"""The local engine: one thread that owns a checkpoint and generates the replies to all requests side by side.

It knows no HTTP and no agent. Everything that runs the model runs on its thread.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future

import torch

from agents.engine.batch import supports_continuous_batching
from agents.engine.checkpoint import Checkpoint, load_checkpoint
from agents.engine.model_runner import ModelRunner
from agents.engine.request import EngineRequest
from agents.engine.scheduler import Scheduler
from agents.engine.static_batch import StaticScheduler

MAX_SEQUENCES = 32  # generated side by side; with more, a sequence's share of a step hardly shrinks
SMALL_MODEL = 50_000_000  # weights; below it, handing work to threads on a CPU takes longer than doing it


class Engine:
    """Starts with `start`, takes requests with `submit`, and ends with `close`; open requests are then the caller's."""

    def __init__(
        self,
        name: str,
        checkpoint: str,
        *,
        device: str | None,
        local_files_only: bool,
        max_sequences: int = MAX_SEQUENCES,
    ) -> None:
        self._name = name
        self._source = (checkpoint, device, local_files_only)
        self._max_sequences = max_sequences
        self._thread = threading.Thread(target=self._run, name=f"engine {name}", daemon=True)
        self._scheduler: Future[Scheduler | StaticScheduler] = Future()
        self._closing = threading.Event()

    def start(self) -> Future[Scheduler | StaticScheduler]:
        """Begin to load. The future is done when requests can be submitted, or holds `CheckpointUnavailable`."""
        self._thread.start()
        return self._scheduler

    def submit(self, request: EngineRequest) -> None:
        """Queue a request, from any thread, once the engine has started."""
        self._scheduler.result().submit(request)

    def close(self) -> None:
        """Stop after the token that is being computed; blocks until then."""
        self._closing.set()
        if self._scheduler.exception() is None:
            self._scheduler.result().close()
        self._thread.join()

    def _run(self) -> None:
        checkpoint, device, local_files_only = self._source
        scheduler: Scheduler | StaticScheduler
        try:
            loaded = load_checkpoint(checkpoint, device=device, local_files_only=local_files_only)
            set_threads(loaded)
            runner = ModelRunner(self._name, loaded)
            if supports_continuous_batching(loaded):
                scheduler = Scheduler(runner, self._max_sequences)
            else:
                scheduler = StaticScheduler(runner, self._max_sequences, self._closing.is_set)
        except Exception as error:  # noqa: BLE001 raised where `start` is awaited
            self._scheduler.set_exception(error)
            return
        self._scheduler.set_result(scheduler)
        with torch.inference_mode():
            while not self._closing.is_set():
                scheduler.step()


def set_threads(checkpoint: Checkpoint) -> None:
    """Use one CPU thread for small models. Applies to all that the calling thread computes."""
    if checkpoint.device == "cpu" and checkpoint.model.num_parameters() < SMALL_MODEL:
        torch.set_num_threads(1)
