"""The rows of the table: every parameter of the openai package's request type, and what turns and replies may hold.

A case says what is sent and how to find it again. What becomes of it is read off a running proxy, never written here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.scripts import picture
from tests.service.running import data_url

JsonObject = dict[str, Any]
WORD = "zanzibar"  # stands in every text that a model could read, and nowhere else
TURN: JsonObject = {"role": "user", "content": "How?"}
PLAIN_TOOL: JsonObject = {"type": "function", "function": {"name": "swing"}}
TOOL: JsonObject = {
    "type": "function",
    "function": {"name": "swing", "description": WORD, "parameters": {"type": "object"}},
}
SCHEMA: JsonObject = {"type": "json_schema", "json_schema": {"name": "plan", "schema": {"title": WORD}}}
CALL: JsonObject = {"id": "1", "type": "function", "function": {"name": "swing", "arguments": f'{{"at":"{WORD}"}}'}}
SHOWN = picture("green")
PICTURE: JsonObject = {"type": "image_url", "image_url": {"url": data_url(SHOWN)}}

Arrived = Callable[[JsonObject, JsonObject], bool]  # of what the upstream received and what was sent


@dataclass(frozen=True)
class Case:
    """A row: the fields sent beside model and messages, whether the upstream got them, and fields beyond the bounds."""

    name: str
    sent: JsonObject
    arrived: Arrived
    excess: JsonObject = field(default_factory=dict)
    note: str = ""


def parameter(name: str, value: Any, excess: Any = None, **beside: Any) -> Case:
    """A parameter that arrives when the upstream has it with the same value."""
    return Case(
        name,
        {name: value, **beside},
        lambda body, _: body.get(name) == value,
        {} if excess is None else {name: excess, **beside},
    )


def turn(name: str, *messages: JsonObject, excess: JsonObject | None = None) -> Case:
    """Turns that arrive when the upstream has them as they were sent."""
    return Case(
        name,
        {"messages": list(messages)},
        lambda body, _: bool(body["messages"] == list(messages)),
        {"messages": [excess]} if excess else {},
    )


def part(name: str, value: JsonObject) -> Case:
    return turn(name, {"role": "user", "content": [value, {"type": "text", "text": "How?"}]})


def limited_reply(name: str) -> Case:
    """A bound on the reply's length arrives under either of its names: endpoints know one of the two."""
    return Case(
        name,
        {name: 77},
        lambda body, _: 77 in (body.get("max_tokens"), body.get("max_completion_tokens")),
        {name: 10**9},
    )


PARAMETER_CASES = (
    Case(
        "messages",
        {"messages": [{"role": "user", "content": WORD}]},
        lambda body, _: body["messages"][0]["content"] == WORD,
        {"messages": [TURN] * 600},
    ),
    Case(
        "model",
        {"model": "guarded"},
        lambda body, _: body["model"] == "guarded",
        note="names the deployment; the model behind it gets its own name",
    ),
    Case("stream", {}, lambda body, sent: body.get("stream", False) == sent.get("stream", False)),
    Case(
        "stream_options",
        {"stream_options": {"include_usage": True}},
        lambda body, _: body.get("stream_options") == {"include_usage": True},
        note="usage is always asked for, and passed on where it was asked for",
    ),
    parameter("audio", {"voice": "alloy", "format": "wav"}),
    parameter("frequency_penalty", 0.5, 9),
    parameter("function_call", "auto"),
    parameter("functions", [{"name": "swing"}]),
    replace(
        parameter("logit_bias", {"50256": -100}, {"50256": 1000}),
        note="no agent can read what it makes the model say; `extra_fields` can let it through",
    ),
    parameter("logprobs", True),
    limited_reply("max_completion_tokens"),
    limited_reply("max_tokens"),
    parameter("metadata", {"topic": "golf"}, {"topic": "x" * 600}),
    parameter("modalities", ["text"], ["text", "audio"]),
    Case(
        "moderation",
        {"moderation": {"model": "omni-moderation-latest"}},
        lambda body, _: "moderation" in body,
        {"moderation": {"model": "x" * 9999}},
        "not for the model: the reply says in OpenAI's form what the deployment found",
    ),
    parameter("n", 2, 1000),
    parameter("parallel_tool_calls", False, tools=[PLAIN_TOOL]),
    parameter("prediction", {"type": "content", "content": WORD}, {"type": "content", "content": "x" * 300_000}),
    parameter("presence_penalty", 0.5, 9),
    parameter("prompt_cache_key", "tenant", "x" * 1000),
    parameter("prompt_cache_options", {"mode": "implicit"}),
    parameter("prompt_cache_retention", "24h", "for ever"),
    parameter("reasoning_effort", "low", "endless"),
    parameter("response_format", SCHEMA, {"type": "json_schema", "json_schema": {"name": "x" * 100}}),
    parameter("safety_identifier", "hash", "x" * 1000),
    parameter("seed", 7, 2**63),
    parameter("service_tier", "default", "priority"),
    parameter("stop", [WORD], ["a", "b", "c", "d", "e"]),
    parameter("store", True),
    parameter("temperature", 0.5, 3),
    parameter("tool_choice", {"type": "function", "function": {"name": "swing"}}, "always", tools=[PLAIN_TOOL]),
    parameter("tools", [TOOL], [TOOL] * 200),
    parameter("top_logprobs", 2, 99, logprobs=True),
    parameter("top_p", 0.5, 3),
    parameter("user", "someone", "x" * 1000),
    parameter("verbosity", "low", "endless"),
    parameter("web_search_options", {}),
)

UNKNOWN_FIELD_CASES = (
    Case("a field nobody knows", {"mystery": 1}, lambda body, _: "mystery" in body),
    Case("the same under unknown_fields: drop", {"model": "lenient", "mystery": 1}, lambda body, _: "mystery" in body),
    Case(
        "a vendor's field under extra_fields",
        {"model": "lenient", "guided_regex": WORD},
        lambda body, _: body.get("guided_regex") == WORD,
        {"model": "lenient", "guided_regex": "x" * 20_000},
    ),
)

TURN_CASES = (
    turn("role system", {"role": "system", "content": WORD}, TURN),
    turn("role developer", {"role": "developer", "content": WORD}, TURN),
    turn("role user", {"role": "user", "content": WORD}),
    turn("role assistant (sent by the client)", TURN, {"role": "assistant", "content": WORD}, TURN),
    turn("prefill (a last assistant turn)", TURN, {"role": "assistant", "content": WORD}),
    turn(
        "role tool",
        TURN,
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "content": WORD, "tool_call_id": "1"},
    ),
    turn("role function (deprecated)", TURN, {"role": "function", "name": "swing", "content": WORD}),
    turn(
        "assistant tool_calls",
        TURN,
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "content": "done", "tool_call_id": "1"},
    ),
    turn(
        "assistant function_call (deprecated)",
        TURN,
        {"role": "assistant", "content": None, "function_call": CALL["function"]},
    ),
    turn(
        "name",
        {"role": "user", "content": "How?", "name": WORD},
        excess={"role": "user", "content": "How?", "name": "x" * 100},
    ),
    part("part text", {"type": "text", "text": WORD}),
    part("part image_url (data URL)", PICTURE),
    part("part image_url detail", {"type": "image_url", "image_url": {**PICTURE["image_url"], "detail": "low"}}),
    part("part image_url (https)", {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}),
    part("part input_audio", {"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}),
    part("part file", {"type": "file", "file": {"file_id": "x"}}),
    part("part video_url", {"type": "video_url", "video_url": {"url": "data:video/mp4;base64,AA"}}),
    turn(
        "picture in a tool's result",
        TURN,
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "1", "content": [PICTURE, {"type": "text", "text": "How?"}]},
    ),
    turn(
        "picture in an earlier turn",
        {"role": "user", "content": [PICTURE, {"type": "text", "text": "How?"}]},
        {"role": "assistant", "content": "Yes."},
        TURN,
    ),
    turn(
        "reasoning that comes back (`reasoning_content`, `reasoning`, `reasoning_details`)",
        TURN,
        {
            "role": "assistant",
            "content": "Yes.",
            "reasoning_content": WORD,
            "reasoning": WORD,
            "reasoning_details": [{"type": "reasoning.text", "text": WORD, "signature": "EjQKMg=="}],
        },
        TURN,
    ),
    turn(
        "signature of a call (`extra_content`)",
        TURN,
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{**CALL, "extra_content": {"google": {"thought_signature": WORD}}}],
        },
        {"role": "tool", "content": "done", "tool_call_id": "1"},
        excess={"role": "assistant", "tool_calls": [{**CALL, "extra_content": {"google": "two words"}}]},
    ),
    turn(
        "echoed fields (annotations, refusal)",
        TURN,
        {"role": "assistant", "content": "Yes.", "annotations": [], "refusal": None},
        TURN,
    ),
    replace(
        parameter("logit_bias", {"50256": -100}, {"50256": 1000}, model="strict"),
        name="logit_bias under judge_reply: all",
    ),
    *UNKNOWN_FIELD_CASES,
)


@dataclass(frozen=True)
class ReplyCase:
    """A row of what a reply may hold: which recording has it, and the words to find it by, in each API."""

    name: str
    recorded: str
    words: str
    deployment: str = "guarded"
    responses_words: str = ""


REPLY_CASES = (
    ReplyCase("reply content", "plain", "head"),
    ReplyCase("reply content under judge_reply: all", "plain", "head", "strict"),
    ReplyCase("the same under judge_reply: calls-in-text", "plain", "head", "watchful"),
    ReplyCase("a call written in reply content", "written", "grandpa"),
    ReplyCase("the same under judge_reply: calls-in-text", "written", "grandpa", "watchful"),
    ReplyCase("reply choices beyond the first (n)", "choices", "Two."),
    ReplyCase("reply tool_calls", "tools", "driver"),
    ReplyCase("reply tool_calls, parallel", "tools", "shelf"),
    ReplyCase("reply reasoning_content", "thinking", "a lawn."),
    ReplyCase("reply reasoning_content under judge_reply: all", "thinking", "a lawn.", "strict"),
    ReplyCase("reply logprobs", "thinking", "top_logprobs"),
    ReplyCase("reply finish_reason", "thinking", "length", responses_words='"reason":"max_output_tokens"'),
    ReplyCase("reply usage (asked for)", "plain", "cached_tokens"),
    ReplyCase("reply system_fingerprint", "plain", "fp_7"),
)
