"""What was used longest ago goes first, and only so much is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

if TYPE_CHECKING:
    from agents.engine.model_runner import ModelRunner


def test_what_was_used_longest_ago_goes_when_there_is_too_much() -> None:
    from agents.engine.recently_used import RecentlyUsed

    kept = RecentlyUsed(most_bytes=12)
    for key in (b"a", b"b", b"c"):
        kept.put(key, torch.zeros(4, dtype=torch.uint8))
    kept.use([b"b", b"a"])
    kept.put(b"d", torch.ones(8, dtype=torch.uint8))
    assert [key for key in (b"a", b"b", b"c", b"d") if key in kept] == [b"a", b"d"]
    assert kept.bytes == 12
    assert kept[b"d"].sum() == 8


def test_what_is_too_large_by_itself_is_not_kept() -> None:
    from agents.engine.recently_used import RecentlyUsed

    kept = RecentlyUsed(most_bytes=12)
    kept.put(b"a", torch.zeros(13, dtype=torch.uint8))
    assert b"a" not in kept
    assert kept.bytes == 0


def test_a_cache_may_take_a_part_of_what_the_weights_take(runner: ModelRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    from agents.engine.recently_used import LEAST_BYTES, PART_OF_WEIGHTS, most_bytes

    model = runner.checkpoint.model
    assert most_bytes(model) == LEAST_BYTES
    monkeypatch.setattr(model, "get_memory_footprint", lambda: 2**34)
    assert most_bytes(model) == 2**34 // PART_OF_WEIGHTS > LEAST_BYTES
