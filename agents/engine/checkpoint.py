"""Loading a transformers checkpoint by path or hub id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from transformers import AutoModelForImageTextToText, AutoProcessor
from transformers.utils.logging import disable_progress_bar

from agents.errors import CheckpointUnavailable
from agents.models.optional_packages import UNNAMED_PACKAGE, missing_package_hint

# Model types whose tokens look back alone, and whose pictures are encoded one by one. In others a picture's tokens may
# look ahead (PaliGemma), or pictures are mixed before they are encoded: what one prompt has read is then no other's.
SHARING = frozenset({"llava"})


@dataclass(frozen=True)
class Checkpoint:
    """A processor and its model, ready to run on `device`."""

    processor: Any
    model: Any
    device: str

    @property
    def tokenizer(self) -> Any:
        return self.processor.tokenizer

    @property
    def text_config(self) -> Any:
        return self.model.config.get_text_config()

    @property
    def end_tokens(self) -> frozenset[int]:
        """Tokens that end a reply, by the generation settings and the tokenizer."""
        ends = self.model.generation_config.eos_token_id
        listed: Iterable[int | None] = ends if isinstance(ends, list) else [ends]
        return frozenset(end for end in (*listed, self.tokenizer.eos_token_id) if end is not None)

    @property
    def pad_token(self) -> int:
        """A token to pad shorter prompts with; the attention mask hides it."""
        pad = self.tokenizer.pad_token_id
        return int(pad if pad is not None else min(self.end_tokens, default=0))

    @property
    def shares_prompts(self) -> bool:
        """Whether the beginning of a prompt means the same whatever follows, and its pictures are features in a row."""
        return self.model.config.model_type in SHARING

    @property
    def picture_token(self) -> int:
        """The token in whose place a picture's features stand."""
        return int(self.model.config.image_token_id)

    @property
    def vocab_size(self) -> int:
        """The width of the model's logits; more than the tokenizer has tokens, if the embedding is padded."""
        return int(self.text_config.vocab_size)

    @property
    def context_length(self) -> int:
        """Tokens of a prompt and its reply together."""
        return int(getattr(self.text_config, "max_position_embeddings", None) or 4096)

    @property
    def control_texts(self) -> frozenset[str]:
        """Texts that the tokenizer reads as a control token or a picture, wherever they stand."""
        special = {str(token) for token in self.tokenizer.added_tokens_decoder.values() if token.special}
        named = (getattr(self.processor, name, None) for name in ("image_token", "video_token", "audio_token"))
        return frozenset(text for text in {*special, *named} if isinstance(text, str) and text.strip())


def load_checkpoint(checkpoint: str, *, device: str | None = None, local_files_only: bool = True) -> Checkpoint:
    """Load by path or hub id: in float32 on a CPU, in the checkpoint's own precision on a GPU, used where there is one.

    Raises `CheckpointUnavailable` with a hint what to install or to correct.
    """
    disable_progress_bar()
    try:
        device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        dtype = torch.float32 if device == "cpu" else "auto"
        processor = AutoProcessor.from_pretrained(checkpoint, local_files_only=local_files_only)
        model = AutoModelForImageTextToText.from_pretrained(checkpoint, dtype=dtype, local_files_only=local_files_only)
        processor.tokenizer.padding_side = "left"  # the newest tokens of all rows stand in one column
        if processor.tokenizer.pad_token is None:
            processor.tokenizer.pad_token = processor.tokenizer.eos_token
        return Checkpoint(processor, model.to(device).eval(), device)
    except ImportError as error:
        raise CheckpointUnavailable(checkpoint, missing_package_hint(error) or UNNAMED_PACKAGE) from error
    except (OSError, ValueError) as error:
        where = (
            "there is no such checkpoint on this machine, or its files cannot be read (the hub is not asked)"
            if local_files_only
            else "neither this machine nor the hub has such a checkpoint, or its files cannot be read"
        )
        raise CheckpointUnavailable(checkpoint, missing_package_hint(error) or where) from error


def placed(model: Any, inputs: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The tensors where a model is, floating-point ones in its precision."""
    return {
        name: tensor.to(model.device, model.dtype if tensor.is_floating_point() else tensor.dtype)
        for name, tensor in inputs.items()
    }
