"""What `situguard ask` asks of a running proxy, as a client like any other: raw and guarded, side by side."""

from __future__ import annotations

import asyncio
import base64
import mimetypes
import time
from pathlib import Path
from typing import Any, cast

from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionMessageParam
from openai.types.model import Model

from service.cli.answers import Answered, Comparison, NoSuchDeployment

TIMEOUT_SECONDS = 300.0


def question_messages(question: str, image: Path | None) -> list[ChatCompletionMessageParam]:
    """One user turn, the picture as a data URL. Raises `OSError` where the picture cannot be read."""
    parts: list[dict[str, Any]] = [{"type": "text", "text": question}]
    if image is not None:
        kind = mimetypes.guess_type(image.name)[0] or "image/png"
        payload = base64.b64encode(image.read_bytes()).decode("ascii")
        parts.insert(0, {"type": "image_url", "image_url": {"url": f"data:{kind};base64,{payload}"}})
    return [cast(ChatCompletionMessageParam, {"role": "user", "content": parts})]


async def compare(url: str, question: str, image: Path | None, deployment: str) -> Comparison:
    """Ask the deployment and its raw sibling; raises the openai client's errors, and `NoSuchDeployment`."""
    messages = question_messages(question, image)
    async with AsyncOpenAI(base_url=url, api_key="none", max_retries=0, timeout=TIMEOUT_SECONDS) as client:
        raw = raw_sibling([model async for model in client.models.list()], deployment)
        asked = [deployment] if raw is None else [deployment, raw]
        guarded, *others = await asyncio.gather(*(_ask(client, name, messages) for name in asked))
        if "agents" not in guarded.guard and guarded.headers.get("x-guard-verdict") != "none":
            guarded = await _with_findings(client, guarded, messages)
    return Comparison(question, image.name if image else None, others[0] if others else None, guarded)


def raw_sibling(models: list[Model], deployment: str) -> str | None:
    """The unguarded deployment of the same model: by name (`demo-raw` for `demo`), else the first there is."""
    settings = {model.id: cast(dict[str, Any], (model.model_extra or {}).get("guard", {})) for model in models}
    if deployment not in settings:
        raise NoSuchDeployment(deployment, list(settings))
    raws = [
        name
        for name, setting in settings.items()
        if setting.get("method") == "raw"
        and setting.get("answers") == settings[deployment].get("answers")
        and name != deployment
    ]
    return f"{deployment}-raw" if f"{deployment}-raw" in raws else next(iter(raws), None)


async def _ask(client: AsyncOpenAI, deployment: str, messages: list[ChatCompletionMessageParam]) -> Answered:
    started = time.monotonic()
    raw = await client.chat.completions.with_raw_response.create(model=deployment, messages=messages)
    spent = (time.monotonic() - started) * 1000
    reply = raw.parse()
    message = reply.choices[0].message
    guard = cast(dict[str, Any], (reply.model_extra or {}).get("guard") or {})
    return Answered(deployment, message.content or message.refusal or "", spent, dict(raw.headers), guard)


async def _with_findings(
    client: AsyncOpenAI, answered: Answered, messages: list[ChatCompletionMessageParam]
) -> Answered:
    """Where replies do not explain themselves, the guard alone does."""
    body = {"model": answered.deployment, "messages": messages}
    found = await client.post("/guard", body=body, cast_to=cast(type[dict[str, Any]], dict))
    return Answered(answered.deployment, answered.text, answered.milliseconds, answered.headers, found)
