"""`make clients-full`: clients of others, unchanged, against a running proxy. `ARGS=--write` writes docs/clients.md.

First those that speak chat completions: what a person sees of a warning (`chat`). Then those that speak the Responses
API by default: each asks with a picture and two tools, calls both, and takes a second turn; then the same where the
request is unsafe. Codex asks with a picture, and runs a command. A table says what each person read. LangChain's
standard tests follow, by both APIs; of them only those with PDFs may fail. The exit status is 1 where something else
came out.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from agents.models.scripted import ScriptedModel
from tests.scripts import UNSAFE, Roles, picture
from tests.service.asgi import served
from tests.service.clients.full import chat
from tests.service.clients.full.obliging import Obliging
from tests.service.recorded import PLAIN, SIGNED, call, chunk, signed_tools
from tests.service.running import Cast, Proxy, data_url, deployment, running
from tests.service.upstream import WARNING, Upstream

HERE = Path(__file__).parent
VENVS = Path(os.environ.get("SITUGUARD_CLIENTS", HERE.parents[3] / ".venv"))
ANSWER = "Keep your head – still."
SECONDS = 300
CODEX_TOOL, CODEX_SAYS = "exec_command", "7006652"
CODEX_ARGUMENTS = json.dumps({"cmd": "echo $((1234 * 5678))"})


class Looping(Upstream):
    """Calls its tools until it has their results, then answers. As Gemini does, it wants its signature back.

    Codex drops signatures and says `store: false`, so its call is not signed.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        whole = bytearray(message["body"])
        while message.get("more_body"):
            message = await receive()
            whole += message["body"]
        body = json.loads(whole)
        names = {tool["function"]["name"] for tool in body.get("tools", [])}
        results = json.dumps([turn for turn in body["messages"] if turn["role"] == "tool"])
        made = [each for turn in body["messages"] for each in turn.get("tool_calls", []) if each["id"] == "call_0"]
        if CODEX_TOOL not in names and any(each.get("extra_content") != SIGNED for each in made):
            await Response("Function call is missing a thought_signature.", 400)(scope, receive, send)
            return
        self.reply, self.chunks = PLAIN
        if "swing" in names and results == "[]":
            self.reply, self.chunks = signed_tools()
        elif CODEX_TOOL in names and CODEX_SAYS not in results:
            self.chunks = [chunk({"tool_calls": [call(0, CODEX_TOOL, CODEX_ARGUMENTS)]}), chunk({}, "tool_calls")]
        await (self._stream() if body.get("stream") else self._whole(body))(scope, receive, send)


@asynccontextmanager
async def proxied(folder: Path, roles: Roles, behind: Upstream) -> AsyncIterator[Proxy]:
    async with served(uvicorn.Config(behind, log_config=None, lifespan="off")) as behind.url:
        players = Cast(behind.model(), ScriptedModel(roles, name="judges"))
        async with running(folder, players, {"guarded": deployment(), "other": deployment()}) as proxy:
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


def ended(
    command: list[str], folder: Path, told: dict[str, str] | None = None, stdin: int | None = None
) -> subprocess.CompletedProcess[str]:
    """The program, run in the folder to its end; `told` is added to its environment."""
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        cwd=folder,
        stdin=stdin,
        env={**os.environ, **(told or {})},
    )


def lines(command: list[str], url: str) -> list[dict[str, Any]]:
    """What one program of clients says."""
    done = ended([*command, url, data_url(picture("green"))], HERE)
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return told or [{"client": Path(command[-1]).name, "said": None, "error": done.stderr[-300:]}]


def codex(url: str, home: Path) -> list[dict[str, Any]]:
    """Codex, asked once with a picture, in a home of its own."""
    program = HERE / "node_modules" / ".bin" / "codex"
    if not program.exists():
        return []
    home.mkdir()
    (home / "config.toml").write_text(
        'model = "guarded"\nmodel_provider = "guard"\n[model_providers.guard]\nname = "guard"\n'
        f'base_url = "{url}"\nwire_api = "responses"\n'
    )
    shown, last = home / "green.png", home / "last.txt"
    shown.write_bytes(picture("green").data)
    asked = [f"--image={shown}", "--output-last-message", str(last), "--", "How do I swing here?"]
    command = [str(program), "exec", "--skip-git-repo-check", *asked]
    done = ended(command, home, {"CODEX_HOME": str(home)}, stdin=subprocess.DEVNULL)
    told: dict[str, Any] = (
        {"said": [last.read_text()]} if last.exists() else {"said": None, "error": done.stderr[-300:]}
    )
    return [{"client": "Codex", **told}]


def saw_a_picture(judges: ScriptedModel) -> bool:
    return any(part.kind == "image" for request in judges.requests for turn in request.messages for part in turn.parts)


async def table(folder: Path, word: str, roles: Roles, expected: str) -> tuple[int, int]:
    """Print what each client said; how many there are, and how many of them said something else."""
    async with proxied(folder / word, roles, Looping(*PLAIN)) as proxy:
        url = f"{proxy.url}/v1"
        told = [line for each in commands() for line in await asyncio.to_thread(lines, each, url)]
        proxy.cast.judges.requests.clear()
        last = await asyncio.to_thread(codex, url, folder / f"codex-{word}")
        if last and not saw_a_picture(proxy.cast.judges):
            last = [{"client": "Codex", "said": None, "error": "its picture was not judged"}]
    failed = 0
    for line in told + last:
        said = line["said"]
        holds = bool(said) and all(each.strip().endswith(expected) for each in said)
        failed += not holds
        print(f"{'ok' if holds else 'FAILED':7}{word:8}{line['client']:28}{line.get('error') or said}")
    return len(told + last), failed


def standard_tests(url: str, folder: Path) -> str:
    """The output of LangChain's standard tests: the names of those that failed, then how many did what."""
    python = VENVS / "full-langchain" / "bin" / "python"
    if not python.exists():
        return ""
    alone = ["--noconftest", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(folder)]
    # Their clients share connections, so one event loop. VCR is on for the sake of one test, and replays nothing.
    ways = ["--asyncio-mode=auto", "-o", "asyncio_default_test_loop_scope=session", "--record-mode=all"]
    command = [str(python), "-I", "-m", "pytest", "-q", "--tb=no", *alone, *ways, str(HERE / "langchain_standard.py")]
    done = ended(command, folder, {"SITUGUARD_URL": url, "SITUGUARD_PICTURE": data_url(picture("green"))})
    return done.stdout + done.stderr


async def standard(folder: Path) -> int:
    """By how many of the two APIs more of LangChain's standard tests fail than those with PDFs, which nobody judges."""
    async with proxied(folder / "standard", Roles(), Obliging()) as proxy:
        output = await asyncio.to_thread(standard_tests, f"{proxy.url}/v1", folder)
    if not output:
        return 0
    others = 0
    counts = re.findall(r"^(.*\d passed.*?)(?: in .*)?$", output, re.MULTILINE) or [output.strip()[-300:]]
    for api in ("TestChat", "TestResponses"):
        failed = set(re.findall(rf"^(?:FAILED|ERROR) \S*::{api}::(\S+)", output, re.MULTILINE))
        holds = failed == {"test_pdf_inputs", "test_pdf_tool_message"} and " passed" in output
        others += not holds
        told = f"failed: {', '.join(sorted(failed))} (both: {counts[-1]})"
        print(f"{'ok' if holds else 'FAILED':15}{f'LangChain, {api}':28}{told}")
    return others


async def main() -> int:
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with proxied(folder / "chat", Roles(situation=UNSAFE), Obliging()) as proxy:
            failed += await asyncio.to_thread(chat.told, f"{proxy.url}/v1", VENVS, write="--write" in sys.argv[1:])
        for word, roles, expected in (("safe", Roles(), ANSWER), ("unsafe", Roles(situation=UNSAFE), WARNING)):
            clients, others = await table(folder, word, roles, expected)
            if not clients:
                print("no client is installed: make clients-full")
                return 1
            failed += others
        failed += await standard(folder)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
