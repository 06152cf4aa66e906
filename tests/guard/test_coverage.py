"""Ran is not looked: a part that an agent should have seen and did not stops the release."""

from __future__ import annotations

import pytest

from agents.agent import Report
from agents.conversation import Conversation, Kind, Message, TextPart, ToolCall
from agents.findings import NotApplicable
from guard.coverage import assert_covered, unwatched_kinds
from guard.errors import NotCovered
from tests.scripts import golf, picture

ALL: dict[str, frozenset[Kind]] = {
    "intent": frozenset({"text"}),
    "visual": frozenset({"image"}),
    "situation": frozenset({"text", "image"}),
}


def report(agent: str, conversation: Conversation, *, without: str = "") -> Report[NotApplicable]:
    seen = {part.digest for part in conversation.parts if part.kind in ALL[agent]} - {without}
    return Report(agent, NotApplicable(), frozenset(seen))


def test_every_agent_saw_its_kinds() -> None:
    conversation = golf(picture())
    assert_covered(conversation, tuple(report(agent, conversation) for agent in ALL), ALL)


@pytest.mark.parametrize("blind", list(ALL))
def test_one_part_unseen_by_one_agent_is_an_error_that_names_both(blind: str) -> None:
    conversation = golf(picture("red"), picture("blue"))
    missing = next(part.digest for part in reversed(conversation.parts) if part.kind in ALL[blind])
    reports = tuple(report(agent, conversation, without=missing if agent == blind else "") for agent in ALL)
    with pytest.raises(NotCovered) as caught:
        assert_covered(conversation, reports, ALL)
    assert caught.value.agent == blind
    assert caught.value.missing == (missing,)
    assert caught.value.reports == reports


def test_an_agent_that_did_not_report_has_seen_nothing() -> None:
    conversation = golf(picture())
    reports = tuple(report(agent, conversation) for agent in ("intent", "situation"))
    with pytest.raises(NotCovered, match="coverage"):
        assert_covered(conversation, reports, ALL)


@pytest.mark.parametrize(
    "hidden",
    [
        Message("assistant", tool_calls=(ToolCall("1", "go", "{}"),)),
        Message("user", name="a name"),
        Message("tool", (TextPart("a result"),), tool_call_id="1"),
    ],
)
def test_text_in_odd_places_counts(hidden: Message) -> None:
    shown = golf()
    conversation = Conversation((*shown.messages, hidden), (TextPart("a tool's description"),))
    with pytest.raises(NotCovered) as caught:
        assert_covered(conversation, (report("intent", shown),), {"intent": ALL["intent"]})
    assert len(caught.value.missing) == 2


def test_kinds_that_no_enabled_agent_looks_at_are_named() -> None:
    conversation = golf(picture())
    assert unwatched_kinds(conversation, ALL) == frozenset()
    assert unwatched_kinds(conversation, {"intent": ALL["intent"]}) == {"image"}
    assert unwatched_kinds(conversation, {"visual": ALL["visual"]}) == {"text"}
    assert unwatched_kinds(golf(), {"intent": ALL["intent"]}) == frozenset()
    assert unwatched_kinds(conversation, {}) == {"text", "image"}
