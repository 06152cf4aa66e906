"""The model's side, in a process of its own: it waits as long as it was told to, and then says what it always says.

    python -m benchmarks.speed.upstream

POST /v1/chat/completions is the model that answers, /judge/v1/chat/completions the one that guards ask. The two are
told apart by path, so that no body has to be parsed. PUT /plan sets the delays and begins to count anew; GET /calls
says how often each was asked since.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from benchmarks.speed.replies import ANSWER, completion, events, finding

SCHEMA = re.compile(rb'"name": ?"(\w+(?:Finding|Judgement|Verdict)\w*)"')
STREAMED = re.compile(rb'"stream": ?true')
JUDGE = "judge"
NO = "No"  # of a guard that asks without a schema: NeMo's rails ask whether the request should be blocked
CHUNKS = 20


@dataclass(frozen=True)
class Plan:
    """Seconds until the first byte of an answer and of a judgement, and between the chunks of a streamed answer."""

    answer: float = 0.0
    judge: float = 0.0
    gap: float = 0.0


@dataclass
class Upstream:
    """Both models."""

    plan: Plan = field(default_factory=Plan)
    calls: Counter[str] = field(default_factory=Counter)

    async def serve(self) -> None:
        """Serve on a free port of loopback, which is printed."""
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0, limit=2**20)
        sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await server.serve_forever()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                path, body = await _request(reader)
                await self._reply(path, body, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _reply(self, path: str, body: bytes, writer: asyncio.StreamWriter) -> None:
        if path == "/plan":
            self.plan, self.calls = Plan(**json.loads(body)), Counter()
        if not path.endswith("/completions"):
            writer.write(_whole(json.dumps(self.calls).encode()))
            return
        model = JUDGE if path.startswith(f"/{JUDGE}/") else "answer"
        self.calls[model] += 1
        await asyncio.sleep(self.plan.judge if model == JUDGE else self.plan.answer)
        if STREAMED.search(body):
            await self._stream(_said(model, body) if model == JUDGE else "", model, writer)
        else:
            writer.write(_whole(json.dumps(completion(_said(model, body), model)).encode()))

    async def _stream(self, text: str, model: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number, event in enumerate(events([text] if text else words(), model)):
            if number and self.plan.gap and model != JUDGE:
                await asyncio.sleep(self.plan.gap)
            writer.write(b"%x\r\n%b\r\n" % (len(event), event))
        writer.write(b"0\r\n\r\n")
        await writer.drain()


def words() -> Iterator[str]:
    """A streamed answer's pieces."""
    said = ANSWER.split()
    return (f"{said[number % len(said)]} " for number in range(CHUNKS))


def plan_body(plan: Plan) -> bytes:
    """A plan as it is sent."""
    return json.dumps(asdict(plan)).encode()


async def _request(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    if length:
        return head.split()[1].decode(), await reader.readexactly(int(length[1]))
    if b"chunked" not in head.lower():
        return head.split()[1].decode(), b""
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return head.split()[1].decode(), body


def _said(model: str, body: bytes) -> str:
    schema = SCHEMA.search(body)
    if schema:
        return finding(schema[1].decode())
    return NO if model == JUDGE else ANSWER


def _whole(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body


if __name__ == "__main__":
    import uvloop

    uvloop.run(Upstream().serve())
