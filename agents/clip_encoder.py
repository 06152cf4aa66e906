"""Vectors by a CLIP or SigLIP checkpoint on this machine, for `agents.encoder.Encoder`. Nothing is downloaded.

torch and transformers are imported when the first vector is asked for.
"""

from __future__ import annotations

import io
from functools import cached_property
from pathlib import Path
from typing import Any

from PIL import Image

from agents.conversation import Conversation
from agents.encoder import Vector, joined, mean, pictures_of, question_of
from agents.images import Picture
from agents.models.optional_packages import hide_broken_torchvision


class ClipEncoder:
    """The text encoder's vector of the question beside the vision encoder's of the pictures, with equal weight."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        return f"clip {self._folder.name}"

    def encode(self, conversation: Conversation) -> Vector:
        words = self._features("text", text=[question_of(conversation)], truncation=True)
        return joined(words, mean(map(self._picture, pictures_of(conversation))))

    def _picture(self, picture: Picture) -> Vector:
        with Image.open(io.BytesIO(picture.data)) as image:
            return self._features("image", images=[image.convert("RGB")])

    def _features(self, kind: str, **shown: Any) -> Vector:
        import torch  # noqa: PLC0415 needed only where a checkpoint encodes

        processor, model = self._loaded
        with torch.inference_mode():
            features = getattr(model, f"get_{kind}_features")(**processor(**shown, return_tensors="pt"))
        pooled = getattr(features, "pooler_output", features)  # transformers 5 returns the whole output
        return tuple(pooled[0].float().tolist())

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        hide_broken_torchvision()
        from transformers import AutoModel, AutoProcessor  # noqa: PLC0415

        model = AutoModel.from_pretrained(self._folder, local_files_only=True).eval()
        return AutoProcessor.from_pretrained(self._folder, local_files_only=True), model
