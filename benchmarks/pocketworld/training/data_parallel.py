"""Data-parallel training: each process computes gradients on its own examples, and all take the same step."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.distributed as dist
from torch import Tensor


@dataclass(frozen=True)
class ProcessGroup:
    """This process, number `rank` of `count`."""

    rank: int
    count: int

    @property
    def is_main(self) -> bool:
        return self.rank == 0

    def join(self, file: Path) -> None:
        """Wait for the other processes. The file is where they find each other; it must not exist before."""
        if self.count > 1:
            dist.init_process_group("gloo", init_method=f"file://{file}", rank=self.rank, world_size=self.count)

    def leave(self) -> None:
        if self.count > 1:
            dist.destroy_process_group()

    def average_gradients(self, parameters: Sequence[Tensor]) -> None:
        """Replace the gradients by their mean over all processes, in one exchange."""
        if self.count == 1:
            return
        for parameter in parameters:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(flat)
        flat /= self.count
        for gradient, mean in zip(gradients, flat.split([each.numel() for each in gradients]), strict=True):
            gradient.copy_(mean.view_as(gradient))
