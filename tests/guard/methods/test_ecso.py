"""ecso: two calls where its answer is harmless, four where it is not, the last without sight of the picture."""

from __future__ import annotations

import pytest

from agents.conversation import Conversation, Message, TextPart
from agents.findings import Verdict
from agents.models.scripted import ScriptedModel
from guard.errors import NotJudged
from guard.methods.ecso import TOLD_OF
from guard.verdict import Action
from tests.guard.methods.published import text_of, texts
from tests.guard.settings import deployed
from tests.scripts import golf, picture


async def test_a_harmless_answer_goes_out_as_the_model_gave_it_after_two_calls() -> None:
    model, asked = ScriptedModel(["Swing slowly.", {"harmful": False}]), golf(picture())
    ruling = await deployed(model, method="ecso").rule(asked)
    answer, tell = model.requests
    assert answer.messages == asked.messages
    assert tell.messages[0].parts[0].kind == "image"
    assert "reply: Swing slowly." in tell.messages[0].text
    assert text_of(ruling) == "Swing slowly."
    assert (ruling.judgement.verdict, ruling.judgement.action) == (Verdict.SAFE, Action.RELEASE)


async def test_a_harmful_answer_is_given_again_from_a_caption_without_any_picture() -> None:
    model = ScriptedModel(["Swing hard.", {"harmful": True}, "A shop full of vases.", "Better not here."])
    turns = (Message("assistant", (TextPart("Hello."),)), *golf(picture("red"), picture("blue")).messages)
    ruling = await deployed(model, method="ecso").rule(Conversation(turns))
    assert [[part.kind for part in each.messages[-1].parts].count("image") for each in model.requests] == [2, 2, 2, 0]
    assert len(model.requests[3].messages) == 1
    last = texts(model)[3]
    assert all(said in last for said in ("A shop full of vases.", "Hello.", "practise my golf swing"))
    assert text_of(ruling) == "Better not here."
    assert (ruling.judgement.verdict, ruling.judgement.action) == (Verdict.UNSAFE, Action.WARN)


async def test_without_a_picture_there_is_nothing_to_caption() -> None:
    model = ScriptedModel(["Swing hard.", {"harmful": True}, "Better not."])
    assert text_of(await deployed(model, method="ecso").rule(golf())) == "Better not."
    assert "picture: no picture" in texts(model)[2]


async def test_the_model_is_told_the_beginning_of_a_long_answer() -> None:
    model = ScriptedModel(["a" * TOLD_OF + "b", {"harmful": False}])
    await deployed(model, method="ecso").rule(golf())
    assert "reply: " + "a" * TOLD_OF + "\n" in texts(model)[1]


async def test_without_its_typed_judgement_nothing_goes_out() -> None:
    with pytest.raises(NotJudged, match="unreadable"):
        await deployed(ScriptedModel(["Swing.", "yes", "Yes, it is."]), method="ecso").rule(golf(picture()))
