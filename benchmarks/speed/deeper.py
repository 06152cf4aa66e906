"""A heavier checkpoint with the same replies: layers are added that leave what they get as it is.

A layer adds to its input what its attention and its network find. In the added layers both find nothing: their last
weights are zero. They take as long as any other.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from torch import nn
from transformers import AutoModelForImageTextToText, AutoProcessor

LAST = ("out_proj", "o_proj", "fc2", "down_proj")  # how the last weights of attention and network are called


def save_deeper(checkpoint: str, folder: Path, layers: int) -> Path:
    """Write a LLaVA checkpoint with so many more layers in its vision encoder, and in its language model."""
    model = AutoModelForImageTextToText.from_pretrained(checkpoint)
    base = model.base_model
    encoder = next(module for module in base.vision_tower.modules() if hasattr(module, "layers"))
    for part, config in ((encoder, model.config.vision_config), (base.language_model, model.config.text_config)):
        _deepen(part.layers, layers)
        config.num_hidden_layers = len(part.layers)
    model.config.text_config.layer_types = ["full_attention"] * len(base.language_model.layers)
    model.save_pretrained(folder)
    AutoProcessor.from_pretrained(checkpoint).save_pretrained(folder)
    return folder


def _deepen(stack: nn.ModuleList, more: int) -> None:
    for _ in range(more):
        layer: Any = deepcopy(stack[0])
        for name, parameter in layer.named_parameters():
            if name.split(".")[-2] in LAST:
                nn.init.zeros_(parameter)
        if hasattr(layer.self_attn, "layer_idx"):
            layer.self_attn.layer_idx = len(stack)
        stack.append(layer)
