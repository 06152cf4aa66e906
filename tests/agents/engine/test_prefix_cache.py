"""Prompts share whole blocks with the same tokens and the same pictures, and get the same keys and values back."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

PICTURE = 3  # a picture's token
LAYERS, HEADS, CHANNELS = 2, 2, 3
MUCH = 2**20


def cuts(tokens: list[int], *pictures: bytes) -> Any:
    from agents.engine.prefix_cache import cuts_of

    return cuts_of(tokens, PICTURE, pictures)


def read(tokens: int, seed: int = 0) -> Any:
    """A model's cache after one prompt, which stands on the right."""
    from transformers import DynamicCache

    torch.manual_seed(seed)
    cache = DynamicCache()
    for layer in range(LAYERS):
        cache.update(torch.randn(1, HEADS, tokens + 2, CHANNELS), torch.randn(1, HEADS, tokens + 2, CHANNELS), layer)
    return cache


def states_of(cache: Any, tokens: int) -> Any:
    own = [each[0, :, -tokens:] for layer in cache.layers for each in (layer.keys, layer.values)]
    return torch.stack(own)


def test_text_is_cut_after_every_block_and_never_after_its_last_token() -> None:
    assert [cut.end for cut in cuts([7] * 16)] == []
    assert [cut.end for cut in cuts([7] * 17)] == [16]
    assert [cut.end for cut in cuts([7] * 50)] == [16, 32, 48]
    assert not any(cut.after_pictures for cut in cuts([7] * 50))


def test_pictures_are_never_cut() -> None:
    prompt = [7] * 20 + [PICTURE] * 40 + [8] * 3 + [PICTURE] * 40 + [7] * 20
    found = cuts(prompt, b"one", b"two")
    assert [(cut.end, cut.after_pictures) for cut in found] == [(16, False), (103, True), (119, True)]
    assert [cut.end for cut in cuts([7] * 3 + [PICTURE] * 40, b"one")] == []


def test_a_cut_stands_for_all_that_is_before_it() -> None:
    prompt = [7] * 16 + [PICTURE] * 4 + [9] * 20
    digests = [cut.digest for cut in cuts(prompt, b"one")]
    assert len(set(digests)) == 3
    assert [cut.digest for cut in cuts([*prompt, 1, 2], b"one")] == digests
    other_picture = [cut.digest for cut in cuts(prompt, b"two")]
    assert other_picture[:1] == digests[:1]
    assert not {*other_picture[1:]} & {*digests}
    other_start = [cut.digest for cut in cuts([1, *prompt[1:]], b"one")]
    assert not {*other_start} & {*digests}


def test_what_was_read_is_found_again_as_far_as_it_is_the_same() -> None:
    from agents.engine.prefix_cache import PrefixCache

    prefixes = PrefixCache(MUCH)
    first = [7] * 40 + [8] * 10
    cache = read(len(first))
    assert prefixes.find(cuts(first)) is None
    prefixes.keep(cuts(first), cache, 0, len(first))
    other = [7] * 40 + [9] * 30
    prefixes.keep(cuts(other), read(len(other), seed=1), 0, len(other))
    for prompt, end in ((first, 48), ([7] * 40 + [6] * 30, 32), ([7] * 16 + [1], 16)):
        prefix = prefixes.find(cuts(prompt))
        assert prefix is not None
        assert prefix.cut.end == end
        assert torch.equal(prefix.states, states_of(cache, len(first))[:, :, :end])
    assert prefixes.find(cuts([1] + [7] * 40)) is None


def test_of_a_prompt_that_is_too_long_the_beginning_is_kept() -> None:
    from agents.engine.prefix_cache import PrefixCache

    block = 2 * LAYERS * HEADS * 16 * CHANNELS * 4  # bytes
    prefixes = PrefixCache(2 * block)
    prompt = cuts([7] * 100)
    prefixes.keep(prompt, read(100), 0, 100)
    assert [cut.end for cut in prefixes.known(prompt)] == [16, 32]
    assert prefixes.find(prompt) is not None
    other = cuts([8] * 20)
    prefixes.keep(other, read(20), 0, 20)
    assert [cut.end for cut in prefixes.known(prompt)] == [16]
    assert [cut.end for cut in prefixes.known(other)] == [16]


def test_prefixes_of_a_batch_are_padded_on_the_left_and_close_up_with_what_follows() -> None:
    from transformers import DynamicCache

    from agents.engine.prefix_cache import Cut, Prefix, close_gaps, collate_prefixes

    long, short = (torch.randn(2 * LAYERS, HEADS, length, CHANNELS) for length in (5, 2))
    prefixes = [Prefix(Cut(5, b"", False), long), None, Prefix(Cut(2, b"", True), short)]
    rest = torch.tensor([[0, 1, 1], [1, 1, 1], [0, 0, 1]])
    cache = DynamicCache()
    mask = collate_prefixes(prefixes, cache, rest)
    assert mask.sum(dim=1).tolist() == [7, 3, 3]
    new = torch.randn(3, HEADS, 3, CHANNELS)
    for layer in range(LAYERS):
        cache.update(new + layer, -new - layer, layer)
    closed = close_gaps(cache, mask)
    assert closed.tolist() == [[0] * 1 + [1] * 7, [0] * 5 + [1] * 3, [0] * 5 + [1] * 3]
    for layer in range(LAYERS):
        for part, sign in ((0, 1), (1, -1)):
            held = (cache.layers[layer].keys, cache.layers[layer].values)[part]
            own = sign * (new + layer)
            assert torch.equal(held[0, :, 1:], torch.cat([long[2 * layer + part], own[0, :, 1:]], dim=1))
            assert torch.equal(held[1, :, 5:], own[1])
            assert torch.equal(held[2, :, 5:], torch.cat([short[2 * layer + part], own[2, :, 2:]], dim=1))


def test_a_batch_without_prefixes_is_left_as_it_is() -> None:
    from transformers import DynamicCache

    from agents.engine.prefix_cache import collate_prefixes

    cache, mask = DynamicCache(), torch.tensor([[0, 1], [1, 1]])
    assert collate_prefixes([None, None], cache, mask) is mask
    assert cache.get_seq_length() == 0
