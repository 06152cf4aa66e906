"""A client that leaves frees its calls: the sockets to the agents' and the answering models are closed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from agents.models.endpoint import EndpointModel
from tests.service.held_upstream import HeldUpstream, held_upstream
from tests.service.running import Cast, Proxy, body, deployment, running
from tests.service.waiting import until

SECOND = 1.0  # in which its calls must be free (design law 9, goal G7)
UNGUARDED = {"raw": deployment(method="raw", unguarded=True)}


def models(answers: HeldUpstream, judges: HeldUpstream) -> Cast:
    def endpoint(name: str, upstream: HeldUpstream) -> Any:
        return EndpointModel(name, base_url=f"{upstream.url}/v1", model=name)

    return Cast(endpoint("answers", answers), endpoint("judges", judges))


async def sent(proxy: Proxy, **changes: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A whole request on a raw connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(proxy.url.rsplit(":", 1)[1]))
    content = json.dumps(body(**changes)).encode()
    lines = ["POST /v1/chat/completions HTTP/1.1", "Host: localhost", "Content-Type: application/json"]
    writer.write("\r\n".join([*lines, f"Content-Length: {len(content)}", "", ""]).encode() + content)
    return reader, writer


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("hang_up", ["close", "reset"])
async def test_who_leaves_before_the_verdict_frees_every_call(tmp_path: Path, stream: bool, hang_up: str) -> None:
    async with (
        held_upstream() as answers,
        held_upstream() as judges,
        running(tmp_path, models(answers, judges)) as proxy,
    ):
        _, writer = await sent(proxy, stream=stream)
        await until(lambda: answers.connected == 1 and judges.connected == 2, 10)
        writer.transport.abort() if hang_up == "reset" else writer.close()
        await until(lambda: answers.connected == judges.connected == 0, SECOND)
        await until(lambda: proxy.records("decision"), 10)
        (decision,) = proxy.records("decision")
    assert (decision["released"], decision["failure"]) == ("nothing", "client gone")


async def test_who_leaves_while_the_answer_comes_frees_the_model(tmp_path: Path) -> None:
    async with (
        held_upstream() as answers,
        held_upstream() as judges,
        running(tmp_path, models(answers, judges), UNGUARDED) as proxy,
    ):
        reader, writer = await sent(proxy, model="raw", stream=True)
        await reader.readuntil(b"Keep your ")
        assert answers.connected == 1
        writer.close()
        await until(lambda: answers.connected == 0, SECOND)
        assert (await proxy.outcome())["cut_off"] == "client gone"
