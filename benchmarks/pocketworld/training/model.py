"""The embedded model: a standard LLaVA with a SigLIP vision tower, a Qwen2 language model and ChatML.

It is built, saved and loaded like any other checkpoint. Knows nothing of the world, the tasks or the trainer.
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

IMAGE_SIZE = 128  # pixels a side: enough to read the signs, which have the smallest details
PATCH_SIZE = 16  # pixels
GRID = IMAGE_SIZE // PATCH_SIZE
IMAGE_TOKENS = GRID * GRID  # tokens per picture, one per patch
HIDDEN_SIZE = 128  # of both towers; with 160, a step takes a third longer
LAYERS = 4  # of both towers
HEADS = 4
ROPE_THETA = 10_000.0
METADATA = "checkpoint.json"

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
    """The processor. It resizes any picture to a square and does not need torchvision."""
    images = SiglipImageProcessorPil(
        size={"height": IMAGE_SIZE, "width": IMAGE_SIZE},
        resample=3,
        image_mean=[0.5] * 3,
        image_std=[0.5] * 3,
        do_convert_rgb=True,
    )
    return LlavaProcessor(
        image_processor=images,
        tokenizer=tokenizer,
        patch_size=PATCH_SIZE,
        vision_feature_select_strategy="full",
        num_additional_image_tokens=0,
        chat_template=TEMPLATE,
    )


def build_model(tokenizer: PreTrainedTokenizerFast, seed: int) -> LlavaForConditionalGeneration:
    """An untrained model, its weights initialised from the seed."""
    vision = SiglipVisionConfig(
        hidden_size=HIDDEN_SIZE,
        intermediate_size=3 * HIDDEN_SIZE,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        image_size=IMAGE_SIZE,
        patch_size=PATCH_SIZE,
        vision_use_head=False,
    )
    text = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN_SIZE,
        intermediate_size=3 * HIDDEN_SIZE,
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
        image_seq_length=IMAGE_TOKENS,
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
class TrainingRun:
    """One run of the trainer, of which `step` of `steps` steps were taken. `pool` is the number of pictures.

    The fields are those in `checkpoint.json`.
    """

    plan: str
    seed: int
    step: int
    steps: int
    phases: str
    pool: int
    processes: int
    rate: float


@dataclass(frozen=True)
class PocketCheckpoint:
    """A folder like that of any image-text-to-text checkpoint, with `checkpoint.json` beside the weights."""

    folder: Path

    def save(self, model: LlavaForConditionalGeneration, processor: LlavaProcessor) -> None:
        """Save the weights in bfloat16: half the size, and the same replies. Load them as float32."""
        self.folder.mkdir(parents=True, exist_ok=True)
        model.save_pretrained(self.folder)
        processor.save_pretrained(self.folder)
        weights = self.folder / "model.safetensors"
        halved = {_portable(name): tensor.to(torch.bfloat16) for name, tensor in load_file(weights).items()}
        save_file(halved, weights, metadata={"format": "pt"})
        for file in self.folder.iterdir():
            file.chmod(0o644)

    def load(self) -> tuple[LlavaForConditionalGeneration, LlavaProcessor]:
        """The model, in float32, and its processor."""
        processor = AutoProcessor.from_pretrained(self.folder, local_files_only=True)
        model = LlavaForConditionalGeneration.from_pretrained(self.folder, dtype=torch.float32, local_files_only=True)
        return model, processor

    def write_metadata(self, prompts: PromptSet, runs: Sequence[TrainingRun]) -> None:
        """Write `checkpoint.json`: the prompts that the model was trained on, and the runs that trained it."""
        metadata = {"prompt_set": prompts.name, "prompts": prompts.digests, "runs": [asdict(run) for run in runs]}
        (self.folder / METADATA).write_text(json.dumps(metadata, indent=2) + "\n", encoding="utf-8")

    @property
    def prompts(self) -> dict[str, str]:
        """The digest that each prompt had in training, by the name of the prompt."""
        metadata = json.loads((self.folder / METADATA).read_text(encoding="utf-8"))
        return {str(name): str(digest) for name, digest in metadata["prompts"].items()}

    @property
    def runs(self) -> tuple[TrainingRun, ...]:
        """The runs that trained the model, first to last. There are none for untrained weights."""
        if not (self.folder / METADATA).exists():
            return ()
        metadata = json.loads((self.folder / METADATA).read_text(encoding="utf-8"))
        return tuple(TrainingRun(**run) for run in metadata["runs"])


def _portable(name: str) -> str:
    """The name of a weight that every transformers 5 can read.

    Newer releases leave out `vision_model` when they save. The oldest release then leaves the vision tower at random
    weights, with no more than a warning.
    """
    return re.sub(r"vision_tower\.(?!vision_model\.)", "vision_tower.vision_model.", name)
