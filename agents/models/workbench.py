"""What it takes to work off a job with a checkpoint: its prompt as tensors, and a writer for its reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agents.errors import ModelFailed
from agents.models.chat_turns import chat_turns
from agents.models.checkpoint import Checkpoint
from agents.models.grammar import Grammars, SchemaUnsupported
from agents.models.job import Job
from agents.models.reply_options import BAD_REQUEST
from agents.models.reply_writer import ReplyWriter


class Workbench:
    """One checkpoint with its compiled grammars. Used from the engine's thread only."""

    def __init__(self, name: str, checkpoint: Checkpoint) -> None:
        self.name = name
        self.checkpoint = checkpoint
        self._controls = checkpoint.control_texts
        self._grammars = Grammars(checkpoint.tokenizer, checkpoint.score_width, checkpoint.end_tokens)

    def prompts(self, jobs: Sequence[Job]) -> dict[str, Any]:
        """The jobs' prompts as one batch of tensors on the device, padded on the left."""
        processor = self.checkpoint.processor
        inputs = processor.apply_chat_template(
            [chat_turns(job.messages, self._controls) for job in jobs],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            processor_kwargs={"padding": True},
        )
        return dict(inputs.to(self.checkpoint.device, dtype=self.checkpoint.model.dtype))

    def writer(self, job: Job) -> ReplyWriter:
        """A writer for the job's reply; raises `ModelFailed` with status 400 for a schema that is none."""
        schema = job.options.schema
        try:
            constraint = None if schema is None else self._grammars.constraint(schema)
        except SchemaUnsupported:
            raise ModelFailed(self.name, "status", status=BAD_REQUEST) from None
        return ReplyWriter(self.checkpoint.tokenizer, job.options, self.checkpoint.end_tokens, constraint)

    def room(self, prompt_tokens: int) -> int:
        """Tokens that a reply to such a prompt may have; raises `ModelFailed` with status 400 if there is no room."""
        room = self.checkpoint.context_length - prompt_tokens
        if room < 1:
            raise ModelFailed(self.name, "status", status=BAD_REQUEST)
        return room
