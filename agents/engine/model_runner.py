"""What it takes to work off a job with a checkpoint: its prompt as tensors, and a writer for its reply."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

from agents.engine.chat_template import chat_turns
from agents.engine.checkpoint import Checkpoint
from agents.engine.output import ReplyWriter
from agents.engine.request import Job
from agents.engine.sampling_params import BAD_REQUEST
from agents.engine.structured_output import Grammars, SchemaUnsupported
from agents.errors import ModelFailed


class Workbench:
    """One checkpoint with its compiled grammars."""

    def __init__(self, name: str, checkpoint: Checkpoint) -> None:
        self.name = name
        self.checkpoint = checkpoint
        self._controls = checkpoint.control_texts
        self._grammars = Grammars(checkpoint.tokenizer, checkpoint.score_width, checkpoint.end_tokens)
        takes = inspect.signature(checkpoint.model.forward).parameters
        self._last_only = {"logits_to_keep": 1} if "logits_to_keep" in takes else {}

    def prompts(self, jobs: Sequence[Job]) -> dict[str, Any]:
        """The jobs' prompts as one batch of tensors, padded on the left."""
        inputs = self.checkpoint.processor.apply_chat_template(
            [chat_turns(job.messages, self._controls) for job in jobs],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            processor_kwargs={"padding": True},
        )
        return dict(inputs)

    def on_device(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """The tensors where the model is; those that hold fractions in its precision."""
        model = self.checkpoint.model
        return {
            name: tensor.to(model.device, model.dtype if tensor.is_floating_point() else tensor.dtype)
            for name, tensor in inputs.items()
        }

    def scores(self, **inputs: Any) -> Any:
        """The model's scores for the token after the last one of every row, as floats."""
        outputs = self.checkpoint.model(**inputs, **self._last_only, use_cache=True, return_dict=True)
        return outputs.logits[:, -1].float()

    def writer(self, job: Job, prompt_tokens: int) -> ReplyWriter:
        """A writer for the job's reply.

        Raises `ModelFailed` with status 400 for a schema that is none, or a prompt that leaves no room for a reply.
        """
        room = self.checkpoint.context_length - prompt_tokens
        if room < 1:
            raise self._refused()
        schema = job.options.schema
        try:
            constraint = None if schema is None else self._grammars.constraint(schema)
        except SchemaUnsupported:
            raise self._refused() from None
        return ReplyWriter(
            self.checkpoint.tokenizer,
            job.options,
            self.checkpoint.end_tokens,
            constraint,
            max_tokens=min(room, job.options.max_tokens),
            quiet=not job.streaming,
        )

    def _refused(self) -> ModelFailed:
        return ModelFailed(self.name, "status", status=BAD_REQUEST)
