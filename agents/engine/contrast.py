"""Contrastive decoding: a row's scores are moved away from those of its companion.

CoCA (COLM 2024, arXiv 2409.11365) and visual contrastive decoding (CVPR 2024, arXiv 2311.16922) have the same formula.
"""

from __future__ import annotations

import math
from collections.abc import Sequence as Rows

import torch

from agents.engine.sequence import Companion, Row
from agents.models.white_box import Contrast


def contrast_rows(rows: Rows[Row], logits: torch.Tensor) -> None:
    """Combine each pair's scores in its leader's row, in place. `logits` is float32 [batch, vocabulary]."""
    companions = [(index, row) for index, row in enumerate(rows) if isinstance(row, Companion)]
    places = {row: index for index, row in enumerate(rows)} if companions else {}
    for index, companion in companions:
        contrast(logits[places[companion.leader]], logits[index], companion.contrast)


def contrast(leader: torch.Tensor, companion: torch.Tensor, settings: Contrast) -> None:
    """Cut and combine, in place. Both are float32 [vocabulary]; what the grammar forbids is already minus infinity."""
    if settings.beta > 0:
        leader.masked_fill_(leader < leader.max() + math.log(settings.beta), float("-inf"))
    # In this form it is exact at alpha 0 and -1. What is forbidden stays so: infinity times zero would be no number.
    combined = (1 + settings.alpha) * leader - settings.alpha * companion
    leader.copy_(combined.masked_fill_(leader.isinf(), float("-inf")))
