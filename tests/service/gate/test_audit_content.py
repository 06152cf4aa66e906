"""Content is kept where a deployment asks for it, and each piece under the digest that its record shows."""

from __future__ import annotations

import json

from agents.models.base import Usage
from agents.models.openai_format import Envelope
from guard.verdict import Action, Composed, Judgement, Ruling
from service.gate.audit_body import decision_body, outcome_body
from service.gate.audit_content import outcome_content, request_content
from service.gate.reply_stats import ReplyStats
from service.gate.request_context import RequestContext
from tests.scripts import UNSAFE, Roles, picture
from tests.service.gate.in_process import KEY, context
from tests.service.running import QUESTION, cast

KEPT = {"content": "kept", "retention_days": 1}
NOTHING = Ruling(Judgement(None, Action.REFUSE), failure="client gone")


async def ruled(asked: RequestContext) -> Ruling:
    return await asked.deployment.rule(asked.request.conversation)


async def test_where_content_is_hashed_there_is_none() -> None:
    asked = context()
    assert request_content(asked, await ruled(asked), KEY) is None
    assert outcome_content(asked, ReplyStats(), KEY) is None


async def test_a_decisions_content_is_what_its_record_shows_by_digest() -> None:
    asked = context(players=cast(Roles(situation=UNSAFE)), records=KEPT)
    ruling = await ruled(asked)
    content, told = request_content(asked, ruling, KEY), decision_body(asked, ruling, KEY)
    assert content is not None
    assert content.until == asked.kept_until
    shown = [part["digest"] for part in told["parts"]] + [report["finding"] for report in told["agents"]]
    assert [piece.digest for piece in content.pieces] == shown
    seen, question, *findings = (piece.data for piece in content.pieces)
    assert (seen, question) == (picture("green").data, QUESTION.encode())
    assert json.loads(findings[-1]) == UNSAFE


def test_what_was_asked_is_kept_though_nothing_was_judged() -> None:
    content = request_content(context(records=KEPT), NOTHING, KEY)
    assert content is not None
    assert [piece.data for piece in content.pieces] == [picture("green").data, QUESTION.encode()]


async def test_an_outcomes_content_is_the_answer_and_what_was_found_of_it() -> None:
    asked = context(records=KEPT)
    late = await ruled(asked)
    review = late.reports[-1]
    sent = Envelope("m").completion("Careful.", Usage())
    stats = ReplyStats(None, Composed("Careful.", (review,)), (late,), (sent,), own_text=True)
    content, told = outcome_content(asked, stats, KEY), outcome_body(asked, stats, KEY)
    assert content is not None
    findings = [report["finding"] for report in told["late"][0]["agents"] + told["reviews"]]
    assert [piece.digest for piece in content.pieces] == [told["answer"], *findings]
    assert json.loads(content.pieces[0].data) == [{"content": "Careful.", "calls": []}]


def test_where_no_answer_went_out_none_is_kept() -> None:
    content = outcome_content(context(records=KEPT), ReplyStats(), KEY)
    assert content is not None
    assert content.pieces == ()
