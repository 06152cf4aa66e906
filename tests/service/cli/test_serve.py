"""`situguard serve` as a process: it says when it is ready, serves, and ends in order."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sqlite3
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
from typer.testing import CliRunner

from service.cli.main import app
from tests.service.held_upstream import HeldUpstream, held_upstream
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
ADMIN_TOKEN = "a" * 20 + "b" * 20
ASKED = {"model": "open", "messages": [{"role": "user", "content": "How?"}]}


@dataclass
class Served:
    """A running `situguard serve`."""

    process: asyncio.subprocess.Process
    url: str
    page: str
    folder: Path

    async def ended(self) -> int:
        """Its status, once it has ended."""
        return await asyncio.wait_for(self.process.wait(), 60)

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def records(self, kind: str) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self.folder / "records.sqlite3")) as database:
            rows = database.execute("SELECT body FROM records WHERE kind = ? ORDER BY rowid", [kind]).fetchall()
        return [json.loads(row[0]) for row in rows]


@asynccontextmanager
async def serving(folder: Path, behind: str, *arguments: str, **environment: str) -> AsyncIterator[Served]:
    """Serve the configuration over an upstream; ended hard if the test does not."""
    config = folder / "guard.yaml"
    config.write_text(CONFIG.format(url=behind, name=NAME))
    own = ("serve", "--demo", "--config", str(config), "--port", "0", "--data", str(folder / "data"))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        COMMAND,
        *own,
        *arguments,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Served(process, *await _announced(process), folder / "data")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_serve_announces_itself_answers_and_ends_with_status_0(tmp_path: Path) -> None:
    async with upstream(*PLAIN) as behind, serving(tmp_path, behind.url) as served:
        async with httpx.AsyncClient(base_url=served.url, timeout=60) as client:
            ready = await client.get("/readyz")
            reply = await client.post("/v1/chat/completions", json=ASKED)
        served.terminate()
        assert await served.ended() == 0
    assert "kitchen" in served.page
    assert "UNGUARDED" in served.page
    assert "no client keys, so only this machine" in served.page
    assert ready.json() == {"status": "ready", "models": True, "records": True}
    assert reply.json()["choices"][0]["message"]["content"].startswith("Keep your head")


async def test_told_to_end_it_finishes_what_is_under_way_and_takes_nothing_new(tmp_path: Path) -> None:
    async with held_upstream() as behind, serving(tmp_path, behind.url) as served:
        async with httpx.AsyncClient(base_url=served.url, timeout=60) as client:
            whole, stream = _asking(client), _asking(client, stream=True)
            await _until_asked(behind, 2)
            served.terminate()
            await _until_refused(served.url)
            assert not any(asking.done() for asking in (whole, stream))
            behind.go.set()
            replies = await asyncio.gather(whole, stream)
        assert await served.ended() == 0
    assert replies[0].json()["choices"][0]["message"]["content"].startswith("Keep your head")
    assert replies[1].text.endswith("data: [DONE]\n\n")
    assert len(served.records("decision")) == 2
    assert [outcome["cut_off"] for outcome in served.records("outcome")] == [None, None]


async def test_what_does_not_end_in_time_is_cut_off_and_recorded(tmp_path: Path) -> None:
    async with (
        held_upstream() as behind,
        serving(tmp_path, behind.url, SITUGUARD_DRAIN_SECONDS="1") as served,
        httpx.AsyncClient(base_url=served.url, timeout=60) as client,
    ):
        stream = _asking(client, stream=True)
        await _until_asked(behind, 1)
        served.terminate()
        assert await served.ended() == 0
        (reply,) = await asyncio.gather(stream, return_exceptions=True)
    assert isinstance(reply, BaseException) or "[DONE]" not in reply.text
    assert behind.connected == 0
    (outcome,) = served.records("outcome")
    assert outcome["cut_off"] == "cancelled"


async def test_administrators_have_a_listener_of_their_own(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(ADMIN_TOKEN + "\n")
    options = ("--admin-port", "0")
    async with (
        upstream(*PLAIN) as behind,
        serving(tmp_path, behind.url, *options, SITUGUARD_ADMIN_TOKEN_FILE=str(token)) as served,
    ):
        found = re.search(r"metrics are at (http://127\.0\.0\.1:\d+)", served.page)
        assert found
        async with httpx.AsyncClient(timeout=60) as client:
            header = {"authorization": f"Bearer {ADMIN_TOKEN}"}
            made = await client.post(f"{found[1]}/admin/keys", json={"name": "app"}, headers=header)
            assert made.status_code == 201
            await asyncio.sleep(1)
            assert (await client.get(f"{served.url}/v1/models")).status_code == 401
            key = {"authorization": f"Bearer {made.json()['token']}"}
            assert (await client.get(f"{served.url}/v1/models", headers=key)).status_code == 200
            assert (await client.get(f"{served.url}/admin/keys", headers=header)).status_code == 404
            assert (await client.get(f"{found[1]}/v1/models", headers=key)).status_code == 404
            metrics = await client.get(f"{found[1]}/metrics", headers=header)
        served.terminate()
        assert await served.ended() == 0
    assert 'situguard_requests_total{route="/v1/models",status="401"} 1.0' in metrics.text
    assert ADMIN_TOKEN.encode() not in b"".join(file.read_bytes() for file in served.folder.iterdir())


async def test_the_demo_opens_its_console_by_a_link_once(tmp_path: Path) -> None:
    async with upstream(*PLAIN) as behind, serving(tmp_path, behind.url) as served:
        found = re.search(r"console is at (\S+) \(opens once\)", served.page)
        assert found
        async with httpx.AsyncClient(timeout=60) as client:
            opened = await client.get(found[1], follow_redirects=True)
            assert "Playground" in opened.text
            csrf = re.search(r'name="csrf" content="([^"]+)"', opened.text)
            assert csrf
            ask = str(opened.url).split("?")[0] + "/ask"
            question = {"deployment": "open", "text": "How?"}
            answer = await client.post(ask, json=question, headers={"x-csrf-token": csrf[1]})
            assert "data: [DONE]" in answer.text
        async with httpx.AsyncClient(timeout=60) as other:
            assert "used already" in (await other.get(found[1])).text
        served.terminate()
        assert await served.ended() == 0


async def test_with_a_certificate_it_speaks_tls(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    files = {"SITUGUARD_TLS_CERTIFICATE": f"{tmp_path}/cert.pem", "SITUGUARD_TLS_KEY": f"{tmp_path}/key.pem"}
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    async with upstream(*PLAIN) as behind, serving(tmp_path, behind.url, **files) as served:
        assert served.url.startswith("https://127.0.0.1:")
        async with httpx.AsyncClient(base_url=served.url, timeout=60, verify=trusted) as client:
            assert (await client.get("/readyz")).status_code == 200
            assert (await client.post("/v1/chat/completions", json=ASKED)).status_code == 200
        served.terminate()
        assert await served.ended() == 0


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"SITUGUARD_TLS_CERTIFICATE": "cert.pem"}, "belong together"),
        ({"SITUGUARD_TLS_CERTIFICATE": "none.pem", "SITUGUARD_TLS_KEY": "none.key"}, "No such file"),
        ({"SITUGUARD_TLS_CERTIFICATE": "README.md", "SITUGUARD_TLS_KEY": "README.md"}, "not a certificate"),
    ],
)
def test_files_that_are_no_certificate_are_named(files: dict[str, str], says: str, monkeypatch: Any) -> None:
    monkeypatch.chdir(ROOT)
    ended = CliRunner().invoke(app, ["serve", "--demo"], env=files)
    assert ended.exit_code == 2
    assert says in ended.stderr


def _asking(client: httpx.AsyncClient, **changes: Any) -> asyncio.Task[httpx.Response]:
    return asyncio.create_task(client.post("/v1/chat/completions", json={**ASKED, **changes}))


async def _until_asked(behind: HeldUpstream, times: int) -> None:
    async with asyncio.timeout(60):
        while behind.connected < times:  # noqa: ASYNC110 what is waited for happens on sockets
            await asyncio.sleep(0.02)


async def _until_refused(url: str) -> None:
    """Wait until no new connection is taken."""
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", int(url.rsplit(":", 1)[1]))
            except ConnectionError:
                return
            writer.close()
            await asyncio.sleep(0.05)


async def _announced(process: asyncio.subprocess.Process) -> tuple[str, str]:
    """The address that the page names, and the page as far as the lines to try."""
    assert process.stdout is not None
    page = ""
    while "Two lines to try" not in page:
        line = await asyncio.wait_for(process.stdout.readline(), 120)
        assert line, page
        page += line.decode()
    found = re.search(r"API is at (https?://127\.0\.0\.1:\d+)", page)
    assert found, page
    return found[1], page


def test_it_wants_to_know_what_to_serve_and_stays_on_this_machine(tmp_path: Path) -> None:
    def said(*words: str) -> str:
        return CliRunner().invoke(app, ["serve", "--data", str(tmp_path), *words]).stderr

    assert "--demo" in said()
    assert "this machine only" in said("--demo", "--host", "0.0.0.0")  # noqa: S104
    assert "no-such-file" in said("--config", "no-such-file.yaml")
