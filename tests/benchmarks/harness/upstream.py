"""A scripted OpenAI-compatible server on loopback, in a thread, that counts what it is asked."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.scripts import FIRST_WORDS, INTENT, REVIEWED, SAFE, SCENE, UNSAFE, as_json

Say = Callable[[str, str], str]


@dataclass
class Upstream:
    """The server's script and its counts. `say` maps (role, the request as text) to a reply's text."""

    say: Say
    seconds: float = 0.0
    url: str = ""
    roles: Counter[str] = field(default_factory=Counter)
    seen: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def calls(self) -> int:
        return self.roles.total()

    def reply(self, body: dict[str, Any]) -> str:
        text = text_of(body)
        role = next((role for role, words in FIRST_WORDS.items() if text.startswith(words)), "answer")
        with self.lock:
            self.roles[role] += 1
            self.seen.append(body)
        time.sleep(self.seconds)
        return self.say(role, text)

    def config(self, folder: Path, *names: str, prompts: str = "compact") -> Path:
        """A configuration of these deployments over this server."""
        model = {"kind": "endpoint", "base_url": self.url, "model": "scripted", "structured": "none"}
        chosen = {name: {**DEPLOYMENTS[name], "model": "scripted", "prompts": prompts} for name in names}
        path = folder / "guard.yaml"
        path.write_text(json.dumps({"models": {"scripted": model}, "deployments": chosen}), encoding="utf-8")
        return path


DEPLOYMENTS: dict[str, dict[str, Any]] = {
    "raw": {"method": "raw", "unguarded": True, "explain": "full"},
    "situational": {"explain": "full"},
    "no-visual": {"explain": "full", "agents": {"visual": False}},
}


def guarded(answer: str, unsafe: Callable[[str], bool]) -> Say:
    """A model that answers everything, whose agents find unsafe what `unsafe` says of the request's text."""

    def say(role: str, text: str) -> str:
        replies = {
            "intent": as_json(INTENT),
            "scene": as_json(SCENE),
            "situation": as_json(UNSAFE if unsafe(text) else SAFE),
            "warn": "Careful: it is not safe here.",
            "review": as_json(REVIEWED),
        }
        return replies.get(role, answer)

    return say


def text_of(body: dict[str, Any]) -> str:
    """All text of the last message."""
    content = body["messages"][-1]["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


@contextmanager
def upstream(say: Say, seconds: float = 0.0) -> Iterator[Upstream]:
    """The server while the block lasts."""
    script = Upstream(say, seconds)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            text = script.reply(body)
            if body.get("stream"):
                self._send("text/event-stream", _events(text))
            else:
                self._send("application/json", json.dumps(_completion(text)).encode())

        def _send(self, kind: str, data: bytes) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _completion(text: str) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    }


def _events(text: str) -> bytes:
    base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
    deltas = [({"role": "assistant", "content": text}, None), ({}, "stop")]
    chunks = [{**base, "choices": [{"index": 0, "delta": delta, "finish_reason": end}]} for delta, end in deltas]
    usage = {**base, "choices": [], "usage": _completion(text)["usage"]}
    return "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in [*chunks, usage]).encode() + b"data: [DONE]\n\n"
