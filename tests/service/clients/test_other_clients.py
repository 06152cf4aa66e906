"""Clients of others, unchanged: litellm, and from Node openai and the AI SDK. Where one is missing, its test skips."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from agents.models.scripted import ScriptedModel
from tests.scripts import SAFE, UNSAFE, Roles, picture
from tests.service.recorded import TOOLS
from tests.service.running import Cast, Proxy, data_url, deployment, running
from tests.service.upstream import WARNING, upstream

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
LITELLM = Path(os.environ.get("SITUGUARD_LITELLM_PYTHON", ROOT / ".venv" / "litellm" / "bin" / "python"))
NODE = shutil.which("node")
SECONDS = 240

needs_litellm = pytest.mark.skipif(not LITELLM.exists(), reason="needs litellm: make clients")
needs_node = pytest.mark.skipif(
    NODE is None or not (HERE / "node_modules").exists(), reason="needs node, and its packages: make clients"
)
verdicts = pytest.mark.parametrize(
    ("verdict", "said", "calls"), [(SAFE, "I will do it.", ["swing", "walk"]), (UNSAFE, WARNING, [])]
)


@asynccontextmanager
async def proxied(folder: Path, verdict: Any) -> AsyncIterator[Proxy]:
    """`guarded` and `tools` answer alike here; the second is the one that is asked with tools."""
    async with upstream(*TOOLS) as behind:
        players = Cast(behind.model(), ScriptedModel(Roles(situation=verdict), name="judges"))
        async with running(folder, players, {"guarded": deployment(), "tools": deployment()}) as proxy:
            yield proxy


async def told(*command: str, proxy: Proxy) -> dict[str, Any]:
    """What a client in another process says came back."""
    arguments = [*command, f"{proxy.url}/v1", data_url(picture("green"))]
    offline = {**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}  # it fetches a price list at import else
    done = await asyncio.to_thread(
        subprocess.run, arguments, capture_output=True, text=True, timeout=SECONDS, cwd=HERE, env=offline, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


@needs_litellm
@verdicts
async def test_litellm_as_a_client(tmp_path: Path, verdict: Any, said: str, calls: list[str]) -> None:
    async with proxied(tmp_path, verdict) as proxy:
        result = await told(str(LITELLM), str(HERE / "litellm_client.py"), proxy=proxy)
    assert result == {"whole": said, "streamed": said, "calls": calls, "called": said}


@needs_node
@verdicts
async def test_node_clients(tmp_path: Path, verdict: Any, said: str, calls: list[str]) -> None:
    async with proxied(tmp_path, verdict) as proxy:
        result = await told(str(NODE), str(HERE / "node_clients.mjs"), proxy=proxy)
    official, sdk = result["openai"], result["ai"]
    assert (official["whole"], official["streamed"], official["called"]) == (said, said, said)
    assert said in sdk["forced"]  # it shows a refusal after the same words as content
    assert official["forced"] == said
    assert official["guard"] == verdict["verdict"]
    assert [call["name"] for call in official["calls"]] == calls
    assert official["error"] == {"name": "NotFoundError", "status": 404, "code": "model_not_found"}
    assert (sdk["whole"], sdk["streamed"]) == (said, said)
    assert [call["name"] for call in sdk["calls"]] == calls
    assert sdk["usage"] >= 0
    official, sdk = result["responses"]["openai"], result["responses"]["ai"]
    assert (official["whole"], official["streamed"], official["calls"]) == (said, said, calls)
    assert official["guard"] == verdict["verdict"]
    assert official["error"] == {"name": "BadRequestError", "status": 400, "code": "previous_response_not_found"}
    steps = 2 if calls else 1  # this upstream calls its tools again and again
    assert sdk == {"steps": steps, "text": said * steps, "second": said}
