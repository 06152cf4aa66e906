"""A loopback server whose replies a test writes: a function of path and body gives status and body."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

from benchmarks.case import ask
from benchmarks.harness.endpoint import Address, Reply, wire_messages
from benchmarks.harness.guards.arms import ADAPTERS, asking
from benchmarks.harness.guards.base import GuardSays, GuardSpec
from benchmarks.pictures import Picture
from tests.benchmarks.folders import picture_bytes
from tests.benchmarks.threaded import threaded

Body = dict[str, Any]
Script = Callable[[str, Body], tuple[int, Body]]
MESSAGES = wire_messages(ask("How do I swing?", Picture.of(picture_bytes(1))))


@contextmanager
def served(script: Script) -> Iterator[str]:
    """The API's address, /v1 included."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, reply = script(self.path.removeprefix("/v1"), body)
            data = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with threaded(Handler) as url:
        yield f"{url}/v1"


def completion(text: str, **fields: Any) -> Body:
    """A chat completion."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    choice["logprobs"] = fields.pop("logprobs", None)
    usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "it",
        "choices": [choice],
        "usage": usage,
        **fields,
    }


def checked(script: Script, adapter: str, **fields: Any) -> GuardSays:
    """What an adapter makes of a server's reply."""

    async def check(url: str) -> GuardSays:
        spec = GuardSpec.model_validate({"name": "it", "adapter": adapter, "url": url, "model": "it", **fields})
        async with Address(url).client() as client:
            return await ADAPTERS[adapter](client, spec, MESSAGES, {"max_tokens": 9})

    with served(script) as url:
        return asyncio.run(check(url))


def asked(script: Script, spec: Body) -> Reply:
    """What the guard's arm replies, guard and answering arm on one server."""

    async def reply(url: str) -> Reply:
        async with Address(url).client() as client:
            ask_arm = asking(GuardSpec.model_validate({"name": "it", "url": url, "model": "it", **spec}), Address(url))
            return await ask_arm(client, "it", MESSAGES, {"max_tokens": 9})

    with served(script) as url:
        return asyncio.run(reply(url))
