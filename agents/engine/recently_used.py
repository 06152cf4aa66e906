"""Tensors that were used lately, in a bounded number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

import torch
from transformers import PreTrainedModel

LEAST_BYTES = 2**26  # 64 MiB: 16,000 tokens or 2,000 pictures of the embedded model
PART_OF_WEIGHTS = (
    16  # with 7 billion in half precision 0.8 GiB: 1,700 tokens where none share heads, 15,000 where most do
)


class RecentlyUsed:
    """Tensors by their keys. Where they come to more than `most_bytes`, those go that were used longest ago."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[bytes, torch.Tensor] = OrderedDict()
        self.bytes = 0

    def __contains__(self, key: bytes) -> bool:
        return key in self._kept

    def __getitem__(self, key: bytes) -> torch.Tensor:
        return self._kept[key]

    def use(self, keys: Iterable[bytes]) -> None:
        """Take note that these are used, the last one of them last. All of them must be there."""
        for key in keys:
            self._kept.move_to_end(key)

    def put(self, key: bytes, tensor: torch.Tensor) -> None:
        """Keep a tensor under a key that is not there yet."""
        self._kept[key] = tensor
        self.bytes += tensor.nbytes
        while self.bytes > self._most_bytes:
            self.bytes -= self._kept.popitem(last=False)[1].nbytes


def most_bytes(model: PreTrainedModel) -> int:
    """How much a cache beside these weights may take: a machine that holds them has room for that too."""
    return max(LEAST_BYTES, int(model.get_memory_footprint()) // PART_OF_WEIGHTS)
