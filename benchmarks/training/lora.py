"""Low-rank adapters (LoRA, Hu et al. 2021, arXiv 2106.09685) on the language model alone, merged in the end.

A list of suffixes such as `q_proj` would also hit the vision tower, whose layers have the same names; a pattern of
whole names does not. What is saved is an ordinary checkpoint: the engine needs to know nothing of adapters.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model

from agents.engine.checkpoint import Checkpoint
from benchmarks.training.errors import CheckpointUnfit

LANGUAGE_MODEL = r".*language_model.*\.(q|k|v|o|gate|up|down)_proj"
RANK = 16
ALPHA = 32
DROPOUT = 0.05


def adapted_modules(model: Any) -> list[str]:
    """The modules of the language model that get adapters."""
    return [name for name, _ in model.named_modules() if re.fullmatch(LANGUAGE_MODEL, name)]


def with_adapters(
    checkpoint: Checkpoint, name: str, *, rank: int = RANK, alpha: int = ALPHA, seed: int = 0
) -> PeftModel:
    """The model with adapters that change nothing yet; half of their weights are random, by the seed.

    Raises `CheckpointUnfit` where it has no such module.
    """
    if not adapted_modules(checkpoint.model):
        raise CheckpointUnfit(name, f"no module is named as {LANGUAGE_MODEL}")
    config = LoraConfig(r=rank, lora_alpha=alpha, lora_dropout=DROPOUT, target_modules=LANGUAGE_MODEL, bias="none")
    torch.manual_seed(seed)
    return get_peft_model(checkpoint.model, config)


def save_merged(adapted: PeftModel, checkpoint: Checkpoint, folder: Path) -> None:
    """Fold the adapters into the weights, and write a checkpoint as any other, processor included."""
    merged = adapted.merge_and_unload()
    merged.save_pretrained(folder)
    checkpoint.processor.save_pretrained(folder)
    for file in folder.iterdir():
        file.chmod(0o644)
