"""Linear layers that multiply in bfloat16 and keep everything else in float32.

On CPUs with bfloat16 instructions a matrix product is three times as fast so, while attention and convolution are
many times slower in bfloat16; torch's autocast converts them all.
"""

from typing import Any

import torch
from torch import Tensor, nn


class HalfProduct(torch.autograd.Function):  # type: ignore[misc]
    """y = x Wᵀ, the three products of forward and backward in bfloat16."""

    @staticmethod
    def forward(ctx: Any, inputs: Tensor, weight: Tensor) -> Tensor:
        flat, halved = inputs.reshape(-1, inputs.shape[-1]).bfloat16(), weight.bfloat16()
        ctx.save_for_backward(flat, halved)
        ctx.shape = inputs.shape
        return (flat @ halved.t()).float().view(*inputs.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor]:
        flat, halved = ctx.saved_tensors
        gradient = gradients[0].reshape(flat.shape[0], -1).bfloat16()
        return (gradient @ halved).float().view(ctx.shape), (gradient.t() @ flat).float()


class HalfLinear(nn.Linear):  # type: ignore[misc]
    """A drop-in for `nn.Linear` with the same parameters."""

    def forward(self, inputs: Tensor) -> Tensor:
        product = HalfProduct.apply(inputs, self.weight)
        return product if self.bias is None else product + self.bias


def halve(module: nn.Module) -> None:
    """Turn every plain linear layer inside into a `HalfLinear`, in place; parameters stay the same objects."""
    for layer in module.modules():
        if type(layer) is nn.Linear:
            layer.__class__ = HalfLinear
