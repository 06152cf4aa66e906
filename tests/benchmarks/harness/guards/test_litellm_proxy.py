"""LiteLLM's proxy as a guard. The bodies are those of a proxy of version 1.106.2 with its content filter."""

from __future__ import annotations

from typing import Any

import pytest
from openai import APIStatusError

from tests.benchmarks.harness.guards.served import checked, completion

BLOCKED = "Content blocked: keyword 'golf' detected (no golf)"


def refused(message: str, status: int = 400, **fields: Any) -> Any:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": str(status), **fields}
    return lambda path, body: (status, {"error": error})


@pytest.mark.parametrize("script", [refused(BLOCKED), refused(BLOCKED, 403), refused("Violated guardrail policy")])
def test_a_guardrails_error_is_its_refusal(script: Any) -> None:
    says = checked(script, "litellm")
    assert (says.verdict, says.reply) == ("unsafe", None)


def test_what_is_answered_was_let_through() -> None:
    says = checked(lambda path, body: (200, completion("Just do it.")), "litellm")
    assert says.verdict == "safe"
    assert says.reply is not None
    assert says.reply.text == "Just do it."


@pytest.mark.parametrize(
    "script",
    [
        refused("Invalid model name passed in model=nope"),
        refused("Bedrock guardrail request failed", 403),
        refused(BLOCKED, 500),
    ],
)
def test_any_other_error_is_no_verdict(script: Any) -> None:
    with pytest.raises(APIStatusError):
        checked(script, "litellm")


def test_other_words_of_a_refusal_can_be_named() -> None:
    script = refused("No such questions here, please")
    assert checked(script, "litellm", refused=["no such questions"]).verdict == "unsafe"
