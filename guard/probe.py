"""Asks an endpoint what it can do, and says which settings would mend what fails. Used by `config check --probe`."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from agents.agent import Brief
from agents.conversation import Conversation, user_message
from agents.errors import AgentError, ModelFailed
from agents.images import Picture, read_picture
from agents.intent import IntentAgent
from agents.models.base import ChatModel, Completion, JsonObject, ModelRequest
from agents.prompts import PromptSet
from guard.config import EndpointConfig
from guard.errors import ModelUnusable
from guard.models import build_endpoint

STEP_SECONDS = 120.0  # for one question; a server may have to load its model first
ANSWER_TOKENS = 512  # a model that thinks needs some before it says anything
MENDABLE = frozenset({400, 404, 405, 422})  # what an endpoint says of an option or address that it does not know
COLOURS = ("red", "blue")  # asked about one picture each: a model that only guesses is seldom right twice
TOOL: JsonObject = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}

Open = Callable[[EndpointConfig], AbstractAsyncContextManager[ChatModel]]
"""A model under a setting, started and in its turn."""


@dataclass
class ProbeReport:
    """What a model can do.

    `abilities` holds True, False or a word for each thing that was asked. `mends` are keys of the model's section with
    the values that would help, `hints` what no setting can mend.
    """

    model: str
    abilities: dict[str, bool | str] = field(default_factory=dict)
    mends: dict[str, Any] = field(default_factory=dict)
    hints: list[str] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Whether it can answer and judge as it is configured."""
        return bool(self.abilities.get("answers")) and bool(self.abilities.get("structured")) and not self.mends


async def probe(name: str, setting: EndpointConfig, environment: Mapping[str, str]) -> ProbeReport:
    """Ask one endpoint a few short questions. Nothing is raised: failures are in the report."""
    report = ProbeReport(name)
    turns = asyncio.Semaphore(setting.concurrency)

    @asynccontextmanager
    async def opened(changed: EndpointConfig) -> AsyncIterator[ChatModel]:
        model = build_endpoint(name, changed, environment)
        async with turns:
            await model.start()
            try:
                yield model
            finally:
                await model.close()

    try:
        working = await _find_answer(report, setting, opened)
    except ModelUnusable as error:
        secret = error.setting.startswith(("api_key", "secret_headers"))
        report.abilities["key" if secret else "answers"] = False
        report.hints.append(str(error))
        return report
    if working is not None:
        await asyncio.gather(
            _find_structure(report, working, opened),
            *(_find(report, working, opened, ability, try_) for ability, try_ in ABILITIES.items()),
        )
    return report


async def _find_answer(report: ProbeReport, setting: EndpointConfig, opened: Open) -> EndpointConfig | None:
    """The setting with the fewest changes under which the model answers, noted in the report."""
    first: ModelFailed | None = None
    for changes in _variants(setting):
        changed = setting.model_copy(update=changes)
        try:
            async with opened(changed) as model:
                await _ask(model, "Say hello.", temperature=0)
        except ModelFailed as error:
            first = first or error
            if error.status not in MENDABLE:
                break
        else:
            report.abilities.update(key=True, name=True, answers=True, tokens=changed.max_tokens_field)
            report.mends.update(changes)
            return changed
    if first is not None:
        _explain(report, setting, first)
    return None


def _variants(setting: EndpointConfig) -> Iterable[dict[str, Any]]:
    """Changes to try one after another: none, what newer models want, and the path that is often left out."""
    other = "max_completion_tokens" if setting.max_tokens_field == "max_tokens" else "max_tokens"
    tokens, temperature = {"max_tokens_field": other}, {"drop": (*setting.drop, "temperature")}
    yield {}
    yield tokens
    yield temperature
    yield {**tokens, **temperature}
    address = str(setting.base_url)
    if "/v1" not in address and "?" not in address:
        yield {"base_url": f"{address.rstrip('/')}/v1"}


def _explain(report: ProbeReport, setting: EndpointConfig, error: ModelFailed) -> None:
    report.abilities["answers"] = False
    message = str(error)
    if error.status in {401, 403}:
        report.abilities["key"] = False
        source = setting.api_key_env or setting.api_key_file or ", ".join(setting.secret_headers)
        place = f"it comes from {source}" if source else "none is set: `api_key_env`, `api_key_file`, `secret_headers`"
        report.hints.append(f"{message}. The endpoint does not take the key; {place}.")
    elif error.status == 404:
        report.abilities["name"] = False
        report.hints.append(
            f"{message}. There is no model {setting.model!r} at {setting.base_url}, or no such address."
        )
    elif error.kind == "connection":
        through = f" through {setting.proxy or setting.proxy_env}" if setting.proxy or setting.proxy_env else ""
        report.hints.append(
            f"{message}. Nothing answers at {setting.base_url}{through} (`base_url`, `proxy`, `ca_file`)."
        )
    else:
        report.hints.append(f"{message}.")


async def _find_structure(report: ProbeReport, setting: EndpointConfig, opened: Open) -> None:
    """The strictest form of constraint under which an agent's finding can be read, the configured one first."""
    report.abilities["structured"] = False
    prompts = PromptSet.load("default")
    brief = Brief(Conversation((user_message("How do I boil an egg?"),)))
    for form in dict.fromkeys((setting.structured, "json_schema", "json_object", "none")):
        changed = setting.model_copy(update={"structured": form})
        try:
            async with opened(changed) as model, asyncio.timeout(STEP_SECONDS):
                await IntentAgent(model, prompts).assess(brief)
        except (AgentError, TimeoutError):
            continue
        report.abilities["structured"] = form
        if form != setting.structured:
            report.mends["structured"] = form
        return
    report.hints.append(f"model {report.model!r}: no finding could be read. It cannot be used for agents.")


async def _find(
    report: ProbeReport,
    setting: EndpointConfig,
    opened: Open,
    ability: str,
    try_: Callable[[ChatModel], Awaitable[bool]],
) -> None:
    try:
        async with opened(setting) as model:
            report.abilities[ability] = await try_(model)
    except (ModelFailed, TimeoutError):
        report.abilities[ability] = False


async def _sees_pictures(model: ChatModel) -> bool:
    question = "Which colour is this picture? Answer with one word: red, green or blue."
    for colour in COLOURS:
        buffer = io.BytesIO()
        Image.new("RGB", (96, 96), colour).save(buffer, "PNG")
        reply = await _ask(model, question, read_picture(buffer.getvalue(), "probe"))
        if colour not in reply.text.lower():
            return False
    return True


async def _calls_tools(model: ChatModel) -> bool:
    question = "What is the weather in Paris? Use the tool."
    reply = await _ask(model, question, tools=[TOOL], tool_choice="auto")
    return any((choice.get("message") or {}).get("tool_calls") for choice in reply.body.get("choices") or [])


async def _streams(model: ChatModel) -> bool:
    request = ModelRequest((user_message("Say hello."),), {"max_tokens": ANSWER_TOKENS})
    async with asyncio.timeout(STEP_SECONDS), aclosing(model.stream(request)) as chunks:
        return len([chunk async for chunk in chunks]) > 1


async def _has_logprobs(model: ChatModel) -> bool:
    reply = await _ask(model, "Say hello.", logprobs=True)
    return any(choice.get("logprobs") for choice in reply.body.get("choices") or [])


ABILITIES: Mapping[str, Callable[[ChatModel], Awaitable[bool]]] = {
    "picture": _sees_pictures,
    "tools": _calls_tools,
    "stream": _streams,
    "logprobs": _has_logprobs,
}


async def _ask(model: ChatModel, question: str, *pictures: Picture, **options: Any) -> Completion:
    request = ModelRequest((user_message(question, *pictures),), {"max_tokens": ANSWER_TOKENS, **options})
    try:
        async with asyncio.timeout(STEP_SECONDS):
            return await model.complete(request)
    except TimeoutError:
        raise ModelFailed(model.name, "timeout") from None
