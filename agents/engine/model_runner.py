"""Runs a checkpoint: turns requests into prompts, and prompts or a running batch into logits."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import torch
from PIL.Image import Image
from transformers import DynamicCache

from agents.engine.batch import RunningBatch
from agents.engine.chat_template import decode_picture, template_messages
from agents.engine.checkpoint import Checkpoint, placed
from agents.engine.logprobs import LogprobRecorder
from agents.engine.noise import noised, seed_of
from agents.engine.picture_features import PictureFeatures, picture_hashes
from agents.engine.prefill import PADDED, PrefillOutput, WaitingPrompt, collate, first_readers, same_shape
from agents.engine.prefix_cache import PrefixCache, close_gaps, collate_prefixes, cuts_of
from agents.engine.prepared_pictures import PreparedPictures
from agents.engine.recently_used import most_bytes
from agents.engine.request import PIXELS, EngineRequest, Prompt
from agents.engine.row_hooks import RowHooks
from agents.engine.sampling_params import BAD_REQUEST
from agents.engine.sequence import Row, Sequence
from agents.engine.structured_output import GrammarCompiler, SchemaUnsupported
from agents.errors import ModelFailed, RefusalCode
from agents.images import Picture

CHARACTERS_PER_TOKEN = 16  # more than any text has on average: English has 4, indented code 8


class ModelRunner:
    """One checkpoint, under the name of its model, with the grammars that are compiled for its tokenizer."""

    def __init__(self, name: str, checkpoint: Checkpoint) -> None:
        self.name = name
        self.checkpoint = checkpoint
        self.hooks = RowHooks(checkpoint)
        self._pictures = PreparedPictures(lambda prompt, decode: self._processed([prompt], decode))
        self._features = PictureFeatures(checkpoint, most_bytes(checkpoint.model))
        self._prefixes = PrefixCache(most_bytes(checkpoint.model))
        self._control_texts = checkpoint.control_texts
        self._grammars = GrammarCompiler(checkpoint.tokenizer, checkpoint.vocab_size, checkpoint.end_tokens)
        parameters = inspect.signature(checkpoint.model.forward).parameters
        self._last_logits_only = {"logits_to_keep": 1} if "logits_to_keep" in parameters else {}

    def accepts(self, request: EngineRequest) -> bool:
        """Whether the prompt may fit into the context. Where it cannot, the request fails with status 400.

        Tokenizers take seconds and hundreds of megabytes for a megabyte of text.
        """
        length = max(sum(len(message.text) for message in prompt.messages) for prompt in request.prompts)
        if length > self.checkpoint.context_length * CHARACTERS_PER_TOKEN:
            request.finish(self._refused("context_length_exceeded"))
            return False
        return True

    def preprocess(self, prompts: list[Prompt]) -> dict[str, torch.Tensor]:
        """The prompts as one batch, on the CPU.

        `input_ids` and `attention_mask` are [prompts, length], padded on the left; pictures are in the processor's own
        form.
        """
        return self._distorted(prompts, self._processed(prompts))

    def prepare(self, prompt: Prompt) -> dict[str, torch.Tensor]:
        """One prompt, as `preprocess` makes it. Pictures that came lately are not decoded and resized again."""
        if not self.checkpoint.shares_prompts:
            return self.preprocess([prompt])
        return self._distorted([prompt], self._pictures.prepare(prompt))

    def _distorted(self, prompts: list[Prompt], inputs: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """A batch with noise on the pixels of the prompts that say so.

        Whatever a processor makes of pictures, those of one prompt lie together along the first dimension.
        """
        if all(prompt.noise_step is None for prompt in prompts):
            return inputs
        pixels = inputs[PIXELS]
        alone = [self._processed([prompt]) for prompt in prompts] if len(prompts) > 1 else [{PIXELS: pixels}]
        parts = pixels.split([len(each.get(PIXELS, ())) for each in alone])
        distorted = [
            part
            if prompt.noise_step is None
            else noised(part, prompt.noise_step, seed_of(picture.data for picture in prompt.pictures))
            for prompt, part in zip(prompts, parts, strict=True)
        ]
        return {**inputs, PIXELS: torch.cat(distorted)}

    def _processed(
        self, prompts: list[Prompt], decode: Callable[[Picture], Image] = decode_picture
    ) -> dict[str, torch.Tensor]:
        inputs = self.checkpoint.processor.apply_chat_template(
            [template_messages(prompt.messages, self._control_texts, decode) for prompt in prompts],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            processor_kwargs={"padding": True},
        )
        return dict(inputs)

    def open_sequence(self, request: EngineRequest, prompt_tokens: int, companion_tokens: int = 0) -> Sequence | None:
        """A sequence for the request, whose reply has room beside the longer of its prompts.

        None, and the request fails with status 400, where its prompt leaves no room for a reply in the context, its
        schema cannot be compiled, or the model does not have what it wants of its inside.
        """
        params = request.sampling_params
        problem = self.hooks.problem(request)
        if problem:
            request.finish(self._refused("unsupported", problem))
            return None
        room = self.checkpoint.context_length - max(prompt_tokens, companion_tokens)
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
            None if params.top_logprobs is None else LogprobRecorder(params.top_logprobs, self._grammars.token_bytes),
            prompt_tokens=prompt_tokens,
            companion_tokens=companion_tokens,
            max_tokens=min(room, params.max_tokens),
        )

    def _refused(self, why: RefusalCode, detail: str = "") -> ModelFailed:
        return ModelFailed(self.name, "refused", status=BAD_REQUEST, refusal=why, detail=detail)

    def to_device(self, inputs: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """The tensors where the model is, floating-point ones in its precision."""
        return placed(self.checkpoint.model, inputs)

    def waiting(self, row: Row, inputs: dict[str, torch.Tensor]) -> WaitingPrompt:
        """A prompt as `preprocess` made it by itself, with what it may share with others."""
        if not self.checkpoint.shares_prompts:
            return WaitingPrompt(row, inputs)
        pictures = picture_hashes({name: tensor for name, tensor in inputs.items() if name not in PADDED})
        tokens = inputs["input_ids"][0].tolist()
        return WaitingPrompt(row, inputs, pictures, cuts_of(tokens, self.checkpoint.picture_token, pictures))

    def read(self, prompts: list[WaitingPrompt]) -> list[PrefillOutput]:
        """Read prompts in as many passes as they have shapes. What several begin with is read once, before the rest."""
        return [
            self.prefill(group)
            for part in first_readers(prompts, self._prefixes)
            for group in same_shape(prompt.after(self._prefixes.find(prompt.cuts)) for prompt in part)
        ]

    def prefill(self, prompts: list[WaitingPrompt]) -> PrefillOutput:
        """Read prompts of the same shape in one pass, each behind its prefix."""
        inputs = self.to_device(collate(prompts, self.checkpoint.pad_token))
        length = inputs["input_ids"].shape[1]
        cache = DynamicCache(config=self.checkpoint.text_config)
        mask = collate_prefixes([prompt.prefix for prompt in prompts], cache, inputs.pop("attention_mask"))
        position_ids = (mask.cumsum(dim=1) - 1).clamp(min=0)  # [prompts, prefix and length], counted without padding
        rows = [prompt.row for prompt in prompts]
        with self.hooks.serving(rows), self._features.serving([each for prompt in prompts for each in prompt.pictures]):
            logits = self._forward(
                attention_mask=mask, position_ids=position_ids[:, -length:], past_key_values=cache, **inputs
            )
        if mask.shape[1] > length:
            mask = close_gaps(cache, mask)
        for row, (prompt, tokens) in enumerate(zip(prompts, mask.sum(dim=1).tolist(), strict=True)):
            self._prefixes.keep(prompt.cuts, cache, row, tokens)
        return PrefillOutput(rows, logits, cache, mask)

    def decode(self, batch: RunningBatch) -> torch.Tensor:
        """Read the last token of every row into the batch's cache.

        Returns the logits for the token after it: float32 [batch, vocabulary].
        """
        device, cache = self.checkpoint.model.device, batch.cache
        with self.hooks.serving(batch.rows):
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
