"""adashield-s: the request as it is, but for the text of the last user turn."""

from __future__ import annotations

from agents.conversation import Conversation, ImagePart, Message, TextPart
from agents.models.base import ModelRequest
from agents.models.scripted import ScriptedModel
from guard.methods.adashield import AdaShield
from guard.verdict import Released
from tests.guard.settings import deployed
from tests.scripts import golf, picture

TURNS = (
    Message("system", (TextPart("Be brief."),)),
    Message("user", (TextPart("Hello."),)),
    Message("assistant", (TextPart("Hi."),)),
    Message("user", (TextPart("Look:"), ImagePart(picture()), TextPart("may I?"))),
    Message("assistant", (TextPart("Well,"),)),
)


def asked(method: AdaShield) -> tuple[Message, ...]:
    request = method.draft(Conversation(TURNS), {"seed": 1})
    assert request is not None
    assert request.options == {"seed": 1}
    return request.messages


def test_only_the_last_user_turns_text_is_changed_and_its_parts_keep_their_order() -> None:
    *before, turn, after = asked(AdaShield("Look first."))
    assert (*before, after) == (*TURNS[:3], TURNS[4])
    assert turn.parts == (*TURNS[3].parts[:2], TextPart("may I?\n\nLook first."))


def test_prepended_it_stands_before_the_first_text_of_the_turn() -> None:
    turn = asked(AdaShield("Look first.", "prepend"))[3]
    assert turn.parts == (TextPart("Look first.\n\nLook:"), *TURNS[3].parts[1:])


def test_an_empty_text_changes_nothing() -> None:
    assert asked(AdaShield("")) == asked(AdaShield("", "prepend")) == TURNS


def test_a_turn_without_words_gets_them_and_a_conversation_without_a_user_is_left_alone() -> None:
    shown = Conversation((Message("user", (ImagePart(picture()),)),))
    request = AdaShield("Look first.").draft(shown, {})
    assert request is not None
    assert request.messages[0].parts == (*shown.messages[0].parts, TextPart("Look first."))
    told = Conversation(TURNS[:1])
    assert AdaShield("Look first.").draft(told, {}) == ModelRequest(told.messages)


async def test_a_deployment_of_it_has_no_verdict_and_its_place_is_a_setting() -> None:
    deployment = deployed(
        ScriptedModel([]), method="adashield-s", unguarded=True, adashield={"place": "prepend"}, prompts="default"
    )
    request = deployment.draft_request(golf(), {})
    assert request is not None
    assert request.messages[0].text.startswith("Before you answer")
    assert request.messages[0].text.endswith(golf().messages[0].text)
    ruling = await deployment.rule(golf())
    assert (ruling.judgement.verdict, ruling.released) == (None, Released.UNGUARDED)
