"""OpenAI's Agents SDK and Pydantic AI, each with a tool loop and a second turn; prints a JSON object a line."""
# mypy: ignore-errors
# Its packages are installed apart, and OpenAI's `agents` bears the name of ours.

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from agents import Agent, Runner, function_tool, set_default_openai_client, set_tracing_disabled
from openai import AsyncOpenAI
from pydantic_ai import Agent as PydanticAgent
from pydantic_ai.models.openai import OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider

URL, PICTURE = sys.argv[1:]
QUESTION = "How do I practise my golf swing here?"


def swing(club: str) -> str:
    """Swing a club."""
    return f"swung the {club}"


def walk(to: str) -> str:
    """Walk somewhere."""
    return f"walked to the {to}"


async def openai_agents(streamed: bool) -> list[str]:
    tools: Any = [function_tool(swing), function_tool(walk)]
    golfer = Agent(name="golfer", instructions="Be brief.", model="guarded", tools=tools)
    first: Any = Agent(name="first", instructions="Hand over.", model="guarded", tools=tools, handoffs=[golfer])
    shown = {"type": "input_image", "image_url": PICTURE, "detail": "auto"}
    asked: Any = [{"role": "user", "content": [shown, {"type": "input_text", "text": QUESTION}]}]
    if streamed:
        result: Any = Runner.run_streamed(first, asked)
        async for _ in result.stream_events():
            pass
    else:
        result = await Runner.run(first, asked)
    second = await Runner.run(golfer, [*result.to_input_list(), {"role": "user", "content": "And then?"}])
    return [result.final_output, second.final_output]


async def pydantic_ai(streamed: bool) -> list[str]:
    provider = OpenAIProvider(base_url=URL, api_key="none")
    agent = PydanticAgent(OpenAIResponsesModel("guarded", provider=provider), tools=[swing, walk])
    if streamed:
        result: Any = None
        async with agent.run_stream_events(QUESTION) as events:
            async for event in events:
                result = getattr(event, "result", None) or result
    else:
        result = await agent.run(QUESTION)
    second = await agent.run("And then?", message_history=result.all_messages())
    return [result.output, second.output]


async def say(client: str, ask: Callable[[bool], Awaitable[list[str]]]) -> None:
    for streamed in (False, True):
        try:
            told: dict[str, Any] = {"said": await ask(streamed)}
        except Exception as error:  # noqa: BLE001 each client has its own; the table shows them
            told = {"said": None, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps({"client": client + ", streamed" * streamed, **told}))


async def main() -> None:
    set_tracing_disabled(True)
    set_default_openai_client(AsyncOpenAI(base_url=URL, api_key="none", max_retries=0))
    await say("Agents SDK, py", openai_agents)
    await say("Pydantic AI", pydantic_ai)


asyncio.run(main())
