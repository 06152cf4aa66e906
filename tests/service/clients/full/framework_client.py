"""Microsoft's Agent Framework with a tool loop and a second turn; prints a JSON object a line."""
# mypy: ignore-errors
# Its package is installed apart.

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from agent_framework.openai import OpenAIChatClient

URL, QUESTION = sys.argv[1], "How do I practise my golf swing here?"


def swing(club: str) -> str:
    """Swing a club."""
    return f"swung the {club}"


def walk(to: str) -> str:
    """Walk somewhere."""
    return f"walked to the {to}"


async def main() -> None:
    client: Any = OpenAIChatClient(model="guarded", base_url=URL, api_key="none")
    agent = client.as_agent(name="golfer", instructions="Be brief.", tools=[swing, walk])
    for streamed in (False, True):
        session = agent.create_session()
        if streamed:
            stream = agent.run(QUESTION, session=session, stream=True)
            async for _ in stream:
                pass
            first = await stream.get_final_response()
        else:
            first = await agent.run(QUESTION, session=session)
        second = await agent.run("And then?", session=session)
        said = [first.text, second.text]
        print(json.dumps({"client": "Agent Framework" + ", streamed" * streamed, "said": said}))


asyncio.run(main())
