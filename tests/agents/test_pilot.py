"""A pilot asks what a guard would ask, takes the states that it is told to, and no more tokens than it needs."""

from __future__ import annotations

import pytest

from agents.agent import Brief
from agents.errors import ReplyUnreadable
from agents.models.base import ChatModel
from agents.models.scripted import ScriptedModel
from agents.pilot import CLIENT, PROMPTS, Pilot
from agents.prompts import PromptSet
from agents.situation import SituationAgent
from tests.scripts import golf, picture

COMPACT = PromptSet.load("compact")
BRIEF = Brief(golf(picture()), nonce="0" * 8)
SAFE = {"evidence": "a lawn", "category": None, "verdict": "safe", "reason": "nothing is near"}


async def test_the_question_is_the_situation_agents_own() -> None:
    asked, piloted = ScriptedModel([SAFE]), ScriptedModel([SAFE])
    await SituationAgent(asked, COMPACT).assess(BRIEF, None, None)
    with pytest.raises(ReplyUnreadable, match="ended before"):
        await Pilot(piloted, COMPACT).states(BRIEF, [(-1, 2)])
    (theirs,), (ours,) = asked.requests, piloted.requests
    assert ours.messages == theirs.messages
    assert ours.options == {**theirs.options, "max_tokens": 3}


async def test_the_clients_own_prompt_goes_out_as_it_is() -> None:
    piloted = ScriptedModel(["Swing."])
    with pytest.raises(ReplyUnreadable):
        await Pilot(piloted, COMPACT, CLIENT).states(BRIEF, [(-1, 0)])
    assert piloted.requests[0].messages == BRIEF.conversation.messages
    assert "response_format" not in piloted.requests[0].options


@pytest.mark.parametrize("prompt", PROMPTS)
async def test_states_come_in_the_order_of_the_places_and_are_the_same_again(model: ChatModel, prompt: str) -> None:
    pilot = Pilot(model, COMPACT, prompt)
    places = [(-1, 2), (0, 0), (-1, 0)]
    states = await pilot.states(BRIEF, places)
    again = await pilot.states(BRIEF, places[::-1])
    assert [tuple(state.shape) for state in states] == [(32,)] * 3
    assert all(one.equal(other) for one, other in zip(states, again[::-1], strict=True))
    assert not states[0].equal(states[2])


def test_the_prompt_is_known_by_its_hash() -> None:
    model = ScriptedModel([])
    assert Pilot(model, COMPACT).prompt_digest == COMPACT["situation"].digest
    assert Pilot(model, COMPACT, CLIENT).prompt_digest == ""
