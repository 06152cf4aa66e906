"""The requests that Open Responses' own suite makes over HTTP, and what it checks of replies (openresponses.org).

The suite itself passes these nine: `bun bin/compliance-test.ts --base-url http://127.0.0.1:8080/v1`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.scripts import Roles, picture
from tests.service.apis import as_typed, response_events, said
from tests.service.recorded import PLAIN, TOOLS
from tests.service.running import data_url, running
from tests.service.test_transparency import guarding

# Fields of a response that the suite's schema wants to be there, null or not.
REQUIRED = {
    *("id", "object", "created_at", "completed_at", "status", "incomplete_details", "model", "previous_response_id"),
    *("instructions", "output", "error", "tools", "tool_choice", "truncation", "parallel_tool_calls", "text", "top_p"),
    *(
        "presence_penalty",
        "frequency_penalty",
        "top_logprobs",
        "temperature",
        "reasoning",
        "usage",
        "store",
        "background",
    ),
    *("max_output_tokens", "max_tool_calls", "service_tier", "metadata", "safety_identifier", "prompt_cache_key"),
}
NEVER_NULL = {"truncation", "text", "temperature", "top_p", "metadata", "service_tier", "user", "phase"}


def message(role: str, content: Any, **fields: Any) -> dict[str, Any]:
    return {"type": "message", "role": role, "content": content, **fields}


SHOWN = [
    {"type": "input_text", "text": "What is it?"},
    {"type": "input_image", "image_url": data_url(picture("green"))},
]
PHASES = [message("assistant", f"{phase}.", phase=phase) for phase in ("commentary", "final_answer")]
WEATHER = {"type": "function", "name": "get_weather", "description": "weather", "parameters": {"type": "object"}}
REQUESTS: dict[str, dict[str, Any]] = {
    "basic-response": {"input": [message("user", "Say hello in exactly 3 words.")]},
    "assistant-phase": {"input": [*PHASES, message("user", "Repeat only the number.")]},
    "system-prompt": {"input": [message("system", "You are a pirate."), message("user", "Say hello.")]},
    "tool-calling": {"input": [message("user", "What's the weather like?")], "tools": [WEATHER]},
    "image-input": {"input": [message("user", SHOWN)]},
    "multi-turn": {"input": [message("user", "Hi."), message("assistant", "Hello!"), message("user", "My name?")]},
}


def checked(response: dict[str, Any]) -> None:
    assert response.keys() >= REQUIRED
    assert not {name for name in NEVER_NULL & response.keys() if response[name] is None}
    assert response["status"] == "completed"
    for item in response["output"]:
        assert item.get("phase", "absent") is not None
        assert item.get("encrypted_content", "absent") is not None
    as_typed(response)


@pytest.mark.parametrize("name", REQUESTS)
async def test_a_response_has_all_that_the_suite_looks_for(tmp_path: Path, name: str) -> None:
    async with guarding(tmp_path, TOOLS if name == "tool-calling" else PLAIN, Roles()) as (proxy, _):
        reply = await proxy.http.post("/v1/responses", json={"model": "guarded", **REQUESTS[name]})
    response = reply.json()
    checked(response)
    assert ("function_call" in {item["type"] for item in response["output"]}) is (name == "tool-calling")


async def test_a_stream_has_every_event_in_form_and_ends_as_it_must(tmp_path: Path) -> None:
    asked = {"model": "guarded", "stream": True, **REQUESTS["basic-response"]}
    async with guarding(tmp_path, PLAIN, Roles()) as (proxy, _):
        reply = await proxy.http.post("/v1/responses", json=asked)
    assert reply.text.endswith("data: [DONE]\n\n")
    last = response_events(reply.text)[-1]
    assert last["type"] == "response.completed"
    checked(last["response"])
    assert said(last["response"]) == "Keep your head – still.\n"


async def test_compaction_without_a_model_is_a_wrong_request(tmp_path: Path) -> None:
    async with running(tmp_path) as proxy:
        reply = await proxy.http.post("/v1/responses/compact", json={"input": "Hello."})
    assert reply.status_code == 400
    assert reply.json()["error"]["param"] == "model"
