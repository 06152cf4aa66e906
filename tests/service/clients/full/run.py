"""`make clients-full`: clients that speak the Responses API by default, unchanged, against a running proxy.

Each asks with a picture and two tools, calls both, and takes a second turn; then the same where the request is unsafe.
Codex asks in text. A table says what each person read; the exit status is 1 where one of them read something else.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send

from agents.models.scripted import ScriptedModel
from tests.scripts import UNSAFE, Roles, picture
from tests.service.asgi import served
from tests.service.recorded import PLAIN, TOOLS
from tests.service.running import Cast, Proxy, data_url, deployment, running
from tests.service.upstream import WARNING, Upstream

HERE = Path(__file__).parent
VENVS = Path(os.environ.get("SITUGUARD_CLIENTS", HERE.parents[3] / ".venv"))
ANSWER = "Keep your head – still."
SECONDS = 300


class Looping(Upstream):
    """Calls its tools until it has their results, then answers."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        whole = bytearray(message["body"])
        while message.get("more_body"):
            message = await receive()
            whole += message["body"]
        body = json.loads(whole)
        mine = any(tool["function"]["name"] == "swing" for tool in body.get("tools", []))
        calls = mine and all(turn["role"] != "tool" for turn in body["messages"])
        self.reply, self.chunks = TOOLS if calls else PLAIN
        await (self._stream() if body.get("stream") else self._whole(body))(scope, receive, send)


@asynccontextmanager
async def proxied(folder: Path, roles: Roles) -> AsyncIterator[Proxy]:
    behind = Looping(*PLAIN)
    async with served(uvicorn.Config(behind, log_config=None, lifespan="off")) as behind.url:
        players = Cast(behind.model(), ScriptedModel(roles, name="judges"))
        async with running(folder, players, {"guarded": deployment()}) as proxy:
            yield proxy


def commands() -> Iterator[list[str]]:
    """What is installed of it."""
    node = shutil.which("node")
    if node and (HERE / "node_modules").exists():
        yield [node, str(HERE / "node_clients.mjs")]
    for venv, script in (("full-agents", "agents_clients.py"), ("full-framework", "framework_client.py")):
        python = VENVS / venv / "bin" / "python"
        if python.exists():
            yield [str(python), "-I", str(HERE / script)]  # else it would import our own `agents`


def lines(command: list[str], url: str) -> list[dict[str, Any]]:
    """What one program of clients says."""
    done = subprocess.run(
        [*command, url, data_url(picture("green"))],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        cwd=HERE,
    )
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return told or [{"client": Path(command[-1]).name, "said": None, "error": done.stderr[-300:]}]


def codex(url: str, home: Path) -> list[dict[str, Any]]:
    """Codex, asked once, in a home of its own."""
    program = HERE / "node_modules" / ".bin" / "codex"
    if not program.exists():
        return []
    home.mkdir()
    (home / "config.toml").write_text(
        'model = "guarded"\nmodel_provider = "guard"\n[model_providers.guard]\nname = "guard"\n'
        f'base_url = "{url}"\nwire_api = "responses"\n'
    )
    last = home / "last.txt"
    subprocess.run(
        [str(program), "exec", "--skip-git-repo-check", "--output-last-message", str(last), "How do I swing here?"],
        capture_output=True,
        timeout=SECONDS,
        check=False,
        cwd=home,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "CODEX_HOME": str(home)},
    )
    return [{"client": "Codex", "said": [last.read_text()] if last.exists() else None}]


async def main() -> int:
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for word, roles, expected in (("safe", Roles(), ANSWER), ("unsafe", Roles(situation=UNSAFE), WARNING)):
            async with proxied(Path(folder) / word, roles) as proxy:
                url = f"{proxy.url}/v1"
                told = [line for each in commands() for line in await asyncio.to_thread(lines, each, url)]
                told += await asyncio.to_thread(codex, url, Path(folder) / f"codex-{word}")
            for line in told:
                said = line["said"]
                holds = bool(said) and all(each.strip().endswith(expected) for each in said)
                failed += not holds
                print(f"{'ok' if holds else 'FAILED':7}{word:8}{line['client']:28}{line.get('error') or said}")
            if not told:
                print("no client is installed: make clients-full")
                return 1
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
