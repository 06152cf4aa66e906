"""The share of shadow mode that is enforced: even, steady, and not the client's to choose."""

from __future__ import annotations

from pathlib import Path

from agents.conversation import Conversation, Message, Role, TextPart
from service.audit.chain import ChainKey
from service.gate.lot import draw_lot
from tests.scripts import UNSAFE, Roles
from tests.service.gate.in_process import KEY, context, context_of
from tests.service.running import body, cast, deployment, running


def turns(*texts: str) -> Conversation:
    roles: tuple[Role, ...] = ("system", "user", "assistant", "user")
    return Conversation(tuple(Message(role, (TextPart(text),)) for role, text in zip(roles, texts, strict=False)))


def test_every_turn_of_a_conversation_draws_the_same() -> None:
    first = draw_lot(KEY, "kitchen", "a", turns("Be brief.", "How?"))
    assert draw_lot(KEY, "kitchen", "a", turns("Be long.", "How?", "So.", "And then?")) == first
    others = (
        draw_lot(KEY, "garden", "a", turns("Be brief.", "How?")),
        draw_lot(KEY, "kitchen", "b", turns("Be brief.", "How?")),
        draw_lot(KEY, "kitchen", "a", turns("Be brief.", "How much?")),
        draw_lot(ChainKey(bytes([1] * 32)), "kitchen", "a", turns("Be brief.", "How?")),
    )
    assert first not in others


def test_lots_are_spread_evenly() -> None:
    drawn = [draw_lot(KEY, "kitchen", "", turns("", str(number))) for number in range(4000)]
    assert all(0 <= lot < 1 for lot in drawn)
    for share in (0.1, 0.5, 0.9):
        assert abs(sum(lot < share for lot in drawn) / len(drawn) - share) < 0.03


def test_a_context_is_enforced_below_the_share() -> None:
    guarded = context(mode="shadow", enforce="10%").deployment
    assert context_of(guarded, lot=0.0999).ungated is None
    assert context_of(guarded, lot=0.1).ungated is not None
    assert context_of(context(mode="shadow").deployment, lot=0.0).ungated is not None


async def test_half_of_unsafe_conversations_are_warned_of(tmp_path: Path) -> None:
    setting = {"guarded": deployment(mode="shadow", enforce="50%")}
    async with running(tmp_path, cast(Roles(situation=UNSAFE)), setting) as proxy:
        texts = [f"How do I swing this, for the {number}. time?" for number in range(24)]
        messages = [[{"role": "user", "content": text}] for text in texts]
        replies = [await proxy.http.post("/v1/chat/completions", json=body(messages=each)) for each in messages]
        again = [await proxy.http.post("/v1/chat/completions", json=body(messages=each)) for each in messages]
        released = [decision["released"] for decision in proxy.records("decision")]
    actions = [reply.headers["x-guard-action"] for reply in replies]
    assert actions == [reply.headers["x-guard-action"] for reply in again]
    assert set(actions) == {"release", "warn"}
    sides = ["shadow" if action == "release" else "enforced" for action in actions]
    assert sorted(released) == sorted(sides * 2)
