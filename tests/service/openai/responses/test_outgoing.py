"""What is judged of a request to the Responses API, told from what goes to the model: every string counts (law 3)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.conversation import Reasoning
from agents.models.base import ModelRequest
from agents.models.dialect import Dialect, request_body
from agents.models.openai_format import ID
from guard.config import Deployment
from service.openai.errors import WireFault
from service.openai.opaque import sealed
from service.openai.responses.parameters import RESPONSES_PARAMETERS
from service.openai.responses.request import Responses
from service.openai.responses.state import ResponseState
from tests.scripts import picture
from tests.service.openai.test_outgoing import OURS, WORDS, strings
from tests.service.running import data_url

SHOWN = picture("red")
FUNCTION = {
    "type": "function",
    "name": WORDS,
    "description": WORDS,
    "parameters": {"type": "object", "title": WORDS, "properties": {WORDS: {"enum": [WORDS]}}},
}
GRAMMAR = {"type": "grammar", "syntax": "lark", "definition": WORDS}
CUSTOM = {"type": "custom", "name": "patch", "description": WORDS, "format": GRAMMAR}
LONG_ID = "x" * 200
DATA = "d" * 200
FIELDS = {"reasoning_content": f"So, {WORDS}.", "reasoning_details": [{"type": "reasoning.encrypted", "data": DATA}]}
REASONING = Reasoning("", json.dumps(FIELDS))
DOCUMENT: dict[str, Any] = {
    "model": "d",
    "instructions": WORDS,
    "input": [
        {"role": "developer", "content": WORDS},
        {"role": "user", "content": [{"type": "input_text", "text": WORDS}, {"type": "input_image", "image_url": "u"}]},
        {"type": "reasoning", "id": WORDS, "summary": [{"type": "summary_text", "text": WORDS}]},
        {"type": "reasoning", "encrypted_content": sealed(REASONING)},
        {"role": "assistant", "id": WORDS, "content": [{"type": "refusal", "refusal": WORDS}]},
        {"type": "function_call", "call_id": "c1", "name": WORDS, "namespace": WORDS, "arguments": WORDS},
        {"type": "custom_tool_call", "call_id": LONG_ID, "name": WORDS, "input": WORDS},
        {"type": "function_call_output", "call_id": "c1", "output": WORDS},
        {"type": "custom_tool_call_output", "call_id": LONG_ID, "output": [{"type": "input_text", "text": WORDS}]},
    ],
    "tools": [
        FUNCTION,
        CUSTOM,
        {"type": "namespace", "name": "n", "description": WORDS, "tools": [FUNCTION, CUSTOM]},
        {"type": "web_search", "user_location": {"city": WORDS}},
    ],
    "tool_choice": {"type": "function", "name": WORDS},
    "text": {"format": {"type": "json_schema", "name": WORDS, "description": WORDS, "schema": {WORDS: 1}}},
    "user": WORDS,
    "safety_identifier": WORDS,
    "prompt_cache_key": WORDS,
    "metadata": {WORDS: WORDS},
    "service_tier": WORDS,
    "include": [WORDS],
    "guided_grammar": {WORDS: [WORDS]},
}
SETTING = Deployment(model="m", extra_fields=("guided_grammar",))


def read(document: dict[str, Any]) -> Any:
    return Responses(ResponseState().of("")).read(document, SETTING, {"u": SHOWN})


def test_every_string_that_the_model_gets_was_judged_or_cannot_be_words() -> None:
    request = read(DOCUMENT)
    body = request_body(
        "up", ModelRequest(request.conversation.messages, request.model_options), Dialect(), stream=False
    )
    judged = json.dumps(request.conversation.transcript.text, ensure_ascii=False)
    told = list(strings(body))
    assert len(told) > 30
    assert all(value in judged and value in told for value in (LONG_ID, DATA))  # words could hide in them
    for text in (line for each in told for line in each.split("\n") if line):  # a transcript writes lines its own way
        seen = json.dumps(text, ensure_ascii=False)[1:-1]
        known = OURS.fullmatch(text) or (ID.fullmatch(text) and text not in {LONG_ID, DATA}) or text == data_url(SHOWN)
        assert known or seen in judged or json.dumps(seen)[1:-1] in judged, text


@pytest.mark.parametrize("name", sorted(set(RESPONSES_PARAMETERS) - set(DOCUMENT)))
def test_no_other_parameter_carries_words(name: str) -> None:
    """What the document above leaves out takes no text, or not on to the model."""
    plain = read(DOCUMENT).options
    for value in (WORDS, [WORDS], {"type": WORDS}, {"effort": WORDS}):
        try:
            request = read({**DOCUMENT, name: value})
        except WireFault:
            continue
        assert json.dumps(dict(request.options)) == json.dumps(dict(plain))


def test_an_id_that_could_be_words_is_refused() -> None:
    call = {"type": "function_call", "call_id": WORDS, "name": "swing", "arguments": "{}"}
    with pytest.raises(WireFault) as caught:
        read({"model": "d", "input": [call]})
    assert caught.value.param == "input[0].call_id"
