"""`situguard serve` as a process: it says when it is ready, serves, and ends in order."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from pathlib import Path

import httpx

from tests.service.recorded import PLAIN
from tests.service.upstream import NAME, upstream

ROOT = Path(__file__).parents[3]
COMMAND = "from service.cli.main import app; app()"
CONFIG = """\
models:
  small:
    kind: endpoint
    base_url: {url}/v1
    model: {name}
deployments:
  open:
    model: small
    method: raw
    unguarded: true
  kitchen:
    model: small
"""


async def test_serve_announces_itself_answers_and_drains(tmp_path: Path) -> None:
    async with upstream(*PLAIN) as behind:
        config = tmp_path / "guard.yaml"
        config.write_text(CONFIG.format(url=behind.url, name=NAME))
        arguments = ("serve", "--demo", "--config", str(config), "--port", "0", "--data", str(tmp_path / "data"))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", COMMAND, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        try:
            url, page = await _announced(process)
            async with httpx.AsyncClient(base_url=url, timeout=60) as client:
                ready = await client.get("/readyz")
                asked = {"model": "open", "messages": [{"role": "user", "content": "How?"}]}
                reply = await client.post("/v1/chat/completions", json=asked)
        finally:
            process.send_signal(signal.SIGTERM)
            code = await process.wait()
    assert "kitchen" in page
    assert "UNGUARDED" in page
    assert ready.json() == {"status": "ready", "models": True, "records": True}
    assert reply.json()["choices"][0]["message"]["content"].startswith("Keep your head")
    assert code in {0, -signal.SIGTERM}


async def _announced(process: asyncio.subprocess.Process) -> tuple[str, str]:
    """The address that the page names, and the page as far as the lines to try."""
    assert process.stdout is not None
    page = ""
    while "Two lines to try" not in page:
        line = await asyncio.wait_for(process.stdout.readline(), 120)
        assert line, page
        page += line.decode()
    found = re.search(r"http://127\.0\.0\.1:\d+", page)
    assert found, page
    return found[0], page
