"""What arrangements cost: each call is counted, and none that a cache or one call for three has saved."""

from __future__ import annotations

from agents.conversation import user_message
from agents.models.base import ModelRequest
from benchmarks.speed.cost import ARRANGEMENTS, BLOCK, TEXT_FIRST, Mock, Row, measure, over_raw, table
from guard.config import Price
from tests.scripts import picture

PRICE = Price(input=1, cached=0.25, output=4)


async def rows() -> dict[tuple[str, int], Row]:
    one, _ = await measure("mock", PRICE, 0.2, 1)
    return {(row.arrangement, row.turn): row for row in one}


async def test_each_arrangement_makes_its_calls() -> None:
    found = await rows()
    calls = {key: row.calls for key, row in found.items()}
    assert (calls["raw", 1], calls["default", 1], calls["default", 2]) == (1, 5, 4)
    assert calls["default, no picture cache", 2] == 5
    assert (calls["fused", 1], calls["fused, without onlooker", 1]) == (3, 2)
    assert not any(row.unjudged for row in found.values())


async def test_small_agents_cost_less_than_one_model_for_everything() -> None:
    one, few = await measure("mock", PRICE, 0.2, 1)
    assert over_raw(one, one[1]) == 1
    (at,) = [at for at, row in enumerate(one) if (row.arrangement, row.turn) == ("default", 1)]
    assert over_raw(one, one[at]) > over_raw(few, few[at]) > 1
    assert table(one, few).count("\n") == 1 + 2 * len(ARRANGEMENTS)


async def test_one_model_has_read_the_answers_picture_unless_words_come_before_it() -> None:
    found = await rows()
    shared = found["default", 1].cached_tokens - found[TEXT_FIRST, 1].cached_tokens
    assert shared == 766 // BLOCK * BLOCK


async def test_the_mocks_cache_has_whole_blocks_of_what_came_before() -> None:
    model = Mock("mock")
    shown = picture()
    first, again, other = [
        (await model.complete(ModelRequest((user_message(text, each),)))).usage
        for text, each in (("Is it safe?", shown), ("And now?", shown), ("And now?", picture("black")))
    ]
    assert (first.cached_tokens, other.cached_tokens) == (0, 0)
    assert again.cached_tokens == 766 // BLOCK * BLOCK
