"""Endpoints' errors in their providers' own words: what each means, and what of it an operator may read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.models.endpoint_error import (
    MAX_DETAIL,
    MAX_SEARCHED,
    EndpointError,
    error_of_response,
    meaning_of,
    shown,
    stated_error,
)

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
    for harmless in ({"error": None}, {"error": {}}, {"error": ""}, {"choices": []}, [], [1, 2], None, "error"):
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
