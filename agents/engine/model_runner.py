"""Runs a checkpoint: turns requests into prompts, and prompts or a running batch into logits."""

from __future__ import annotations

import inspect
from typing import Any

import torch
from transformers import DynamicCache

from agents.engine.batch import RunningBatch
from agents.engine.chat_template import template_messages
from agents.engine.checkpoint import Checkpoint
from agents.engine.prefill import PrefillOutput, WaitingPrompt, collate
from agents.engine.request import EngineRequest
from agents.engine.row_hooks import RowHooks
from agents.engine.sampling_params import BAD_REQUEST
from agents.engine.sequence import Sequence
from agents.engine.structured_output import GrammarCompiler, SchemaUnsupported
from agents.errors import ModelFailed, RefusalCode

CHARACTERS_PER_TOKEN = 16  # more than any text has on average: English has 4, indented code 8


class ModelRunner:
    """One checkpoint, under the name of its model, with the grammars that are compiled for its tokenizer."""

    def __init__(self, name: str, checkpoint: Checkpoint) -> None:
        self.name = name
        self.checkpoint = checkpoint
        self.hooks = RowHooks(checkpoint)
        self._control_texts = checkpoint.control_texts
        self._grammars = GrammarCompiler(checkpoint.tokenizer, checkpoint.vocab_size, checkpoint.end_tokens)
        parameters = inspect.signature(checkpoint.model.forward).parameters
        self._last_logits_only = {"logits_to_keep": 1} if "logits_to_keep" in parameters else {}

    def accepts(self, request: EngineRequest) -> bool:
        """Whether the prompt may fit into the context. Where it cannot, the request fails with status 400.

        Tokenizers take seconds and hundreds of megabytes for a megabyte of text.
        """
        length = sum(len(message.text) for message in request.messages)
        if length > self.checkpoint.context_length * CHARACTERS_PER_TOKEN:
            request.finish(self._refused("context_length_exceeded"))
            return False
        return True

    def preprocess(self, requests: list[EngineRequest]) -> dict[str, torch.Tensor]:
        """The prompts as one batch, on the CPU.

        `input_ids` and `attention_mask` are [requests, length], padded on the left; pictures are in the processor's
        own form.
        """
        inputs = self.checkpoint.processor.apply_chat_template(
            [template_messages(request.messages, self._control_texts) for request in requests],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            processor_kwargs={"padding": True},
        )
        return dict(inputs)

    def open_sequence(self, request: EngineRequest, prompt_tokens: int) -> Sequence | None:
        """A sequence for the request.

        None, and the request fails with status 400, where its prompt leaves no room for a reply in the context, its
        schema cannot be compiled, or the model does not have what it wants of its inside.
        """
        params = request.sampling_params
        problem = self.hooks.problem(request)
        if problem:
            request.finish(self._refused("unsupported", problem))
            return None
        room = self.checkpoint.context_length - prompt_tokens
        if room < 1:
            request.finish(self._refused("context_length_exceeded"))
            return None
        try:
            grammar = None if params.schema is None else self._grammars.compile(params.schema)
        except SchemaUnsupported:
            request.finish(self._refused("unsupported"))
            return None
        return Sequence(
            request,
            self.checkpoint.tokenizer,
            self.checkpoint.end_tokens,
            grammar,
            prompt_tokens=prompt_tokens,
            max_tokens=min(room, params.max_tokens),
        )

    def _refused(self, why: RefusalCode, detail: str = "") -> ModelFailed:
        return ModelFailed(self.name, "refused", status=BAD_REQUEST, refusal=why, detail=detail)

    def to_device(self, inputs: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """The tensors where the model is, floating-point ones in its precision."""
        model = self.checkpoint.model
        return {
            name: tensor.to(model.device, model.dtype if tensor.is_floating_point() else tensor.dtype)
            for name, tensor in inputs.items()
        }

    def prefill(self, prompts: list[WaitingPrompt]) -> PrefillOutput:
        """Read prompts of the same shape in one pass."""
        inputs = self.to_device(collate(prompts, self.checkpoint.pad_token))
        mask = inputs["attention_mask"]
        cache = DynamicCache(config=self.checkpoint.text_config)
        position_ids = (mask.cumsum(dim=1) - 1).clamp(min=0)  # [prompts, length], counted without padding
        sequences = [prompt.sequence for prompt in prompts]
        with self.hooks.serving(sequences):
            logits = self._forward(position_ids=position_ids, past_key_values=cache, **inputs)
        return PrefillOutput(sequences, logits, cache, mask)

    def decode(self, batch: RunningBatch) -> torch.Tensor:
        """Read the last token of every running sequence into the batch's cache.

        Returns the logits for the token after it: float32 [batch, vocabulary].
        """
        device, cache = self.checkpoint.model.device, batch.cache
        with self.hooks.serving(batch.sequences):
            logits = self._forward(
                input_ids=torch.tensor(batch.last_tokens, device=device).unsqueeze(1),  # [batch, 1]
                attention_mask=cache.attention_mask,  # [batch, width + 1]
                position_ids=torch.tensor(cache.lengths, device=device).unsqueeze(1),  # [batch, 1]
                past_key_values=cache.past_key_values,
            )
        cache.advance()
        return logits

    def _forward(self, **inputs: Any) -> torch.Tensor:
        """The logits after the last token of every row: float32 [batch, vocabulary]."""
        outputs = self.checkpoint.model(**inputs, **self._last_logits_only, use_cache=True, return_dict=True)
        return outputs.logits[:, -1].float()
