"""The local engine: one thread that owns a checkpoint and works off the jobs it is given.

It knows no HTTP and no agent. Everything that touches torch runs on this thread.
"""

from __future__ import annotations

import logging
import queue
import threading
from concurrent.futures import Future

import torch

from agents.errors import ModelFailed
from agents.models.checkpoint import load_checkpoint
from agents.models.job import Job
from agents.models.solo import reply_alone
from agents.models.workbench import Workbench

log = logging.getLogger(__name__)


class Engine:
    """Starts with `start`, takes jobs with `submit`, and ends with `close`, which fails the jobs still there."""

    def __init__(self, name: str, checkpoint: str, *, device: str | None, local_files_only: bool) -> None:
        self._name = name
        self._source = (checkpoint, device, local_files_only)
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._ready: Future[None] = Future()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=f"engine {name}", daemon=True)

    def start(self) -> Future[None]:
        """Begin to load; the future is done when jobs can be worked on, or holds `CheckpointUnavailable`."""
        self._thread.start()
        return self._ready

    def submit(self, job: Job) -> None:
        self._jobs.put(job)

    def close(self) -> None:
        """Stop after the token that is being computed; blocks until then."""
        self._closing = True
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        checkpoint, device, local_files_only = self._source
        try:
            loaded = load_checkpoint(checkpoint, device=device, local_files_only=local_files_only)
            bench = Workbench(self._name, loaded)
        except Exception as error:  # noqa: BLE001 whoever waits for the start gets it
            self._ready.set_exception(error)
            return
        self._ready.set_result(None)
        with torch.inference_mode():
            while job := self._jobs.get():
                self._work(bench, job)
        while not self._jobs.empty():
            if job := self._jobs.get():
                job.end(ModelFailed(self._name, "cancelled"))

    def _work(self, bench: Workbench, job: Job) -> None:
        try:
            job.end(reply_alone(bench, job, lambda: job.cancelled or self._closing))
        except ModelFailed as failure:
            job.end(failure)
        except Exception:  # one job must not end the thread that all others need
            log.exception("a job of %s failed", self._name)
            job.end(ModelFailed(self._name, "internal"))
