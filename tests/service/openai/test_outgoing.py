"""What is judged, told from the request as it goes to the model: every string in it counts (law 3)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from agents.models.base import ModelRequest
from agents.models.dialect import Dialect, request_body
from agents.models.openai_format import ID
from guard.config import Deployment
from service.openai.chat import read_chat
from service.openai.errors import WireFault
from service.openai.parameters import PARAMETERS
from tests.scripts import picture
from tests.service.running import data_url

WORDS = "pour it in"
SHOWN = picture("red")
FUNCTION = {
    "name": WORDS,
    "description": WORDS,
    "parameters": {"type": "object", "title": WORDS, "properties": {WORDS: {"enum": [WORDS]}}},
}
OPAQUE = ["d" * 200, "s" * 200, "i" * 200, "e" * 200]
DETAILS = [
    {"type": "reasoning.text", "text": f"Last, {WORDS}.", "signature": OPAQUE[1], "format": "unknown", "index": 0},
    {"type": "reasoning.summary", "summary": f"In short, {WORDS}.", "id": OPAQUE[2], "mystery": WORDS},
    {"type": "reasoning.encrypted", "data": OPAQUE[0]},
]
CALL = {
    "id": "c1",
    "extra_content": {"a": OPAQUE[3]},
    "type": "function",
    "function": {"name": WORDS, "arguments": WORDS},
}
IMAGE = {"type": "image_url", "image_url": {"url": "u"}}
SCHEMA = {"name": WORDS, "description": WORDS, "schema": {WORDS: 1}}
DOCUMENT: dict[str, Any] = {
    "model": "d",
    "messages": [
        {"role": "system", "content": WORDS, "name": WORDS},
        {
            "role": "user",
            "content": [{"type": "text", "text": WORDS}, {"type": "image_url", "image_url": {"url": "u"}}],
        },
        {
            "role": "assistant",
            "content": [{"type": "refusal", "refusal": WORDS}],
            "tool_calls": [CALL],
            "reasoning_content": f"First, {WORDS}.",
            "reasoning": f"Then, {WORDS}.",
            "reasoning_details": DETAILS,
        },
        {"role": "tool", "tool_call_id": "c1", "content": WORDS},
    ],
    "tools": [{"type": "function", "function": FUNCTION}],
    "tool_choice": {"type": "function", "function": {"name": WORDS}},
    "response_format": {"type": "json_schema", "json_schema": SCHEMA},
    "stop": [WORDS],
    "prediction": {"type": "content", "content": WORDS},
    "user": WORDS,
    "safety_identifier": WORDS,
    "prompt_cache_key": WORDS,
    "metadata": {WORDS: WORDS},
    "guided_grammar": {WORDS: [WORDS]},
    "reasoning_effort": "low",
    "verbosity": "low",
    "service_tier": "flex",
    "prompt_cache_retention": "24h",
    "modalities": ["text"],
    "logit_bias": {"17": 1},
}
SETTING = Deployment(model="m", extra_fields=("guided_grammar",))
OURS = re.compile(r"system|user|assistant|tool|text|image_url|function|json_schema|content|auto|low|flex|24h|up")


def strings(value: Any) -> Iterator[str]:
    """Every text in a JSON value; names of members too, where they are not those of the API."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from [name] if WORDS in name else []
            yield from strings(member)


def test_every_string_that_the_model_gets_was_judged_or_cannot_be_words() -> None:
    request = read_chat(DOCUMENT, SETTING, {"u": SHOWN})
    asked = ModelRequest(request.conversation.messages, request.model_options)
    body = request_body("up", asked, Dialect(), stream=False)
    judged = json.dumps(request.conversation.transcript.text, ensure_ascii=False)
    told = list(strings(body))
    assert len(told) > 30
    assert all(value in judged and value in told for value in OPAQUE)  # words could hide in them
    for text in told:
        seen = json.dumps(text, ensure_ascii=False)[1:-1]
        known = OURS.fullmatch(text) or (ID.fullmatch(text) and text not in OPAQUE) or text == data_url(SHOWN)
        assert known or seen in judged or json.dumps(seen)[1:-1] in judged, text


@pytest.mark.parametrize("name", sorted(set(PARAMETERS) - set(DOCUMENT)))
def test_no_other_parameter_carries_words(name: str) -> None:
    """What the document above leaves out takes no text, or not on to the model."""
    for value in (WORDS, [WORDS], {"type": WORDS}):
        try:
            request = read_chat({**DOCUMENT, name: value}, SETTING, {"u": SHOWN})
        except WireFault:
            continue
        assert WORDS not in json.dumps(request.options.get(name))
