"""Secrets stay where they are: no key is in a reply, a record, a log or a metric, whoever holds it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from pydantic import SecretStr

from agents.models.base import ChatModel
from agents.models.endpoint import EndpointModel
from agents.models.network import Network
from agents.models.scripted import ScriptedModel
from guard.guard import Guard
from service.app import create_app
from service.settings import Settings
from service.telemetry.metrics import Metrics
from tests.scripts import Roles
from tests.service.asgi import serving
from tests.service.recorded import PLAIN
from tests.service.running import DEPLOYMENTS, body, config
from tests.service.test_keys import make_admin, make_key
from tests.service.upstream import upstream

UPSTREAM_KEY = "sk-upstream-canary-5f0c"
TICKET = "ticket-canary-77aa"
PROXY_PASSWORD = "proxy-canary-91d2"  # noqa: S105 that is the point
NOBODY = "http://127.0.0.1:9"


def kept(folder: Path) -> bytes:
    """Every byte on disk."""
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


@pytest.mark.parametrize("alive", [True, False])
async def test_no_secret_shows_up_anywhere(tmp_path: Path, caplog: pytest.LogCaptureFixture, alive: bool) -> None:
    caplog.set_level(logging.DEBUG)
    client, admin, metrics, seen = make_key(tmp_path), make_admin(tmp_path), Metrics(), b""
    async with upstream(*PLAIN) as behind:
        url = behind.url if alive else NOBODY
        network = Network(
            secret_headers={"x-ticket": SecretStr(TICKET)},
            proxy=SecretStr(url.replace("//", f"//me:{PROXY_PASSWORD}@")),
        )
        answers = EndpointModel(
            "answers", base_url=f"{url}/v1", model="m", api_key=SecretStr(UPSTREAM_KEY), network=network
        )
        models: dict[str, ChatModel] = {"answers": answers, "judges": ScriptedModel(Roles(), name="judges")}
        app = create_app(Settings(data_folder=tmp_path), Guard(config(DEPLOYMENTS), models), metrics)
        async with serving(app) as http:
            for token in (client, admin, client[:-1] + "x"):
                for changes in ({}, {"stream": True}, {"model": client}, {"messages": admin}):
                    header = {"authorization": f"Bearer {token}"}
                    reply = await http.post("/v1/chat/completions", json=body(**changes), headers=header)
                    seen += reply.content + repr(reply.headers).encode()
    seen += metrics.text() + caplog.text.encode() + repr((answers, app)).encode()
    seen += kept(tmp_path)
    for secret in (client, admin, client[-43:], admin[-43:], UPSTREAM_KEY, TICKET, PROXY_PASSWORD):
        assert secret.encode() not in seen
    assert b"invalid_api_key" in seen
