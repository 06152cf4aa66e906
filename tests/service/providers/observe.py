"""What becomes of a provider's replies behind the real proxy, observed over loopback HTTP: a row of the table each."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import openai
import yaml

from guard.config import Config
from guard.config_file import Starter, starter_text
from guard.guard import Guard
from guard.models import build_models
from service.app import create_app
from service.server import server_config
from service.settings import Settings
from tests.scripts import picture
from tests.service.asgi import TLS, served
from tests.service.providers.played import TEXT, THOUGHT, TOO_LONG, Provider, playing, words
from tests.service.running import QUESTION, asking
from tests.service.upstream import WARNING

COLUMNS = ("text", "picture", "stream", "tools", "JSON", "thinking", "error")
WEATHER: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
CLUB: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {
        "name": "club",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"club": {"type": "string", "enum": ["driver", "putter"]}},
            "required": ["club"],
            "additionalProperties": False,
        },
    },
}
FAILED = "FAILED"
"""A cell that must not be in the documentation."""


@dataclass(frozen=True)
class Behind:
    """A proxy before a provider. `wrong-key` and `wrong-name` are deployments with a mistake, `raw` one unguarded."""

    client: openai.AsyncOpenAI
    provider: Provider

    async def ask(self, messages: list[Any], deployment: str = "guarded", **options: Any) -> Any:
        """The reply's message; of a stream, what its deltas add up to."""
        create: Any = self.client.chat.completions.create
        reply = await create(model=deployment, messages=messages, **options)
        return (
            await added_up(reply) if options.get("stream") else reply.choices[0].message.model_dump(exclude_none=True)
        )


async def added_up(stream: Any) -> dict[str, Any]:
    """A message from its deltas, as a client puts it together; `finish` is why it ended."""
    message: dict[str, Any] = {"role": "assistant"}
    calls: dict[int, dict[str, Any]] = {}
    async for chunk in stream:
        for choice in chunk.choices:
            delta = choice.delta.model_dump(exclude_none=True)
            message["finish"] = choice.finish_reason or message.get("finish")
            for name in ("content", "refusal", "reasoning", "reasoning_content"):
                if delta.get(name):
                    message[name] = message.get(name, "") + delta[name]
            for piece in delta.get("tool_calls", []):
                call = calls.setdefault(piece["index"], {"type": "function", "function": {"arguments": ""}})
                function = piece.pop("function", {})
                call["function"]["arguments"] += function.pop("arguments", "")
                call["function"].update(function)
                call.update({name: value for name, value in piece.items() if name != "index"})
    return {**message, **({"tool_calls": list(calls.values())} if calls else {})}


@asynccontextmanager
async def behind(provider: Provider, folder: Path) -> AsyncIterator[Behind]:
    """The real proxy in front of the played provider, with the configuration that is written for it."""
    async with playing(provider):
        section, environment = section_of(provider)
        models = {"model": section, "wrong-key": wrong_key(section), "wrong-name": {**section, "model": "nobody"}}
        async with fronted(models, environment, folder) as client:
            yield Behind(client, provider)


@asynccontextmanager
async def fronted(
    models: Mapping[str, Any], environment: Mapping[str, str], folder: Path, seconds: float = 60
) -> AsyncIterator[openai.AsyncOpenAI]:
    """A client of a proxy with these models. Each answers and judges in a deployment of its name, the first in
    `guarded`; unguarded it is `raw`, or `raw-` and its name.
    """
    settings = {"prompts": "compact", "limits": {"judge_seconds": seconds, "answer_seconds": seconds}}
    deployments: dict[str, Any] = {}
    for place, model in enumerate(models):
        guarded, raw = ("guarded", "raw") if place == 0 else (model, f"raw-{model}")
        deployments[guarded] = {**settings, "model": model}
        deployments[raw] = {**settings, "model": model, "method": "raw", "unguarded": True}
    config = Config.model_validate({"models": models, "deployments": deployments})
    app = create_app(
        Settings(data_folder=folder, demo=True, hold_seconds=seconds), Guard(config, build_models(config, environment))
    )
    http = openai.DefaultAsyncHttpxClient(verify=TLS)
    async with (
        served(server_config(app)) as url,
        openai.AsyncOpenAI(
            base_url=f"{url}/v1", api_key="none", max_retries=0, timeout=2 * seconds, http_client=http
        ) as client,
    ):
        yield client


def section_of(provider: Provider) -> tuple[dict[str, Any], dict[str, str]]:
    """The model's section, as the starter has it but for the host, and the environment that holds its key."""
    section = {"model": provider.model, **provider.section}
    if provider.starter is not None:
        (section,) = yaml.safe_load(starter_text(Starter(provider.starter)))["models"].values()
    section = {"kind": "endpoint", **section, "base_url": provider.url + urlsplit(section["base_url"]).path}
    sources = [section.get("api_key_env"), *(each["env"] for each in section.get("secret_headers", {}).values())]
    return section, {**{name: "correct-horse" for name in sources if name}, "WRONG": "wrong-horse"}


def wrong_key(section: Mapping[str, Any]) -> dict[str, Any]:
    """The section with a key that the provider does not know."""
    if "secret_headers" in section:
        return {**section, "secret_headers": {name: {"env": "WRONG"} for name in section["secret_headers"]}}
    return {**section, **({"api_key_env": "WRONG"} if "api_key_env" in section else {})}


async def observe(provider: Provider, folder: Path) -> dict[str, str]:
    """The cells of a provider's row, by column."""
    checks = {"text": text, "picture": pictures, "stream": stream, "tools": tools, "JSON": structured}
    cells = {}
    async with behind(provider, folder) as through:
        for column, check in {**checks, "thinking": thinking, "error": errors}.items():
            try:
                cells[column] = await check(through)
            except (openai.APIError, AssertionError, ValueError, KeyError) as error:
                cells[column] = f"{FAILED}: {type(error).__name__} {error}".replace("\n", " ").replace("|", "/")[:160]
    return cells


async def text(through: Behind) -> str:
    """With options that some providers refuse, and that their settings leave out."""
    message = await through.ask(asking(), temperature=0.5, max_tokens=100)
    assert message["content"] == TEXT, message
    return "whole"


async def pictures(through: Behind) -> str:
    try:
        safe = await through.ask(asking(QUESTION, picture("green")))
        unsafe = await through.ask(asking(QUESTION, picture("red")))
    except openai.APIStatusError as error:
        return f"refused: {error.status_code}"
    assert (safe["content"], unsafe["content"]) == ("I see a green picture.", WARNING), (safe, unsafe)
    return "seen and judged"


async def stream(through: Behind) -> str:
    message = await through.ask(asking(), stream=True, stream_options={"include_usage": True})
    assert (message["content"], message["finish"]) == (TEXT, "stop"), message
    return "whole"


async def tools(through: Behind) -> str:
    """A loop, whole and streamed, that sends back what came; and a call that is forced."""
    ways: list[dict[str, Any]] = [{}, {"stream": True}]
    for way in ways:
        called = await through.ask(asking(), tools=[WEATHER], **way)
        (call,) = called["tool_calls"]
        assert json.loads(call["function"]["arguments"]) == {"city": "Rome"}, call
        called.pop("finish", None)
        result = {"role": "tool", "tool_call_id": call["id"], "content": "sunny"}
        try:
            answer = await through.ask([*asking(), called, result], tools=[WEATHER], **way)
        except openai.APIStatusError as error:
            return f"called; the loop ends with a {error.status_code}"
        assert answer["content"] == "The tool says: sunny", answer
    try:
        forced = await through.ask(asking(), tools=[WEATHER], tool_choice="required")
    except openai.BadRequestError as error:
        return f"loop; forced: {error.status_code} {error.code}"
    assert forced["tool_calls"], forced
    return "loop, forced"


async def structured(through: Behind) -> str:
    """How agents' findings are bound, each read at the first ask; and what becomes of a client's own schema."""
    before = len(through.provider.received)
    message = await through.ask(asking("Which club? In JSON."), response_format=CLUB)
    asked = [
        body for body in through.provider.received[before:] if words(body["messages"][-1]).startswith("Situation:")
    ]
    assert len(asked) == 1, "an agent was asked again"
    bound = asked[0].get("response_format", {}).get("type", "by the prompt alone")
    is_object = message["content"].startswith("{")
    assert "driver" in message["content"], message
    return f"{bound}{'' if is_object else ', in a code fence'}"


async def thinking(through: Behind) -> str:
    """The field in which a client reads it, whole and streamed."""
    whole, streamed = await through.ask(asking()), await through.ask(asking(), stream=True)
    for name in ("reasoning", "reasoning_content"):
        if name in whole:
            assert whole[name] == streamed[name] == THOUGHT, (whole, streamed)
            return name
    return "not shown"


async def errors(through: Behind) -> str:
    """What the client gets where the prompt is too long, the key is wrong, and the model's name is wrong."""
    too_long = asking("word " * (TOO_LONG // 4))
    mistakes = {"long": ("guarded", too_long), "key": ("wrong-key", asking()), "name": ("wrong-name", asking())}
    if through.provider.key is None:
        del mistakes["key"]
    return ", ".join([f"{name} {await outcome(through, *asked)}" for name, asked in mistakes.items()])


async def outcome(through: Behind, deployment: str, messages: list[Any]) -> str:
    try:
        await through.ask(messages, deployment)
    except openai.APIStatusError as error:
        return str(error.status_code)
    return "not noticed"
