"""One job while its reply is being written: a row of the batch it is in."""

from __future__ import annotations

from dataclasses import dataclass

from agents.engine.model_runner import Workbench
from agents.engine.output import ReplyWriter
from agents.engine.request import Ending, Job
from agents.errors import ModelFailed
from agents.models.base import Usage


@dataclass(frozen=True)
class Row:
    """A job with its writer. `prompt_tokens` are counted without padding."""

    job: Job
    writer: ReplyWriter
    prompt_tokens: int

    @property
    def is_open(self) -> bool:
        """Whether anything more is to be written: the reply is not over, and somebody listens."""
        return self.writer.finish_reason is None and self.job.is_open

    def take(self, token: int) -> None:
        """Write the token into the reply, and tell what can be told."""
        self.job.tell(self.writer.take(token))
        if self.writer.finish_reason is not None:
            self.job.end(Ending(self.writer.finish_reason, Usage(self.prompt_tokens, self.writer.tokens)))


def open_row(bench: Workbench, job: Job, prompt_tokens: int) -> Row | None:
    """A row for the job; None, and the job is told why, if it cannot be worked on."""
    try:
        return Row(job, bench.writer(job, prompt_tokens), prompt_tokens)
    except ModelFailed as failure:
        job.end(failure)
        return None
