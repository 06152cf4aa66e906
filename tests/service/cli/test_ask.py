"""`situguard ask`, as a person types it."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from service.cli.ask import api_key, compare
from service.cli.comparison import AnswerPair, show
from service.cli.main import app
from service.keys.key import KeyLimits
from tests.scripts import UNSAFE, Roles, picture
from tests.service.running import Proxy, cast, deployment, running
from tests.service.test_keys import make_key

QUESTION = "How do I practise my golf swing here?"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    file = tmp_path / "lawn.png"
    file.write_bytes(picture("green").data)
    return file


@pytest.fixture
async def proxy(tmp_path: Path) -> Any:
    deployments = {
        "demo": deployment(explain="full"),
        "quiet": deployment(explain="category"),
        "demo-raw": deployment(method="raw", unguarded=True),
    }
    async with running(tmp_path / "data", cast(Roles(situation=UNSAFE)), deployments) as running_proxy:
        yield running_proxy


def page(comparison: AnswerPair, width: int = 100) -> str:
    console = Console(width=width, record=True, file=io.StringIO())
    show(console, comparison)
    return console.export_text()


async def test_ask_shows_raw_and_guarded_side_by_side_with_every_step(proxy: Proxy, image: Path) -> None:
    comparison = await compare(f"{proxy.url}/v1", QUESTION, image, "demo")
    shown = page(comparison)
    for words in (QUESTION, "lawn.png", "demo-raw", "unguarded", "Keep your head still", "Careful: the vase"):
        assert words in shown
    for words in ("intent", "visual", "situation", "reply", "review", "glass vase", "unsafe (property damage)", "warn"):
        assert words in shown
    assert comparison.guarded.headers["x-guard-decision"] in shown


async def test_on_a_narrow_terminal_the_answers_stand_one_over_the_other(proxy: Proxy, image: Path) -> None:
    shown = page(await compare(f"{proxy.url}/v1", QUESTION, image, "demo"), width=60)
    assert max(map(len, shown.splitlines())) <= 60
    assert shown.index("Keep your head still") < shown.index("Careful: the vase")


async def test_where_replies_do_not_explain_themselves_the_guard_is_asked(proxy: Proxy, image: Path) -> None:
    comparison = await compare(f"{proxy.url}/v1", QUESTION, image, "quiet")
    assert "glass vase" in page(comparison)


async def test_ask_as_a_command_prints_json(proxy: Proxy, image: Path) -> None:
    arguments = ("ask", QUESTION, "--image", str(image), "--url", f"{proxy.url}/v1", "--json")
    result = await asyncio.to_thread(run, *arguments)
    told = json.loads(result.stdout)
    assert (told["raw"]["text"], told["guarded"]["text"]) == (
        "Keep your head still and swing.",
        "Careful: the vase could break.",
    )
    assert told["guarded"]["guard"]["verdict"] == "unsafe"


async def test_the_address_may_lack_its_path(proxy: Proxy) -> None:
    for url in (proxy.url, f"{proxy.url}/"):
        assert (await asyncio.to_thread(run, "ask", "How?", "--url", url, "--json")).exit_code == 0


async def test_ask_names_the_deployments_that_there_are(proxy: Proxy) -> None:
    result = await asyncio.to_thread(run, "ask", "How?", "--url", f"{proxy.url}/v1", "--deployment", "nobody")
    assert (result.exit_code, "demo, quiet, demo-raw" in result.stderr) == (2, True)


async def test_ask_passes_on_what_the_proxy_says_of_a_bad_picture(proxy: Proxy, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    result = await asyncio.to_thread(run, "ask", "How?", "--url", f"{proxy.url}/v1", "--image", str(broken))
    assert result.exit_code == 2
    assert "400" in result.stderr
    assert "picture" in result.stderr


def test_ask_without_a_proxy_says_how_to_start_one() -> None:
    result = run("ask", "How?", "--url", "http://127.0.0.1:9/v1")
    assert result.exit_code == 2
    assert "situguard serve --demo" in result.stderr


def test_ask_takes_its_key_from_a_file_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key"
    file.write_text("sg_live_file\n")
    monkeypatch.delenv("SITUGUARD_API_KEY", raising=False)
    assert api_key(None) == "none"
    monkeypatch.setenv("SITUGUARD_API_KEY", "sg_live_variable")
    assert (api_key(None), api_key(file)) == ("sg_live_variable", "sg_live_file")


def test_white_space_in_the_key_is_named_by_its_place(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("sg_live hush\n")
    for arguments, place in ((("--key-file", str(file)), str(file)), ((), "SITUGUARD_API_KEY")):
        result = CliRunner(env={"SITUGUARD_API_KEY": "sg_hush "}).invoke(app, ["ask", "How?", *arguments])
        assert result.exit_code == 2
        assert place in result.stderr.replace("\n", "")
        assert "white space" in result.stderr
        assert "hush" not in result.stderr


async def test_ask_with_a_key_and_without(tmp_path: Path) -> None:
    key = make_key(tmp_path / "data", KeyLimits(frozenset({"demo"})))
    file = tmp_path / "key"
    file.write_text(key)
    async with running(tmp_path / "data", cast(Roles()), {"demo": deployment(explain="full")}) as proxy:
        arguments = ("ask", "How?", "--url", f"{proxy.url}/v1", "--json")
        good = await asyncio.to_thread(run, *arguments, "--key-file", str(file))
        bad = await asyncio.to_thread(run, *arguments)
    assert json.loads(good.stdout)["guarded"]["text"] == "Keep your head still and swing."
    assert bad.exit_code == 2
    assert "SITUGUARD_API_KEY" in bad.stderr


async def test_a_proxy_of_the_environment_does_not_stand_before_this_machine(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await compare(f"{proxy.url}/v1", QUESTION, None, "demo")).guarded.text
