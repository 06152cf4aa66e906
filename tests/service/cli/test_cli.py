"""The command line: what a person reads, and what they are told when something is missing."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from guard.config_file import demo_config, demo_text, parse_config
from service.cli.ask import compare
from service.cli.comparison import AnswerPair, show
from service.cli.main import app
from service.cli.welcome import Access, suggestions, welcome
from service.settings import Settings
from tests.scripts import UNSAFE, Roles, picture
from tests.service.running import Proxy, cast, deployment, running

QUESTION = "How do I practise my golf swing here?"
PRICED = """\
models:
  paid: {kind: endpoint, base_url: "http://127.0.0.1:9", model: a}
  free: {kind: endpoint, base_url: "http://127.0.0.1:9", model: b}
deployments:
  kitchen: {model: paid, agents: {model: free}}
prices:
  paid: {input: 1, output: 2}
"""


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
        "quiet": deployment(explain="none"),
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


def test_graph_prints_mermaid() -> None:
    result = run("graph", "demo")
    assert result.exit_code == 0
    assert "situation --> decide" in result.stdout
    assert run("graph", "demo-raw").exit_code == 2
    assert "no deployment" in run("graph", "nobody").stderr


def test_config_init_writes_a_file_that_checks_and_never_overwrites(tmp_path: Path) -> None:
    file = tmp_path / "guard.yaml"
    assert run("config", "init", str(file)).exit_code == 0
    assert file.read_text() == demo_text()
    assert "demo-raw" in run("config", "check", str(file)).stdout
    assert "exists already" in run("config", "init", str(file)).stderr


def test_config_check_names_file_line_and_field(tmp_path: Path) -> None:
    file = tmp_path / "guard.yaml"
    file.write_text(demo_text().replace("method: situational", "method: magic"))
    result = run("config", "check", str(file))
    assert result.exit_code == 2
    assert f"{file}:" in result.stderr.replace("\n", "")
    assert "deployments.demo.method" in result.stderr


def test_config_schema_is_json() -> None:
    assert "deployments" in json.loads(run("config", "schema").stdout)["properties"]


def test_serve_wants_to_know_what_and_stays_on_this_machine() -> None:
    assert "--demo" in run("serve").stderr
    assert "this machine only" in run("serve", "--demo", "--host", "0.0.0.0").stderr  # noqa: S104
    assert "no-such-file" in run("serve", "--config", "no-such-file.yaml").stderr


def test_the_welcome_says_where_what_and_how(tmp_path: Path) -> None:
    console = Console(width=80, record=True, file=io.StringIO())
    url = "http://127.0.0.1:8080/v1"
    welcome(console, url, Settings(demo=True, data_folder=tmp_path), demo_config(), 3.2)
    shown = console.export_text()
    for name in demo_config().deployments:
        assert name in shown
    assert url in shown
    assert "UNGUARDED" in shown
    for line in suggestions(url, demo_config()):
        assert line in shown.replace("\n", " ")


def test_the_welcome_says_who_may_ask(tmp_path: Path) -> None:
    config = parse_config(PRICED.encode(), "guard.yaml")
    settings = Settings(data_folder=tmp_path, admin_host="10.0.0.1")

    def shown(access: Access) -> str:
        console = Console(width=200, record=True, file=io.StringIO())
        welcome(console, "http://127.0.0.1:8080/v1", settings, config, 0.1, access=access)
        return console.export_text()

    assert "no client keys, so only this machine" in shown(Access())
    assert "needs a key" in shown(Access(keys=1))
    assert "nothing is charged for free" in shown(Access(keys=1, budgets=1))
    assert "nothing is charged" not in shown(Access(keys=1))
    assert "put TLS in front" in shown(Access(admin="http://10.0.0.1:9000"))


def test_suggestions_name_the_port_where_it_is_another() -> None:
    assert "--url" not in suggestions("http://127.0.0.1:8080/v1", demo_config())[0]
    assert "--url http://127.0.0.1:9000/v1" in suggestions("http://127.0.0.1:9000/v1", demo_config())[0]
