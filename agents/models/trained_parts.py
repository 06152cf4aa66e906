"""Parts that were trained for one checkpoint: a probe on its hidden states, or an output head to reply by.

Each is two files: NAME.json, which says what it was made for, and NAME.safetensors with its weights, known by their
hash. No pickle is read. `situguard-train probe` and `head` make them. Free of torch until one is loaded.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from agents.errors import TrainedPartUnusable
from agents.models.white_box import OutputHead

if TYPE_CHECKING:
    import torch

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
LARGEST_CARD = 1024**2  # bytes
UNSAVED = "0" * 64  # until the weights are written


class Card(BaseModel):
    """What a part was made for. `model` is the identity of the checkpoint, by all of its files (`guard.identity`).

    `figures` is what was measured of it; nothing depends on them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    model: Sha256
    weights: Sha256 = UNSAVED
    figures: dict[str, Any] = Field(default_factory=dict)


class ProbeCard(Card):
    """A probe reads the hidden state of `layer` after `after_tokens` tokens of the reply to `prompt`.

    `prompt` is the name of an agent's prompt, and `prompt_sha256` its text's hash; both are empty where the probe reads
    the client's own prompt. A request whose score is above `threshold` counts as unsafe. `findings`: the prompt held
    what the other agents had found.
    """

    kind: Literal["probe"] = "probe"
    layer: int
    after_tokens: int = Field(ge=0)
    prompt: str = ""
    prompt_sha256: Sha256 | Literal[""] = ""
    findings: bool = False
    threshold: float = Field(ge=0, le=1)


class HeadCard(Card):
    """A head is an output layer to reply by where a request is unsafe."""

    kind: Literal["head"] = "head"


CardT = TypeVar("CardT", bound=Card)


@dataclass(frozen=True, eq=False)
class Probe:
    """A linear probe: `weight` is float32 [width], for one layer's hidden state."""

    card: ProbeCard
    weight: torch.Tensor
    bias: float
    file: Path

    def score(self, state: torch.Tensor) -> float:
        """How likely the request is unsafe, from 0 to 1. `state` is float32 [width]."""
        logit = float(self.weight @ state) + self.bias
        return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0  # beyond it, exp overflows

    def is_unsafe(self, state: torch.Tensor) -> bool:
        """Whether the score is above the threshold that was chosen on validation data."""
        return self.score(state) > self.card.threshold


@dataclass(frozen=True, eq=False)
class RefusalHead:
    """An output head, and what it was made for."""

    card: HeadCard
    head: OutputHead
    file: Path


def load_probe(path: Path) -> Probe:
    """Read a probe and check its files. Raises `TrainedPartUnusable`."""
    card, tensors = _load(path, ProbeCard, {"weight", "bias"})
    if tensors["weight"].dim() != 1 or tensors["bias"].shape != (1,):
        raise TrainedPartUnusable(path, "its weights do not have the shape of a probe")
    return Probe(card, tensors["weight"], float(tensors["bias"]), path)


def load_head(path: Path) -> RefusalHead:
    """Read a head and check its files. Raises `TrainedPartUnusable`."""
    card, tensors = _load(path, HeadCard, {"weight"})
    return RefusalHead(card, OutputHead(tensors["weight"], tensors.get("bias")), path)


def save_part(path: Path, card: Card, tensors: Mapping[str, torch.Tensor]) -> None:
    """Write both files. The card's `weights` is filled in."""
    from safetensors.torch import save  # noqa: PLC0415 loads torch

    data = save({name: tensor.detach().cpu().float().contiguous() for name, tensor in tensors.items()})
    whole = card.model_copy(update={"weights": hashlib.sha256(data).hexdigest()})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".safetensors").write_bytes(data)
    path.write_text(whole.model_dump_json(indent=2) + "\n", encoding="utf-8")


def check_model(path: Path, card: Card, identity: str) -> None:
    """Refuse a part of another checkpoint. Raises `TrainedPartUnusable`."""
    if card.model != identity:
        raise TrainedPartUnusable(
            path,
            f"it was made for the checkpoint {card.model[:12]}…, and this is {identity[:12]}…: train it again",
        )


def check_prompt(path: Path, card: ProbeCard, digests: Mapping[str, str]) -> None:
    """Refuse a probe of another prompt; `digests` are those of the deployment's set. Raises `TrainedPartUnusable`."""
    if card.prompt and digests.get(card.prompt) != card.prompt_sha256:
        raise TrainedPartUnusable(
            path,
            f"it reads the prompt {card.prompt!r} as it was when the probe was made ({card.prompt_sha256[:12]}…), and"
            " this deployment's is another: name the prompt set that it was made for, or train it again",
        )


def _load(path: Path, kind: type[CardT], names: set[str]) -> tuple[CardT, dict[str, torch.Tensor]]:
    from safetensors import SafetensorError  # noqa: PLC0415 not installed everywhere
    from safetensors.torch import load  # noqa: PLC0415 loads torch

    try:
        if path.stat().st_size > LARGEST_CARD:
            raise TrainedPartUnusable(path, "it is too large to be the JSON file of a probe or head")
        card = kind.model_validate_json(path.read_bytes())
        data = path.with_suffix(".safetensors").read_bytes()
        tensors = load(data)
    except OSError as error:
        raise TrainedPartUnusable(Path(error.filename or path), f"it cannot be read: {error.strerror}") from None
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        reason = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'file'}: {each['msg']}" for each in found)
        raise TrainedPartUnusable(path, reason) from None
    except SafetensorError:
        raise TrainedPartUnusable(path.with_suffix(".safetensors"), "it is not in safetensors format") from None
    if hashlib.sha256(data).hexdigest() != card.weights:
        raise TrainedPartUnusable(path, f"{path.with_suffix('.safetensors').name} is not the file that belongs to it")
    if not names <= tensors.keys():
        raise TrainedPartUnusable(path, f"its weights lack {', '.join(sorted(names - tensors.keys()))}")
    return card, tensors
