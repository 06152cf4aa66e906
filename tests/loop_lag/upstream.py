"""A mock of both models, in a process of its own: findings for who asks for them, and replies that are dear to read."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator

FIRST = 8192  # bytes of a request that say who asks
FINDINGS = {
    b'"IntentFinding"': {"activity": "swing", "look_for": "glass", "ill_intent": None},
    b'"SceneFinding"': {"place": "lawn", "objects": [], "people": [], "text": [], "hazards": []},
    b'"SituationFinding"': {"evidence": "a lawn", "category": None, "verdict": "safe", "reason": "nothing is near"},
}
STEPS = {"intent": "swing", "reasoning": "a lawn", "safe": "Yes", "answer": " " * 40_000}
MEGABYTE = 1024**2
LONG = 15 * MEGABYTE  # bytes; a reply may have 16


def whole(content: str) -> bytes:
    message = {"role": "assistant", "content": content}
    return json.dumps({"id": "x", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()


def beside(filling: bytes) -> bytes:
    """A whole reply with something beside its content."""
    return b'{"choices":[{"index":0,"message":{"content":"ok"},"finish_reason":"stop"}],"more":' + filling + b"}"


def event(content: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    return (
        b"data: " + json.dumps({"id": "x", "object": "chat.completion.chunk", "choices": [choice]}).encode() + b"\n\n"
    )


REPLIES = {
    "plain": lambda: whole("A swing is fine here."),
    "cot-spaces": lambda: whole(json.dumps(STEPS)),
    "whole-spaces": lambda: whole(" " * LONG),
    "whole-lists": lambda: beside(b"[" + b"[]," * 95_000 + b"0]"),
    "whole-objects": lambda: beside(b"[" + b'{"a":1},' * 240_000 + b"0]"),
    "whole-escapes": lambda: beside(b'"' + b"\\\\" * (LONG // 2) + b'"'),
}
END = event("", "stop") + b"data: [DONE]\n\n"
STREAMS = {
    "spaces": lambda: event(" " * 65536) * 230,
    "lines": lambda: b"\n" * LONG,
    "small": lambda: b'data: {"choices":[]}\n\n' * 120_000,
    "empty": lambda: b"data:\n\n" * 100_000,
    "tokens": lambda: event("word ") * 60_000,
    "judged": lambda: event("word ") * 60_000,
    "lists": lambda: b"data: " + beside(b"[" + b"[]," * 1_000_000 + b"0]") + b"\n\n",
}


def main() -> None:
    """Serve on a free port of loopback, which is printed."""
    asyncio.run(_serve())


async def _serve() -> None:
    server = await asyncio.start_server(_exchanges, "127.0.0.1", 0, limit=MEGABYTE)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 to whoever started it
    await server.serve_forever()


async def _exchanges(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            top = (await reader.readuntil(b"\r\n\r\n")).decode()
            left = int(re.search(r"content-length: (\d+)", top, re.IGNORECASE)[1])  # type: ignore[index]
            first = b""
            while left:
                piece = await reader.read(min(left, MEGABYTE))
                if not piece:
                    return
                left -= len(piece)
                first += piece[: FIRST - len(first)] if len(first) < FIRST else b""
            for piece in _reply(top.split("/")[1], first):
                writer.write(piece)
                await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def _reply(kind: str, first: bytes) -> Iterator[bytes]:
    finding = next((each for name, each in FINDINGS.items() if name in first), None)
    media_type = "application/json"
    if finding is not None:
        body = whole(json.dumps(finding))
    elif kind in STREAMS:
        media_type, body = "text/event-stream", STREAMS[kind]() + END
    else:
        body = REPLIES[kind]()
    yield f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    for start in range(0, len(body), MEGABYTE):
        yield body[start : start + MEGABYTE]


if __name__ == "__main__":
    main()
