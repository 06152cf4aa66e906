"""LiteLLM's proxy with guardrails: it answers itself, and refuses with an error of status 400 (403 in older versions)
that names the guardrail or says that content was blocked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openai import APIStatusError, AsyncOpenAI

from benchmarks.harness.endpoint import Messages, complete
from benchmarks.harness.guards.base import GuardSays, GuardSpec

REFUSING_STATUSES = frozenset({400, 403})
REFUSED = ("violated guardrail policy", "content blocked", "blocked by", "content policy violation")  # in lower case


async def check(client: AsyncOpenAI, spec: GuardSpec, messages: Messages, options: Mapping[str, Any]) -> GuardSays:
    """Ask for the answer. Any other error is no verdict and is raised."""
    extra = {**options.get("extra_body", {}), **spec.extra}
    try:
        reply = await complete(client, spec.model, messages, {**options, **({"extra_body": extra} if extra else {})})
    except APIStatusError as error:
        if error.status_code in REFUSING_STATUSES and _is_refusal(error, spec.refused or REFUSED):
            return GuardSays("unsafe", model=spec.model)
        raise
    return GuardSays("safe", tokens=reply.tokens, model=reply.model, reply=reply)


def _is_refusal(error: APIStatusError, words: Sequence[str]) -> bool:
    """Whether an error is a guardrail's: by its words. A guardrail that failed to run is named in the error as well."""
    text = error.response.text.lower()
    return any(each.lower() in text for each in words)
