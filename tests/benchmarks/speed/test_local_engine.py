"""Guarded requests of the local engine are what `generate` says too, call by call."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="needs local: the extra of that name")

from benchmarks.speed.local_engine import compare, conversations_of


def test_each_question_has_a_picture_of_its_own() -> None:
    asked = conversations_of(3, 64, seed=1)
    assert asked == conversations_of(3, 64, seed=1) != conversations_of(3, 64, seed=2)
    assert len({each.pictures[0].digest for each in asked}) == 3


async def test_four_calls_are_compared_token_for_token() -> None:
    found = await compare(requests=1, clients=1, rounds=1)
    assert found.calls >= 4
    assert found.different == 0
    assert found.local_vs_generate > 0
    assert found.cpu_ratio > 0


async def test_a_guarded_request_has_its_picture_encoded_once_and_reads_fewer_tokens() -> None:
    found = await compare(requests=1, clients=1, rounds=1)
    assert (found.pictures_encoded, found.pictures_encoded_in_a_row) == (1, 3)
    assert found.prompt_tokens_read < found.prompt_tokens_read_in_a_row
