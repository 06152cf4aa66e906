"""The model in training: the checkpoint's own modules, and a head for the patches that is dropped afterwards."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own habit
from torch import Tensor, nn
from transformers import LlavaForConditionalGeneration

from benchmarks.pocketworld.training.bf16_linear import halve
from benchmarks.pocketworld.training.collate import IGNORED, Batch
from benchmarks.pocketworld.training.model import WIDTH
from benchmarks.pocketworld.training.picture_pool import PATCH_LABELS, PLACE_LABELS, UNSURE

NOTHING_WEIGHT = 0.3  # most patches show nothing
SIGN_WEIGHT = 2.0  # signs are rarer than things, and alike


class PatchHead(nn.Module):  # type: ignore[misc]
    """What covers each patch, and which place the picture shows."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.things = nn.Linear(WIDTH, len(PATCH_LABELS))
        self.places = nn.Linear(WIDTH, len(PLACE_LABELS))
        signs = [SIGN_WEIGHT if label.startswith("sign: ") else 1.0 for label in PATCH_LABELS]
        self.register_buffer("weights", torch.tensor([NOTHING_WEIGHT, *signs[1:]]))

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        normed = self.norm(features)
        return self.things(normed), self.places(normed.mean(1))


@dataclass(frozen=True)
class EyeScore:
    """Loss, and the share of covered patches and of places told right."""

    loss: Tensor
    patches: float
    places: float


class Pupil(nn.Module):  # type: ignore[misc]
    """Both losses: what the eye sees in the patches, and what is said."""

    def __init__(self, model: LlavaForConditionalGeneration, *, half: bool) -> None:
        super().__init__()
        self.model = model
        self.head = PatchHead()
        self.image_token = model.config.image_token_id
        if half:
            halve(model.model)

    def look(self, pixels: Tensor) -> Tensor:
        """Features of the pictures, as the projector takes them."""
        tower = self.model.model.vision_tower
        return torch.as_tensor(tower(pixels, output_hidden_states=True).hidden_states[-1])

    def eye(self, features: Tensor, labels: Tensor, places: Tensor) -> EyeScore:
        things, where = self.head(features)
        loss = F.cross_entropy(things.flatten(0, 1), labels.flatten(), self.head.weights, ignore_index=UNSURE)
        covered = labels > 0
        right = (things.argmax(-1) == labels)[covered].float().mean()
        found = (where.argmax(-1) == places).float().mean()
        return EyeScore(loss + 0.5 * F.cross_entropy(where, places), float(right), float(found))

    def say(self, batch: Batch, features: Tensor | None) -> tuple[Tensor, int]:
        """Summed loss on the replies, and how many tokens they have."""
        embedded = self.model.get_input_embeddings()(batch.ids)
        if features is not None and len(batch.pictures):
            seen = self.model.model.multi_modal_projector(features[batch.pictures])
            here = (batch.ids == self.image_token)[..., None]
            embedded = embedded.masked_scatter(here, seen.flatten(0, 1))
        spoken = self.model.model.language_model(inputs_embeds=embedded, use_cache=False).last_hidden_state
        wanted = batch.labels[:, 1:]
        counted = wanted != IGNORED
        logits = F.linear(spoken[:, :-1][counted], self.model.lm_head.weight)
        return F.cross_entropy(logits, wanted[counted], reduction="sum"), int(counted.sum())
