"""Noise is that of the published schedule, and the same for the same picture."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")


@pytest.mark.parametrize(("step", "kept"), [(0, 1.0), (500, 0.745), (999, 0.081)])
def test_the_schedule_is_that_of_the_paper_s_code(step: int, kept: float) -> None:
    from agents.engine.noise import kept_variance

    assert kept_variance(step) == pytest.approx(kept, abs=5e-4)


def test_the_variance_of_pixels_stays_what_it_was() -> None:
    from agents.engine.noise import noised

    pixels = torch.randn((64, 300), generator=torch.Generator().manual_seed(9))
    for step in (0, 500, 999):
        changed = noised(pixels, step, seed=1)
        assert float(changed.var()) == pytest.approx(1, abs=0.03)
        correlation = float((changed * pixels).mean())
        assert correlation == pytest.approx({0: 1.0, 500: 0.863, 999: 0.285}[step], abs=0.03)


def test_a_picture_gets_the_same_noise_each_time() -> None:
    from agents.engine.noise import noised, seed_of

    pixels = torch.zeros(1, 3, 4, 4)
    first, again = (noised(pixels, 500, seed_of([b"one", b"two"])) for _ in range(2))
    assert torch.equal(first, again)
    assert not torch.equal(first, noised(pixels, 500, seed_of([b"onetwo"])))
    assert noised(pixels.to(torch.bfloat16), 500, 1).dtype == torch.bfloat16
