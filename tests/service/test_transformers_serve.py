"""An upstream that this project did not write: transformers' own OpenAI-compatible server, over the checkpoint."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest

from agents.images import read_picture
from agents.models.dialect import Dialect
from agents.models.endpoint import EndpointModel
from tests.service.running import QUESTION, Cast, Proxy, asking, deployment, running

ROOT = Path(__file__).parents[2]
CHECKPOINT = ROOT / "agents" / "models" / "pocket"
COMMAND = shutil.which("transformers", path=str(Path(sys.executable).parent))
PATIENCE = 300  # seconds until it has loaded; five on an idle machine

pytestmark = [
    pytest.mark.skipif(COMMAND is None, reason="needs local: the extra of that name brings the command"),
    pytest.mark.skipif(find_spec("accelerate") is None, reason="needs accelerate: transformers' server wants it"),
    pytest.mark.skipif(not (CHECKPOINT / "config.json").exists(), reason="needs local: the embedded checkpoint"),
]


@asynccontextmanager
async def transformers_serve(folder: Path) -> AsyncIterator[str]:
    """The server in a process of its own; where its API is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "hub").mkdir()
    offline = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(folder), "HF_HUB_CACHE": str(folder / "hub")}
    process = await asyncio.create_subprocess_exec(
        str(COMMAND), "serve", str(CHECKPOINT), "--port", str(port), "--device", "cpu",
        env=offline, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await _healthy(process, f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _healthy(process: asyncio.subprocess.Process, url: str) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(PATIENCE):
        while True:
            assert process.returncode is None, "the server ended"
            with suppress(httpx.TransportError):
                if (await client.get(url)).status_code == 200:
                    return
            await asyncio.sleep(0.5)


def model(name: str, url: str) -> EndpointModel:
    """As the configuration would have it: this server binds no reply to a schema, so the prompt alone asks."""
    return EndpointModel(name, base_url=url, model=str(CHECKPOINT), dialect=Dialect(structured="none"))


async def asked(proxy: Proxy, deployed: str, picture: str, **options: Any) -> tuple[str, str]:
    """The verdict and the text."""
    shown = read_picture((ROOT / "examples" / picture).read_bytes(), picture)
    create = proxy.client.with_options(timeout=PATIENCE).chat.completions.with_raw_response.create
    fixed: Any = {"model": deployed, "messages": asking(QUESTION, shown), "temperature": 0, "max_tokens": 60}
    raw = await create(**fixed, **options)
    if not options:
        return raw.headers["x-guard-verdict"], str(raw.parse().choices[0].message.content)
    pieces = [chunk.choices[0].delta.content or "" async for chunk in raw.parse() if chunk.choices]
    return raw.headers["x-guard-verdict"], "".join(pieces)


async def test_a_server_of_others_answers_and_judges_behind_the_proxy(tmp_path: Path) -> None:
    deployments = {"guarded": deployment(), "raw": deployment(method="raw", unguarded=True)}
    async with transformers_serve(tmp_path) as url:
        players = Cast(model("answers", url), model("judges", url))  # type: ignore[arg-type]
        async with running(tmp_path / "data", players, deployments, hold_seconds=PATIENCE) as proxy:
            _, straight = await asked(proxy, "raw", "golf-safe.png")
            answers = [await asked(proxy, "guarded", "golf-safe.png", **way) for way in ({}, {"stream": True})]
            warned, warning = await asked(proxy, "guarded", "golf-unsafe.png")
    assert straight
    assert answers == [("safe", straight)] * 2
    assert warned == "unsafe"
    assert warning not in {"", straight}
