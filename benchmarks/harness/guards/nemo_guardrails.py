"""NeMo Guardrails' server, from 0.20: it answers itself, in OpenAI's shape. Where a rail stops a request, the reply is
a normal one with a fixed text, and the log that it was asked for says which rail stopped.

`extra: {guardrails: {config_id: NAME}}` chooses the rails. A server that sends no log is read by the fixed text alone.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from openai import AsyncOpenAI

from benchmarks.harness.endpoint import Messages, Reply, Tokens
from benchmarks.harness.guards.base import GuardSays, GuardSpec

REFUSED = ("I'm sorry, I can't respond to that.",)  # the text of the rails that come with it
LOG = {"log": {"activated_rails": True}}


async def check(client: AsyncOpenAI, spec: GuardSpec, messages: Messages, options: Mapping[str, Any]) -> GuardSays:
    """Ask for the answer, with the log of the rails."""
    rails = dict(spec.extra.get("guardrails", {}))
    rails["options"] = {**rails.get("options", {}), **LOG}
    fields = {**options, "extra_body": {**options.get("extra_body", {}), **spec.extra, "guardrails": rails}}
    began = time.monotonic()
    body = await client.chat.completions.create(model=spec.model, messages=list(messages), **fields)
    choice, usage = body.choices[0], body.usage
    text = choice.message.content or ""
    tokens = Tokens(usage.prompt_tokens, usage.completion_tokens) if usage else Tokens()
    reply = Reply(text, tokens, time.monotonic() - began, choice.finish_reason or "stop", body.model or "")
    stopped = stopping_rails((body.model_extra or {}).get("guardrails"))
    refused = text.strip() in (spec.refused or REFUSED) if stopped is None else bool(stopped)
    return GuardSays(
        "unsafe" if refused else "safe", categories=stopped or (), tokens=tokens, model=reply.model, reply=reply
    )


def stopping_rails(account: Any) -> tuple[str, ...] | None:
    """The rails that stopped the request, by name; None where there is no log."""
    log = account.get("log") if isinstance(account, dict) else None
    rails = log.get("activated_rails") if isinstance(log, dict) else None
    if not isinstance(rails, list):
        return None
    return tuple(str(rail.get("name")) for rail in rails if isinstance(rail, dict) and rail.get("stop") is True)
