"""Every sequence keeps its own keys and values while others come and go, and while the memory moves."""

from __future__ import annotations

import random
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

HEADS, CHANNELS, LAYERS = 2, 3, 2


def prefilled(rows: list[Any]) -> tuple[Any, Any]:
    """A model's cache after a prompt per row, padded on the left, and its mask. Each row is [head, token, channel]."""
    from transformers import DynamicCache

    width = max(row.shape[1] for row in rows)
    padded = torch.stack([torch.nn.functional.pad(row, (0, 0, width - row.shape[1], 0), value=9.0) for row in rows])
    cache = DynamicCache()
    for layer in range(LAYERS):
        cache.update(padded + layer, -padded - layer, layer)
    mask = torch.tensor([[0] * (width - row.shape[1]) + [1] * row.shape[1] for row in rows])
    return cache, mask


def decode(cache: Any, tokens: list[Any]) -> list[tuple[Any, Any]]:
    """As a forward pass does it: every layer takes a token per row, and returns all that it has."""
    new = torch.stack(tokens).unsqueeze(2)
    seen = [cache.past_key_values.update(new + layer, -new - layer, layer) for layer in range(LAYERS)]
    cache.advance()
    return seen


def test_rows_keep_their_own_tokens_while_others_come_and_go() -> None:
    from agents.engine.kv_cache import KVCache

    dice = random.Random(5)
    torch.manual_seed(5)
    first = [torch.randn(HEADS, 3, CHANNELS)]
    cache, kept = KVCache(), list(first)
    cache.insert(*prefilled(first))
    for turn in range(200):
        if turn % 7 == 0 and len(kept) < 6:
            joining = [torch.randn(HEADS, dice.randint(1, 40), CHANNELS) for _ in range(dice.randint(1, 3))]
            cache.insert(*prefilled(joining))
            kept += joining
        tokens = [torch.randn(HEADS, CHANNELS) for _ in kept]
        mask = cache.attention_mask.clone()
        seen = decode(cache, tokens)
        kept = [torch.cat([row, token.unsqueeze(1)], dim=1) for row, token in zip(kept, tokens, strict=True)]
        for index, row in enumerate(kept):
            own = mask[index].bool()
            assert cache.lengths[index] == row.shape[1] == int(own.sum())
            for layer, (keys, values) in enumerate(seen):
                assert torch.equal(keys[index][:, own], row + layer)
                assert torch.equal(values[index][:, own], -row - layer)
                assert keys.isfinite().all()
        if turn % 5 == 0 and len(kept) > 1:
            leaving = dice.randrange(len(kept))
            cache.remove(leaving)
            kept[leaving] = kept[-1]
            kept.pop()
        assert cache.past_key_values.get_seq_length() == max(row.shape[1] for row in kept)


def test_a_prompt_longer_than_all_before_it_makes_room_for_itself() -> None:
    from agents.engine.kv_cache import HEADROOM, KVCache

    short, long = torch.randn(HEADS, 2, CHANNELS), torch.randn(HEADS, 3 * HEADROOM, CHANNELS)
    cache = KVCache()
    cache.insert(*prefilled([short]))
    cache.insert(*prefilled([long]))
    assert cache.lengths == [2, 3 * HEADROOM]
    assert cache.attention_mask.sum(dim=1).tolist() == [3, 3 * HEADROOM + 1]
    cache.remove(1)
    assert cache.attention_mask.tolist() == [[1, 1, 1]]
