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
