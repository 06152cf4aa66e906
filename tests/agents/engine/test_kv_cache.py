"""Memory of a batch: what rows remember while others come, go, and all of it moves."""

from __future__ import annotations

import random
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

HEADS, CHANNELS, LAYERS = 2, 3, 2


def states_of(rows: list[Any]) -> tuple[Any, Any]:
    """A model's cache after a prompt a row, padded on the left, and its mask."""
    from transformers import DynamicCache

    width = max(row.shape[1] for row in rows)
    padded = torch.stack([torch.nn.functional.pad(row, (0, 0, width - row.shape[1], 0), value=9.0) for row in rows])
    states = DynamicCache()
    for layer in range(LAYERS):
        states.update(padded + layer, -padded - layer, layer)
    mask = torch.tensor([[0] * (width - row.shape[1]) + [1] * row.shape[1] for row in rows])
    return states, mask


def read_token(cache: Any, tokens: list[Any]) -> list[tuple[Any, Any]]:
    """As a forward pass does: every layer takes a token a row, and shows all that it has."""
    new = torch.stack(tokens).unsqueeze(2)
    seen = [cache.states.update(new + layer, -new - layer, layer) for layer in range(LAYERS)]
    cache.grow()
    return seen


def test_rows_remember_their_own_tokens_whoever_comes_and_goes() -> None:
    from agents.engine.kv_cache import RowCache

    dice = random.Random(5)
    torch.manual_seed(5)
    first = [torch.randn(HEADS, 3, CHANNELS)]
    states, mask = states_of(first)
    cache, kept = RowCache(states, mask), list(first)
    cache.take_in(states, mask)
    for turn in range(200):
        if turn % 7 == 0 and len(kept) < 6:
            joining = [torch.randn(HEADS, dice.randint(1, 40), CHANNELS) for _ in range(dice.randint(1, 3))]
            cache.take_in(*states_of(joining))
            kept += joining
        tokens = [torch.randn(HEADS, CHANNELS) for _ in kept]
        mask = cache.mask.clone()
        seen = read_token(cache, tokens)
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
            cache.drop(leaving)
            kept[leaving] = kept[-1]
            kept.pop()
        assert cache.states.get_seq_length() == max(row.shape[1] for row in kept)


def test_a_prompt_longer_than_all_before_it_makes_room_for_itself() -> None:
    from agents.engine.kv_cache import AHEAD, RowCache

    short, long = torch.randn(HEADS, 2, CHANNELS), torch.randn(HEADS, 3 * AHEAD, CHANNELS)
    states, mask = states_of([short])
    cache = RowCache(states, mask)
    cache.take_in(states, mask)
    cache.take_in(*states_of([long]))
    assert cache.lengths == [2, 3 * AHEAD]
    assert cache.mask.sum(dim=1).tolist() == [3, 3 * AHEAD + 1]
    cache.drop(1)
    assert cache.mask.tolist() == [[1, 1, 1]]
