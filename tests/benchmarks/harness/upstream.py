"""A scripted OpenAI-compatible server on loopback, in a thread, that counts what it is asked."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.benchmarks.threaded import threaded
from tests.scripts import FIRST_WORDS, INTENT, REVIEWED, SAFE, SCENE, UNSAFE, as_json

Body = dict[str, Any]


class Fails(Exception):
    """Raised by a script: the request gets this status, these words, and a `Retry-After` where it names seconds."""

    def __init__(self, status: int, code: str, message: str = "", retry_after: float | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message or code
        self.retry_after = retry_after


Say = Callable[[str, Body], str]


@dataclass
class Upstream:
    """The server's script and its counts. `say` gives the reply's text for a role and a request."""

    say: Say
    seconds: float = 0.0
    url: str = ""
    weighs: bool = False  # whether it gives log probabilities: all of it to what it says
    roles: Counter[str] = field(default_factory=Counter)
    prompt_tokens: int = 0  # four characters each, and 765 for a picture
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def calls(self) -> int:
        return self.roles.total()

    def reply(self, body: Body) -> str:
        text = text_of(body)
        role = next((role for role, words in FIRST_WORDS.items() if text.startswith(words)), "answer")
        with self.lock:
            self.roles[role] += 1
            self.prompt_tokens += _tokens_of(body)
        time.sleep(self.seconds)
        return self.say(role, body)

    def config(self, folder: Path, *names: str, **changes: Any) -> Path:
        """A configuration of these deployments over this server, each with these changes."""
        model = {"kind": "endpoint", "base_url": self.url, "model": "scripted", "structured": "none"}
        chosen = {name: {**DEPLOYMENTS[name], "model": "scripted", "prompts": "compact", **changes} for name in names}
        path = folder / "guard.yaml"
        path.write_text(json.dumps({"models": {"scripted": model}, "deployments": chosen}), encoding="utf-8")
        return path


WARNING = "Careful: it is not safe here."

DEPLOYMENTS: dict[str, dict[str, Any]] = {
    "raw": {"method": "raw", "unguarded": True, "explain": "full"},
    "raw-again": {"method": "raw", "unguarded": True, "explain": "full"},
    "situational": {"explain": "full"},
    "no-visual": {"explain": "full", "agents": {"visual": False}},
}


def guarded(answer: str, unsafe: Callable[[Body], bool]) -> Say:
    """A model that answers everything, whose agents find unsafe what `unsafe` says of a request, and which can judge
    by MSSBench's classes: what begins with a warning is 1, all else 2.
    """

    def say(role: str, body: Body) -> str:
        replies = {
            "intent": as_json(INTENT),
            "scene": as_json(SCENE),
            "situation": as_json(UNSAFE if unsafe(body) else SAFE),
            "onlooker": as_json(SAFE),
            "warn": WARNING,
            "review": as_json(REVIEWED),
        }
        if "<answer>" in text_of(body):
            return f"<answer>{1 if WARNING in text_of(body) else 2}</answer>"
        return replies.get(role, answer)

    return say


def pictures_of(body: Body) -> set[str]:
    """The hashes of the pictures in a request."""
    contents = [message["content"] for message in body["messages"] if isinstance(message["content"], list)]
    urls = [part["image_url"]["url"] for content in contents for part in content if part["type"] == "image_url"]
    return {sha256(base64.b64decode(url.partition(",")[2])).hexdigest() for url in urls}


def text_of(body: Body) -> str:
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
            try:
                text = script.reply(body)
            except Fails as failure:
                error = {"error": {"message": failure.message, "type": "server_error", "code": failure.code}}
                self._send("application/json", json.dumps(error).encode(), failure.status, failure.retry_after)
                return
            if body.get("stream"):
                self._send("text/event-stream", _events(text))
            else:
                self._send("application/json", json.dumps(_completion(text, weighed=_weighed(script, body))).encode())

        def _send(self, kind: str, data: bytes, status: int = 200, retry_after: float | None = None) -> None:
            self.send_response(status)
            if retry_after is not None:
                self.send_header("retry-after", str(retry_after))
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    with threaded(Handler) as url:
        script.url = f"{url}/v1"
        yield script


def _tokens_of(body: Body) -> int:
    parts = [part for message in body["messages"] for part in parts_of(message)]
    characters = sum(len(str(part["text"])) for part in parts if part["type"] == "text")
    pictures = len([part for part in parts if part["type"] == "image_url"])
    return characters // 4 + 765 * pictures


def parts_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    """A message's content as parts."""
    content = message["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _weighed(script: Upstream, body: Body) -> bool:
    return script.weighs and bool(body.get("logprobs"))


def _completion(text: str, *, weighed: bool = False) -> dict[str, Any]:
    token = {"token": text, "logprob": 0.0, "bytes": None}
    told = {"logprobs": {"content": [{**token, "top_logprobs": [token]}], "refusal": None}} if weighed else {}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop", **told}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    }


def _events(text: str) -> bytes:
    base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
    deltas = [({"role": "assistant", "content": text}, None), ({}, "stop")]
    chunks = [{**base, "choices": [{"index": 0, "delta": delta, "finish_reason": end}]} for delta, end in deltas]
    usage = {**base, "choices": [], "usage": _completion(text)["usage"]}
    return "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in [*chunks, usage]).encode() + b"data: [DONE]\n\n"
