"""Prompts are grouped by the shape of their pictures and padded on the left."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")


def prompt(tokens: list[int], picture: tuple[int, ...] | None = None) -> Any:
    from agents.engine.prefill import WaitingPrompt

    inputs = {"input_ids": torch.tensor([tokens]), "attention_mask": torch.ones(1, len(tokens), dtype=torch.long)}
    if picture is not None:
        inputs["pixel_values"] = torch.full(picture, float(len(tokens)))
    return WaitingPrompt(None, inputs)  # type: ignore[arg-type]


def test_tokens_are_padded_on_the_left_and_pictures_follow_one_another() -> None:
    from agents.engine.prefill import collate

    batch = collate([prompt([5, 6, 7], (1, 3, 2, 2)), prompt([8], (2, 3, 2, 2))], pad_token=9)
    assert batch["input_ids"].tolist() == [[5, 6, 7], [9, 9, 8]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [0, 0, 1]]
    assert batch["pixel_values"][:, 0, 0, 0].tolist() == [3, 1, 1]


def test_prompts_that_cannot_share_a_pass_stand_in_different_groups() -> None:
    from agents.engine.prefill import same_shape

    text, more_text = prompt([1]), prompt([1, 2])
    small, more_small = prompt([3], (1, 3, 2, 2)), prompt([3], (2, 3, 2, 2))
    large = prompt([4], (1, 3, 4, 4))
    groups = same_shape([text, small, large, more_small, more_text])
    assert sorted(len(group) for group in groups) == [1, 2, 2]
    assert [text, more_text] in groups
    assert [small, more_small] in groups
    assert [large] in groups
    assert same_shape([]) == []


def waiting(tokens: list[int], *pictures: bytes) -> Any:
    """A prompt of text, or one whose threes are pictures of a token each, with its cuts."""
    from dataclasses import replace

    from agents.engine.prefix_cache import cuts_of

    shape = (len(pictures), 3, 2, 2) if pictures else None
    return replace(prompt(tokens, shape), pictures=pictures, cuts=cuts_of(tokens, 3, pictures))


def test_behind_a_prefix_only_the_rest_is_read_and_pictures_only_if_they_are_in_it() -> None:
    from agents.engine.prefix_cache import Prefix

    whole = waiting([*range(10, 26), 3, *range(30, 50)], b"picture")
    before, behind, last = whole.cuts
    assert whole.after(None) is whole
    rest = whole.after(Prefix(before, torch.zeros(0)))
    assert rest.inputs["input_ids"].tolist() == [[3, *range(30, 50)]]
    assert rest.inputs["attention_mask"].shape == (1, 21)
    assert rest.inputs["pixel_values"].shape == (1, 3, 2, 2)
    assert rest.pictures == (b"picture",)
    for cut in (behind, last):
        rest = whole.after(Prefix(cut, torch.zeros(0)))
        assert rest.inputs["input_ids"].tolist() == [[*range(30, 50)][cut.end - 17 :]]
        assert rest.shape == ()
        assert rest.pictures == ()
        assert rest.cuts == whole.cuts


def test_what_several_prompts_begin_with_is_read_by_the_first_of_them() -> None:
    from agents.engine.prefill import first_readers
    from agents.engine.prefix_cache import PrefixCache

    cache = PrefixCache(2**20)
    scene, question = waiting([1, 3] + [5] * 9, b"one"), waiting([1, 3] + [6] * 9, b"one")
    other, text, short = waiting([1, 3] + [6] * 9, b"two"), waiting([7] * 20), waiting([7] * 9)
    assert first_readers([scene, text, question, other, short], cache) == ([scene, text, other, short], [question])
    assert first_readers([], cache) == ([], [])


def test_what_is_known_already_is_waited_for_by_nobody() -> None:
    from transformers import DynamicCache

    from agents.engine.prefill import first_readers
    from agents.engine.prefix_cache import PrefixCache

    cache = PrefixCache(2**20)
    known = waiting([7] * 20)
    read = DynamicCache()
    read.update(torch.zeros(1, 1, 20, 1), torch.zeros(1, 1, 20, 1), 0)
    cache.keep(known.cuts, read, 0, 20)
    one, two = waiting([7] * 16 + [8] * 20), waiting([7] * 16 + [9] * 20)
    assert first_readers([one, two], cache) == ([one, two], [])
    assert first_readers([one, two, one], cache) == ([one, two], [one])
