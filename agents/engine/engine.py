"""The local engine: one thread that owns a checkpoint and works off, side by side, the jobs it is given.

It knows no HTTP and no agent. All that runs the model runs on its thread.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future

import torch

from agents.engine.batch import can_batch
from agents.engine.checkpoint import Checkpoint, load_checkpoint
from agents.engine.model_runner import Workbench
from agents.engine.request import Job
from agents.engine.scheduler import ContinuousDesk, Desk, StockDesk

ROWS = 32  # jobs side by side; past it a row's share of a step hardly shrinks
SMALL = 50_000_000  # weights; below it, handing work to threads on a CPU takes longer than doing it


class Engine:
    """Starts with `start`, takes jobs with `submit`, and ends with `close`. Jobs still open then are the caller's."""

    def __init__(
        self, name: str, checkpoint: str, *, device: str | None, local_files_only: bool, rows: int = ROWS
    ) -> None:
        self._name = name
        self._source = (checkpoint, device, local_files_only)
        self._rows = rows
        self._thread = threading.Thread(target=self._run, name=f"engine {name}", daemon=True)
        self._ready: Future[Desk] = Future()
        self._closing = threading.Event()

    def start(self) -> Future[Desk]:
        """Begin to load; the future is done when jobs can be worked on, or holds `CheckpointUnavailable`."""
        self._thread.start()
        return self._ready

    def submit(self, job: Job) -> None:
        """Take a job, from any thread, once the engine is ready."""
        self._ready.result().submit(job)

    def close(self) -> None:
        """Stop after the token that is being computed; blocks until then."""
        self._closing.set()
        if self._ready.exception() is None:
            self._ready.result().close()
        self._thread.join()

    def _run(self) -> None:
        try:
            desk = self._desk()
        except Exception as error:  # noqa: BLE001 whoever waits for the start gets it
            self._ready.set_exception(error)
            return
        self._ready.set_result(desk)
        with torch.inference_mode():
            while not self._closing.is_set():
                desk.work()

    def _desk(self) -> Desk:
        checkpoint, device, local_files_only = self._source
        loaded = load_checkpoint(checkpoint, device=device, local_files_only=local_files_only)
        set_threads(loaded)
        bench = Workbench(self._name, loaded)
        if can_batch(loaded):
            return ContinuousDesk(bench, self._rows)
        return StockDesk(bench, self._rows, self._closing.is_set)


def set_threads(checkpoint: Checkpoint) -> None:
    """For all that the calling thread computes with this checkpoint."""
    if checkpoint.device == "cpu" and checkpoint.model.num_parameters() < SMALL:
        torch.set_num_threads(1)
