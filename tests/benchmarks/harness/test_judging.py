"""Judging by a provider's batch API, over a server that speaks it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from inspect_ai.model import BatchConfig

from benchmarks.case import ask
from benchmarks.harness.failures import Fuse, RequestFailed
from benchmarks.harness.judging import JudgedLater, judge_model
from benchmarks.harness.panels import ModelSpec
from benchmarks.harness.provider import Patience, chat_messages
from tests.benchmarks.harness.runs import REPOSITORY, SECONDS, environment
from tests.benchmarks.harness.upstream import text_of
from tests.benchmarks.threaded import threaded

AT_ONCE = 5


@dataclass
class BatchServer:
    """Files and batches as OpenAI has them; every batch is complete when it is first looked at."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    batches: list[str] = field(default_factory=list)
    asked_directly: int = 0

    def upload(self, content_type: str, body: bytes) -> dict[str, Any]:
        parts = BytesParser().parsebytes(f"content-type: {content_type}\n\n".encode() + body)
        part = next(part for part in parts.walk() if part.get_filename())
        name = f"file-{len(self.files)}"
        self.files[name] = part.get_payload(decode=True)  # type: ignore[assignment]
        return {"id": name, "object": "file", "bytes": len(body), "created_at": 1, "filename": "b", "purpose": "batch"}

    def run(self, file: str) -> dict[str, Any]:
        lines = [json.loads(line) for line in self.files[file].splitlines()]
        replies = [
            {"custom_id": line["custom_id"], "response": {"status_code": 200, "body": completion(line["body"])}}
            for line in lines
        ]
        self.files["output"] = "\n".join(map(json.dumps, replies)).encode()
        self.batches.append(file)
        return self.batch(len(lines))

    def batch(self, count: int = 0) -> dict[str, Any]:
        return {
            "id": "batch-1",
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "created_at": 1,
            "input_file_id": "file-0",
            "completion_window": "24h",
            "status": "completed",
            "output_file_id": "output",
            "request_counts": {"total": count, "completed": count, "failed": 0},
        }


def completion(body: dict[str, Any]) -> dict[str, Any]:
    message = {"role": "assistant", "content": f"Judged: {text_of(body)}"}
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": f"{body['model']}-2024-08-06",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11},
    }


@contextmanager
def batch_server() -> Iterator[BatchServer]:
    script = BatchServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.path.endswith("/files"):
                self._send(json.dumps(script.upload(self.headers["content-type"], body)).encode())
            elif self.path.endswith("/batches"):
                self._send(json.dumps(script.run(json.loads(body)["input_file_id"])).encode())
            else:
                script.asked_directly += 1
                self.send_error(404)

        def do_GET(self) -> None:
            content = self.path.endswith("/content")
            name = self.path.split("/")[-2]
            self._send(script.files[name] if content else json.dumps(script.batch(AT_ONCE)).encode())

        def _send(self, data: bytes) -> None:
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    with threaded(Handler) as url:
        script.url = f"{url}/v1"
        yield script


async def judged(url: str) -> list[str]:
    """What a batch judge says of some answers; in a process of its own, as the harness leaves streams open."""
    model = judge_model(ModelSpec(model="gpt-4o", url=url), Patience(), Fuse(), batch=True)
    model.config.batch = BatchConfig(tick=0.05, send_delay=0.2)  # 15 s each would do for a provider
    asked = (model.generate(chat_messages(ask(f"answer {number}"))) for number in range(AT_ONCE))
    return [output.completion for output in await asyncio.gather(*asked)]


def test_a_batch_judge_sends_all_requests_in_one_file_and_none_by_itself(tmp_path: Path) -> None:
    with batch_server() as server:
        code = (
            "import asyncio, json; from tests.benchmarks.harness.test_judging import judged; "
            f"print(json.dumps(asyncio.run(judged({server.url!r}))))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=REPOSITORY,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        )
        assert json.loads(done.stdout.splitlines()[-1]) == [f"Judged: answer {number}" for number in range(AT_ONCE)]
        assert (len(server.batches), server.asked_directly) == (1, 0)


async def test_an_answer_whose_judge_is_a_batch_waits_for_it() -> None:
    with pytest.raises(RequestFailed, match="waits for the batch"):
        await JudgedLater().complete(ask("anything"))
