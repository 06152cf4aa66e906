"""Prompts: the same ones in both sets, filled in one pass, known by hash."""

from __future__ import annotations

import pytest

from agents.errors import PromptMissing
from agents.prompts import PROMPT_SETS, Prompt, PromptSet

METHOD_PROMPTS = {
    "situational": {
        "intent",
        "scene",
        "scene_focused",
        "situation",
        "fused",
        "onlooker",
        "warn",
        "guide",
        "reply",
        "action",
        "reask",
    },
    "mss-chat": {
        "mss_chat_intent",
        "mss_chat_judge",
        "mss_chat_answer_safe",
        "mss_chat_answer_unsafe",
        "mss_chat_answer_else",
    },
    "mss-embodied": {"mss_embodied_point", "mss_embodied_answer"},
    "cot": {"cot_chat", "cot_embodied"},
    "safety-prompt": {"safety_prompt"},
    "ecso": {"ecso_tell", "ecso_caption", "ecso_answer"},
    "adashield-s": {"adashield"},
    "sia": {"sia_caption", "sia_intent", "sia_answer"},
    "echosafe": {"echosafe_recall", "echosafe_reflect"},
    "MSSBench's settings": {
        "mss_if_chat",
        "mss_if_embodied",
        "mss_qc_chat",
        "mss_ic_chat",
        "mss_ic_caption_chat",
        "mss_qc_embodied",
        "mss_ic_embodied",
        "mss_ic_caption_embodied",
    },
}


@pytest.mark.parametrize("name", PROMPT_SETS)
@pytest.mark.parametrize("method", METHOD_PROMPTS)
def test_each_set_has_every_method(name: str, method: str) -> None:
    assert METHOD_PROMPTS[method] <= PromptSet.load(name).prompts.keys()


def test_the_sets_hold_the_same_prompts_and_no_stray_ones() -> None:
    wanted = set().union(*METHOD_PROMPTS.values())
    assert all(PromptSet.load(name).prompts.keys() == wanted for name in PROMPT_SETS)


def test_a_compact_prompt_asks_for_no_field_that_the_default_one_does_not_have() -> None:
    default, compact = PromptSet.load("default"), PromptSet.load("compact")
    for name in compact.prompts:
        assert compact[name].fields <= default[name].fields, name


def test_default_prompts_that_show_pictures_begin_alike_so_that_an_engine_reads_that_once() -> None:
    texts = {name: prompt.text for name, prompt in PromptSet.load("default").prompts.items()}
    opening, mark, _ = texts["scene"].partition('{"mark": string,')
    looking = ("scene", "scene_focused", "situation", "onlooker", "fused", "reply", "action")
    assert all(texts[name].startswith(opening + mark) for name in looking)
    rules = {texts[name].partition(f"You are the {name} agent")[0] for name in ("situation", "onlooker")}
    assert len(rules) == 1
    assert "{{policy}}" in rules.pop()


@pytest.mark.parametrize("name", PROMPT_SETS)
def test_what_comes_from_outside_stands_between_two_marks_at_the_end(name: str) -> None:
    outside = {"conversation", "activity", "look_for", "scene", "evidence", "reason", "reply", "calls", "point"}
    outside |= {"caption", "intent", "insights"}
    for prompt in PromptSet.load(name).prompts.values():
        if "nonce" not in prompt.fields:
            continue
        before, inside, after = prompt.text.split("{{nonce}}")
        fenced = {field for field in outside if "{{" + field + "}}" in inside}
        assert fenced == outside & prompt.fields, prompt.name
        assert not after.strip(" ->\n")
        assert "{{conversation}}" not in before


def test_values_that_look_like_fields_stay_as_they_are() -> None:
    prompt = Prompt("p", 'Say {"a": "{{one}}"} and {{two}}.')
    assert prompt.fill({"one": "{{two}}", "two": "{{three}}"}) == 'Say {"a": "{{two}}"} and {{three}}.'


def test_a_missing_field_is_an_error_that_names_it() -> None:
    with pytest.raises(PromptMissing, match="two"):
        Prompt("p", "{{one}} {{two}}").fill({"one": ""})


def test_an_unknown_set_or_prompt_is_an_error() -> None:
    with pytest.raises(PromptMissing, match="compact"):
        PromptSet.load("tiny")
    with pytest.raises(PromptMissing, match="nothing"):
        PromptSet.load("compact")["nothing"]


def test_a_hash_changes_with_the_text() -> None:
    assert Prompt("p", "one").digest != Prompt("p", "two").digest
    assert len(set(PromptSet.load("default").digests.values())) == len(PromptSet.load("default").prompts)
