"""A Qwen2-VL of random weights: pictures as rows of patches, positions in three dimensions, one tied output layer."""

from __future__ import annotations

import torch
from transformers import PreTrainedTokenizerFast, Qwen2VLConfig, Qwen2VLForConditionalGeneration
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil
from transformers.models.qwen2_vl.processing_qwen2_vl import Qwen2VLProcessor

from agents.engine.checkpoint import Checkpoint
from tests.agents.models.tiny_llava import TEMPLATE, tiny_tokenizer

SHOWN = "<|vision_start|><image><|vision_end|>"
MARKS = ["<image>", "<|vision_start|>", "<|vision_end|>", "<|video_pad|>"]
SIDE = 28  # pixels of a patch after merging


class PictureProcessor(Qwen2VLProcessor):  # type: ignore[misc]
    """Does without a processor for videos, which needs torchvision."""

    def check_argument_for_proper_class(self, argument_name: str, argument: object) -> None:
        pass


def tiny_qwen(seed: int = 0) -> Checkpoint:
    """Ready to run."""
    tokenizer = tiny_tokenizer(MARKS[1:])
    return Checkpoint(_processor(tokenizer), _model(tokenizer, seed), "cpu")


def _processor(tokenizer: PreTrainedTokenizerFast) -> Qwen2VLProcessor:
    pixels = {"shortest_edge": SIDE * SIDE, "longest_edge": 4 * SIDE * SIDE}
    images = Qwen2VLImageProcessorPil(size=pixels)
    return PictureProcessor(images, tokenizer, None, chat_template=TEMPLATE.replace("<image>", SHOWN))


def _model(tokenizer: PreTrainedTokenizerFast, seed: int) -> Qwen2VLForConditionalGeneration:
    image, start, end, video = tokenizer.convert_tokens_to_ids(MARKS)
    config = Qwen2VLConfig(
        vision_config={"depth": 1, "embed_dim": 32, "hidden_size": 32, "mlp_ratio": 2, "num_heads": 2},
        text_config={
            "vocab_size": len(tokenizer),
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "max_position_embeddings": 512,
            "bos_token_id": None,
            "eos_token_id": tokenizer.eos_token_id,
            "pad_token_id": tokenizer.pad_token_id,
            "initializer_range": 0.3,
            "rope_parameters": {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 10000.0},
        },
        image_token_id=image,
        video_token_id=video,
        vision_start_token_id=start,
        vision_end_token_id=end,
        tie_word_embeddings=True,
    )
    torch.manual_seed(seed)
    model = Qwen2VLForConditionalGeneration(config)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    return model.eval()
