"""`make endpoints`: real servers that others wrote, behind the real proxy. Writes what was seen into docs/providers.md.

They are llama.cpp's own server (its C++ code, in the wheel `xllamacpp`) over SmolLM2, and `transformers serve` over the
embedded model. SmolLM2 is far too small to judge: what counts is that its findings can be read.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import openai

from tests.scripts import picture
from tests.service.providers.observe import CLUB, WEATHER, added_up, fronted
from tests.service.providers.table import DOCUMENT, SEEN, observed, render
from tests.service.running import asking
from tests.service.test_transformers_serve import CHECKPOINT, transformers_serve

HERE = Path(__file__).parent
PYTHON = Path(os.environ.get("SITUGUARD_ENDPOINTS", HERE.parents[2] / ".venv" / "endpoints")) / "bin" / "python"
SECONDS = (
    300.0  # for one question, as long as a proxy holds one: a prompt of 400 tokens took a minute on two busy cores
)
LONG = 9000  # words that are more than either server takes
SHORT: dict[str, Any] = {"max_tokens": 24, "temperature": 0, "seed": 7}

LESS_REPETITION = {"repeat_penalty": 1.3}  # else a text in an object goes on and on
JSON_TOKENS = 80  # small models put much space into an object

Ask = Callable[..., Awaitable[Any]]


@asynccontextmanager
async def llama_cpp() -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Its name with its version, and the model's section."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        str(PYTHON),
        str(HERE / "llama_server.py"),
        str(port),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        line = b""
        async with asyncio.timeout(SECONDS):
            while not line.startswith(b"{"):
                line = await process.stdout.readline()
                assert line or process.returncode is None, "the server ended"
        told = json.loads(line)
        section = {"base_url": f"{told['url']}/v1", "model": "smollm2", "api_key_env": "KEY", "extra": LESS_REPETITION}
        yield f"llama.cpp (xllamacpp {told['version']}), SmolLM2 135M", section
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


@asynccontextmanager
async def transformers(folder: Path) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    folder.mkdir()  # noqa: ASYNC240 nothing else runs yet
    async with transformers_serve(folder) as url:
        section = {"base_url": url, "model": str(CHECKPOINT), "structured": "none"}
        yield f"transformers serve {version('transformers')}, the embedded model", section


async def cells(client: openai.AsyncOpenAI) -> dict[str, str]:
    """What came, by column; an error's status and code where one came."""

    async def ask(deployment: str, messages: list[Any], **options: Any) -> Any:
        create: Any = client.chat.completions.with_raw_response.create
        return await create(model=deployment, messages=messages, **{**SHORT, **options})

    checks = {
        "text": text,
        "picture": shown,
        "stream": streamed,
        "tools": called,
        "JSON": typed,
        "too long": too_long,
        "wrong name": wrong_name,
        "judges": judged,
    }
    row = {}
    for column, check in checks.items():
        try:
            row[column] = await check(ask)
        except openai.APIStatusError as error:
            row[column] = f"{error.status_code} {error.code}"
        print(f"  {column}: {row[column]}", flush=True)  # noqa: T201
    return row


async def message_of(ask: Ask, *asked: Any, **options: Any) -> Any:
    return (await ask(*asked, **options)).parse().choices[0].message


async def text(ask: Ask) -> str:
    return "whole" if (await message_of(ask, "raw", asking())).content else "empty"


async def shown(ask: Ask) -> str:
    return "answered" if (await message_of(ask, "raw", asking("What is this?", picture("green")))).content else "empty"


async def streamed(ask: Ask) -> str:
    """The same seed gives the same words, whole and in pieces."""
    whole = (await message_of(ask, "raw", asking())).content
    pieces = await added_up((await ask("raw", asking(), stream=True)).parse())
    return "as the whole" if pieces["content"] == whole else "whole" if pieces["finish"] else "cut off"


async def called(ask: Ask) -> str:
    message = await message_of(ask, "raw", asking("Weather in Rome?"), tools=[WEATHER], tool_choice="required")
    return "called" if message.tool_calls else "words, though a call was forced"


async def typed(ask: Ask) -> str:
    asked = asking("Which club? In JSON.")
    content = (await message_of(ask, "raw", asked, response_format=CLUB, max_tokens=JSON_TOKENS)).content
    with suppress(ValueError):
        if set(json.loads(content)) == {"club"}:
            return "held to the schema"
    return "not held to the schema"


async def judged(ask: Ask) -> str:
    """Whether agents' findings can be read in time; what they say is the small model's."""
    began = time.monotonic()
    try:
        reply = await ask("guarded", asking())
    except openai.APIStatusError as error:
        return f"{error.status_code} {error.code} after {time.monotonic() - began:.0f} s"
    return f"findings read ({reply.headers['x-guard-verdict']})"


async def too_long(ask: Ask) -> str:
    await ask("raw", asking("word " * LONG))
    return "not noticed"


async def wrong_name(ask: Ask) -> str:
    await ask("raw-wrong-name", asking())
    return "not noticed"


async def seen(section: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """The row of one server."""
    model = {"kind": "endpoint", "retries": 0, "timeouts": {"first_byte_seconds": SECONDS}, **section}
    models = {"model": model, "wrong-name": {**model, "model": "nobody"}}
    async with fronted(models, {"KEY": "correct-horse"}, folder, SECONDS) as client:
        return await cells(client)


async def main() -> None:
    rows: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, server in enumerate((transformers(folder / "hub"), llama_cpp())):
            async with server as (told, section):
                print(told, flush=True)  # noqa: T201
                rows[told] = await seen(section, folder / str(number))
                SEEN.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
        DOCUMENT.write_text(render(await observed(folder / "played"), rows), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
