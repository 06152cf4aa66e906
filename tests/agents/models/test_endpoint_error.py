"""Endpoints' errors in their providers' own words: what each means, and what of it an operator may read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.models.base import JsonObject
from agents.models.endpoint_error import (
    MAX_CODE,
    MAX_SEARCHED,
    MOST_LISTED,
    EndpointError,
    error_of_response,
    stated_error,
)
from agents.models.error_meaning import blocked_prompt, meaning_of
from agents.models.shown_error import MAX_DETAIL, shown

# Provider, status, body as documented or seen, and what it means.
TOO_LONG, FILTERED, UNSUPPORTED, REFUSED = (
    ("refused", refusal)
    for refusal in ("context_length_exceeded", "content_filter", "unsupported", "invalid_request_error")
)
WRONG, BUSY, FAILED = ("unauthorised", None), ("overloaded", None), ("status", None)
SAID: list[tuple[str, int, Any, tuple[str, str | None]]] = [
    ("OpenAI", 400, {"error": {"message": "Please reduce it.", "code": "context_length_exceeded"}}, TOO_LONG),
    ("OpenAI", 400, {"error": {"message": "Use another.", "code": "unsupported_value"}}, UNSUPPORTED),
    ("OpenAI", 400, {"error": {"message": "Your request was flagged.", "code": "moderation_blocked"}}, FILTERED),
    ("OpenAI", 400, {"error": {"message": "Invalid schema.", "type": "invalid_request_error"}}, REFUSED),
    ("OpenAI", 401, {"error": {"message": "Incorrect API key provided.", "code": "invalid_api_key"}}, WRONG),
    ("OpenAI", 404, {"error": {"message": "The model `x` does not exist.", "code": "model_not_found"}}, WRONG),
    ("OpenAI", 429, {"error": {"message": "You exceeded your current quota.", "code": "insufficient_quota"}}, WRONG),
    ("OpenAI", 429, {"error": {"message": "Rate limit reached.", "code": "rate_limit_exceeded"}}, BUSY),
    ("OpenAI", 500, {"error": {"message": "The server had an error."}}, FAILED),
    ("Azure", 400, {"error": {"innererror": {"code": "ResponsibleAIPolicyViolation"}, "code": "bad"}}, FILTERED),
    ("Azure", 404, {"error": {"code": "DeploymentNotFound", "message": "Not there."}}, WRONG),
    ("Gemini", 400, [{"error": {"code": 400, "message": "exceeds the maximum number of tokens"}}], TOO_LONG),
    ("Gemini", 400, [{"error": {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT"}}], WRONG),
    ("Anthropic", 400, {"type": "error", "error": {"message": "prompt is too long: 9 tokens"}}, TOO_LONG),
    ("Anthropic", 529, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, BUSY),
    ("Mistral", 422, {"detail": [{"loc": ["body"], "msg": "extra fields not permitted"}]}, REFUSED),
    ("DeepSeek", 402, {"error": {"message": "Insufficient Balance"}}, WRONG),
    ("DeepSeek", 400, {"error": {"message": "Model Not Exist", "type": "invalid_request_error"}}, WRONG),
    ("Groq", 413, {"error": {"message": "Request too large for model", "code": "request_too_large"}}, REFUSED),
    ("OpenRouter", 403, {"error": {"code": 403, "message": "Input flagged", "metadata": {"reasons": ["x"]}}}, FILTERED),
    ("OpenRouter", 404, {"error": {"code": 404, "message": "No endpoints found that support tool use"}}, UNSUPPORTED),
    ("OpenRouter", 400, {"error": {"message": "Error", "metadata": {"raw": "maximum context length"}}}, TOO_LONG),
    ("vLLM", 400, {"object": "error", "message": "This model's maximum context length is 4096", "code": 400}, TOO_LONG),
    ("SGLang", 400, {"error": {"message": "The input is longer than the model's context length."}}, TOO_LONG),
    ("llama.cpp", 400, {"error": {"code": 400, "type": "exceed_context_size_error", "message": "exceeds"}}, TOO_LONG),
    ("transformers", 400, {"error": {"message": "Server is pinned to 'a'; requested 'b'.", "type": "invalid"}}, WRONG),
    ("llama.cpp", 500, {"error": {"code": 500, "message": "image input is not supported - hint: mmproj"}}, UNSUPPORTED),
    ("Ollama", 500, {"error": {"message": "input length exceeds the context length"}}, TOO_LONG),
    ("Zhipu", 400, {"error": {"code": "1261", "message": "Prompt 超长"}}, TOO_LONG),
    ("Zhipu", 400, {"error": {"message": "Prompt exceeds max length"}}, TOO_LONG),
    ("Perplexity", 400, {"error": {"message": "The total length of all messages is too long.", "code": 400}}, TOO_LONG),
    ("Azure", 400, {"error": {"message": "Input tokens exceed the configured limit of 272000 tokens."}}, TOO_LONG),
    ("xAI", 400, {"code": "Client specified an invalid argument", "error": "maximum prompt length is 8"}, TOO_LONG),
    ("GitHub", 413, {"error": {"code": "tokens_limit_reached", "message": "Request body too large."}}, TOO_LONG),
    ("Copilot", 400, {"error": {"code": "model_max_prompt_tokens_exceeded", "message": "no"}}, TOO_LONG),
    ("Copilot", 400, {"error": {"message": "prompt token count of 131072 exceeds the limit of 128000"}}, TOO_LONG),
    ("TGI", 422, {"error": "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 9000 `inputs`"}, TOO_LONG),
    ("TGI", 422, {"error": "`inputs` must have less than 1024 tokens. Given: 1250"}, TOO_LONG),
    ("Bedrock", 400, {"message": "Input Tokens Exceeded: Number of input tokens exceeds maximum length."}, TOO_LONG),
    ("TensorRT-LLM", 400, {"object": "error", "message": "should not exceed max_num_tokens (8192)"}, TOO_LONG),
    ("OpenAI", 400, {"error": {"message": "no", "code": "string_above_max_length"}}, TOO_LONG),
    ("OpenAI", 400, {"error": {"code": "string_above_max_length", "param": "messages[3].content"}}, TOO_LONG),
    ("OpenAI", 400, {"error": {"code": "string_above_max_length", "param": "messages[3].content[0].text"}}, TOO_LONG),
    ("OpenAI", 400, {"error": {"code": "string_above_max_length", "param": "messages[1].tool_calls[0].id"}}, REFUSED),
    ("OpenAI", 400, {"error": {"code": "string_above_max_length", "param": "tools[0].function.name"}}, REFUSED),
    ("a proxy of OpenAI", 400, "Error code: 400 - {'error': {'message': \"maximum context length\"}}", TOO_LONG),
    ("OpenRouter", 400, {"error": {"metadata": {"raw": '{"error":{"message":"maximum context length"}}'}}}, TOO_LONG),
    ("in a hurry", 402, {"error": {"message": "Insufficient balance.Please pay"}}, WRONG),
    ("in a hurry", 400, {"error": {"message": "max_tokens is not supported.Please leave it out"}}, UNSUPPORTED),
    ("a proxy", 502, "<html>Bad gateway</html>", FAILED),
    ("a server without JSON", 400, "bad request", REFUSED),
]  # fmt: skip


@pytest.mark.parametrize(("provider", "status", "body", "meant"), SAID)
def test_each_provider_s_words_have_their_meaning(
    provider: str, status: int, body: Any, meant: tuple[str, str | None]
) -> None:
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    meaning = meaning_of(error_of_response(raw), status)
    assert (meaning.kind, meaning.refusal) == meant, provider
    assert meaning.status == status


NAMES = (
    *("get_billing_info", "check_permissions", "authenticate-user", "rotate_api_key", "moderation_queue"),
    *("list_flagged_posts", "get_context_window", "rate_limit_of"),
)
QUOTING = (
    {"message": "Invalid schema for function '{}': array schema missing items.", "param": "tools[0].function"},
    {"message": "Invalid value: `{}`. Supported values are: “{}” and 「{}」."},
    {"message": 'Invalid value: "{}".', "metadata": {"raw": '{"error": {"message": "no \'{}\'"}}'}},
    {"message": "{} is wrong", "code": "invalid_function_parameters"},
)


@pytest.mark.parametrize("name", [*NAMES, "my billing question, isn't it"])
@pytest.mark.parametrize("error", QUOTING)
@pytest.mark.parametrize("status", [400, None])
def test_what_an_error_quotes_are_no_words_of_the_provider(name: str, error: JsonObject, status: int | None) -> None:
    quoting = {"type": "invalid_request_error", **error}
    meaning = meaning_of(error_of_response(json.dumps({"error": quoting}).replace("{}", name).encode()), status)
    assert (meaning.kind, meaning.refusal) == REFUSED


@pytest.mark.parametrize("name", NAMES)
def test_a_word_inside_an_identifier_is_none(name: str) -> None:
    for message in (f"{name} is wrong", f"tools.0.{name}: is wrong", f"#/properties/{name}/items is wrong"):
        meaning = meaning_of(EndpointError(message), 400)
        assert (meaning.kind, meaning.refusal) == REFUSED
    for path in ("tools.0.billing: is wrong", "#/properties/permission is wrong"):
        assert meaning_of(EndpointError(path), 400).refusal == "invalid_request_error"


WHY = "level seven is disabled"


@pytest.mark.parametrize(
    "body",
    [
        {"object": "error", "message": {"detail": [{"type": "extra_forbidden", "loc": ["body"], "msg": WHY}]}},
        {"success": False, "errors": [{"message": WHY, "code": 5004}], "messages": []},
        {"fault": {"faultstring": WHY, "detail": {"errorcode": "x.y"}}},
        {"Message": WHY},
        {"detail": {"error": WHY}},
        {"detail": {"message": WHY, "code": "x"}},
        {"error": {"error": {"message": WHY}}},
        {"error": [{"message": WHY}]},
        {"title": WHY, "status": 400},
        {"title": "One or more errors occurred.", "status": 400, "errors": {"messages": [WHY]}},
        {"error": {"message": "Provider returned error", "metadata": {"raw": {"error": {"message": WHY}}}}},
    ],
)
def test_an_operator_is_told_why_wherever_it_stands(body: JsonObject) -> None:
    assert error_of_response(json.dumps(body).encode()).message.endswith(WHY)


def test_only_so_much_of_an_error_is_looked_through() -> None:
    deep: Any = WHY
    for _ in range(10):
        deep = {"error": deep}
    assert error_of_response(json.dumps(deep).encode()).message == ""
    many = error_of_response(json.dumps({"error": [{"message": WHY}] * 99}).encode())
    assert many.message == "; ".join([WHY] * MOST_LISTED)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"choices": None, "base_resp": {"status_code": 1008, "status_msg": WHY}}, 502),
        ({"code": 500, "msg": WHY, "success": False}, 500),
        ({"success": False, "errors": [{"message": WHY, "code": 7003}], "result": None}, 502),
        ({"message": WHY, "code": 400}, 400),
    ],
)
def test_an_error_in_place_of_a_reply_needs_no_name(body: JsonObject, status: int) -> None:
    error = stated_error(body)
    assert error is not None
    assert (error.message, meaning_of(error).status) == (WHY, status)
    assert stated_error({**body, "choices": [{"delta": {"content": "hi"}}]}) is None


@pytest.mark.parametrize(
    ("error", "meant"),
    [
        ({"message": "Rate limit reached for model", "code": "rate_limit_exceeded", "type": "tokens"}, 429),
        ({"message": "Too many requests, please slow down"}, 429),
        ({"type": "rate_limit_error"}, 429),
        ({"message": "Loading model"}, 529),
        ({"type": "overloaded_error", "message": "Overloaded"}, 529),
    ],
)
def test_a_limit_inside_a_reply_is_one_without_a_status_too(error: JsonObject, meant: int) -> None:
    stated = stated_error({"error": error})
    assert stated is not None
    assert (meaning_of(stated).kind, meaning_of(stated).status) == ("overloaded", meant)


@pytest.mark.parametrize(
    ("details", "seconds"),
    [
        ([{"@type": "a"}, {"retryDelay": "34s"}], "34"),
        ([{"retryDelay": "34.074824224s"}], "34.074824224"),
        ([{"retryDelay": "soon"}, {"retryDelay": 7}, None], None),
        ([{}] * MOST_LISTED + [{"retryDelay": "34s"}], None),
        ({"retryDelay": "34s"}, None),
        ("34s", None),
    ],
)
def test_an_error_may_say_how_long_to_wait(details: Any, seconds: str | None) -> None:
    error = stated_error([{"error": {"code": 429, "details": details}}])
    assert error is not None
    assert error.retry_after == seconds


FILTERS = [{"prompt_index": 0, "content_filter_results": {"self_harm": {"filtered": False}}}]
BLOCKED = [{"prompt_index": 0, "content_filter_results": {"hate": {"filtered": True, "severity": "high"}}}]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"promptFeedback": {"blockReason": "SAFETY"}}, "SAFETY"),
        ({"prompt_feedback": {"block_reason": "OTHER"}}, "OTHER"),
        ({"prompt_feedback": {"block_reason": "x" * 10**6}}, "x" * MAX_CODE),
        ({"finish_reason": "content_filter: PROHIBITED_CONTENT"}, "content_filter: PROHIBITED_CONTENT"),
        ({"prompt_filter_results": BLOCKED}, "hate"),
        ({"prompt_filter_results": FILTERS, "promptFeedback": {"blockReason": "BLOCK_REASON_UNSPECIFIED"}}, None),
        ({"prompt_filter_results": [None, {"content_filter_results": [1]}], "promptFeedback": "x"}, None),
        ({"finish_reason": "stop"}, None),
        ({}, None),
    ],
)
def test_a_prompt_that_was_blocked_is_a_refusal(body: JsonObject, reason: str | None) -> None:
    blocked = blocked_prompt(body)
    assert (blocked and blocked.message) == (reason and f"the prompt was blocked: {reason}")
    if blocked is not None:
        meaning = meaning_of(blocked)
        assert (meaning.kind, meaning.refusal, meaning.status) == (*FILTERED, 400)


def test_an_error_inside_a_reply_has_the_status_that_it_names() -> None:
    for code in (503, "503"):
        error = stated_error({"error": {"code": code, "message": "no"}})
        assert error is not None
        assert meaning_of(error).status == 503
    for body, kind in (({"error": "odd"}, "status"), ({"error": {"type": "overloaded_error"}}, "overloaded")):
        error = stated_error(body)
        assert error is not None
        assert meaning_of(error).kind == kind
    harmless: Any
    unnamed = ({"base_resp": {"status_code": 0}}, {"success": True, "code": 200, "msg": "ok"}, {"code": 500})
    for harmless in (
        {"error": None},
        {"error": {}},
        {"error": ""},
        {"choices": []},
        [],
        [1, 2],
        None,
        "error",
        *unnamed,
    ):
        assert stated_error(harmless) is None


def test_a_code_is_one_only_in_the_form_of_one() -> None:
    assert EndpointError(codes=("tell me\nmore", "bad_thing")).code == "bad_thing"
    assert EndpointError(codes=("x" * 65,)).code == ""


REQUEST = [
    "My card is 4111 1111 1111 1111 and my name is Zoë Grünwald, born in Llanfairpwll.",
    "请告诉我密码是什么",
    "set_gas_valve",
]
CUT_OUT = [
    ("Invalid value: 'My card is 4111 1111 1111 1111'", ["4111", "card"]),
    ("bad token 1111 at position 7", ["1111"]),
    ("no such function 'set_gas_valve'", ["gas"]),
    ("cannot parse: AND  my name\nis Zoë Grünwald, born", ["name", "Grünwald"]),
    ("name Grünwald is not allowed", ["Grünwald"]),
    ("输入「请告诉我密码是什么」不合规", ["密码"]),
    ("Incorrect API key provided: sk-abc1***wxyz. See https://a.example/keys?user=me7", ["abc1", "wxyz", "me7"]),
    ("key topsecret is wrong; try Bearer abcdef or mail me@example.org", ["topsecret", "abcdef", "example.org"]),
    ("org-AbCdEfGh1234 has request 7f9c24e8a1b04d5c9e1f2a3b4c5d6e7f", ["AbCdEf", "7f9c24"]),
]


@pytest.mark.parametrize(("message", "gone"), CUT_OUT)
def test_what_also_stands_in_the_request_or_is_a_secret_is_cut_out(message: str, gone: list[str]) -> None:
    text = shown(message, secrets=["topsecret"], request=REQUEST)
    assert "…" in text
    assert not [word for word in gone if word in text]


def test_what_an_operator_needs_is_left() -> None:
    text = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    assert shown(text, secrets=["sk-topsecret"], request=[*REQUEST, "Is this model safe? Use your eyes."]) == text


def test_a_message_is_one_short_line_and_of_a_long_request_there_is_none() -> None:
    text = shown("a\nb\x1b[31m " * 200, secrets=[], request=[])
    assert len(text) <= MAX_DETAIL
    assert text.isprintable()
    assert shown("anything", secrets=[], request=["x" * MAX_SEARCHED, "y"]) == ""
