"""What a companion costs is told in medians, token for token."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="needs local: the extra of that name")

from benchmarks.contrast import Step, figures


def test_figures_are_medians_over_all_tokens() -> None:
    steps = [[Step(10, 4), Step(12, 5)], [Step(10, 4), Step(13, 6)], [Step(90, 4), Step(200, 5)]]
    found = figures(steps)
    assert found.tokens == 3
    assert (found.plain_ms, found.pair_ms, found.ratio) == (10, 13, 1.3)
    assert (found.plain_cpu_ms, found.pair_cpu_ms, found.cpu_ratio) == (4, 5, 1.25)
