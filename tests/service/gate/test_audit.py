"""What the audit log holds of a request: digests and figures, and content only where a deployment asks for it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.agent import Report
from agents.findings import SituationFinding
from agents.models.base import JsonObject, Usage
from agents.models.openai_format import Envelope
from guard.errors import NotJudged
from guard.verdict import Action, Composed, Judgement, Released, Ruling
from service.gate.audit import (
    decision_body,
    finding_text,
    late_body,
    outcome_body,
    outcome_content,
    report_body,
    request_content,
)
from service.gate.reply_stats import ReplyStats
from service.gate.request_context import Caller, RequestContext
from service.openai.replies import ReplyContents
from tests.scripts import UNSAFE, Roles, picture
from tests.service.apis import Api, apis
from tests.service.gate.in_process import CLIENT, KEY, context
from tests.service.running import QUESTION, cast, running

FINDING = SituationFinding.model_validate(UNSAFE)
KEPT = {"content": "kept", "retention_days": 1}
NOTHING = Ruling(Judgement(None, Action.REFUSE), failure="client gone")


async def ruled(asked: RequestContext) -> Ruling:
    return await asked.deployment.rule(asked.request.conversation)


def words(told: JsonObject) -> str:
    return json.dumps(told)


# ---- records ----


@apis
async def test_a_decision_says_what_it_rests_on_and_holds_no_content(tmp_path: Path, api: Api) -> None:
    async with running(tmp_path, cast(Roles(situation=UNSAFE))) as proxy:
        await proxy.http.post(api.path, json=api.request(user="someone"))
        outcome = await proxy.outcome()
        (decision,) = proxy.records("decision")
        raw = proxy.raw_records()
    assert (decision["deployment"], decision["verdict"], decision["action"]) == ("guarded", "unsafe", "warn")
    assert [part["kind"] for part in decision["parts"]] == ["image", "text"]
    seen = {report["agent"]: report["seen"] for report in decision["agents"]}
    assert seen == {"intent": [1], "visual": [0], "situation": [0, 1], "onlooker": [0]}
    chosen = {report["agent"]: report.get("chosen") for report in decision["agents"]}
    assert chosen["situation"] == {"verdict": "unsafe", "category": "property damage"}
    assert decision["agents"][0]["usage"]["completion_tokens"] > 0
    assert (outcome["id"], outcome["finish"], outcome["cut_off"]) == (decision["id"], "stop", None)
    for secret in (b"golf", b"glass vase", b"Careful", b"china shop"):
        assert secret not in raw


async def test_a_part_is_a_keyed_digest_and_an_agent_says_which_it_has_seen() -> None:
    asked = context(players=cast(Roles(situation=UNSAFE)))
    told = decision_body(asked, await ruled(asked), KEY)
    parts = asked.request.conversation.parts
    assert told["parts"] == [{"kind": part.kind, "digest": KEY.keyed(part.digest)} for part in parts]
    assert {agent["agent"]: agent["seen"] for agent in told["agents"]} == {
        "intent": [1],
        "visual": [0],
        "situation": [0, 1],
        "onlooker": [0],
    }
    assert not any(part.digest in words(told) for part in parts)  # a plain digest of a short text can be guessed


async def test_a_decision_names_who_asked_whom_and_under_which_configuration() -> None:
    asked = replace(context(mode="shadow"), caller=Caller("req_7", "10.0.0.7", CLIENT))
    told = decision_body(asked, await ruled(asked), KEY)
    assert {name: told[name] for name in ("request", "peer", "key")} == {
        "request": "req_7",
        "peer": "10.0.0.7",
        "key": "abcdefgh",
    }
    assert (told["deployment"], told["method"], told["mode"]) == ("guarded", "situational", "shadow")
    assert told["configuration"] == asked.deployment.digest
    assert (told["verdict"], told["action"], told["category"], told["failure"]) == ("safe", "release", None, None)


def test_without_a_verdict_the_failure_stands_in_its_place() -> None:
    failed = NotJudged("timeout")
    told = decision_body(context(), Ruling(Judgement(None, Action.REFUSE), failed.reports, failure=failed.cause), KEY)
    assert (told["verdict"], told["action"], told["failure"], told["agents"]) == ("none", "refuse", "timeout", [])


def test_of_a_finding_only_what_was_chosen_from_a_list_is_readable() -> None:
    told = report_body(Report("situation", FINDING, frozenset({"b"}), "judges", "prompt"), KEY, ["a", "b"])
    assert told["chosen"] == {"verdict": "unsafe", "category": "property damage"}
    assert (told["kind"], told["seen"]) == ("SituationFinding", [1])
    assert told["finding"] == KEY.keyed(finding_text(FINDING))
    assert "glass vase" not in words(told)
    assert json.loads(finding_text(FINDING)) == UNSAFE


@pytest.mark.parametrize("released", Released)
def test_a_late_judgement_says_how_it_came_out(released: Released) -> None:
    ruling = Ruling(Judgement(None, Action.RELEASE), (Report("action", FINDING),), released, failure="timeout")
    told = late_body(ruling, KEY)
    assert (told["verdict"], told["released"], told["failure"]) == ("none", released.value, "timeout")
    assert [report["agent"] for report in told["agents"]] == ["action"]


def test_an_outcome_holds_the_answers_digest_and_not_its_words() -> None:
    stats = ReplyStats(sent=ReplyContents([Envelope("m").completion("Keep still.", Usage())]))
    told = outcome_body(context(), stats, KEY)
    assert told["answer"] == KEY.keyed(stats.answer or "")
    assert "Keep still" not in words(told)


def test_an_outcome_says_what_was_judged_late_and_how_it_finished() -> None:
    late = Ruling(Judgement(None, Action.RELEASE), released=Released.FAILED_OPEN, failure="timeout")
    told = outcome_body(context(), ReplyStats(late=(late,), own_finish="stop"), KEY)
    assert told["late"] == [late_body(late, KEY)]
    assert (told["finish"], told["reviews"], told["answer"], told["kept_until"]) == ("stop", [], None, None)


@pytest.mark.parametrize(("setting", "kept"), [({}, False), ({"records": KEPT}, True)])
async def test_both_records_say_until_when_their_content_is_kept(setting: Any, kept: bool) -> None:
    asked = context(**setting)
    until = asked.kept_until.isoformat() if asked.kept_until else None
    assert bool(until) is kept
    assert decision_body(asked, await ruled(asked), KEY)["kept_until"] == until
    assert outcome_body(asked, ReplyStats(), KEY)["kept_until"] == until


# ---- content ----


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
    places = [report.agent for report in ruling.reports]
    assert json.loads(findings[places.index("situation")]) == UNSAFE


def test_what_was_asked_is_kept_though_nothing_was_judged() -> None:
    content = request_content(context(records=KEPT), NOTHING, KEY)
    assert content is not None
    assert [piece.data for piece in content.pieces] == [picture("green").data, QUESTION.encode()]


async def test_an_outcomes_content_is_the_answer_and_what_was_found_of_it() -> None:
    asked = context(records=KEPT)
    late = await ruled(asked)
    review = late.reports[-1]
    sent = Envelope("m").completion("Careful.", Usage())
    stats = ReplyStats(None, Composed("Careful.", (review,)), (late,), ReplyContents([sent]), own_finish="stop")
    content, told = outcome_content(asked, stats, KEY), outcome_body(asked, stats, KEY)
    assert content is not None
    findings = [report["finding"] for report in told["late"][0]["agents"] + told["reviews"]]
    assert [piece.digest for piece in content.pieces] == [told["answer"], *findings]
    assert json.loads(content.pieces[0].data) == [{"content": "Careful.", "calls": []}]


def test_where_no_answer_went_out_none_is_kept() -> None:
    content = outcome_content(context(records=KEPT), ReplyStats(), KEY)
    assert content is not None
    assert content.pieces == ()
