"""The embedded model as a stock LLaVA: a SigLIP eye, a Qwen2 mouth, ChatML. Built, saved and loaded like any other.

Knows no world, task or training step.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import (
    AutoProcessor,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
    Qwen2Config,
    SiglipVisionConfig,
)
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

from agents.prompts import PromptSet
from benchmarks.pocketworld.training.tokenizer import IMAGE, LONGEST_PROMPT

SIDE = 128  # pixels: signs are the smallest thing to be read
PATCH = 16  # pixels
GRID = SIDE // PATCH
PATCHES = GRID * GRID  # tokens a picture
WIDTH = 128  # of both towers; at 160 a step takes a third longer
LAYERS = 4  # of both towers
HEADS = 4
ROPE_THETA = 10_000.0
NOTE = "checkpoint.json"

# ChatML, pictures first, whether content is a text or a list of parts.
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% elif message['content'] %}"
    "{% for part in message['content'] %}{% if part['type'] in ('image', 'image_url') %}<image>{% endif %}{% endfor %}"
    "{% for part in message['content'] %}{% if part['type'] == 'text' %}{{ part['text'] }}{% endif %}{% endfor %}"
    "{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def build_processor(tokenizer: PreTrainedTokenizerFast) -> LlavaProcessor:
    """Squeezes any picture into a square; needs no torchvision."""
    images = SiglipImageProcessorPil(
        size={"height": SIDE, "width": SIDE},
        resample=3,
        image_mean=[0.5] * 3,
        image_std=[0.5] * 3,
        do_convert_rgb=True,
    )
    return LlavaProcessor(
        image_processor=images,
        tokenizer=tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="full",
        num_additional_image_tokens=0,
        chat_template=TEMPLATE,
    )


def build_model(tokenizer: PreTrainedTokenizerFast, seed: int) -> LlavaForConditionalGeneration:
    """Untrained, with seeded weights."""
    vision = SiglipVisionConfig(
        hidden_size=WIDTH,
        intermediate_size=3 * WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        image_size=SIDE,
        patch_size=PATCH,
        vision_use_head=False,
    )
    text = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        intermediate_size=3 * WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=HEADS,
        max_position_embeddings=LONGEST_PROMPT,
        tie_word_embeddings=True,
        rope_theta=ROPE_THETA,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        initializer_range=0.04,
    )
    config = LlavaConfig(
        vision_config=vision,
        text_config=text,
        image_token_index=tokenizer.convert_tokens_to_ids(IMAGE),
        image_seq_length=PATCHES,
        vision_feature_select_strategy="full",
        vision_feature_layer=-1,
        tie_word_embeddings=True,
    )
    torch.manual_seed(seed)
    model = LlavaForConditionalGeneration(config)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    return model


@dataclass(frozen=True)
class Run:
    """One run of the trainer: `step` of `steps` were taken, with this seed, on a pool of so many pictures."""

    plan: str
    seed: int
    step: int
    steps: int
    phases: str
    pool: int
    processes: int
    rate: float


@dataclass(frozen=True)
class Checkpoint:
    """A folder that any image-text-to-text checkpoint could be."""

    folder: Path

    def save(self, model: LlavaForConditionalGeneration, processor: LlavaProcessor) -> None:
        """Weights in bfloat16 (half the size, nothing lost in the replies); load them as float32."""
        self.folder.mkdir(parents=True, exist_ok=True)
        model.save_pretrained(self.folder)
        processor.save_pretrained(self.folder)
        weights = self.folder / "model.safetensors"
        halved = {_portable(name): tensor.to(torch.bfloat16) for name, tensor in load_file(weights).items()}
        save_file(halved, weights, metadata={"format": "pt"})
        for file in self.folder.iterdir():
            file.chmod(0o644)

    def load(self) -> tuple[LlavaForConditionalGeneration, LlavaProcessor]:
        """The model in float32, and its processor."""
        processor = AutoProcessor.from_pretrained(self.folder, local_files_only=True)
        model = LlavaForConditionalGeneration.from_pretrained(self.folder, dtype=torch.float32, local_files_only=True)
        return model, processor

    def note(self, prompts: PromptSet, runs: Sequence[Run]) -> None:
        """Write `checkpoint.json`: which prompts it was trained on, and by which runs."""
        noted = {"prompt_set": prompts.name, "prompts": prompts.digests, "runs": [asdict(run) for run in runs]}
        (self.folder / NOTE).write_text(json.dumps(noted, indent=2) + "\n", encoding="utf-8")

    @property
    def prompts(self) -> dict[str, str]:
        """Prompt name to the hash that it had in training."""
        noted = json.loads((self.folder / NOTE).read_text(encoding="utf-8"))
        return {str(name): str(digest) for name, digest in noted["prompts"].items()}

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs that made it, first to last; none for weights that nobody has trained."""
        if not (self.folder / NOTE).exists():
            return ()
        noted = json.loads((self.folder / NOTE).read_text(encoding="utf-8"))
        return tuple(Run(**run) for run in noted["runs"])


def _portable(name: str) -> str:
    """A weight's name as every transformers 5 reads it.

    Newer releases leave `vision_model` out when they save, and the oldest one then keeps the eye's weights at random,
    with nothing but a warning.
    """
    return re.sub(r"vision_tower\.(?!vision_model\.)", "vision_tower.vision_model.", name)
