"""An upstream that does whatever it is asked: calls a tool, fills in a schema, else talks. It invents nothing.

Values come from what the user wrote: the first number for a number, a quotation for a text.
"""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from tests.service.recorded import choice, chunk, usage_chunk, whole
from tests.service.upstream import Upstream

TALK = "Here is one. And that is all."
NUMBER = re.compile(r"-?\d+")
QUOTED = re.compile(r"'([^']+)'")


class Obliging(Upstream):
    """Calls a tool where a choice forces it, or where a user asks beside tools."""

    def __init__(self) -> None:
        super().__init__({}, [])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = json.loads(await Request(scope, receive).body())
        message, finish = answer(body)
        reply, chunks = whole(choice(message, finish)), streamed(message, finish)
        once = Upstream(reply, chunks)  # requests run beside each other
        await (once._stream() if body.get("stream") else once._whole(body))(scope, receive, send)


def answer(body: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The message that a request asks for, and why it ends."""
    turns, tools = body["messages"], [tool["function"] for tool in body.get("tools", [])]
    asked = "\n".join(text_of(turn) for turn in turns if turn["role"] == "user")
    wanted = body.get("tool_choice", "auto")
    if isinstance(wanted, dict):
        tools = [tool for tool in tools if tool["name"] == wanted["function"]["name"]]
    if tools and wanted != "none" and (wanted != "auto" or turns[-1]["role"] == "user"):
        arguments = json.dumps(filled(tools[0].get("parameters") or {}, asked), ensure_ascii=False)
        function = {"name": tools[0]["name"], "arguments": arguments}
        return {
            "content": None,
            "tool_calls": [{"id": "call_0", "type": "function", "function": function}],
        }, "tool_calls"
    form = body.get("response_format", {})
    if form.get("type") == "json_schema":
        return {"content": json.dumps(filled(form["json_schema"]["schema"], asked))}, "stop"
    if form.get("type") == "json_object":
        return {"content": json.dumps(dict.fromkeys(QUOTED.findall(asked), TALK))}, "stop"
    return {"content": TALK}, "stop"


def streamed(message: dict[str, Any], finish: str) -> list[dict[str, Any]]:
    """The same in pieces."""
    calls = [{"index": index, **call} for index, call in enumerate(message.get("tool_calls", []))]
    said = [{"content": words} for words in re.findall(r"\S+\s*", message["content"] or "")]
    pieces = [{"role": "assistant"}, *said, *([{"tool_calls": calls}] if calls else [])]
    return [*map(chunk, pieces), chunk({}, finish), usage_chunk()]


def filled(schema: dict[str, Any], asked: str) -> Any:
    """The least value of a JSON schema, with what was asked in it."""
    kind = schema.get("type")
    if "anyOf" in schema:
        return filled(schema["anyOf"][0], asked)
    if kind == "object":
        return {name: filled(member, asked) for name, member in schema.get("properties", {}).items()}
    if kind in {"integer", "number"}:
        found = NUMBER.search(asked)
        return int(found.group()) if found else 0
    if kind == "array":
        return []
    if kind == "boolean":
        return True
    quoted = QUOTED.search(asked)
    return quoted.group(1) if quoted else "cats"


def text_of(turn: dict[str, Any]) -> str:
    """A turn's words."""
    content = turn.get("content") or ""
    return content if isinstance(content, str) else "\n".join(part.get("text", "") for part in content)
