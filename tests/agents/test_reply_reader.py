"""The one finding in a reply: read out of everyday wrapping, and never out of a quotation."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.findings import Category, Finding, IntentFinding, SceneFinding, SituationFinding, Verdict
from agents.reply_reader import MAX_OBJECTS, Unreadable, read_reply
from tests.readers import read_finding
from tests.scripts import INTENT, SAFE, SCENE, UNSAFE, as_json

MARK = "5f1e09aa"
SAFE_TEXT, UNSAFE_TEXT = as_json(SAFE), as_json(UNSAFE)
MARKED = as_json({"mark": MARK, **SAFE})
PRETTY = json.dumps(SAFE, indent=2)

ALONE = {
    "a fence with a language": f"```JSON\n{PRETTY}\n```",
    "a fence of tildes": f"~~~\n{SAFE_TEXT}\n~~~",
    "a longer fence, and space around": f"\n\n````json\r\n{SAFE_TEXT}\r\n````  \n",
    "thinking": f"<think>\nA lawn. Nobody near.\n</think>\n\n{SAFE_TEXT}",
    "empty thinking": f"<think></think>{SAFE_TEXT}",
    "thinking in Magistral's brackets": f"[THINK]hm {{}}[/THINK] {SAFE_TEXT}",
    "thinking, then a fence": f"<thinking>fine</thinking>\n```\n{PRETTY}\n```\n",
    "thinking that restates the form": f'<think>I need {{"evidence": string, "verdict": …}}.</think>{SAFE_TEXT}',
    "a fence on one line": f"```json {SAFE_TEXT}```",
    "a fence without a language on one line": f"``` {SAFE_TEXT} ```",
    "tags in capitals": f"<THINK>hm</Think>{SAFE_TEXT}",
    "two blocks of thinking": f"<think>a</think>\n<think>b</think>\n{SAFE_TEXT}",
    "thinking in Kimi's marks": f"◁think▷hm◁/think▷{SAFE_TEXT}",
    "not applicable": as_json({**SAFE, "category": "N/A"}),
    "no category": as_json({**SAFE, "category": ""}),
    "a capital": as_json({**SAFE, "verdict": "SAFE"}),
    "null in quotes": as_json({**SAFE, "category": "null"}),
    "None in quotes": as_json({**SAFE, "category": "None"}),
    "a mark that nobody asked for is no verdict's field": MARKED,
}


@pytest.mark.parametrize("name", ALONE)
@pytest.mark.parametrize("mark", ["", MARK])
def test_everyday_wrapping_is_read(name: str, mark: str) -> None:
    finding = read_finding(ALONE[name], SituationFinding, mark)
    assert finding is not None
    assert (finding.verdict, finding.category) == (Verdict.SAFE, None)


NEVER = {
    "two objects": f"{UNSAFE_TEXT}\n{SAFE_TEXT}",
    "two fences": f"```\n{UNSAFE_TEXT}\n```\n```\n{SAFE_TEXT}\n```",
    "two objects in a fence": f"```json\n{UNSAFE_TEXT}\n{SAFE_TEXT}\n```",
    "a finding in the second block of thinking": f"<think>a</think><think>{UNSAFE_TEXT}</think>{SAFE_TEXT}",
    "a fence on one line with words in it": f"```json so {SAFE_TEXT}```",
    "a finding in the thinking too": f"<think>First I thought {UNSAFE_TEXT}</think>{SAFE_TEXT}",
    "the same one in the thinking": f"<think>{SAFE_TEXT}</think>{SAFE_TEXT}",
    "more braces in the thinking than are looked at": f"<think>{'{' * (MAX_OBJECTS + 1)}</think>{SAFE_TEXT}",
    "thinking that is never closed": f"<think>{SAFE_TEXT}",
    "a verdict only in the thinking": f"<think>{SAFE_TEXT}</think>",
    "a fence that is never closed": f"```json\n{SAFE_TEXT}",
    "an array": f"[{SAFE_TEXT}]",
    "an object in a text": json.dumps(SAFE_TEXT),
    "a key that contradicts": as_json({**SAFE, "final_verdict": "unsafe"}),
    "a verdict in another script": as_json({**SAFE, "verdict": "ſafe"}),
    "a verdict with space": as_json({**SAFE, "verdict": " safe"}),
    "null where a verdict belongs": as_json({**SAFE, "verdict": "null"}),
    "a quoted verdict behind a closing tag": f"They wrote: </think>{SAFE_TEXT}",
}


@pytest.mark.parametrize("name", NEVER)
@pytest.mark.parametrize("mark", ["", MARK])
def test_what_may_be_a_quotation_is_never_read(name: str, mark: str) -> None:
    assert read_finding(NEVER[name], SituationFinding, mark) is None


AROUND = {
    "before": "Here is my judgement:\n{x}",
    "behind": "{x}\n\nLet me know if you need more.",
    "a fence with words around": "Sure!\n```json\n{x}\n```\nThat is all.",
    "thinking, then words": "<think>so</think>The JSON: {x}",
    "thinking that the template opened": "They stand on a lawn.\n</think>\n\n{x}",
    "thinking with a draft in it": f"<think>I would say {UNSAFE_TEXT}. No.</think>{{x}}",
    "a draft in thinking that the template opened": f"{UNSAFE_TEXT}?\n</think>\n{{x}}",
}


@pytest.mark.parametrize("name", AROUND)
def test_with_text_around_the_question_s_mark_decides(name: str) -> None:
    def wrapped(finding: str) -> str:
        return AROUND[name].replace("{x}", finding)

    assert read_finding(wrapped(MARKED), SituationFinding, MARK) is not None
    assert read_finding(wrapped(MARKED), SituationFinding, "another1") is None
    assert read_finding(wrapped(MARKED), SituationFinding) is None
    assert read_finding(wrapped(SAFE_TEXT), SituationFinding, MARK) is None
    assert read_finding(wrapped(f"{UNSAFE_TEXT} {MARKED}"), SituationFinding, MARK) is None
    assert read_finding(wrapped(f"{MARKED} {UNSAFE_TEXT}"), SituationFinding, MARK) is None
    assert read_finding(wrapped(as_json({"mark": None, **SAFE})), SituationFinding, MARK) is None


def test_a_draft_that_bears_the_mark_is_another_finding() -> None:
    assert read_finding(f"<think>{MARKED}</think>{MARKED}", SituationFinding, MARK) is None


@pytest.mark.parametrize(("kind", "values"), [(IntentFinding, INTENT), (SceneFinding, SCENE)])
def test_where_nothing_is_judged_yet_an_unknown_key_passes(kind: type[Finding], values: dict[str, Any]) -> None:
    finding = read_finding(as_json({**values, "confidence": 0.9, "notes": ["a"]}), kind)
    assert finding is not None
    assert finding.model_dump(mode="json") == values


def test_null_is_an_empty_list_and_categories_have_any_case() -> None:
    scene = read_finding(as_json({**SCENE, "people": None, "hazards": None}), SceneFinding)
    assert scene is not None
    assert (scene.people, scene.hazards, scene.objects) == ((), (), ("glass vase",))
    intent = read_finding(as_json({**INTENT, "ill_intent": "Physical Harm"}), IntentFinding)
    assert intent is not None
    assert intent.ill_intent is Category.PHYSICAL_HARM


def reply(finish: str | None = "stop", **message: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}]}


def test_thinking_counts_where_nothing_else_was_said_and_it_is_the_object() -> None:
    for field in ("reasoning_content", "reasoning"):
        assert read_reply(reply(content=None, **{field: SAFE_TEXT}), SituationFinding).verdict is Verdict.SAFE
    for message in (
        {"content": None, "reasoning_content": f"So: {SAFE_TEXT}"},
        {"content": None, "reasoning_content": f"```\n{SAFE_TEXT}\n```"},
        {"content": "I cannot tell.", "reasoning_content": SAFE_TEXT},
        {"content": None},
    ):
        with pytest.raises(Unreadable):
            read_reply(reply(**message), SituationFinding, MARK)


@pytest.mark.parametrize("finish", ["length", "tool_calls", "content_filter", None])
def test_a_reply_that_did_not_come_to_its_end_is_unreadable(finish: str | None) -> None:
    with pytest.raises(Unreadable, match=finish or "no reason"):
        read_reply(reply(finish, content=SAFE_TEXT), SituationFinding)


def test_reasons_quote_nothing() -> None:
    for text in (f"secret words {SAFE_TEXT}", as_json({**SAFE, "secret": 1}), as_json({**SAFE, "verdict": "secret"})):
        with pytest.raises(Unreadable) as caught:
            read_reply(reply(content=text), SituationFinding, MARK)
        assert caught.value.reason
        assert "secret" not in caught.value.reason
