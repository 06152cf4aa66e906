"""The same for the Responses API: a row under chat's name where both have the feature, else under its own."""

from __future__ import annotations

from typing import Any

from agents.conversation import Reasoning
from service.openai.opaque import sealed
from tests.service.conformance.cases import (
    SHOWN,
    TURN,
    UNKNOWN_FIELD_CASES,
    WORD,
    Case,
    JsonObject,
    limited_reply,
    parameter,
)
from tests.service.running import data_url

IMAGE: JsonObject = {"type": "input_image", "image_url": data_url(SHOWN)}
PLAIN_TOOL: JsonObject = {"type": "function", "name": "swing"}
TOOL: JsonObject = {**PLAIN_TOOL, "description": WORD, "parameters": {"type": "object"}}
CALL: JsonObject = {"type": "function_call", "call_id": "1", "name": "swing", "arguments": f'{{"at":"{WORD}"}}'}
RESULT: JsonObject = {"type": "function_call_output", "call_id": "1", "output": "done"}
SCHEMA: JsonObject = {"type": "json_schema", "name": "plan", "schema": {"title": WORD}}
FIELDS = f'{{"reasoning_content":"{WORD}"}}'
NAMED: JsonObject = {"type": "function", "name": "swing"}


def items(name: str, *listed: JsonObject, excess: JsonObject | None = None) -> Case:
    """Items that arrive when the upstream has their words, or their picture."""
    return Case(
        name,
        {"input": list(listed)},
        lambda body, _: WORD in str(body["messages"]) or data_url(SHOWN) in str(body["messages"]),
        {"input": [*listed[:-1], excess]} if excess else {},
    )


def part(name: str, value: JsonObject) -> Case:
    return items(name, {"role": "user", "content": [value, {"type": "input_text", "text": "How?"}]})


def tool(name: str, value: JsonObject, choice: Any = None) -> Case:
    """A tool that arrives when the upstream has its description."""
    beside = {} if choice is None else {"tool_choice": choice}
    return Case(name, {"tools": [value], **beside}, lambda body, _: WORD in str(body.get("tools")))


RESPONSES_PARAMETER_CASES = (
    Case("input", {"input": WORD}, lambda body, _: body["messages"][0]["content"] == WORD, {"input": [TURN] * 600}),
    Case("instructions", {"instructions": WORD}, lambda body, _: body["messages"][0]["content"] == WORD),
    Case("model", {"model": "guarded"}, lambda body, _: body["model"] == "guarded"),
    Case("stream", {}, lambda body, sent: body.get("stream", False) == sent.get("stream", False)),
    parameter("stream_options", {"include_obfuscation": False}),
    parameter("access_programs", {"cyber": "standard"}),
    parameter("background", True),
    parameter("background_options", {"completion_window": "soonest"}),
    parameter("context_management", [{"type": "compaction"}]),
    parameter("conversation", "conv_1"),
    parameter("frequency_penalty", 0.5, 9),
    parameter("image", {"context_compression": "auto"}),
    Case(
        "include",
        {"include": ["message.output_text.logprobs"]},
        lambda body, _: body.get("logprobs") is True,
        {"include": ["x"] * 99},
        "asks for log-probabilities; what else may be included is not here, and asking for it is no error",
    ),
    limited_reply("max_output_tokens"),
    parameter("max_tool_calls", 3, -1),
    parameter("metadata", {"topic": "golf"}, {"topic": "x" * 600}),
    parameter("moderation", {"model": "omni-moderation-latest"}, {"model": "x" * 9999}),
    parameter("parallel_tool_calls", False, tools=[PLAIN_TOOL]),
    parameter("presence_penalty", 0.5, 9),
    parameter("previous_response_id", "resp_nobody"),
    parameter("prompt", {"id": "pmpt_1"}),
    parameter("prompt_cache_key", "tenant", "x" * 1000),
    parameter("prompt_cache_options", {"mode": "implicit"}),
    parameter("prompt_cache_retention", "24h"),
    Case(
        "reasoning",
        {"reasoning": {"effort": "low", "summary": "auto"}},
        lambda body, _: body.get("reasoning_effort") == "low",
        {"reasoning": {"effort": "endless"}},
    ),
    parameter("safety_identifier", "hash", "x" * 1000),
    parameter("service_tier", "default", "x" * 100),
    parameter("store", True, "yes"),
    parameter("temperature", 0.5, 3),
    Case(
        "text",
        {"text": {"format": SCHEMA, "verbosity": "low"}},
        lambda body, _: WORD in str(body.get("response_format")) and body.get("verbosity") == "low",
        {"text": {"format": {**SCHEMA, "name": "x" * 100}}},
    ),
    Case(
        "tool_choice",
        {"tool_choice": NAMED, "tools": [PLAIN_TOOL]},
        lambda body, _: body.get("tool_choice") == {"type": "function", "function": {"name": "swing"}},
        {"tool_choice": "always", "tools": [PLAIN_TOOL]},
    ),
    Case("tools", {"tools": [TOOL]}, lambda body, _: WORD in str(body.get("tools")), {"tools": [TOOL] * 200}),
    parameter("top_logprobs", 2, 99),
    parameter("top_p", 0.5, 3),
    parameter("truncation", "auto", "middle"),
    parameter("user", "someone", "x" * 1000),
)

RESPONSES_ITEM_CASES = (
    items("role system", {"role": "system", "content": WORD}, TURN),
    items("role developer", {"role": "developer", "content": WORD}, TURN),
    items("role user", {"role": "user", "content": WORD}),
    items("role assistant (sent by the client)", TURN, {"role": "assistant", "content": WORD}, TURN),
    items("prefill (a last assistant turn)", TURN, {"role": "assistant", "content": WORD}),
    items("role tool", TURN, CALL, {**RESULT, "output": WORD}),
    items("assistant tool_calls", TURN, CALL, RESULT, excess={**CALL, "name": "x" * 200}),
    part("part text", {"type": "input_text", "text": WORD}),
    part("part image_url (data URL)", IMAGE),
    part("part image_url detail", {**IMAGE, "detail": "low"}),
    part("part image_url (https)", {"type": "input_image", "image_url": "https://example.org/a.png"}),
    part("part input_image (file_id)", {"type": "input_image", "file_id": "file_1"}),
    part("part input_audio", {"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}),
    part("part file", {"type": "input_file", "file_id": "x"}),
    part("part video_url", {"type": "input_video", "video_url": "data:video/mp4;base64,AA"}),
    items("picture in a tool's result", TURN, {**CALL, "arguments": "{}"}, {**RESULT, "output": [IMAGE]}),
    items(
        "picture in an earlier turn", {"role": "user", "content": [IMAGE]}, {"role": "assistant", "content": "Y"}, TURN
    ),
    items(
        "reasoning that comes back as a bare summary",
        TURN,
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": WORD}]},
        {"role": "assistant", "content": "Yes."},
    ),
    Case(
        "reasoning that comes back (`reasoning_content`, `reasoning`, `reasoning_details`)",
        {
            "input": [
                TURN,
                {"type": "reasoning", "summary": [], "encrypted_content": sealed(Reasoning(WORD, FIELDS))},
                {"role": "assistant", "content": "Yes."},
            ]
        },
        lambda body, _: body["messages"][1].get("reasoning_content") == WORD,
        note="of the Responses API: what is still held, and our own `encrypted_content`",
    ),
    items(
        "signature of a call (`extra_content`)",
        TURN,
        {**CALL, "extra_content": {"google": {"thought_signature": WORD}}},
        RESULT,
        excess={**CALL, "extra_content": {"google": "two words"}},
    ),
    items(
        "echoed fields (annotations, refusal)",
        TURN,
        {
            "type": "message",
            "id": "msg_1",
            "status": "completed",
            "role": "assistant",
            "phase": "final_answer",
            "content": [{"type": "output_text", "text": "Yes.", "annotations": [], "logprobs": []}],
        },
        TURN,
    ),
    items("item custom_tool_call", TURN, {"type": "custom_tool_call", "call_id": "1", "name": "p", "input": WORD}),
    items("item_reference (not held)", TURN, {"type": "item_reference", "id": "msg_nobody"}),
    items("item_reference to reasoning", TURN, {"type": "item_reference", "id": "rs_nobody"}),
    items("items of hosted tools", TURN, {"type": "web_search_call", "id": "ws_1", "status": "completed"}),
    tool("tool namespace", {"type": "namespace", "name": "a", "description": WORD, "tools": [PLAIN_TOOL]}),
    tool("tool custom", {"type": "custom", "name": "patch", "description": WORD}),
    tool("tool hosted (web_search, mcp, …)", {"type": "web_search"}),
    tool("the same with tool_choice: required", {"type": "web_search"}, "required"),
    tool("tool_choice allowed_tools", TOOL, {"type": "allowed_tools", "mode": "auto", "tools": [NAMED]}),
    *UNKNOWN_FIELD_CASES,
)

RESPONSES_CASES = (*RESPONSES_PARAMETER_CASES, *RESPONSES_ITEM_CASES)
