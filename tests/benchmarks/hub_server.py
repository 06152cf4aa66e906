"""A hub on loopback: the four requests that huggingface_hub makes of the real one to list and fetch a dataset."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha1
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.benchmarks.threaded import threaded

COMMITS = re.compile(r"/api/datasets/([^/]+/[^/]+)/commits/main")
TREE = re.compile(r"/api/datasets/([^/]+/[^/]+)/tree/([0-9a-f]{40})/?")
FILE = re.compile(r"/datasets/([^/]+/[^/]+)/resolve/([0-9a-f]{40})/(.+)")
Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Answer:
    """A reply to a request."""

    status: int
    data: bytes
    headers: Mapping[str, str]


@dataclass
class HubServer:
    """What the hub holds, its newest commit first, and the paths that it was asked for."""

    repository: str
    commits: Mapping[str, Files]
    url: str = ""
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str) -> Answer:
        """What it says to a request."""
        self.asked.append(path)
        if (match := COMMITS.fullmatch(path)) and match[1] == self.repository:
            return _as_json(self._history())
        if (match := TREE.fullmatch(path)) and match[2] in self.commits:
            return _as_json(self._tree(match[2]))
        if (match := FILE.fullmatch(path)) and (data := self.commits.get(match[2], {}).get(match[3])) is not None:
            return Answer(200, data, {"ETag": f'"{_oid(data)}"', "X-Repo-Commit": match[2]})
        return Answer(404, b"{}", {"X-Error-Code": "RepoNotFound"})

    def _history(self) -> list[dict[str, Any]]:
        fields = {
            "authors": [{"user": "somebody"}],
            "date": "2024-11-27T00:00:00.000Z",
            "title": "data",
            "message": "",
        }
        return [{"id": commit, **fields} for commit in self.commits]

    def _tree(self, commit: str) -> list[dict[str, Any]]:
        files = self.commits[commit]
        return [{"type": "file", "path": name, "size": len(data), "oid": _oid(data)} for name, data in files.items()]


@contextmanager
def hub_server(repository: str, commits: Mapping[str, Files]) -> Iterator[HubServer]:
    """The hub while the block lasts."""
    hub = HubServer(repository, commits)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            answer = hub.answer(self.path.partition("?")[0])
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(answer.data))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(answer.data)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    with threaded(Handler) as url:
        hub.url = url
        yield hub


def _as_json(value: object) -> Answer:
    return Answer(200, json.dumps(value).encode(), {"Content-Type": "application/json"})


def _oid(data: bytes) -> str:
    return sha1(data, usedforsecurity=False).hexdigest()
