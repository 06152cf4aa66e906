"""The model as it is trained: the modules of the checkpoint, and a head for the patches that is dropped afterwards."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own habit
from torch import Tensor, nn
from transformers import LlavaForConditionalGeneration

from benchmarks.pocketworld.training.bf16_linear import use_bf16_linear
from benchmarks.pocketworld.training.collate import IGNORED, TrainingBatch
from benchmarks.pocketworld.training.model import HIDDEN_SIZE
from benchmarks.pocketworld.training.picture_pool import PATCH_LABELS, PLACE_LABELS, UNSURE

NOTHING_WEIGHT = 0.3  # most patches show nothing
SIGN_WEIGHT = 2.0  # signs are rarer than things, and alike


class PatchHead(nn.Module):  # type: ignore[misc]
    """Predicts what covers each patch, and which place the picture shows."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(HIDDEN_SIZE)
        self.things = nn.Linear(HIDDEN_SIZE, len(PATCH_LABELS))
        self.places = nn.Linear(HIDDEN_SIZE, len(PLACE_LABELS))
        signs = [SIGN_WEIGHT if label.startswith("sign: ") else 1.0 for label in PATCH_LABELS]
        self.register_buffer("weights", torch.tensor([NOTHING_WEIGHT, *signs[1:]]))

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of PATCH_LABELS for each patch, and of PLACE_LABELS for each picture."""
        normed = self.norm(features)
        return self.things(normed), self.places(normed.mean(1))


@dataclass(frozen=True)
class VisionMetrics:
    """The loss on patches and places, and the accuracy on covered patches and on places."""

    loss: Tensor
    patches: float
    places: float


class TrainModel(nn.Module):  # type: ignore[misc]
    """The model with both of its losses: on what the vision tower sees in the patches, and on the replies."""

    def __init__(self, model: LlavaForConditionalGeneration, *, bf16: bool) -> None:
        super().__init__()
        self.model = model
        self.head = PatchHead()
        self.image_token = model.config.image_token_id
        if bf16:
            use_bf16_linear(model.model)

    def vision_features(self, pixels: Tensor) -> Tensor:
        """What the projector takes, (pictures, IMAGE_TOKENS, HIDDEN_SIZE), for pixels (pictures, 3, height, width)."""
        tower = self.model.model.vision_tower
        return torch.as_tensor(tower(pixels, output_hidden_states=True).hidden_states[-1])

    def vision_loss(self, features: Tensor, patches: Tensor, places: Tensor) -> VisionMetrics:
        """`patches` (pictures, IMAGE_TOKENS) and `places` (pictures,) are the labels."""
        thing_logits, place_logits = self.head(features)
        weights = self.head.weights
        loss = F.cross_entropy(thing_logits.flatten(0, 1), patches.flatten(), weights, ignore_index=UNSURE)
        covered = patches > 0
        patch_accuracy = (thing_logits.argmax(-1) == patches)[covered].float().mean()
        place_accuracy = (place_logits.argmax(-1) == places).float().mean()
        loss = loss + 0.5 * F.cross_entropy(place_logits, places)
        return VisionMetrics(loss, float(patch_accuracy), float(place_accuracy))

    def reply_loss(self, batch: TrainingBatch, features: Tensor) -> Tensor:
        """The loss on the replies, summed over their tokens. `features` are those of all pictures of the step."""
        embedded = self.model.get_input_embeddings()(batch.ids)
        if len(batch.pictures):
            projected = self.model.model.multi_modal_projector(features[batch.pictures])
            image_positions = (batch.ids == self.image_token)[..., None]
            embedded = embedded.masked_scatter(image_positions, projected.flatten(0, 1))
        hidden = self.model.model.language_model(inputs_embeds=embedded, use_cache=False).last_hidden_state
        targets = batch.labels[:, 1:]
        counted = targets != IGNORED
        logits = F.linear(hidden[:, :-1][counted], self.model.lm_head.weight)
        return F.cross_entropy(logits, targets[counted], reduction="sum")
