"""The page that greets whoever starts the proxy."""

from __future__ import annotations

import io
import shlex
import sys
from pathlib import Path

import pytest
from rich.console import Console

from guard.config_file import demo_config, parse_config
from service.cli.welcome import Access, suggestions, this_command, welcome
from service.settings import Settings

PRICED = """\
models:
  paid: {kind: endpoint, base_url: "http://127.0.0.1:9", model: a}
  free: {kind: endpoint, base_url: "http://127.0.0.1:9", model: b}
deployments:
  kitchen: {model: paid, agents: {model: free}}
prices:
  paid: {input: 1, output: 2}
"""


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
    assert "The console is at http://10.0.0.1:9000/console/\n" in shown(Access(admin="http://10.0.0.1:9000"))
    assert "http://a:9/console/login?code=x (opens once)" in shown(Access(admin="http://a:9", code="x"))


def test_suggestions_name_the_port_where_it_is_another() -> None:
    assert "--url" not in suggestions("http://127.0.0.1:8080/v1", demo_config())[0]
    assert "--url http://127.0.0.1:9000/v1" in suggestions("http://127.0.0.1:9000/v1", demo_config())[0]


def test_hints_name_the_data_folder_that_is_in_use(tmp_path: Path) -> None:
    folder = tmp_path / "my data"
    for access in (Access(), Access(keys=1)):
        console = Console(width=300, record=True, file=io.StringIO())
        welcome(console, "http://127.0.0.1:8080/v1", Settings(data_folder=folder), demo_config(), 0.1, access=access)
        assert f"--data '{folder}'" in console.export_text()
    console = Console(width=300, record=True, file=io.StringIO())
    welcome(console, "http://127.0.0.1:8080/v1", Settings(), demo_config(), 0.1)
    assert "--data" not in console.export_text()


def test_keys_of_deployments_that_are_not_here_are_named(tmp_path: Path) -> None:
    console = Console(width=200, record=True, file=io.StringIO())
    access = Access(keys=1, lost=("kitchn",))
    welcome(console, "http://127.0.0.1:8080/v1", Settings(data_folder=tmp_path), demo_config(), 0.1, access=access)
    assert "not here: kitchn" in console.export_text()


def test_the_suggested_lines_carry_a_key_where_one_is_needed() -> None:
    ask, curl = suggestions("http://127.0.0.1:8080/v1", demo_config(), with_key=True)
    assert '-H "Authorization: Bearer $SITUGUARD_API_KEY"' in curl
    assert ask == suggestions("http://127.0.0.1:8080/v1", demo_config())[0]  # it reads the variable itself


def test_a_listener_on_every_address_is_asked_on_this_machine() -> None:
    for listened, asked in (("0.0.0.0", "127.0.0.1"), ("[::]", "[::1]")):  # noqa: S104
        for line in suggestions(f"http://{listened}:9000/v1", demo_config()):
            assert f"http://{asked}:9000/v1" in line


def test_the_suggested_picture_is_there_from_every_folder() -> None:
    words = shlex.split(suggestions("http://127.0.0.1:8080/v1", demo_config())[0])
    picture = Path(words[words.index("--image") + 1])
    assert picture.is_absolute()
    assert picture.exists()
    assert "selfie" in words[2]


def test_the_command_is_named_by_its_place_in_a_virtual_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = Path(sys.prefix) / "bin" / "situguard"
    monkeypatch.setattr(sys, "argv", [str(script)])
    assert shlex.split(this_command()) == [str(script)]
    elsewhere = tmp_path / "situguard"
    elsewhere.touch(mode=0o755)
    monkeypatch.setattr(sys, "argv", [str(elsewhere)])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert this_command() == "situguard"
