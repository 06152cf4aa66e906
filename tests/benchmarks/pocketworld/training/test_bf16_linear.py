"""Products in bfloat16 are close to those in float32."""

import torch

from benchmarks.pocketworld.training.bf16_linear import BF16Linear, use_bf16_linear


def test_products_in_bfloat16_are_close_to_those_in_float32_forward_and_backward() -> None:
    torch.manual_seed(0)
    whole = torch.nn.Linear(64, 32)
    half = torch.nn.Linear(64, 32)
    half.load_state_dict(whole.state_dict())
    use_bf16_linear(half)
    assert isinstance(half, BF16Linear)
    inputs = torch.randn(5, 7, 64)
    for layer in (whole, half):
        layer(inputs).square().sum().backward()
    assert torch.allclose(whole(inputs), half(inputs), atol=0.05)
    assert whole.weight.grad is not None
    assert half.weight.grad is not None
    relative = (whole.weight.grad - half.weight.grad).norm() / whole.weight.grad.norm()
    assert relative < 0.02
