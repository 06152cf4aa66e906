"""A proxy that runs: the real application under a real uvicorn on a free loopback port, over scripted models."""

from __future__ import annotations

import asyncio
import base64
import json
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from openai import AsyncOpenAI, DefaultAsyncHttpxClient

from agents.images import Picture
from agents.models.base import ChatModel
from agents.models.scripted import ScriptedModel
from guard.config import Config
from guard.guard import Guard
from service.app import create_app
from service.server import server_config
from service.settings import Settings
from tests.scripts import Roles, picture
from tests.service.asgi import TLS, served

QUESTION = "How do I practise my golf swing here?"


@dataclass
class Cast:
    """The models of a test: one answers, one judges, each with its own script and pace."""

    answers: Any  # scripted in most tests; an endpoint where a real upstream stands behind the proxy
    judges: ScriptedModel

    @property
    def models(self) -> dict[str, ChatModel]:
        return {"answers": self.answers, "judges": self.judges}


def cast(roles: Roles | None = None, **changes: Any) -> Cast:
    """A cast that follows one set of roles; `changes` go to the model that answers."""
    script = roles or Roles()
    return Cast(ScriptedModel(script, name="answers", **changes), ScriptedModel(script, name="judges"))


def paced(*, answers: asyncio.Event | None = None, judges: asyncio.Event | None = None, **roles: Any) -> Cast:
    """A cast whose models wait at gates that the test opens."""
    script = Roles(**roles)
    return Cast(ScriptedModel(script, name="answers", gate=answers), ScriptedModel(script, name="judges", gate=judges))


def deployment(**changes: Any) -> dict[str, Any]:
    return {"model": "answers", "agents": {"model": "judges"}, "prompts": "compact", **changes}


DEPLOYMENTS: dict[str, dict[str, Any]] = {
    "guarded": deployment(explain="full"),
    "raw": deployment(method="raw", unguarded=True),
}


def config(deployments: Mapping[str, Any]) -> Config:
    models = {name: {"kind": "local", "path": "scripted"} for name in ("answers", "judges")}
    return Config.model_validate({"models": models, "deployments": deployments})


def records(folder: Path, kind: str | None = None) -> list[dict[str, Any]]:
    """The records in a folder, oldest first, each with its kind and id beside its body."""
    with closing(sqlite3.connect(folder / "records.sqlite3")) as database:
        rows = database.execute("SELECT kind, id, body FROM records ORDER BY rowid").fetchall()
    return [{"kind": row[0], "id": row[1], **json.loads(row[2])} for row in rows if kind in {None, row[0]}]


@dataclass
class Proxy:
    """Where it runs, and what it keeps."""

    url: str
    folder: Path
    cast: Cast
    client: AsyncOpenAI
    http: httpx.AsyncClient

    def records(self, kind: str | None = None) -> list[dict[str, Any]]:
        """The records so far, oldest first, as anyone can read them from the file."""
        return records(self.folder, kind)

    def raw_records(self) -> bytes:
        """Every byte that the records keep on disk."""
        return b"".join(file.read_bytes() for file in self.folder.glob("records.sqlite3*"))

    def ask(self, **changes: Any) -> asyncio.Task[httpx.Response]:
        """A request under way."""
        return asyncio.create_task(self.http.post("/v1/chat/completions", json=body(**changes)))

    async def outcome(self) -> dict[str, Any]:
        """The first outcome, which follows its reply by a moment."""
        for _ in range(200):
            found = self.records("outcome")
            if found:
                return found[0]
            await asyncio.sleep(0.02)
        raise AssertionError("no outcome was recorded")

    @property
    def asked_nothing(self) -> bool:
        return not self.cast.answers.requests and not self.cast.judges.requests


@asynccontextmanager
async def running(
    folder: Path,
    players: Cast | None = None,
    deployments: Mapping[str, Any] = DEPLOYMENTS,
    **settings: Any,
) -> AsyncIterator[Proxy]:
    """The proxy in demo mode over these deployments, and an official client for it."""
    players = players or cast()
    app = create_app(
        Settings(data_folder=folder, **{"demo": True, **settings}), Guard(config(deployments), players.models)
    )
    official: dict[str, Any] = {"api_key": "none", "max_retries": 0, "timeout": 20}
    async with (
        served(server_config(app)) as url,
        AsyncOpenAI(base_url=f"{url}/v1", http_client=DefaultAsyncHttpxClient(verify=TLS), **official) as client,
        httpx.AsyncClient(base_url=url, timeout=20, verify=TLS) as http,
    ):
        yield Proxy(url, folder, players, client, http)


def asking(text: str = QUESTION, *pictures: Picture) -> list[Any]:
    """Messages of one user turn."""
    shown = [{"type": "image_url", "image_url": {"url": data_url(each)}} for each in pictures]
    return [{"role": "user", "content": [*shown, {"type": "text", "text": text}]}]


def data_url(each: Picture) -> str:
    return f"data:{each.media_type};base64,{base64.b64encode(each.data).decode()}"


def golf_messages() -> list[Any]:
    """The question with a picture beside it."""
    return asking(QUESTION, picture("green"))


def body(**changes: Any) -> dict[str, Any]:
    """A request as plain JSON, for what no official client would send."""
    return {"model": "guarded", "messages": golf_messages(), **changes}
