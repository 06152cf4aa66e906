"""What became of a reply, folded from what the steps of an exchange returned."""

from __future__ import annotations

import json

import pytest

from agents.agent import Report
from agents.findings import NotApplicable, Verdict
from agents.models.base import Usage
from agents.models.openai_format import Envelope, usage_to_wire
from agents.models.scripted import ScriptedModel
from agents.writer import Written
from guard.verdict import Action, Composed, Judgement, Released, Ruling
from service.gate.draft import WholeDraft
from service.gate.reply_stats import ReplyStats
from service.openai.replies import ReplyContents
from tests.service.gate.in_process import asked

SAFE = Ruling(Judgement(Verdict.SAFE, Action.RELEASE))
UNSAFE = Ruling(Judgement(Verdict.UNSAFE, Action.WARN))
UNJUDGED = Ruling(Judgement(None, Action.RELEASE), released=Released.FAILED_OPEN)
WRITTEN = Written("Careful.", "answers", Usage(5, 2), 12.345)
REVIEW = Report("reviewer", NotApplicable())


async def finished() -> WholeDraft:
    """A draft that went out whole."""
    draft = WholeDraft(ScriptedModel(["Keep still."], name="answers"), asked().as_it_is, 20)
    async for _ in draft.bodies():
        pass
    return draft


async def test_a_reply_finishes_as_its_draft_did_and_a_text_of_ours_stops() -> None:
    draft = await finished()
    assert ReplyStats(draft).finish == "stop"
    draft.finish = "length"
    assert ReplyStats(draft).finish == "length"
    assert ReplyStats(draft, own_finish="stop").finish == "stop"
    assert ReplyStats().finish is None


@pytest.mark.parametrize(
    ("late", "final"),
    [
        ((), SAFE),
        ((SAFE,), SAFE),
        ((UNSAFE,), UNSAFE),
        ((UNJUDGED,), UNJUDGED),
        ((UNJUDGED, UNSAFE), UNSAFE),  # what held back comes first
    ],
)
def test_the_ruling_in_the_end_is_the_replys_where_it_changed_something(
    late: tuple[Ruling, ...], final: Ruling
) -> None:
    request = Ruling(Judgement(Verdict.SAFE, Action.RELEASE)) if final is not SAFE else SAFE
    assert ReplyStats(late=late).final(request) is final


def test_reviews_are_those_of_the_text_that_stands_in() -> None:
    assert ReplyStats(composed=Composed("Careful.", (REVIEW,))).reviews == (REVIEW,)
    assert ReplyStats().reviews == ()


def test_the_answer_is_what_went_out_as_json_and_nothing_where_it_was_not_kept() -> None:
    sent = Envelope("m").completion("Keep still.", Usage())
    assert json.loads(ReplyStats(sent=ReplyContents([sent])).answer or "") == [{"content": "Keep still.", "calls": []}]
    assert ReplyStats().answer is None


async def test_steps_say_what_the_draft_and_the_text_in_its_place_cost() -> None:
    draft = await finished()
    steps = ReplyStats(draft, Composed("Careful.", (), WRITTEN)).steps()
    assert steps["draft"]["usage"] == usage_to_wire(draft.usage)
    assert steps["draft"]["milliseconds"] == round(draft.milliseconds or 0, 1)
    assert steps["reply"] == {
        "fell_back": False,
        "model": "answers",
        "milliseconds": 12.3,
        "usage": usage_to_wire(Usage(5, 2)),
    }


def test_the_fixed_text_cost_nothing_and_a_reply_without_either_has_no_steps() -> None:
    reply = ReplyStats(composed=Composed("I can't.", fell_back=True)).steps()["reply"]
    assert (reply["fell_back"], reply["model"], reply["milliseconds"]) == (True, None, None)
    assert reply["usage"] == usage_to_wire(Usage())
    assert ReplyStats().steps() == {}
