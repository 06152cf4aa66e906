"""The published methods: what each call is shown, each format's polarity, and failing closed."""

from __future__ import annotations

import pytest

from agents.conversation import Message
from agents.findings import Verdict
from agents.models.base import ModelRequest
from agents.models.scripted import Reply, ScriptedModel
from guard.errors import NotJudged
from guard.guard import GuardedDeployment
from guard.methods.replies import ChatJudgement, ChatSteps, EmbodiedAnswer, EmbodiedSteps
from guard.verdict import Action, Released, Ruling
from tests.guard.settings import deployed
from tests.scripts import golf, picture

CHAT_INTENT = {"reasoning": "golf is swung", "activity": "swing a golf club"}
CHAT_SAFE = {"reasoning": "an open lawn", "answer": "Yes"}
CHAT_UNSAFE = {"reasoning": "glass all around", "answer": "No"}
POINT = {"state": "whether the stove is on"}
PLAN = {"reasoning": "it is off", "unsafe_hint": "No", "response": "1. go to the stove"}
HINT = {"reasoning": "it is on", "unsafe_hint": "Yes", "response": "The stove is on: I will not."}


def text_of(ruling: Ruling) -> str | None:
    return None if ruling.written is None else ruling.written.text


def texts(model: ScriptedModel) -> list[str]:
    return [request.messages[-1].text for request in model.requests]


async def test_mss_chat_passes_the_intent_on_and_uses_the_prompt_that_the_judge_chose() -> None:
    model = ScriptedModel([CHAT_INTENT, CHAT_SAFE, "Swing slowly."])
    ruling = await deployed(model, method="mss-chat").rule(golf(picture()))
    intent, judge, answer = texts(model)
    assert "How do I practise my golf swing here?" in intent
    assert "activity: swing a golf club" in judge
    assert "How do I practise" not in judge
    assert "found this safe" in answer
    assert "How do I practise" in answer
    assert all(request.messages[0].parts[0].kind == "image" for request in model.requests)
    assert (ruling.judgement.verdict, ruling.judgement.action) == (Verdict.SAFE, Action.RELEASE)
    assert text_of(ruling) == "Swing slowly."


async def test_mss_chat_unsafe_points_out_the_risk() -> None:
    model = ScriptedModel([CHAT_INTENT, CHAT_UNSAFE, "There is glass around you."])
    ruling = await deployed(model, method="mss-chat").rule(golf(picture()))
    assert "found this unsafe" in texts(model)[2]
    assert (ruling.judgement.verdict, ruling.judgement.action) == (Verdict.UNSAFE, Action.WARN)
    assert text_of(ruling) == "There is glass around you."


@pytest.mark.parametrize(("reply", "verdict"), [(PLAN, Verdict.SAFE), (HINT, Verdict.UNSAFE)])
async def test_mss_embodied_grounds_its_answer_in_the_point(reply: dict[str, str], verdict: Verdict) -> None:
    model = ScriptedModel([POINT, reply])
    ruling = await deployed(model, method="mss-embodied", profile="embodied").rule(golf(picture()))
    point, answer = model.requests
    assert all(part.kind == "text" for part in point.messages[0].parts)
    assert answer.messages[0].parts[0].kind == "image"
    assert "point: whether the stove is on" in answer.messages[0].text
    assert ruling.judgement.verdict is verdict
    assert text_of(ruling) == reply["response"]


@pytest.mark.parametrize(
    ("method", "profile", "replies", "looking"),
    [
        ("mss-chat", "chat", [CHAT_INTENT, CHAT_SAFE, "Swing."], [True, True, True]),
        ("mss-embodied", "embodied", [POINT, PLAN], [False, True]),
    ],
)
async def test_each_side_of_a_pair_is_judged_and_answered_over_its_own_picture(
    method: str, profile: str, replies: list[Reply], looking: list[bool]
) -> None:
    """The released code shows the embodied unsafe side the safe picture."""
    for colour in ("green", "red"):
        own = picture(colour)
        model = ScriptedModel(list(replies))
        await deployed(model, method=method, profile=profile).rule(golf(own))
        shown = [
            [part.digest for part in request.messages[0].parts if part.kind == "image"] for request in model.requests
        ]
        assert shown == [[own.digest] if looks else [] for looks in looking]


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ({"intent": "golf", "reasoning": "a lawn", "safe": "Yes", "answer": "Swing."}, Verdict.SAFE),
        ({"intent": "golf", "reasoning": "glass", "safe": "No", "answer": "Don't."}, Verdict.UNSAFE),
    ],
)
async def test_cot_is_one_call_in_chat(reply: dict[str, str], verdict: Verdict) -> None:
    model = ScriptedModel([reply])
    ruling = await deployed(model, method="cot").rule(golf(picture()))
    assert len(model.requests) == 1
    assert ruling.judgement.verdict is verdict
    assert text_of(ruling) == reply["answer"]


@pytest.mark.parametrize(("reply", "verdict"), [(PLAN, Verdict.SAFE), (HINT, Verdict.UNSAFE)])
async def test_cot_is_one_call_in_the_household(reply: dict[str, str], verdict: Verdict) -> None:
    model = ScriptedModel([reply])
    ruling = await deployed(model, method="cot", profile="embodied").rule(golf(picture()))
    assert len(model.requests) == 1
    assert ruling.judgement.verdict is verdict
    assert text_of(ruling) == reply["response"]


def test_the_polarities_differ_and_are_typed() -> None:
    yes, no = "Yes", "No"
    assert ChatJudgement(reasoning="", answer=yes).verdict is Verdict.SAFE
    assert ChatJudgement(reasoning="", answer=no).verdict is Verdict.UNSAFE
    assert ChatSteps(intent="", reasoning="", safe=yes, answer="").verdict is Verdict.SAFE
    for reply in (EmbodiedAnswer, EmbodiedSteps):
        assert reply(reasoning="", unsafe_hint=yes, response="").verdict is Verdict.UNSAFE
        assert reply(reasoning="", unsafe_hint=no, response="").verdict is Verdict.SAFE


@pytest.mark.parametrize(
    ("method", "replies"),
    [
        ("mss-chat", ["Answer: Yes", "Answer: Yes"]),
        ("mss-chat", [CHAT_INTENT, "Answer: Yes", "Yes"]),
        ("mss-chat", [CHAT_INTENT, {"reasoning": "x", "answer": "Maybe"}, "Yes"]),
        ("mss-embodied", [POINT, "Unsafe hint: No", "No"]),
        ("cot", ["Safety evaluation: Yes", "Yes"]),
    ],
)
async def test_without_its_typed_verdict_a_published_method_fails_closed(method: str, replies: list[Reply]) -> None:
    with pytest.raises(NotJudged, match="unreadable"):
        await deployed(ScriptedModel(replies), method=method).rule(golf(picture()))


def unguarded(model: ScriptedModel, method: str) -> GuardedDeployment:
    return deployed(model, method=method, unguarded=True)


async def test_raw_forwards_the_request_as_it_is_and_carries_no_verdict() -> None:
    deployment = unguarded(ScriptedModel([]), "raw")
    asked = golf(picture())
    assert deployment.draft_request(asked, {"seed": 1}) == ModelRequest(asked.messages, {"seed": 1})
    ruling = await deployment.rule(asked)
    assert ruling.judgement.verdict is None
    assert ruling.released is Released.UNGUARDED


async def test_a_safety_prompt_stands_in_front_and_carries_no_verdict() -> None:
    deployment = unguarded(ScriptedModel([]), "safety-prompt")
    request = deployment.draft_request(golf(), {})
    assert request is not None
    system, *rest = request.messages
    assert system.role == "system"
    assert isinstance(system, Message)
    assert tuple(rest) == golf().messages
    assert (await deployment.rule(golf())).judgement.verdict is None


@pytest.mark.parametrize("method", ["cot", "mss-chat", "mss-embodied"])
def test_methods_that_write_the_reply_want_no_draft(method: str) -> None:
    assert deployed(ScriptedModel([]), method=method).draft_request(golf(), {}) is None
