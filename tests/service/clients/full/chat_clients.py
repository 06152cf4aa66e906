"""Clients from Python that speak chat completions, those that are installed here; prints a JSON object a line.

Each asks for text, a stream, a typed reply, with a tool, and with a tool that it forces. Arguments: the API's URL.
"""
# mypy: ignore-errors
# Its packages are installed apart, and OpenAI's `agents` bears the name of ours.

from __future__ import annotations

import asyncio
import importlib.metadata
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import openai
from pydantic import BaseModel

URL = sys.argv[1]
QUESTION = "How do I practise my golf swing here?"
FIXED = {"base_url": URL, "api_key": "none", "max_retries": 0}
ASKED = [{"role": "user", "content": QUESTION}]

Case = Callable[[], Awaitable[Any]]


class Swing(BaseModel):
    """A swing."""

    club: str


def swing(club: str) -> str:
    """Swing a club."""
    return f"swung the {club}"


TOOL = {
    "type": "function",
    "function": {"name": "swing", "description": "Swing a club.", "parameters": Swing.model_json_schema()},
}
FORCED = {"tools": [TOOL], "tool_choice": "required"}


def openai_python() -> dict[str, Case]:
    client = openai.AsyncOpenAI(**FIXED)
    completions = client.chat.completions

    async def create(**options: Any) -> str:
        message = (await completions.create(model="guarded", messages=ASKED, **options)).choices[0].message
        return message.refusal or message.content

    async def streamed(**options: Any) -> str:
        said = ""
        async for chunk in await completions.create(model="guarded", messages=ASKED, stream=True, **options):
            delta = chunk.choices[0].delta
            said += delta.content or delta.refusal or ""
        return said

    async def typed() -> str:
        reply = await completions.parse(model="guarded", messages=ASKED, response_format=Swing)
        return reply.choices[0].message.refusal

    async def helper() -> str:
        async with completions.stream(model="guarded", messages=ASKED, response_format=Swing) as stream:
            return (await stream.get_final_completion()).choices[0].message.refusal

    return {
        "text": create,
        "streamed": streamed,
        "typed": typed,
        "typed, streamed": helper,
        "tools": lambda: create(tools=[TOOL]),
        "forced": lambda: create(**FORCED),
        "forced, streamed": lambda: streamed(**FORCED),
    }


def agents_sdk() -> dict[str, Case]:
    import agents

    agents.set_tracing_disabled(True)
    model = agents.OpenAIChatCompletionsModel("guarded", openai.AsyncOpenAI(**FIXED))

    def agent(**options: Any) -> Any:
        return agents.Agent(name="golfer", instructions="Be brief.", model=model, **options)

    async def run(**options: Any) -> str:
        return (await agents.Runner.run(agent(**options), QUESTION)).final_output

    async def streamed(**options: Any) -> str:
        result = agents.Runner.run_streamed(agent(**options), QUESTION)
        async for _ in result.stream_events():
            pass
        return result.final_output

    tools = [agents.function_tool(swing)]
    forced = {"tools": tools, "model_settings": agents.ModelSettings(tool_choice="required")}
    return {
        "text": run,
        "streamed": streamed,
        "typed": lambda: run(output_type=Swing),
        "typed, streamed": lambda: streamed(output_type=Swing),
        "tools": lambda: run(tools=tools),
        "forced": lambda: run(**forced),
        "forced, streamed": lambda: streamed(**forced),
    }


def pydantic_ai() -> dict[str, Case]:
    from pydantic_ai import Agent, NativeOutput
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    provider = OpenAIProvider(openai_client=openai.AsyncOpenAI(**FIXED))
    model = OpenAIChatModel("guarded", provider=provider)

    async def run(**options: Any) -> Any:
        return (await Agent(model, retries=0, **options).run(QUESTION)).output

    async def streamed(**options: Any) -> Any:
        async with Agent(model, retries=0, **options).run_stream(QUESTION) as result:
            return await result.get_output()

    return {
        "text": run,
        "streamed": streamed,
        "typed": lambda: run(output_type=NativeOutput(Swing)),
        "typed, streamed": lambda: streamed(output_type=NativeOutput(Swing)),
        "tools": lambda: run(tools=[swing]),
        "forced": lambda: run(output_type=Swing),  # a typed reply is a call that it forces
        "forced, streamed": lambda: streamed(output_type=Swing),
    }


def instructor_client() -> dict[str, Case]:
    import instructor

    def client(mode: Any) -> Any:
        return instructor.from_openai(openai.AsyncOpenAI(**FIXED), mode=mode)

    async def create(mode: Any) -> Any:
        return await client(mode).create(model="guarded", messages=ASKED, response_model=Swing, max_retries=0)

    async def streamed(mode: Any) -> Any:
        parts = client(mode).create_partial(model="guarded", messages=ASKED, response_model=Swing, max_retries=0)
        return [part async for part in parts][-1]

    mode = instructor.Mode
    return {
        "typed": lambda: create(mode.JSON_SCHEMA),
        "typed, streamed": lambda: streamed(mode.JSON_SCHEMA),
        "forced": lambda: create(mode.TOOLS),
        "forced, streamed": lambda: streamed(mode.TOOLS),
    }


def llama_index() -> dict[str, Case]:
    from llama_index.core.llms import ChatMessage
    from llama_index.core.tools import FunctionTool
    from llama_index.llms.openai_like import OpenAILike

    model = OpenAILike(
        model="guarded", api_base=URL, api_key="none", max_retries=0, is_chat_model=True, is_function_calling_model=True
    )
    asked = [ChatMessage(role="user", content=QUESTION)]
    tools = [FunctionTool.from_defaults(swing)]

    async def chat() -> str:
        return (await model.achat(asked)).message.content

    async def streamed() -> str:
        return [piece async for piece in await model.astream_chat(asked)][-1].message.content

    async def called(**options: Any) -> str:
        reply = await model.achat_with_tools(tools, chat_history=asked, **options)
        model.get_tool_calls_from_response(reply, error_on_no_tool_call=bool(options))
        return reply.message.content

    async def called_streamed() -> str:
        pieces = [
            piece async for piece in await model.astream_chat_with_tools(tools, chat_history=asked, tool_required=True)
        ]
        return pieces[-1].message.content

    async def typed() -> Any:
        return (await model.as_structured_llm(Swing).achat(asked)).raw

    return {
        "text": chat,
        "streamed": streamed,
        "typed": typed,
        "tools": called,
        "forced": lambda: called(tool_required=True),
        "forced, streamed": called_streamed,
    }


def haystack() -> dict[str, Case]:
    from haystack.components.generators.chat import OpenAIChatGenerator
    from haystack.dataclasses import ChatMessage
    from haystack.tools import Tool
    from haystack.utils import Secret

    tools = [Tool("swing", "Swing a club.", Swing.model_json_schema(), swing)]

    async def run(streamed: bool = False, **options: Any) -> str:
        async def on_chunk(_: Any) -> None:
            pass

        generator = OpenAIChatGenerator(
            api_key=Secret.from_token("none"), model="guarded", api_base_url=URL, max_retries=0, **options
        )
        reply = await generator.run_async(
            [ChatMessage.from_user(QUESTION)], streaming_callback=on_chunk if streamed else None
        )
        return reply["replies"][0].text

    forced = {"tools": tools, "generation_kwargs": {"tool_choice": "required"}}
    typed = {"generation_kwargs": {"response_format": Swing}}
    return {
        "text": run,
        "streamed": lambda: run(True),
        "typed": lambda: run(**typed),
        "tools": lambda: run(tools=tools),
        "forced": lambda: run(**forced),
        "forced, streamed": lambda: run(True, **forced),
    }


CLIENTS = {
    "openai, Python": ("openai", openai_python),
    "Agents SDK, Python": ("openai-agents", agents_sdk),
    "Pydantic AI": ("pydantic-ai-slim", pydantic_ai),
    "instructor": ("instructor", instructor_client),
    "LlamaIndex": ("llama-index-llms-openai-like", llama_index),
    "Haystack": ("haystack-ai", haystack),
}
"""By name: the package that it comes in, and its cases."""


def told_by(error: BaseException | None) -> str:
    """An error as a log would show it, with what caused it."""
    if error is None:
        return ""
    return f"{type(error).__name__}: {error} {getattr(error, 'refusal', '')} {told_by(error.__cause__)}"


async def main() -> None:
    for client, (package, cases) in CLIENTS.items():
        try:
            version = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
        for case, ask in cases().items():
            try:
                told = {"said": str(await ask())}
            except Exception as error:  # noqa: BLE001 each client has its own; the table shows them
                told = {"said": None, "error": told_by(error)}
            print(json.dumps({"client": f"{client} {version}", "case": case, **told}))


asyncio.run(main())
