"""Pictures with the noise of a diffusion process, as visual contrastive decoding distorts them (arXiv 2311.16922)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import torch

STEPS = 1000
LEAST, MOST = 1e-5, 5e-3  # variance that the first and the last step add


def kept_variance(step: int) -> float:
    """How much of the picture's variance is left after a step, 0 to 999: 0.745 at 500, 0.081 at 999."""
    added = torch.sigmoid(torch.linspace(-6, 6, STEPS, dtype=torch.float64)) * (MOST - LEAST) + LEAST
    return float((1 - added).cumprod(0)[step])


def seed_of(pictures: Iterable[bytes]) -> int:
    """The same pictures always get the same noise."""
    digest = hashlib.sha256(b"".join(hashlib.sha256(picture).digest() for picture in pictures)).digest()
    return int.from_bytes(digest[:7], "big")


def noised(pixels: torch.Tensor, step: int, seed: int) -> torch.Tensor:
    """Normalised pixels of any shape, on the CPU, with Gaussian noise."""
    kept = kept_variance(step)
    noise = torch.randn(pixels.shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float32)
    return (kept**0.5 * pixels + (1 - kept) ** 0.5 * noise).to(pixels.dtype)
